import pytest
from click.testing import CliRunner, Result

from saas.cli import cli

FROM_SETTINGS = ("DATABASE_URL", "PLATFORM_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAIL_URL", "FILES_DIR", "PUBLIC_URL")


@pytest.fixture
def say(app, context, settings, monkeypatch):
    """`say("company list")` gives what the command line answers."""
    environment = {name: settings[name] for name in FROM_SETTINGS}
    environment |= {"TENANT_DATABASE_URL": settings["SQLALCHEMY_DATABASE_URI"], "READY_SCHEMAS": "4", "LOG_LEVEL": "WARNING"}

    def say(command: str, typed: str = "", **more: str) -> Result:
        return CliRunner(env=environment | more).invoke(cli, command.split(" "), input=typed)

    return say

import os

import click
from sqlalchemy.engine import make_url

from saas.config import Reader
from tenants.companies.databases import Names, Passwords, prepare_database


@click.group()
def database() -> None:
    """The database server."""


@database.command()
def prepare() -> None:
    """Make the database, its logins and its prohibitions as the three URLs in the environment say."""
    click.echo(f"The database {prepare_from_environment().database} is prepared.")


def prepare_from_environment() -> Names:
    """Passwords come in through the environment, never on the command line, where others may read them."""
    setting = Reader(os.environ)
    admin, app, platform = (
        make_url(setting.text(name)) for name in ("DATABASE_URL", "TENANT_DATABASE_URL", "PLATFORM_DATABASE_URL")
    )
    names = Names(app.database)
    for url, role in ((app, names.app), (platform, names.platform)):
        if (url.username, url.database) != (role, names.database):
            raise click.ClickException(
                f"The login {url.username} at {url.database} must be called {role} and be at {names.database}: "
                "logins are named after their database."
            )
    prepare_database(admin.render_as_string(False), Passwords(app.password, platform.password), names.database)
    return names

import pytest

from chat.reception.rounds import AssignmentChanged
from core.db import record, transaction
from tenants.companies.settings import Settings


@pytest.fixture
def mode(cast):
    """`mode("sales", prefers_last_agent=False)` is how Acme assigns from now on.  Nobody waits at first."""
    with transaction():
        cast.question.close(cast.visitor)

    def choose(name: str, **more) -> None:
        with transaction():
            settings = Settings.current()
            settings.assignment = name
            for setting, value in more.items():
                setattr(settings, setting, value)
            record(AssignmentChanged(cast.acme.id))

    return choose

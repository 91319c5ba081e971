import email
import re
from email.policy import default

import pytest
from provisioning import Directory
from stripe_fixtures import double, stripe  # noqa: F401 - fixtures

from core.jobs import run_due
from core.mail import caught_folder
from manage.entrance import signing_in


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Refusals need not take their time here."""
    monkeypatch.setattr(signing_in, "ANSWERING_TAKES", 0)


@pytest.fixture
def mailbox(cast):
    """`mailbox()` sends what is waiting in the company in force and gives all mails since the test began."""
    run_due()
    before = set(caught_folder().glob("*.eml"))

    def mails():
        run_due()
        caught = sorted(set(caught_folder().glob("*.eml")) - before)
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in caught]

    return mails


@pytest.fixture
def link_in():
    """`link_in(mail)` is the path of the first link in a mail."""
    return lambda mail: re.search(r"http://localhost:8000(\S+)", mail.get_content())[1]


@pytest.fixture
def directory(app, cast) -> Directory:
    """Acme's, with a token that Olga made."""
    return Directory.of(app, cast.acme, cast.olga)

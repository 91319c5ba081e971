import pytest
from letters import caught_for
from opal import Opal

from admin_portal.identity import signing_in
from core.db import db
from operators.mails import send_operator_mails


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Refusals need not take their time here."""
    monkeypatch.setattr(signing_in, "ANSWERING_TAKES", 0)


@pytest.fixture
def opal(context) -> Opal:
    return Opal()


@pytest.fixture
def told(context):
    """`told("opal@laike.example")` sends what waits, and gives all mails to that address."""

    def mails(address: str) -> list:
        send_operator_mails()
        db.session.expire_all()
        return caught_for(address)

    return mails

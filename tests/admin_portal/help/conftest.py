import pytest
from flask.testing import FlaskClient
from letters import caught
from visiting import come_in, consent

from core.db import db
from core.jobs import run_due


@pytest.fixture
def operator(cast, portal) -> FlaskClient:
    """Otto of support."""
    return portal("support", "Otto")


@pytest.fixture
def visitor(cast, operator) -> FlaskClient:
    """Otto, inside Acme for looking."""
    consent(cast.acme, cast.olga)
    come_in(operator, "acme")
    return operator


@pytest.fixture
def writer(cast, operator) -> FlaskClient:
    """Otto, inside Acme, who may also change settings."""
    consent(cast.acme, cast.olga, writes=True)
    come_in(operator, "acme")
    return operator


@pytest.fixture
def mailed(cast):
    """`mailed()` sends what waits at Acme and gives the mails since it was asked the first time."""
    run_due()
    known = len(caught())

    def mails():
        db.session.commit()
        run_due()
        return caught()[known:]

    return mails

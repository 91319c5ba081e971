"""A purse with credits, and a gateway that does what a test tells it."""

import pytest

from billing.purses import GIVEN, Purse
from core.db import transaction
from sms.gateways.gateway import Accepted, Letter


class Told:
    """A gateway whose every answer was told beforehand; one that is an exception is raised."""

    name = "told"

    def __init__(self):
        self.answers, self.sent, self.asked = [], [], []

    def send(self, letter: Letter):
        self.sent.append(letter)
        return self._answer(letter)

    def ask_about(self, letter: Letter):
        self.asked.append(letter)
        return self._answer(letter)

    def read_report(self, request):
        return None

    def _answer(self, letter: Letter):
        answer = self.answers.pop(0) if self.answers else Accepted(f"gw-{len(self.sent)}")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def told(app, monkeypatch):
    gateway = Told()
    monkeypatch.setitem(app.extensions, "sms_gateway", gateway)
    return gateway


@pytest.fixture
def credits(cast):
    """`credits(10)` gives Acme ten."""

    def give(amount: int) -> Purse:
        purse = Purse.sms(cast.acme.id)
        with transaction():
            purse.receive(amount, GIVEN, f"test:{amount}:{purse.balance}", "gift")
        return purse

    return give

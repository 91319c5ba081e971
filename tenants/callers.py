"""Callers of the live doors, with their company."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.db import Place, transaction
from core.errors import NotSignedIn
from core.realtime.caller import Caller
from tenants.company import Company
from tenants.sessions import Session


@dataclass(kw_only=True)
class CompanyCaller(Caller):
    """A visitor or member on the line.  The company is looked up for each event, so that what was suspended is refused."""

    @contextmanager
    def entered(self) -> Iterator[Company]:
        with transaction():
            company = Company.numbered(self.company_id)
        if company is None or not company.is_open:
            raise NotSignedIn
        with company.entered() as company:
            yield company


def ended_sessions(place: Place, ids: set[int]) -> set[int]:
    """Which of these sign-in sessions no longer open anything; all of them when the company itself is closed."""
    with transaction():
        company = Company.living_in(place)
    if company is None:
        return ids
    with company.entered(), transaction():
        return Session.ended_among(ids)

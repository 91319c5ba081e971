"""Which companies let people in, and how they stand, as this process remembers for a few seconds: who knocks must not cost a look into the registry.

What changes is told (CompanyChanged, EntitlementsChanged) and forgotten at once; live processes also look for themselves every REFRESH_SECONDS
at the companies they have people of.  A company nobody could look at for FRESH_SECONDS is looked up anew, and if that
fails nobody is let in: stale knowledge never keeps a closed company's visitors.
"""

import time
from collections.abc import Iterable

import sqlalchemy as sa
from flask import Flask, current_app

from core.db import PLATFORM, db
from core.realtime.pushes import push
from tenants.companies.company import LETS_IN, Company, SiteKey

FRESH_SECONDS, REFRESH_SECONDS = 4.0, 2.0
# All live processes hear in it what they must not go on believing.
ROOM = "companies"


class Directory:
    """The companies this process has had to do with lately, of those that let people in."""

    def __init__(self):
        self._companies: dict[int, tuple[Company, float]] = {}
        self._sites: dict[str, tuple[int, float]] = {}

    def numbered(self, id: int) -> Company | None:
        """The company with this number, if it lets people in.  Belongs to no session: `entered()` gives one that does."""
        known = self._companies.get(id)
        if known is not None and _is_fresh(known[1]):
            return known[0]
        return self.refresh([id]).get(id)

    def of_site(self, key: str) -> Company | None:
        """The company that a site key belongs to, if it lets people in."""
        known = self._sites.get(key)
        if known is not None and _is_fresh(known[1]):
            return self.numbered(known[0])
        return self._look_up_site(key)

    def refresh(self, ids: Iterable[int]) -> dict[int, Company]:
        """Look at these companies now, all in one query, and give those that let people in."""
        asked_at, ids = time.monotonic(), list(ids)
        found = {company.id: company for company in _asked(sa.select(Company).where(Company.id.in_(ids)))}
        for id in ids:
            self._companies.pop(id, None)
        self._companies |= {id: (company, asked_at) for id, company in found.items()}
        return found

    def forget(self, id: int) -> None:
        """Believe nothing of this company any more, its site keys included."""
        self._companies.pop(id, None)
        self._sites = {key: known for key, known in self._sites.items() if known[0] != id}

    def tidy(self) -> None:
        """Drop what has grown old."""
        self._companies = {id: known for id, known in self._companies.items() if _is_fresh(known[1])}
        self._sites = {key: known for key, known in self._sites.items() if _is_fresh(known[1])}

    def _look_up_site(self, key: str) -> Company | None:
        asked_at = time.monotonic()
        self._sites.pop(key, None)
        for company in _asked(sa.select(Company).join(SiteKey).where(SiteKey.key == key)):
            self._sites[key] = company.id, asked_at
            self._companies[company.id] = company, asked_at
            return company
        return None


def install(app: Flask) -> None:
    app.extensions["directory"] = Directory()


def directory() -> Directory:
    """The running app's."""
    return current_app.extensions["directory"]


def company_changed(event) -> None:
    """After it was opened or closed, or may use more or less: forget it here, and have the live processes do so."""
    directory().forget(event.company_id)
    push(ROOM, "company_changed", {"company_id": event.company_id})


def _asked(query: sa.Select) -> list[Company]:
    # A session of its own: what is remembered must not change, or expire, with a page's.
    with sa.orm.Session(db.engines[PLATFORM], expire_on_commit=False) as session:
        return list(session.scalars(query.where(Company.status.in_(LETS_IN))))


def _is_fresh(asked_at: float) -> bool:
    return time.monotonic() - asked_at < FRESH_SECONDS

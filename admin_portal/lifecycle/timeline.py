"""Everything that has happened to one company, from all the places that remember it, as one list."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.money import spoken
from billing.orders import Order
from billing.reasons import in_words, title_of
from billing.subscriptions import Subscription
from core.db import db
from core.periods import Period
from lifecycle.works import Work
from operators.audit import OperatorEntry
from operators.company_notes import CompanyNote
from operators.operator import Operator
from tenants.companies.closing import Closing
from tenants.companies.company import Company
from tenants.rights.entitlements import Grant

KINDS = {
    "life": _l("Opening, closing, moving"),
    "operators": _l("What operators did"),
    "money": _l("Corrections of money"),
    "orders": _l("Orders"),
    "rights": _l("Plans and rights"),
    "notes": _l("Notes"),
}
# Only for who may see money.
MONEY = ("money", "orders")


class Happening(NamedTuple):
    at: datetime
    kind: str
    title: str
    who: str = ""
    details: str = ""


class Timeline:
    """What has happened to a company, as far as this operator may know, newest first."""

    def __init__(self, company: Company, reader: Operator, kind: str, period: Period):
        self._company, self._period = company, period
        known = [one for one in KINDS if one not in MONEY or reader.may("money.see")]
        self._kinds = [one for one in known if kind in ("", one)]

    def happenings(self, before: datetime | None = None, at_most: int = 50) -> list[Happening]:
        self._before, self._at_most = before, at_most
        found = [one for kind in self._kinds for one in SOURCES[kind](self) if self._is_meant(one.at)]
        return sorted(found, key=lambda one: one.at, reverse=True)[:at_most]

    def newest(self, model, at: sa.ColumnElement, *where) -> Iterator:
        """The newest rows of this company, by the moment that counts."""
        query = sa.select(model).where(model.company_id == self._company.id, at.is_not(None), *where)
        return db.session.scalars(query.where(*self._bounds(at)).order_by(at.desc()).limit(self._at_most))

    def _bounds(self, at: sa.ColumnElement) -> list[sa.ColumnElement[bool]]:
        since, until = self._period
        edges = (since and at >= since, until and at < until, self._before and at < self._before)
        return [edge for edge in edges if edge is not None]

    def _is_meant(self, at: datetime) -> bool:
        since, until = self._period
        return (not since or at >= since) and (not until or at < until) and (not self._before or at < self._before)

    def life(self) -> Iterator[Happening]:
        yield Happening(self._company.created_at, "life", _("Opened"))
        for closing in self.newest(Closing, Closing.closed_at):
            yield Happening(closing.closed_at, "life", _("Company closed"), details=closing.reason)
        for work in self.newest(Work, Work.finished_at):
            yield Happening(work.finished_at, "life", WORKS[work.kind](work), work.asked_by)
        for work in self.newest(Work, Work.failed_at):
            yield Happening(
                work.failed_at, "life", _("Failed: %(work)s", work=WORK_NAMES[work.kind]), work.asked_by, work.error
            )

    def deeds(self, *where) -> Iterator[OperatorEntry]:
        return self.newest(OperatorEntry, OperatorEntry.at, *where)

    def operators(self) -> Iterator[Happening]:
        others = OperatorEntry.action.not_like("money.%"), OperatorEntry.action != "note.written"
        for entry in self.deeds(*others):
            yield Happening(entry.at, "operators", entry.title, entry.author, _joined(entry.reason, entry.told))

    def money(self) -> Iterator[Happening]:
        for entry in self.deeds(OperatorEntry.action.like("money.%")):
            yield Happening(entry.at, "money", entry.title, entry.author, _joined(entry.reason, entry.told))

    def orders(self) -> Iterator[Happening]:
        for order in self.newest(Order, Order.placed_at):
            yield Happening(order.placed_at, "orders", _("Ordered"), details=_of_order(order))
        for order in self.newest(Order, Order.paid_at):
            yield Happening(order.paid_at, "orders", _("Paid"), details=_of_order(order))

    def rights(self) -> Iterator[Happening]:
        for grant in self.newest(Grant, Grant.created_at):
            yield Happening(grant.created_at, "rights", _("Got: %(what)s", what=title_of(grant)), details=_of_grant(grant))
        for grant in self.newest(Grant, Grant.revoked_at):
            yield Happening(
                grant.revoked_at, "rights", _("Lost: %(what)s", what=title_of(grant)), details=in_words(grant.reason)
            )
        for one in self.newest(Subscription, Subscription.started_at):
            yield Happening(one.started_at, "rights", _("Subscription began"), details=one.stripe_id)
        for one in self.newest(Subscription, Subscription.ended_at):
            yield Happening(one.ended_at, "rights", _("Subscription ended"), details=one.stripe_id)

    def notes(self) -> Iterator[Happening]:
        for note in self.newest(CompanyNote, CompanyNote.written_at):
            yield Happening(note.written_at, "notes", _("Note"), note.operator.name, note.text)


SOURCES: dict[str, Callable[[Timeline], Iterator[Happening]]] = {kind: getattr(Timeline, kind) for kind in KINDS}
WORK_NAMES = {
    "export": _l("export"),
    "erase": _l("erasure"),
    "move": _l("move to another database"),
    "migrate": _l("new revision of its tables"),
}
WORKS = {
    "export": lambda work: _("Exported: %(rows)s rows, %(files)s files", rows=work.result["rows"], files=work.result["files"]),
    "erase": lambda work: _("Erased"),
    "migrate": lambda work: _("Its tables are on revision %(revision)s", revision=work.result["revision"]),
    "move": lambda work: _("Moved to the database %(database)s", database=work.result["database"]),
}


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _of_order(order: Order) -> str:
    what = ", ".join(str(line.title) for line in order.lines)
    return _joined(order.order_no, what, spoken(order.total, order.currency))


def _of_grant(grant: Grant) -> str:
    until = _("until %(date)s", date=format_date(grant.valid_until, "long")) if grant.valid_until else ""
    return _joined(in_words(grant.reason), until)

"""What the list of companies says of each, how it may be sorted, and how it is told in a file."""

from collections.abc import Callable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from admin_portal.doors import STATUSES
from billing.money import as_decimal
from billing.plans import PLAN_NAMES
from core.clock import now
from tenants.companies.company import Company
from tenants.companies.schemas import Schema
from tenants.companies.standing import TROUBLES, CompanyStanding, newest_revision

# The way to sort by a column that people want first; the others begin with the largest.
UPWARDS = ("company", "status", "plan")


def is_behind() -> sa.ColumnElement[bool]:
    """In SQL: whether a company's tables are not at the newest revision.  As it is now: it changes for everybody at once."""
    return Schema.revision.is_distinct_from(newest_revision())


def burden() -> sa.ColumnElement[int]:
    """In SQL: how heavy a company's troubles are together."""
    of_schema = sa.case((is_behind(), TROUBLES["behind"].weight), else_=0)
    return sa.func.coalesce(CompanyStanding.burden, 0) + of_schema


def is_on_trial() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(CompanyStanding.trial_ends_at > now(), False)


# MRR by currency, and by amount within each: there is no rate between them here.
ORDERS: dict[str, Callable[[], tuple]] = {
    "company": lambda: (sa.func.lower(Company.name),),
    "status": lambda: (Company.status,),
    "plan": lambda: (CompanyStanding.plan,),
    "online": lambda: (CompanyStanding.agents_online, CompanyStanding.seats),
    "chats": lambda: (CompanyStanding.conversations_today(),),
    "mrr": lambda: (sa.case((CompanyStanding.mrr > 0, CompanyStanding.currency)), CompanyStanding.mrr),
    "activity": lambda: (CompanyStanding.last_activity_at,),
    "health": lambda: (burden(),),
    "opened": lambda: (Company.created_at,),
}


def row_columns() -> list:
    """What one row of the list has.  All but the first few are None for a company that was never measured."""
    standing = (
        "plan",
        "seats",
        "agents_online",
        "mrr",
        "currency",
        "last_activity_at",
        "troubles",
        "trial_ends_at",
        "measured_at",
    )
    return [
        *(getattr(Company, name) for name in ("id", "company_id", "name", "status", "created_at")),
        *(getattr(CompanyStanding, name) for name in standing),
        CompanyStanding.conversations_today().label("chats"),
        is_behind().label("is_behind"),
        is_on_trial().label("is_on_trial"),
    ]


def troubles_of(row: sa.Row) -> list[str]:
    """What is wrong with a company, the worst first."""
    found = {*(row.troubles or ()), *(["behind"] if row.is_behind else ())}
    return [name for name in TROUBLES if name in found]


def plan_title(plan: str | None) -> str:
    return str(PLAN_NAMES.get(plan, plan or ""))


HEADS = [
    _l("Company ID"), _l("Company name"), _l("State"), _l("Plan"), _l("On trial until"), _l("Seats in use"), _l("Seat limit"),
    _l("Conversations today"), _l("Last activity"), _l("Troubles"), _l("Opened"), _l("Measured"),
]  # fmt: skip
MONEY_HEADS = [_l("MRR"), _l("Currency")]


def heads(with_money: bool) -> list:
    return [*HEADS, *(MONEY_HEADS if with_money else ())]


def cells(row: sa.Row, with_money: bool) -> list:
    """One row of the file.  Numbers stay numbers."""
    troubles = ", ".join(str(TROUBLES[name].title) for name in troubles_of(row))
    told = [
        row.company_id, row.name, str(STATUSES[row.status]), plan_title(row.plan), row.trial_ends_at, row.agents_online, row.seats,
        row.chats, row.last_activity_at, troubles, row.created_at, row.measured_at,
    ]  # fmt: skip
    return [*told, *((row.currency and as_decimal(row.mrr, row.currency), row.currency) if with_money else ())]

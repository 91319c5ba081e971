"""The list of companies as an operator asked to see it: searched, filtered, sorted, page by page.

All of it is read from the platform's own tables (tenants/companies/standing.py); no company's schema is looked into.
"""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from admin_portal.companies.company_columns import ORDERS, UPWARDS, burden, is_behind, is_on_trial, row_columns
from admin_portal.companies.search import HARD, KEYS, found_by, keys_in, tidy_search
from admin_portal.doors import STATUSES
from billing.plans import PLAN_NAMES
from core.db import db
from core.forms import Form
from operators.operator import Operator
from tenants.companies.company import Company
from tenants.companies.schemas import Schema
from tenants.companies.standing import TROUBLES, CompanyStanding

ROWS = 50
NEWEST = "-opened"
SHOWN = {status: title for status, title in STATUSES.items() if status != "erased"}
HEALTHS = {"well": _l("Well"), "troubled": _l("Any trouble"), **{name: trouble.title for name, trouble in TROUBLES.items()}}
TRIALS = {"running": _l("On trial"), "none": _l("Not on trial")}


@dataclass(frozen=True)
class CompanyList:
    """What stands in the page's address, and the companies it means.  `order` is a key of ORDERS, "-" before it: downwards."""

    search: str = ""
    status: str = ""
    plan: str = ""
    health: str = ""
    trial: str = ""
    order: str = ""
    page: int = 1
    shows_money: bool = False

    @classmethod
    def asked_for(cls, asked: Form, by: Operator) -> "CompanyList":
        """Who may not see money sees no MRR, nor sorts by it."""
        shows_money = by.may("money.see")
        orders = [order for name in ORDERS if name != "mrr" or shows_money for order in (name, f"-{name}")]
        return cls(
            search=tidy_search(asked.value("search")),
            status=asked.choice("status", SHOWN),
            plan=asked.choice("plan", PLAN_NAMES),
            health=asked.choice("health", HEALTHS),
            trial=asked.choice("trial", TRIALS),
            order=asked.choice("order", orders),
            page=max(1, min(asked.id("page") or 1, 1_000_000)),
            shows_money=shows_money,
        )

    @cached_property
    def rows(self) -> list[sa.Row]:
        """Those of this page, with what `row_columns` names."""
        return list(db.session.execute(self._query.limit(ROWS).offset((self.page - 1) * ROWS)))

    def all_rows(self, at_most: int = 100_000) -> list[sa.Row]:
        """Those of all pages, to take away."""
        return list(db.session.execute(self._query.limit(at_most)))

    @cached_property
    def count(self) -> int:
        """How many there are on all pages.  A page that is not full knows by itself."""
        if 0 < len(self.rows) < ROWS:
            return (self.page - 1) * ROWS + len(self.rows)
        return db.session.scalar(self._matching(sa.func.count()))

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // ROWS))

    @property
    def is_filtered(self) -> bool:
        return any((self.search, self.status, self.plan, self.health, self.trial))

    @property
    def only_one(self) -> sa.Row | None:
        """The one company that a key nobody shares has led to, if there is no doubt."""
        is_sure = self.page == 1 and len(self.rows) == 1 and not HARD.isdisjoint(keys_in(self.rows[0].keys))
        return self.rows[0] if is_sure else None

    def address(self, **changes) -> dict:
        """The arguments of the page's address, some of them changed."""
        names = ("search", "status", "plan", "health", "trial", "order")
        asked = {name: getattr(self, name) for name in names} | {"page": None} | changes
        return {name: value for name, value in asked.items() if value}

    def turned(self, name: str) -> dict:
        """The address that sorts by a column: the way people want to see it first, then the other way round."""
        first, other = (name, f"-{name}") if name in UPWARDS else (f"-{name}", name)
        return self.address(order=other if self.order == first else first)

    def direction(self, name: str) -> str:
        """How the list is sorted by this column, as `aria-sort` says it."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.order or ("" if self.search else NEWEST), "")

    @property
    def _query(self) -> sa.Select:
        return self._matching(*row_columns(), self._found.c["keys"] if self.search else sa.null().label("keys")).order_by(
            *self._order
        )

    def _matching(self, *columns) -> sa.Select:
        # Outer joins: the database leaves out those that nothing asked for needs, as when it only counts.
        query = sa.select(*columns).select_from(Company).outerjoin(Schema).outerjoin(CompanyStanding)
        if self.search:
            query = query.join(self._found, self._found.c.company_id == Company.id)
        return query.where(*self._wanted())

    def _wanted(self):
        yield Company.status == self.status if self.status else Company.status != "erased"
        if self.plan:
            yield CompanyStanding.plan == self.plan
        if self.health:
            yield _has(self.health)
        if self.trial:
            yield is_on_trial() if self.trial == "running" else ~is_on_trial()

    @property
    def _order(self) -> list:
        if self.search and not self.order:
            return [self._found.c.rank, sa.func.lower(Company.name), Company.id]
        order = self.order or NEWEST
        columns = ORDERS[order.removeprefix("-")]
        turn = sa.desc if order.startswith("-") else sa.asc
        # What is not known is neither more nor less.
        return [*(turn(column).nulls_last() for column in columns()), Company.id]

    @cached_property
    def _found(self) -> sa.Subquery:
        return found_by(self.search)


def by_what(row: sa.Row) -> list[str]:
    """The words for what a company was found by."""
    return [str(KEYS[key]) for key in keys_in(row.keys)]


def _has(health: str) -> sa.ColumnElement[bool]:
    match health:
        case "well":
            return burden() == 0
        case "troubled":
            return burden() > 0
        case "behind":
            return is_behind()
    return CompanyStanding.troubles.contains([health])

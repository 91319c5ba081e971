"""Where an operator can go: the portal's menu, and the pages of one company."""

from collections.abc import Callable
from typing import NamedTuple

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from billing.operator_actions import OperatorAction
from operators.operator import Operator


class Entry(NamedTuple):
    """`waiting` says how many things behind it wait for somebody."""

    endpoint: str
    icon: str
    title: str
    permission: str
    waiting: Callable[[], int] | None = None


MENU = (
    (_l("Companies"), (
        Entry("admin_portal.companies.index", "building", _l("Companies"), "companies.see"),
        Entry("admin_portal.break_glasses.index", "lock-open", _l("Looking inside"), "help.look_inside"),
    )),
    (_l("Sales"), (
        Entry("admin_portal.products.index", "tag", _l("Plans and prices"), "catalogue.see"),
        Entry("admin_portal.sms_rates.index", "send", _l("SMS prices"), "catalogue.see"),
        Entry("admin_portal.sms_costs.index", "receipt", _l("SMS costs"), "money.see"),
        Entry("admin_portal.voucher_batches.index", "ticket", _l("Voucher batches"), "catalogue.see"),
        Entry("admin_portal.announcements.index", "speakerphone", _l("Announcements"), "catalogue.see"),
        Entry("admin_portal.platform_settings.edit", "adjustments", _l("Limits of the platform"), "catalogue.see"),
    )),
    (_l("Money"), (
        Entry("admin_portal.figures.show", "chart-line", _l("Figures"), "money.see"),
        Entry("admin_portal.orders.index", "shopping-cart", _l("Orders and payments"), "money.see"),
        Entry("admin_portal.actions.index", "checks", _l("Corrections"), "money.see", OperatorAction.count_waiting),
        Entry("admin_portal.differences.index", "scale", _l("Reconciliation"), "money.see"),
    )),
    (_l("Operations"), (
        Entry("admin_portal.standing.show", "heartbeat", _l("State of the platform"), "operations.see"),
        Entry("admin_portal.failures.index", "mailbox-off", _l("Failed work"), "operations.see"),
        Entry("admin_portal.neighbours.index", "gauge", _l("Load and limits"), "operations.see"),
        Entry("admin_portal.switches.index", "toggle-left", _l("Switches and maintenance"), "operations.see"),
    )),
    (_l("Abuse"), (
        Entry("admin_portal.signals.index", "alert-triangle", _l("Reports and signals"), "abuse.see"),
        Entry("admin_portal.blocks.index", "ban", _l("Block lists"), "abuse.see"),
    )),
    (_l("Operators"), (
        Entry("admin_portal.operators.index", "users", _l("Operators"), "operators.manage"),
        Entry("admin_portal.roles.index", "shield-check", _l("Roles"), ""),
        Entry("admin_portal.entries.index", "list-search", _l("Audit log"), "audit.read"),
        Entry("admin_portal.security.show", "shield-lock", _l("My security"), ""),
    )),
)  # fmt: skip
# The pages of one company; each takes its `company_id`.
TABS = (
    Entry("admin_portal.companies.show", "building", _l("Overview"), "companies.see"),
    Entry("admin_portal.company_usage.show", "chart-bar", _l("Usage"), "companies.see"),
    Entry("admin_portal.company_rights.show", "certificate", _l("Rights"), "companies.see"),
    Entry("admin_portal.company_money.show", "wallet", _l("Money"), "money.see"),
    Entry("admin_portal.company_help.show", "lifebuoy", _l("Help"), "help.give"),
    Entry("admin_portal.company_jobs.show", "mailbox-off", _l("Failed work"), "operations.see"),
    Entry("admin_portal.company_timeline.show", "history", _l("Notes and timeline"), "companies.see"),
    Entry("admin_portal.company_life.show", "settings", _l("Manage"), "companies.see"),
)


def menu(operator: Operator) -> list[tuple[str, list[Entry]]]:
    """The groups of entries that this operator may see."""
    groups = [(title, [entry for entry in entries if _is_for(operator, entry)]) for title, entries in MENU]
    return [(title, entries) for title, entries in groups if entries]


def tabs(operator: Operator, company_id: str) -> list[tuple[Entry, str, bool]]:
    """One company's pages that this operator may see: the entry, its address, and whether it or one below it is shown."""
    entries = [entry for entry in TABS if _is_for(operator, entry)]
    addresses = [(entry, url_for(entry.endpoint, company_id=company_id)) for entry in entries]
    return [(entry, address, _is_here(entry, address)) for entry, address in addresses]


def _is_here(entry: Entry, address: str) -> bool:
    # All others are below the overview.
    return request.path == address or (entry is not TABS[0] and request.path.startswith(f"{address}/"))


def _is_for(operator: Operator, entry: Entry) -> bool:
    return not entry.permission or operator.may(entry.permission)

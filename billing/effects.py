"""What an operator's action changes, before it is done and after: looked at without doing it, and told in words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.grants import grants_of
from billing.money import spoken
from billing.operator_actions import OperatorAction, currency_of
from billing.operator_deeds import DEEDS
from billing.orders import Order
from billing.plans import FLAG_NAMES, PLAN_NAMES
from billing.purses import Purse
from billing.subscription_invoices import SubscriptionInvoice
from billing.vouchers import Voucher
from core.clock import now
from core.db import db
from tenants.companies.company import Company
from tenants.rights.entitlements import Grant

COUNTS = {"seats": _l("Seats"), "styles": _l("Styles"), "history_days": _l("Days of history")}
STATES = {"ok": _l("in order"), "grace": _l("a payment failed")}
# What ends besides features, under the names that grants give it.
ENDS = {"plan": _l("Plan ends"), "more_seats": _l("More seats until"), "more_styles": _l("More styles until")}


class Change(NamedTuple):
    """One thing that is different afterwards, in the reader's words."""

    title: str
    before: str
    after: str


def preview(function: Callable, *arguments, **more) -> dict:
    """What an action would change in the end, without doing it: {"before": …, "after": …, "waits": bool, "because": …}.

    `function` is one of billing/operator_actions.py; raises what it would raise.
    """
    with _undone():
        action = function(*arguments, **more)
        waits, company = action.is_waiting, action.company
        because = action.why_second_person if waits else ""
        _foresee(action)
        effect = {"before": action.before, "after": action.after, "waits": waits, "because": because}
    db.session.refresh(company)
    return effect


def effect_now(action: OperatorAction) -> dict:
    """What approving a waiting action would change as things stand now.  Raises what doing it would raise."""
    company = action.company
    with _undone():
        _foresee(action)
        effect = {"before": action.before, "after": action.after, "waits": False}
    db.session.refresh(company)
    return effect


def picture(company: Company, paid: Order | SubscriptionInvoice | None = None) -> dict:
    """What an operator wants to see of a company's account before and after, in plain values."""
    wallet, sms = Purse.wallet(company.id, currency_of(company)), Purse.sms(company.id)
    return _returned(paid) | {
        "entitlements": company.entitlements.as_dict(),
        "ends": _ends(company),
        "trial_ends_at": _written(max((trial.valid_until for trial in grants_of(company, reasons="trial:")), default=None)),
        "wallet": {"balance": wallet.balance, "held": wallet.held, "owed": wallet.debt, "currency": wallet.unit},
        "sms": sms.balance,
        "sms_owed": sms.debt,
        "vouchers": len(Voucher.in_drawer_of(company)),
    }


def changes(before: Mapping, after: Mapping) -> list[Change]:
    """What is different, in the order people ask; of pictures taken by an earlier release what both know."""
    told = [*_rights(before, after), *_money(before, after)]
    return [change for change in told if change.before != change.after]


def _foresee(action: OperatorAction) -> None:
    if action.is_waiting:
        action.carry_out()
    if foreseen := DEEDS[action.action].foreseen:
        foreseen(action)
        db.session.flush()
        action.after = picture(action.company, action.paid)


@contextmanager
def _undone() -> Iterator[None]:
    """What is done inside leaves no trace."""
    session = db.session()
    told = list(session.info.get("events", ()))
    attempt = session.begin_nested()
    try:
        yield
    finally:
        attempt.rollback()
        session.info["events"] = told


def _returned(paid: Order | SubscriptionInvoice | None) -> dict:
    if paid is None:
        return {}
    name, number = ("order", paid.order_no) if isinstance(paid, Order) else ("invoice", paid.number)
    return {name: {"number": number, "returned": paid.returned, "currency": paid.currency}}


def _ends(company: Company) -> dict[str, str | None]:
    """Until when each thing is given, all grants that hold or will hold together; None: for ever."""
    ends: dict[str, datetime | None] = {}
    for given in grants_of(company):
        for name in _given_by(given):
            known = ends.get(name, now())
            ends[name] = None if known is None or given.valid_until is None else max(known, given.valid_until)
    return {name: _written(end) for name, end in ends.items()}


def _given_by(given: Grant) -> list[str]:
    named = [name for name in ENDS if name in given.rights]
    return named + list(given.rights.get("flags", ()))


def _rights(before: Mapping, after: Mapping) -> Iterator[Change]:
    was, is_now = before["entitlements"], after["entitlements"]
    yield Change(_("State"), _named(STATES, was["state"]), _named(STATES, is_now["state"]))
    yield Change(_("Plan"), _named(PLAN_NAMES, was["plan"]), _named(PLAN_NAMES, is_now["plan"]))
    if {"ends", "trial_ends_at"} <= before.keys() & after.keys():
        yield Change(_("Trial ends"), _day(before["trial_ends_at"]), _day(after["trial_ends_at"]))
        for name, title in ENDS.items():
            yield Change(str(title), _last_day(before, name), _last_day(after, name))
    for name, title in COUNTS.items():
        yield Change(str(title), format_decimal(was[name]), format_decimal(is_now[name]))
    for flag, title in FLAG_NAMES.items():
        if not _comes_with_plan(before, after, flag):
            yield Change(str(title), _flag(before, flag), _flag(after, flag))


def _money(before: Mapping, after: Mapping) -> Iterator[Change]:
    was, is_now = before["wallet"], after["wallet"]
    for name, title in (("balance", _("Wallet")), ("held", _("Held in the wallet")), ("owed", _("Owed"))):
        yield Change(title, spoken(was[name], was["currency"]), spoken(is_now[name], is_now["currency"]))
    counted = (("sms", _("SMS credits")), ("sms_owed", _("SMS credits owed")), ("vouchers", _("Vouchers in the drawer")))
    for name, title in counted:
        yield Change(title, format_decimal(before.get(name, 0)), format_decimal(after.get(name, 0)))
    if order := after.get("order"):
        title = _("Returned of order %(number)s", number=order["number"])
        yield _more_returned(title, before["order"], order)
    if invoice := after.get("invoice"):
        title = _("Returned of subscription invoice %(number)s", number=invoice["number"])
        yield _more_returned(title, before["invoice"], invoice)


def _more_returned(title: str, was: Mapping, is_now: Mapping) -> Change:
    return Change(title, spoken(was["returned"], was["currency"]), spoken(is_now["returned"], is_now["currency"]))


def _comes_with_plan(before: Mapping, after: Mapping, flag: str) -> bool:
    """Whether it is different only because the plan is, which is told already."""
    return all(_end(taken, flag) == _end(taken, "plan") for taken in (before, after))


def _flag(taken: Mapping, flag: str) -> str:
    if flag not in taken["entitlements"]["flags"]:
        # Perhaps only later: then its end tells.
        return _end(taken, flag) or _("no")
    return _end(taken, flag) or _("yes")


def _end(taken: Mapping, name: str) -> str:
    is_dated = bool(taken.get("ends", {}).get(name))
    return _("until %(date)s", date=_last_day(taken, name)) if is_dated else _last_day(taken, name)


def _last_day(taken: Mapping, name: str) -> str:
    ends = taken.get("ends", {})
    return "" if name not in ends else _day(ends[name]) or _("without an end")


def _day(written: str | None) -> str:
    return format_date(datetime.fromisoformat(written), "medium") if written else ""


def _named(names: Mapping, code: str) -> str:
    return str(names.get(code, code))


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""What operators may do to a company's account, each as a form: what it asks, and the action that follows from it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.accounts import BillingAccount
from billing.money import CURRENCIES, spoken, typed_amount
from billing.operator_actions import (
    Deed,
    OperatorAction,
    adjust_sms,
    adjust_wallet,
    comp,
    currency_of,
    extend_trial,
    grant_rights,
    reverse,
    void_voucher,
)
from billing.orders import Order, order_of
from billing.plans import FLAG_NAMES, PROFESSIONAL
from billing.products import Product
from billing.refund_actions import refund, refund_invoice, refundable
from billing.subscription_invoices import SubscriptionInvoice
from billing.vouchers import Voucher, voucher_for_operators
from core.db import db
from core.errors import NotFound
from core.forms import Form
from tenants.companies.company import Company
from tenants.platform.settings import limits

Do = Callable[[Deed], OperatorAction]
MOST_CREDITS, MOST_DAYS, MOST_TRIAL_DAYS = 1_000_000, 3660, 365
# What can be given for nothing: the rest is a payment, or consists of these.
GIVABLE = ("term", "seats", "feature", "style_voucher", "sms")


@dataclass(frozen=True)
class DeedForm:
    """`about` finds what it speaks of, for the page; `read` what to do.  Both raise NotFound for another company's."""

    icon: str
    title: str
    text: str
    about: Callable[[Company, Form], object]
    read: Callable[[Company, Form, object], Do]
    # Whether it begins on the company's page, or at an order, a voucher, an action.
    is_general: bool = True


def products_for(company: Company) -> list[Product]:
    """What can be given to it, at the prices it pays in."""
    currency = currency_of(company)
    return [product for product in Product.all_on_sale() if product.kind in GIVABLE and currency in product.prices]


def free_choice_of_currency(company: Company) -> tuple[str, ...]:
    """The currencies a company may still begin with; none when it has one."""
    return () if BillingAccount.of(company).currency else CURRENCIES


def _nothing(company: Company, form: Form) -> None:
    return None


def _order(company: Company, form: Form) -> Order:
    return order_of(company, form.text("order_no", 40))


def _invoice(company: Company, form: Form) -> SubscriptionInvoice:
    invoice = db.session.get(SubscriptionInvoice, form.id("invoice") or 0)
    if invoice is None or invoice.company_id != company.id:
        raise NotFound
    return invoice


def _voucher(company: Company, form: Form) -> Voucher:
    voucher = voucher_for_operators(form.id("voucher") or 0)
    if company.id not in (voucher.company_id, voucher.redeemed_by_id):
        raise NotFound
    return voucher


def _action(company: Company, form: Form) -> OperatorAction:
    action = db.session.get(OperatorAction, form.id("action") or 0)
    if action is None or action.company_id != company.id:
        raise NotFound
    return action


def _read_refund(company: Company, form: Form, order: Order) -> Do:
    how = form.choice("how", ("whole", "part", "lines"))
    if how == "lines":
        lines = [line for line in order.lines if line.id in form.ids("line")]
        if not lines:
            form.fail("line", _("Choose what is returned."))
        return lambda deed: refund(order, deed, sum(line.amount - line.returned for line in lines), lines)
    if how == "part":
        amount = _amount(form, order.currency)
        return lambda deed: refund(order, deed, amount)
    if how != "whole":
        form.fail("how", _("Choose how much is returned."))
    return lambda deed: refund(order, deed, refundable(order))


def _read_refund_invoice(company: Company, form: Form, invoice: SubscriptionInvoice) -> Do:
    how = form.choice("how", ("whole", "part"))
    if how == "part":
        amount = _amount(form, invoice.currency)
        return lambda deed: refund_invoice(invoice, deed, amount)
    if how != "whole":
        form.fail("how", _("Choose how much is returned."))
    return lambda deed: refund_invoice(invoice, deed, refundable(invoice))


def _read_wallet(company: Company, form: Form, about) -> Do:
    currency = form.choice("currency", free_choice_of_currency(company), otherwise=currency_of(company))
    amount = _amount(form, currency)
    sign = _direction(form)
    return lambda deed: adjust_wallet(company, deed, sign * amount, currency)


def _read_sms(company: Company, form: Form, about) -> Do:
    credits = form.whole_number("credits", 1, MOST_CREDITS, missing=_("Enter a number."))
    sign = _direction(form)
    return lambda deed: adjust_sms(company, deed, sign * credits)


def _read_comp(company: Company, form: Form, about) -> Do:
    product = form.choice("product", [product.code for product in products_for(company)])
    if not product:
        form.fail("product", _("Choose what is given."))
    quantity = form.whole_number("quantity", 1, _most(), missing=_("Enter a number."))
    return lambda deed: comp(company, deed, product, quantity)


def _read_trial(company: Company, form: Form, about) -> Do:
    days = form.whole_number("days", 1, MOST_TRIAL_DAYS, missing=_("Enter a number of days."))
    return lambda deed: extend_trial(company, deed, days)


def _read_grant(company: Company, form: Form, about) -> Do:
    days = form.whole_number("days", 1, MOST_DAYS, missing=_("Enter a number of days."))
    rights = dict(PROFESSIONAL) if form.yes("plan") else {}
    if form.yes("plan"):
        rights["seats"] = form.whole_number("seats", 1, _most(), missing=_("Say how many seats the plan has."))
    for name in ("more_seats", "more_styles"):
        if (more := form.whole_number(name, 0, _most())) is not None and more > 0:
            rights[name] = more
    flags = [flag for flag in FLAG_NAMES if form.has("flags", flag)]
    if flags and not form.yes("plan"):
        rights["flags"] = flags
    if not rights:
        form.fail("form", _("Choose what is granted."))
    return lambda deed: grant_rights(company, deed, rights, days)


def _read_void(company: Company, form: Form, voucher: Voucher) -> Do:
    return lambda deed: void_voucher(company, deed, voucher)


def _read_reverse(company: Company, form: Form, action: OperatorAction) -> Do:
    return lambda deed: reverse(action, deed)


def _amount(form: Form, currency: str) -> int:
    amount = typed_amount(form.value("amount"), currency)
    if not amount:
        form.fail("amount", _("Enter an amount such as %(example)s.", example=spoken(typed_amount("12", currency), currency)))
    return amount or 0


def _most() -> int:
    return limits()["most_in_order"]


def _direction(form: Form) -> int:
    direction = form.choice("direction", ("in", "out"))
    if not direction:
        form.fail("direction", _("Choose whether it is put in or taken out."))
    return -1 if direction == "out" else 1


FORMS = {
    "adjust_wallet": DeedForm("wallet", _l("Adjust the wallet"), _l("Put money into the wallet, or take it out."), _nothing, _read_wallet),
    "adjust_sms": DeedForm("send", _l("Correct SMS credits"), _l("Give SMS credits, or take them away."), _nothing, _read_sms),
    "comp": DeedForm("package", _l("Give a product"), _l("Something we sell, for nothing."), _nothing, _read_comp),
    "extend_trial": DeedForm(
        "hourglass", _l("Extend the trial"), _l("The professional edition for some days more, or once again."), _nothing, _read_trial
    ),
    "grant": DeedForm("certificate", _l("Grant rights"), _l("Seats, styles, features or a plan, until a day."), _nothing, _read_grant),
    "refund": DeedForm(
        "arrow-back-up", _l("Refund"),
        _l("Return what an order cost, all of it or a part. What was paid from the wallet goes back there, the rest to the card or app."),
        _order, _read_refund, is_general=False,
    ),
    "refund_invoice": DeedForm(
        "arrow-back-up", _l("Refund a subscription invoice"),
        _l("Return what an invoice of the subscription cost, all of it or a part, to the card it came from."),
        _invoice, _read_refund_invoice, is_general=False,
    ),
    "void_voucher": DeedForm(
        "ticket", _l("Void a voucher"), _l("Make it worthless, and take back what it gave."), _voucher, _read_void, is_general=False
    ),
    "reverse": DeedForm(
        "history", _l("Take an action back"),
        _l("Do the opposite of what was done. What was spent meanwhile is owed."), _action, _read_reverse, is_general=False,
    ),
}  # fmt: skip

"""Visits to the provider's payment page, one for each try to pay an order.

A visit ends paid, failed or expired because the provider says so when we ask: the page people come back to, the
webhook and the nightly comparison all call `sync_session`, and whoever comes first does it.
"""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing import payments
from billing.accounts import BillingAccount
from billing.differences import Difference
from billing.ledger import BY_LAW
from billing.orders import Order, PaidTwice
from billing.payments import NotPossibleNow
from core.clock import now
from core.db import PlatformModel, db
from core.errors import NotFound, Refusal
from tenants.companies.company import Company

# Stripe allows 30 minutes to 24 hours.
LASTS = timedelta(hours=23)
# Stripe takes no trial that ends sooner; two hours more, for who thinks about it on the page.
SOONEST_START = timedelta(hours=50)
STATUSES = ("open", "waiting", "paid", "failed", "expired", "returned")


class EarlierPayment(Refusal):
    code = "earlier_payment"
    message = _l("An earlier payment for this is just arriving. Wait a moment, then look at your orders.")


class AlreadySubscribed(Refusal):
    code = "already_subscribed"
    message = _l("Your company has a running subscription. Change its seats instead of buying a second one.")


class Checkout(PlatformModel):
    """One visit: open → (waiting →) paid | failed | expired; returned when the order had been paid already."""

    __tablename__ = "checkout"
    __table_args__ = (
        sa.CheckConstraint(f"status IN {STATUSES}", name="status"),
        sa.CheckConstraint("mode IN ('payment', 'subscription')", name="mode"),
        sa.UniqueConstraint("order_id", "attempt"),
        sa.Index("ix_checkout_one_open", "order_id", unique=True, postgresql_where=sa.text("status = 'open'")),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.order.id"))
    attempt: Mapped[int]
    mode: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    stripe_session_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    payment: Mapped[str | None] = mapped_column(index=True)
    stripe_subscription_id: Mapped[str | None] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @classmethod
    def of_session(cls, session_id: str) -> "Checkout | None":
        return db.session.scalar(sa.select(cls).where(cls.stripe_session_id == session_id))

    @classmethod
    def of_payment(cls, payment: str) -> "Checkout | None":
        return db.session.scalar(sa.select(cls).where(cls.payment == payment))

    @classmethod
    def of_subscription(cls, stripe_subscription_id: str) -> "Checkout | None":
        return db.session.scalar(sa.select(cls).where(cls.stripe_subscription_id == stripe_subscription_id))

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None

    def settle(self, status: str) -> None:
        self.status, self.settled_at, self.url = status, now(), None


def open_checkout(company: Company, order: Order, success_url: str, cancel_url: str, language: str = "en",
                  after_trial: bool = False) -> Checkout:  # fmt: skip
    """Send the company to pay an order: its `url` is where.  Asked again for the same order it is the same visit.

    `success_url` may hold {CHECKOUT_SESSION_ID}.  With `after_trial` a subscription begins when the trial is over.
    Raises PaymentsOff, ProviderAway, EarlierPayment, AlreadySubscribed, NotFound for an order that is not open.
    """
    account = BillingAccount.locked(company)
    db.session.refresh(order)
    if order.status != "open" or order.company_id != company.id:
        raise NotFound
    _refuse_while_another_is_paid(order)
    visit = _open_visit(order)
    if visit is not None and visit.expires_at > now():
        return visit
    _leave_earlier_visits(company, order)
    visit = _new_visit(company, order)
    if visit.mode == "subscription":
        _refuse_second_subscription(company)
    session = payments.open_session(
        f"checkout:{visit.id}:{visit.attempt}",
        **_asked_of_all(company, account, visit, language, success_url, cancel_url),
        **(_subscription(company, visit, after_trial) if visit.mode == "subscription" else _sale(company, visit)),
    )
    visit.stripe_session_id, visit.url = session["id"], session["url"]
    visit.expires_at = payments.moment(session["expires_at"])
    return visit


def checkout_of(company: Company, session_id: str) -> Checkout:
    """The company's visit.  Raises NotFound, also for another company's: an address proves nothing."""
    visit = Checkout.of_session(session_id)
    if visit is None or visit.company_id != company.id:
        raise NotFound
    return visit


def sync_checkout(company: Company, session_id: str) -> Checkout:
    """What the page does that people come back to: the same as the webhook, then and there.  Raises NotFound, ProviderAway."""
    checkout_of(company, session_id)
    return sync_session(session_id)


def sync_session(session_id: str) -> Checkout | None:
    """Bring a visit, its order and its subscription to what the provider says now.  None for one that is not ours."""
    visit = Checkout.of_session(session_id)
    if visit is None:
        return None
    # First the lock, then the look: what was fetched before waiting may be older than what somebody wrote meanwhile.
    BillingAccount.locked(visit.company_id)
    db.session.refresh(visit)
    if visit.status in ("paid", "returned"):
        return visit
    session = payments.session(session_id)
    if session["status"] == "expired":
        _expired(visit)
    elif session["status"] == "complete":
        _completed(visit, session)
    return visit


def refused_later(session_id: str) -> None:
    """A wallet that was to pay later did not (checkout.session.async_payment_failed)."""
    visit = sync_session(session_id)
    if visit is not None and visit.status == "waiting":
        visit.settle("failed")
        visit.order.fail()


def customer_of(company: Company, account: BillingAccount) -> str:
    """Who the company is at the provider; made anew if somebody deleted it there."""
    before = account.stripe_customer_id
    if before is not None and not payments.customer(before).get("deleted"):
        return before
    made = payments.create_customer(
        f"customer:{company.id}:{account.created_at.isoformat()}:{before}",
        name=account.legal_name or company.name,
        email=account.email,
        metadata={"company": str(company.id)},
    )
    account.stripe_customer_id = made["id"]
    db.session.flush()
    return made["id"]


def return_second_payment(payment: str, company_id: int, order_no: str) -> None:
    """Send back what was paid for something that had been paid.  Asked twice it goes back once."""
    # Or it went back by another hand, or the bank has it: either way it does not stay with us.
    with suppress(NotPossibleNow):
        payments.refund_payment(payment, f"autorefund:{payment}", metadata={"order_no": order_no})
    Difference.note("paid_twice", payment, company_id, ours={"order_no": order_no})


def _refuse_while_another_is_paid(order: Order) -> None:
    """A plan that is being paid by phone is not bought again by card meanwhile.  Other things one may well buy twice."""
    on_its_way = sa.select(Order.id).where(
        Order.company_id == order.company_id, Order.purpose == order.purpose, Order.status == "waiting_for_payment"
    )
    if order.purpose == "plan" and db.session.scalar(on_its_way.limit(1)) is not None:
        raise EarlierPayment


def _open_visit(order: Order) -> Checkout | None:
    return db.session.scalar(sa.select(Checkout).where(Checkout.order_id == order.id, Checkout.status == "open"))


def _new_visit(company: Company, order: Order) -> Checkout:
    attempts = db.session.scalar(sa.select(sa.func.count()).where(Checkout.order_id == order.id))
    is_subscription = any(line.product.kind == "subscription" for line in order.lines)
    visit = Checkout(
        id=uuid.uuid4(), company_id=company.id, order_id=order.id, order=order, attempt=attempts + 1, status="open",
        mode="subscription" if is_subscription else "payment", expires_at=now() + LASTS,
    )  # fmt: skip
    db.session.add(visit)
    return visit


def _leave_earlier_visits(company: Company, order: Order) -> None:
    """Close the pages on which the same thing could still be paid, in another tab or from an order left behind."""
    others = (
        sa.select(Checkout)
        .join(Order)
        .where(Checkout.company_id == company.id, Checkout.status == "open", Order.purpose == order.purpose)
    )
    for visit in db.session.scalars(others):
        try:
            payments.expire_session(visit.stripe_session_id)
        except NotPossibleNow:
            if payments.session(visit.stripe_session_id)["status"] == "complete":
                raise EarlierPayment
        visit.settle("expired")
    db.session.flush()


def _refuse_second_subscription(company: Company) -> None:
    from billing.subscriptions import Subscription

    if Subscription.running_of(company.id) is not None:
        raise AlreadySubscribed


def _asked_of_all(company: Company, account: BillingAccount, visit: Checkout, language: str, success_url: str,
                  cancel_url: str) -> dict:  # fmt: skip
    return {
        "mode": visit.mode,
        "customer": customer_of(company, account),
        "client_reference_id": visit.order.order_no,
        "metadata": _mark(company, visit),
        "locale": payments.LANGUAGES.get(language, "auto"),
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(visit.expires_at.timestamp()),
    }


def _sale(company: Company, visit: Checkout) -> dict:
    """Everything but subscriptions: paid once, by card, Alipay or WeChat Pay."""
    order = visit.order
    return {
        "line_items": [_line(title, amount, order.currency) for title, amount in _titles(order).items()],
        "allowed_payment_method_types": payments.METHODS,
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        "payment_intent_data": {"metadata": _mark(company, visit)},
    }


def _subscription(company: Company, visit: Checkout, after_trial: bool) -> dict:
    """The professional plan, so many seats, by card."""
    order = visit.order
    (line,) = order.lines
    price = payments.price(
        line.product.lookup_key(order.currency), line.product.title, order.currency, line.unit_amount, line.product.interval
    )
    data = {"metadata": _mark(company, visit)}
    ends = company.trial_ends_at
    if after_trial and ends and ends > now() + SOONEST_START:
        data["trial_end"] = int(ends.timestamp())
    return {
        "line_items": [{"price": price["id"], "quantity": line.quantity}],
        "allowed_payment_method_types": ["card"],
        "subscription_data": data,
    }


def _titles(order: Order) -> dict[str, int]:
    """What the payment page lists.  The parts of a package are one line there; the sum is the order's."""
    titles: dict[str, int] = {}
    for line in order.lines:
        title = line.package.title if line.package else f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title
        titles[title] = titles.get(title, 0) + line.amount
    return titles


def _line(title: str, amount: int, currency: str) -> dict:
    return {
        "quantity": 1,
        "price_data": {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": title}},
    }


def _mark(company: Company, visit: Checkout) -> dict[str, str]:
    """For people who look at it in the provider's dashboard.  We never read it: anybody there could write it."""
    return {"company": str(company.id), "order_no": visit.order.order_no}


def _expired(visit: Checkout) -> None:
    if not visit.is_settled:
        visit.settle("expired")
    others = sa.select(Checkout.id).where(Checkout.order_id == visit.order_id, Checkout.status.in_(("open", "waiting")))
    if db.session.scalar(others) is None:
        visit.order.expire()


def _completed(visit: Checkout, session: dict) -> None:
    visit.stripe_subscription_id = session["subscription"]
    if visit.mode == "subscription":
        _subscribed(visit)
    elif session["payment_status"] != "paid":
        _waits(visit)
    elif _is_what_was_ordered(visit, session):
        visit.payment = session["payment_intent"]
        _paid(visit, tax=session.get("total_details") or {})


def _waits(visit: Checkout) -> None:
    """The person has agreed; the money comes later, or not (WeChat Pay, Alipay)."""
    if visit.status != "failed":
        visit.status, visit.url = "waiting", None
        visit.order.wait()


def _is_what_was_ordered(visit: Checkout, session: dict) -> bool:
    order, tax = visit.order, (session.get("total_details") or {}).get("amount_tax", 0)
    ours = {"total": order.total, "currency": order.currency}
    theirs = {"total": session["amount_total"] - tax, "currency": (session["currency"] or "").upper()}
    if ours != theirs:
        Difference.note("amount", session["id"], visit.company_id, ours=ours, theirs=theirs)
    return ours == theirs


def _paid(visit: Checkout, tax: dict) -> None:
    try:
        visit.order.fulfil(visit.payment, {"amount": tax["amount_tax"]} if tax.get("amount_tax") else None)
        visit.settle("paid")
    except PaidTwice:
        return_second_payment(visit.payment, visit.company_id, visit.order.order_no)
        visit.settle("returned")


def _subscribed(visit: Checkout) -> None:
    """A subscription has begun; its own state says the rest, and its first paid invoice pays the order."""
    from billing.subscriptions import sync_subscription

    sync_subscription(visit.stripe_subscription_id, visit.company_id)
    if visit.status == "open":
        visit.status, visit.url = "waiting", None
        visit.order.wait()

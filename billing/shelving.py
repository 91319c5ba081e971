"""What operators do with the shelf: new versions, something new, off sale and on again; and who holds what.

A version never changes, so nobody who bought one is touched by any of it.  A subscription's price must be known to the
payment provider before it is sold: until then the version waits, and the one before is sold.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import distinct_on, insert

from billing import payments
from billing.money import CURRENCIES
from billing.orders import Order, OrderLine
from billing.payments import NotPossibleNow, ProviderAway
from billing.plans import BY_CODE
from billing.products import PARTS, Product, in_order, stock
from billing.subscriptions import ENDED, Subscription
from core.clock import now
from core.db import db, record, transaction
from core.errors import Invalid, NotFound, NotNow, Refusal
from core.events import dataclass_event

log = logging.getLogger(__name__)

MOST = 100_000_000_00
# The kinds of which a package may consist.
PACKABLE = ("feature", "style_voucher", "seats", "sms")


class ShelfChanged(Refusal):
    code = "shelf_changed"
    message = _l("A colleague has made another version meanwhile. Look at it, then change what you meant to.")


@dataclass_event
class VersionMade:
    product_id: int


def newest(code: str) -> Product:
    """The last version, sold or not.  Raises NotFound for what we never had."""
    stock()
    found = db.session.scalar(sa.select(Product).where(Product.code == code).order_by(Product.version.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


def whole_shelf() -> list[Product]:
    """The last version of everything, also of what is not sold any more."""
    stock()
    last = sa.select(Product).ext(distinct_on(Product.code)).order_by(Product.code, Product.version.desc())
    return in_order(db.session.scalars(last))


def packable() -> list[Product]:
    """What a package may consist of."""
    return [product for product in Product.all_on_sale() if product.kind in PACKABLE]


def versions_of(code: str) -> list[Product]:
    """Newest first."""
    return list(db.session.scalars(sa.select(Product).where(Product.code == code).order_by(Product.version.desc())))


def draft(code: str, after: int, **different) -> Product:
    """The version that would be made after this one: to look at, on no shelf yet.  Raises Invalid, NotFound."""
    old = db.session.scalar(sa.select(Product).where(Product.code == code, Product.version == after))
    if old is None:
        raise NotFound
    about = {name: getattr(old, name) for name in PARTS} | different
    _check(code, old.kind, about)
    if all(getattr(old, name) == about[name] for name in PARTS):
        raise Invalid(form=_("Nothing is different from version %(version)s.", version=after))
    return Product(code=code, kind=old.kind, version=after + 1, withdrawn_at=old.withdrawn_at, **about)


def make_version(code: str, after: int, by: str, reason: str, **different) -> Product:
    """Put a version on the shelf after the one that was on the page.  Sent twice, it is made once.

    Raises Invalid, ShelfChanged when `after` is not the last one any more.
    """
    return _put(draft(code, after, **different), by, reason)


def add_package(code: str, by: str, reason: str, **about) -> Product:
    """Put something new on the shelf under a name of its own.  Raises Invalid.

    "bundle:…" is rights for some months, "package:…" consists of other products.
    """
    kind, about = code.partition(":")[0], {"rights": {}, "months": 0, "gives": {}, "contents": {}} | about
    _check(code, kind, about)
    try:
        return _put(Product(code=code, kind=kind, version=1, **about), by, reason)
    except ShelfChanged:
        raise Invalid(code=_("There is something with this code already.")) from None


def withdraw(code: str, version: int) -> Product:
    """Sell it no more.  What was sold stays; a version that waits for the provider is given up with it.  Raises ShelfChanged."""
    return _set_withdrawn(code, version, is_sold=False)


def put_back(code: str, version: int) -> Product:
    """Sell it again.  Raises ShelfChanged."""
    return _set_withdrawn(code, version, is_sold=True)


def holders(products: Iterable[Product]) -> dict[int, int]:
    """How many companies hold each version: those whose subscription runs with it, those that bought it and still have it."""
    ids = [product.id for product in products]
    # An order line names the part and the package it came in.
    bought = [
        sa.select(column.label("product_id"), Order.company_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(column.in_(ids), Order.status.in_(("paid", "refunded")), OrderLine.taken_back_at.is_(None))
        for column in (OrderLine.product_id, OrderLine.package_id)
    ]
    running = sa.select(Subscription.product_id, Subscription.company_id).where(
        Subscription.product_id.in_(ids), Subscription.status.not_in(ENDED)
    )
    subscribed = sa.select(Product.id).where(Product.id.in_(ids), Product.kind == "subscription")
    bought[0] = bought[0].where(OrderLine.product_id.not_in(subscribed))
    held = sa.union(*bought, running).subquery()
    rows = db.session.execute(sa.select(held.c.product_id, sa.func.count()).group_by(held.c.product_id))
    return dict(map(tuple, rows))


def version_made(event: VersionMade) -> None:
    """Have the provider know its prices now.  While it is away `make_ready` tries again."""
    with suppress(ProviderAway, NotNow):
        _make_ready(event.product_id)


def make_ready() -> None:
    """Every version that waits for the payment provider.  By the schedule."""
    with transaction():
        waiting = list(
            db.session.scalars(sa.select(Product.id).where(Product.ready_at.is_(None), Product.withdrawn_at.is_(None)))
        )
    with suppress(ProviderAway, NotNow):
        for id in waiting:
            _make_ready(id)


def _check(code: str, kind: str, about: dict) -> None:
    """Raises Invalid for what cannot be sold so."""
    faults = {f"price_{currency}": _too_much() for currency, price in about["prices"].items() if not 0 < price <= MOST}
    if not about["prices"]:
        faults["form"] = _("Give it a price in at least one currency.")
    if code not in BY_CODE and not about["name"]:
        faults["name"] = _("Say what it is called.")
    if kind == "bundle" and not about["rights"]:
        faults["form"] = _("Choose at least one thing that it gives.")
    if kind == "package":
        faults |= _faults_of_parts(about)
    if faults:
        raise Invalid(**faults)


def _faults_of_parts(about: dict) -> dict[str, str]:
    """What a package consists of must be sold, in each currency the package is."""
    sold = {part.code: part.prices.keys() for part in packable()}
    unsold = [code for code in about["contents"] if not about["prices"].keys() <= sold.get(code, set())]
    faults = {f"part_{code}": _("This is not on sale, or has no price in a currency of the package.") for code in unsold}
    return faults if about["contents"] else {"form": _("Choose at least one thing that it gives.")}


def _too_much() -> str:
    return _("Enter an amount like 99 or 99.50.")


def _put(new: Product, by: str, reason: str) -> Product:
    """Onto the shelf, unless somebody was quicker.  Raises ShelfChanged."""
    about = {name: getattr(new, name) for name in PARTS}
    waits = new.kind == "subscription" and payments.are_on()
    values = about | {
        "code": new.code, "kind": new.kind, "version": new.version, "made_by": by, "reason": reason, "created_at": now(),
        "withdrawn_at": new.withdrawn_at, "ready_at": None if waits else now(),
    }  # fmt: skip
    new_id = db.session.scalar(insert(Product).values(values).on_conflict_do_nothing().returning(Product.id))
    if new_id is not None and waits:
        record(VersionMade(new_id))
    made = db.session.scalars(sa.select(Product).where(Product.code == new.code, Product.version == new.version)).one()
    # The same form sent twice finds what it made.
    if new_id is None and (made.made_by != by or any(getattr(made, name) != value for name, value in about.items())):
        raise ShelfChanged
    return made


def _set_withdrawn(code: str, version: int, is_sold: bool) -> Product:
    product = newest(code)
    db.session.execute(sa.select(Product.id).where(Product.id == product.id).with_for_update())
    if newest(code).version != version:
        raise ShelfChanged
    # The last one the provider knows is what is sold or not; those that still wait go the same way.
    for each in versions_of(code):
        each.withdrawn_at = None if is_sold else each.withdrawn_at or now()
        if each.ready_at is not None:
            break
    return product


def _make_ready(id: int) -> None:
    with transaction():
        query = sa.select(Product).where(Product.id == id, Product.ready_at.is_(None), Product.withdrawn_at.is_(None))
        product = db.session.scalar(query.with_for_update(skip_locked=True))
        if product is None:
            return
        try:
            _tell_provider(product)
        except NotPossibleNow as reason:
            log.error("price refused by the provider product=%s version=%s reason=%s", product.code, product.version, reason)
        else:
            product.ready_at = now()


def _tell_provider(product: Product) -> None:
    """Asking again is harmless: the provider is asked for the price of this version, which is made if there is none."""
    if payments.are_on():
        for currency in [currency for currency in CURRENCIES if currency in product.prices]:
            key, amount = product.lookup_key(currency), product.prices[currency]
            payments.price(key, product.title, currency, amount, product.interval)

"""The shelf: every version of every product.  A version never changes; a newer one takes its place.

What operators do with it is in billing/shelving.py.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, distinct_on, insert
from sqlalchemy.orm import Mapped, mapped_column

from billing.plans import BY_CODE, OFFERS, Offer
from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Refusal

KINDS = ("subscription", "term", "seats", "feature", "package", "bundle", "style_voucher", "sms", "topup")
# What one version may have otherwise than the one before.
PARTS = ("name", "names", "prices", "rights", "months", "gives", "contents")


class NotForSale(Refusal):
    code = "not_for_sale"
    message = _l("This is not for sale any more. Reload the page to see what is.")
    status = 404


class Product(PlatformModel):
    """One version of something we sell, with its price in each currency."""

    __tablename__ = "product"
    __table_args__ = (
        sa.UniqueConstraint("code", "version"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
    )

    id: Mapped[int] = identity()
    code: Mapped[str]
    version: Mapped[int]
    kind: Mapped[str]
    # An operator's own words, in English and in other languages; without them the words of billing/plans.py.
    name: Mapped[str] = mapped_column(default="")
    names: Mapped[dict] = mapped_column(JSONB, default=dict, server_default="{}")
    prices: Mapped[dict] = mapped_column(JSONB)
    rights: Mapped[dict] = mapped_column(JSONB, default=dict)
    months: Mapped[int] = mapped_column(default=0)
    gives: Mapped[dict] = mapped_column(JSONB, default=dict)
    contents: Mapped[dict] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    made_by: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    # Since when the payment provider knows its prices, if it must: before that nobody can buy it.
    ready_at: Mapped[datetime | None] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]

    @classmethod
    def on_sale(cls, code: str) -> "Product":
        """The version sold now.  Raises NotForSale."""
        stock()
        newest = sa.select(cls).where(cls.code == code, cls.ready_at.is_not(None)).order_by(cls.version.desc()).limit(1)
        product = db.session.scalar(newest)
        if product is None or product.withdrawn_at is not None:
            raise NotForSale
        return product

    @classmethod
    def all_on_sale(cls) -> "list[Product]":
        """The whole shelf in the order of the price page."""
        stock()
        newest = sa.select(cls).ext(distinct_on(cls.code)).where(cls.ready_at.is_not(None))
        newest = newest.order_by(cls.code, cls.version.desc())
        return in_order(product for product in db.session.scalars(newest) if product.withdrawn_at is None)

    @classmethod
    def change(cls, code: str, **different) -> "Product":
        """Put a newer version on the shelf.  Whoever bought an older one keeps it.  Raises NotForSale."""
        old = cls.on_sale(code)
        kept = {name: getattr(old, name) for name in ("kind", *PARTS)}
        new = cls(code=code, version=old.version + 1, **(kept | different))
        db.session.add(new)
        db.session.flush()
        return new

    @property
    def title(self) -> str:
        """What people read: the operator's own words, or ours in the reader's language."""
        return self.names.get(str(get_locale())) or self.name or str(BY_CODE[self.code].title)

    @property
    def interval(self) -> str | None:
        """How often a subscription is billed: "month" or "year"."""
        return {1: "month", 12: "year"}.get(self.months) if self.kind == "subscription" else None

    def price_in(self, currency: str) -> int:
        """Minor units for one.  Raises NotForSale where there is no price in that currency."""
        price = self.prices.get(currency)
        if price is None:
            raise NotForSale
        return price

    def lookup_key(self, currency: str) -> str:
        """How the payment provider calls the price of this version."""
        return f"{self.code}:v{self.version}:{currency}".lower().replace(":", "_")

    @property
    def lengthens(self) -> bool:
        """Whether more of it lasts longer, instead of being more at once."""
        return self.kind in ("feature", "bundle")

    def months_for(self, quantity: int) -> int:
        return self.months * quantity if self.lengthens else self.months

    def rights_for(self, quantity: int) -> dict:
        """What so many of it give: seats are counted, the rest is there or not."""
        if self.lengthens:
            return self.rights
        counted = {name: self.rights[name] * quantity for name in ("seats", "more_seats") if name in self.rights}
        return self.rights | counted


def in_order(products: Iterable[Product]) -> list[Product]:
    """As the price page lists them: in the order of billing/plans.py, then what operators added."""
    place = {code: place for place, code in enumerate(BY_CODE)}
    return sorted(products, key=lambda product: (place.get(product.code, len(place)), product.code))


def stock(offers: Iterable[Offer] = OFFERS) -> None:
    """Put what has never been on the shelf there.  What is, stays as it is."""
    known = set(db.session.scalars(sa.select(Product.code).distinct()))
    rows = [_first_version(offer) for offer in offers if offer.code not in known]
    if rows:
        db.session.execute(insert(Product).on_conflict_do_nothing(), rows)


def _first_version(offer: Offer) -> dict:
    written = ("code", "kind", "prices", "rights", "months", "gives", "contents")
    begun = {"version": 1, "name": "", "names": {}, "created_at": now(), "ready_at": now()}
    return {name: getattr(offer, name) for name in written} | begun

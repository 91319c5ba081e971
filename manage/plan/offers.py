"""An offer: so many of a product at our price, as it stood on the page where somebody agrees to it.

It travels in a signed token, so that a browser can change nothing in it, and it carries the key that makes a second
click the same order.
"""

import uuid
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l

from billing.money import spoken
from billing.orders import Order, place_order, price_of
from billing.products import Product
from core import tokens
from core.db import db
from core.errors import Refusal
from tenants.companies.company import Company

PURPOSE = "offer"
LASTS = 3600


class OfferTooOld(Refusal):
    code = "offer_too_old"
    message = _l("The price has changed meanwhile, or this page was open for too long. Look at the amount and confirm again.")


@dataclass(frozen=True)
class Offer:
    """What somebody is asked to agree to."""

    company: int
    product: int
    quantity: int
    currency: str
    total: int
    key: str

    @classmethod
    def make(cls, company: Company, product: Product, quantity: int, currency: str) -> "Offer":
        """Raises Invalid for a quantity we do not sell, NotForSale."""
        total = price_of({product.code: quantity}, currency)
        return cls(company.id, product.id, quantity, currency, total, uuid.uuid4().hex)

    @classmethod
    def read(cls, company: Company, token: str) -> "Offer":
        """Raises OfferTooOld, also for one that was made for another company or by somebody else."""
        meant = tokens.read_signed(PURPOSE, token, max_age=LASTS)
        if meant is None or meant["company"] != company.id:
            raise OfferTooOld
        return cls(**meant)

    @property
    def token(self) -> str:
        return tokens.sign(PURPOSE, asdict(self))

    @property
    def spoken_total(self) -> str:
        return spoken(self.total, self.currency)

    @property
    def sold(self) -> Product:
        """The version that was offered."""
        return db.session.get_one(Product, self.product)

    def place(self, company: Company) -> Order:
        """The order, once for each offer.  Raises OfferTooOld when what we sell now is not what was offered."""
        order = place_order(company, {self.sold.code: self.quantity}, self.currency, key=self.key)
        if order.total != self.total:
            raise OfferTooOld
        return order

"""What is for sale, as the price page shows it, and the one feature that a locked page offers."""

from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from billing.accounts import BillingAccount
from billing.money import CURRENCIES, spoken
from billing.plans import BY_CODE, FLAG_NAMES, FLAG_TEXTS
from billing.products import NotForSale, Product
from core.db import db
from tenants.companies.company import Company


@dataclass(frozen=True)
class Shelf:
    """Our products in one currency."""

    currency: str

    @cached_property
    def products(self) -> list[Product]:
        return [product for product in Product.all_on_sale() if self.currency in product.prices]

    def of(self, kind: str) -> list[Product]:
        return [product for product in self.products if product.kind == kind]

    def product(self, code: str) -> Product | None:
        return next((product for product in self.products if product.code == code), None)

    def price(self, product: Product) -> str:
        return spoken(product.price_in(self.currency), self.currency)

    def price_a_month(self, product: Product) -> str:
        """What a plan costs for each month, rounded as money is."""
        return spoken(round(product.price_in(self.currency) / product.months), self.currency)

    def saved(self, package: Product) -> str:
        """What a package costs less than its parts; empty when nothing."""
        parts = sum(self._amount(code) * count for code, count in package.contents.items())
        less = parts - package.price_in(self.currency)
        return spoken(less, self.currency) if less > 0 else ""

    def parts(self, package: Product) -> list[tuple[str, int]]:
        """The names and numbers of what is in a package."""
        return [(part.title, count) for code, count in package.contents.items() if (part := self.product(code))]

    def _amount(self, code: str) -> int:
        part = self.product(code)
        return part.price_in(self.currency) if part else 0


@dataclass(frozen=True)
class Locked:
    """A feature the company has not: what it is, what it is good for, what it costs, and where one gets it."""

    flag: str
    title: str
    text: str
    price: str
    address: str
    comes_with_plan: bool


def currency_for(company: Company, asked: str | None = None) -> str:
    """What the company pays in since its first purchase; before that what it asks for, or what its language suggests."""
    account = db.session.get(BillingAccount, company.id)
    if account is not None and account.currency:
        return account.currency
    if asked in CURRENCIES:
        return asked
    return "CNY" if company.language == "zh_Hans" else "USD"


def locked_feature(company: Company, flag: str) -> Locked | None:
    """For the piece `locked(flag)` in manage/_locked.html.  None when the company has the feature."""
    if flag in company.entitlements.flags:
        return None
    code, shelf = f"feature:{flag}", Shelf(currency_for(company))
    alone = code in BY_CODE
    try:
        product = Product.on_sale(code if alone else "professional:month")
        price = shelf.price(product)
    except NotForSale:
        price = ""
    address = url_for("manage.plan_orders.new", product=code) if alone and price else url_for("manage.plan_prices.index")
    return Locked(flag, str(FLAG_NAMES[flag]), str(FLAG_TEXTS[flag]), price, address, comes_with_plan=not alone)

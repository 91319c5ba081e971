"""A company as somebody who pays: its currency, its name on invoices, who it is at the payment provider."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from billing.money import CURRENCIES
from core.clock import now
from core.db import PlatformModel, db
from core.errors import Invalid, Refusal
from core.text import is_email, tidy, tidy_email, tidy_lines
from tenants.companies.company import Company


class CurrencyIsFixed(Refusal):
    code = "currency_is_fixed"
    message = _l("Your company pays in {currency} since its first purchase. That cannot be changed.")


class BillingAccount(PlatformModel):
    """One for each company, made when it is first needed.  Locking it makes a company's purchases queue."""

    __tablename__ = "billing_account"
    emptied_at_erasure = {"legal_name": "", "address": "", "tax_id": "", "email": ""}

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    currency: Mapped[str | None]
    legal_name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    stripe_customer_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, company: Company | int) -> "BillingAccount":
        """The company's account; made if there is none."""
        id = company if isinstance(company, int) else company.id
        account = db.session.get(cls, id)
        if account is None:
            values = {"company_id": id, "legal_name": "", "address": "", "tax_id": "", "email": "", "created_at": now()}
            db.session.execute(insert(cls).values(values).on_conflict_do_nothing())
            account = db.session.get_one(cls, id)
        return account

    @classmethod
    def locked(cls, company: Company | int) -> "BillingAccount":
        """The same, and nobody else buys, redeems or is refunded for this company until the transaction ends."""
        account = cls.of(company)
        db.session.flush()
        db.session.execute(
            sa.select(cls.company_id).where(cls.company_id == account.company_id).with_for_update(key_share=True)
        )
        db.session.refresh(account)
        return account

    @classmethod
    def of_stripe_customer(cls, stripe_customer_id: str) -> "BillingAccount | None":
        return db.session.scalar(sa.select(cls).where(cls.stripe_customer_id == stripe_customer_id))

    def pay_in(self, currency: str) -> None:
        """Fix the currency at the first purchase.  Raises CurrencyIsFixed for another one later, Invalid for one we lack."""
        if currency not in CURRENCIES:
            raise Invalid(currency=_("Choose one of: %(currencies)s.", currencies=", ".join(CURRENCIES)))
        if self.currency not in (None, currency):
            raise CurrencyIsFixed(currency=self.currency)
        self.currency = currency

    def describe(self, legal_name: str, address: str, tax_id: str, email: str) -> None:
        """Who is named on documents from now on.  Raises Invalid."""
        email = tidy_email(email)
        if email and not is_email(email):
            raise Invalid(email=_("Enter an e-mail address like name@example.com."))
        self.legal_name, self.address = tidy(legal_name, 200), tidy_lines(address, 500)
        self.tax_id, self.email = tidy(tax_id, 40), email

    def as_buyer(self, company: Company) -> dict:
        """What a document keeps of the buyer for ever."""
        return {
            "name": self.legal_name or company.name,
            "address": self.address,
            "tax_id": self.tax_id,
            "email": self.email,
            "company_id": company.company_id,
        }

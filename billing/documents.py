"""Invoices, receipts and credit notes: numbered without gaps, and never different from what they said when issued."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from billing.accounts import BillingAccount
from billing.ledger import BY_LAW
from billing.orders import Order, OrderReturn
from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import NotFound
from tenants.companies.company import Company

PREFIXES = {"invoice": "INV", "receipt": "R", "credit_note": "CN"}


class Document(PlatformModel):
    """What a company can show its accountant.  Everything in it is a copy: a later change of address changes nothing."""

    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("kind", "year", "number"),
        sa.CheckConstraint("kind IN ('invoice', 'receipt', 'credit_note')", name="kind"),
        sa.Index("ix_document_company", "company_id", "id"),
    )
    kept_at_erasure = BY_LAW

    id: Mapped[int] = identity()
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.order.id"), index=True)
    return_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.order_return.id"), unique=True)
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.document.id"))
    language: Mapped[str]
    seller: Mapped[dict] = mapped_column(JSONB)
    buyer: Mapped[dict] = mapped_column(JSONB)
    tax: Mapped[dict] = mapped_column(JSONB)
    lines: Mapped[list] = mapped_column(JSONB)
    currency: Mapped[str]
    total: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    # Drawn when it is first asked for, and kept: a newer font or library must not make another file of it.
    pdf: Mapped[bytes | None] = deferred(mapped_column(sa.LargeBinary))
    pdf_sha256: Mapped[str | None]

    order: Mapped[Order] = relationship()
    corrects: Mapped["Document | None"] = relationship(remote_side=[id])

    @property
    def name(self) -> str:
        """As it is written: INV-2026-000017."""
        return f"{PREFIXES[self.kind]}-{self.year}-{self.number:06}"

    def as_pdf(self) -> bytes:
        """The file, the same one each time."""
        from billing.paper import draw  # which draws documents

        if self.pdf is None:
            self.pdf = draw(self)
            self.pdf_sha256 = hashlib.sha256(self.pdf).hexdigest()
        return self.pdf


class DocumentCounter(PlatformModel):
    """The last number of a kind in a year.  A locked row, not a sequence: what is rolled back leaves no gap."""

    __tablename__ = "document_counter"

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]

    @classmethod
    def next(cls, kind: str, year: int) -> int:
        """The next number.  Everybody else who needs one waits until this transaction ends, so ask late."""
        one_more = insert(cls).values(kind=kind, year=year, last=1)
        one_more = one_more.on_conflict_do_update(index_elements=[cls.kind, cls.year], set_={"last": cls.last + 1})
        return db.session.scalar(one_more.returning(cls.last).execution_options(synchronize_session=False))


def issue_receipt(order: Order) -> Document:
    """A receipt for a paid order; an invoice if the company has said who it is for its tax office."""
    kind = "invoice" if BillingAccount.of(order.company_id).tax_id else "receipt"
    return _issue(kind, order, order.total, order.tax)


def issue_credit_note(order: Order, done: OrderReturn) -> Document:
    """The opposite of (a part of) an order's receipt."""
    corrected = sa.select(Document).where(Document.order_id == order.id, Document.kind != "credit_note").limit(1)
    return _issue("credit_note", order, -done.amount, {}, return_id=done.id, corrects=db.session.scalar(corrected))


def documents_of(company: Company, at_most: int = 200) -> list[Document]:
    """Newest first."""
    query = sa.select(Document).where(Document.company_id == company.id).order_by(Document.id.desc()).limit(at_most)
    return list(db.session.scalars(query))


def documents_of_order(order: Order) -> list[Document]:
    """Its receipt or invoice, and what corrected it, in the order they were issued."""
    return list(db.session.scalars(sa.select(Document).where(Document.order_id == order.id).order_by(Document.id)))


def document_of(company: Company, id: int) -> Document:
    """The company's document.  Raises NotFound, also for another company's."""
    document = db.session.get(Document, id)
    if document is None or document.company_id != company.id:
        raise NotFound
    return document


def _issue(kind: str, order: Order, total: int, tax: dict, **about) -> Document:
    company, year = order.company, now().year
    db.session.flush()
    with force_locale(company.language):
        lines = _lines(order) if kind != "credit_note" else []
    document = Document(
        kind=kind, year=year, company_id=company.id, order=order, language=company.language, seller=_seller(),
        buyer=BillingAccount.of(company).as_buyer(company), tax=dict(tax), lines=lines, currency=order.currency,
        total=total, number=DocumentCounter.next(kind, year), **about,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    return document


def _lines(order: Order) -> list[dict]:
    return [
        {"title": line.title, "quantity": line.quantity, "unit_amount": line.unit_amount, "amount": line.amount}
        for line in order.lines
    ]


def _seller() -> dict:
    config = current_app.config
    return {"name": config["SELLER_NAME"], "address": config["SELLER_ADDRESS"], "tax_id": config["SELLER_TAX_ID"]}

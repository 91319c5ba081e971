"""Vouchers made together, for a purpose: printed once, then known by their hashes alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.vouchers import Voucher, hash_of, new_code
from core.clock import now
from core.db import PlatformModel, db, identity, lock, transaction
from core.errors import NotFound, Refusal
from core.tokens import seal, unseal
from tenants.companies.company import Company

AT_MOST = 10_000
# How long codes wait, sealed, to be printed; and for how long a page that got lost on its way may be fetched anew.
PRINT_WITHIN, PRINT_AGAIN = timedelta(days=1), timedelta(minutes=2)
STATES = {
    "issued": _l("issued"),
    "redeemed": _l("redeemed"),
    "taken_back": _l("redeemed, taken back"),
    "void": _l("void"),
    "expired": _l("expired"),
}
_SEALED = "voucher codes"


class PrintedBefore(Refusal):
    code = "printed_before"
    message = _l(
        "These codes were printed, or waited too long for it. Nobody can see them again: void the batch and make another."
    )


class VoucherBatch(PlatformModel):
    """With a company its vouchers may be redeemed only there.  `gives` is what each gives, see Voucher.

    Only batches with codes are counted; those an operator puts into a company's drawer have none.
    """

    __tablename__ = "voucher_batch"
    __table_args__ = (sa.CheckConstraint(f"count BETWEEN 0 AND {AT_MOST}", name="count"),)
    emptied_at_erasure = {"company_id": None}

    id: Mapped[int] = identity()
    # From the form: sent twice, the batch is made once.
    key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    gives: Mapped[dict] = mapped_column(JSONB)
    count: Mapped[int] = mapped_column(default=0, server_default="0")
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    expires_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")
    # What one of them was sold for, in minor units; without a currency they were given away.
    price: Mapped[int] = mapped_column(default=0, server_default="0")
    currency: Mapped[str] = mapped_column(default="", server_default="")
    made_by: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    sealed_codes: Mapped[str | None] = mapped_column(info={"sealed": _SEALED})
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(default="", server_default="")
    print_key: Mapped[str | None]

    company: Mapped[Company | None] = relationship()

    @classmethod
    def make(
        cls,
        name: str,
        gives: dict,
        count: int,
        expires_at: datetime,
        company: Company | None = None,
        made_by: str = "",
        **about,
    ) -> "tuple[VoucherBatch, list[str]]":
        """A batch and its codes, which wait sealed until they are printed.  `about`: key, note, price, currency."""
        batch = cls(
            name=name, gives=gives, count=count, company_id=company.id if company else None, expires_at=expires_at,
            made_by=made_by, **about,
        )  # fmt: skip
        db.session.add(batch)
        db.session.flush()
        codes = [new_code() for _ in range(count)]
        batch.sealed_codes = seal(_SEALED, "\n".join(codes))
        alike = {"batch_id": batch.id, "company_id": batch.company_id, "gives": gives, "expires_at": expires_at}
        if codes:
            db.session.execute(insert(Voucher), [{"code_hash": hash_of(code), "issued_at": now()} | alike for code in codes])
        return batch, codes

    @classmethod
    def numbered(cls, id: int) -> "VoucherBatch":
        """Raises NotFound."""
        batch = db.session.get(cls, id)
        if batch is None:
            raise NotFound
        return batch

    @classmethod
    def keyed(cls, key: str) -> "VoucherBatch | None":
        return db.session.scalar(sa.select(cls).where(cls.key == key))

    @property
    def may_be_printed(self) -> bool:
        return self.printed_at is None and self.sealed_codes is not None

    def print_codes(self, key: str, by: str) -> list[str]:
        """The codes, once.  The same form sent again at once gets them again: a double click must not lose them.

        Raises PrintedBefore.
        """
        lock(self)
        is_again = self.print_key == key and self.printed_at is not None and now() - self.printed_at < PRINT_AGAIN
        if not self.may_be_printed and not is_again:
            raise PrintedBefore
        codes = unseal(_SEALED, self.sealed_codes or "")
        if codes is None:
            raise PrintedBefore
        if not is_again:
            self.printed_at, self.printed_by, self.print_key = now(), by, key
        return codes.split("\n")

    def void_unredeemed(self) -> int:
        """Nobody can redeem what is left.  Returns how many that were."""
        left = sa.update(Voucher).where(Voucher.batch_id == self.id, *_left())
        gone = db.session.execute(left.values(voided_at=now()).execution_options(synchronize_session=False))
        self.sealed_codes = None
        return gone.rowcount

    def redeemed(self, at_most: int, before: int | None = None) -> list[Voucher]:
        """Those that were redeemed, the last first."""
        query = sa.select(Voucher).where(Voucher.batch_id == self.id, Voucher.redeemed_at.is_not(None))
        if before is not None:
            query = query.where(Voucher.id < before)
        return list(db.session.scalars(query.order_by(Voucher.id.desc()).limit(at_most)))

    def still_given(self, at_most: int) -> list[Voucher]:
        """Those redeemed whose gift has not been taken back."""
        query = sa.select(Voucher).where(Voucher.batch_id == self.id, Voucher.redeemed_at.is_not(None))
        return list(db.session.scalars(query.where(Voucher.taken_back_at.is_(None)).order_by(Voucher.id).limit(at_most)))


# Here, where both are known: vouchers are also looked at by who knows nothing of batches.
Voucher.batch = relationship(VoucherBatch)


@dataclass(frozen=True)
class Row:
    """A batch in the list, with how many of its vouchers are in which state."""

    batch: VoucherBatch
    counts: dict[str, int]


def batches(at_most: int, before: int | None = None) -> list[Row]:
    """Those with codes, newest first."""
    query = sa.select(VoucherBatch).where(VoucherBatch.count > 0).order_by(VoucherBatch.id.desc()).limit(at_most)
    if before is not None:
        query = query.where(VoucherBatch.id < before)
    found = list(db.session.scalars(query))
    counts = counts_of([batch.id for batch in found])
    return [Row(batch, counts.get(batch.id, {})) for batch in found]


def counts_of(ids: list[int]) -> dict[int, dict[str, int]]:
    """By batch and state."""
    state = sa.case(
        (Voucher.taken_back_at.is_not(None), "taken_back"),
        (Voucher.redeemed_at.is_not(None), "redeemed"),
        (Voucher.voided_at.is_not(None), "void"),
        (Voucher.expires_at <= now(), "expired"),
        else_="issued",
    )
    query = (
        sa.select(Voucher.batch_id, state, sa.func.count()).where(Voucher.batch_id.in_(ids)).group_by(Voucher.batch_id, state)
    )
    counts: dict[int, dict[str, int]] = {}
    for batch_id, name, count in db.session.execute(query):
        counts.setdefault(batch_id, {})[name] = count
    return counts


def find_code(code: str) -> Voucher | None:
    """The voucher with this code, whatever has become of it."""
    return db.session.scalar(sa.select(Voucher).where(Voucher.code_hash == hash_of(code)))


def forget_codes() -> None:
    """By the schedule: codes that were printed, or that nobody came to print, are known by their hashes alone."""
    due = sa.or_(VoucherBatch.printed_at < now() - PRINT_AGAIN, VoucherBatch.made_at < now() - PRINT_WITHIN)
    statement = sa.update(VoucherBatch).where(VoucherBatch.sealed_codes.is_not(None), due).values(sealed_codes=None)
    with transaction():
        db.session.execute(statement.execution_options(synchronize_session=False))


def _left() -> tuple:
    return Voucher.redeemed_at.is_(None), Voucher.voided_at.is_(None)

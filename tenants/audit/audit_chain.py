"""Each company's audit log is a chain (core/chained_logs.py), and its end is kept each hour where its role cannot write."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.chained_logs import ChainHead, Verdict, Walk
from core.clock import now
from core.db import PlatformModel, TenantModel, db, identity, transaction
from tenants.companies.company import Company, current_company

log = logging.getLogger(__name__)


class AuditHead(ChainHead, TenantModel):
    """The end of the company's chain."""

    __tablename__ = "audit_head"


class AuditAnchor(PlatformModel):
    """The end of a company's chain at some hour, kept where its role cannot write."""

    __tablename__ = "audit_anchor"
    __table_args__ = (sa.UniqueConstraint("company_id", "seq"),)

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"))
    seq: Mapped[int]
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, company: Company) -> "list[AuditAnchor]":
        """All there are, the newest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.company_id == company.id).order_by(cls.seq.desc())))

    @classmethod
    def drop(cls, company: Company) -> None:
        """Keep the end of the chain in force, if it is a new one."""
        head = AuditHead.current()
        if head.seq:
            anchor = insert(cls).values(company_id=company.id, seq=head.seq, hash=head.hash, at=now())
            if db.session.scalar(anchor.on_conflict_do_nothing().returning(cls.id)):
                log.info("audit log ends company=%s seq=%s hash=%s", company.id, head.seq, head.hash)


def anchor_companies() -> None:
    """Keep the ends of all open companies' chains.  Running it again does nothing."""
    with transaction():
        companies = Company.all_open()
    for company in companies:
        try:
            with company.entered(), transaction():
                AuditAnchor.drop(company)
        except Exception:
            log.exception("audit log not anchored company=%s", company.id)


def verify() -> Verdict:
    """Walk the whole chain of the company in force, compare its end and all that were kept of it."""
    from tenants.audit.audit import AuditEntry  # it writes its entries with our head

    anchors = {anchor.seq: anchor.hash for anchor in AuditAnchor.of(current_company())}
    return Walk(AuditEntry, AuditHead, anchors).verdict()

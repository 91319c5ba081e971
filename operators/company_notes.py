"""What operators write down about a company for each other."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import PlatformModel, db, identity
from core.errors import Invalid, NotFound, Refusal
from core.text import tidy_lines
from operators.operator import Operator
from tenants.companies.company import Company

EDITABLE_FOR = timedelta(minutes=30)
LONGEST = 4000


class NotEditable(Refusal):
    code = "note_not_editable"
    message = _l("Only who wrote a note may change it, and only for half an hour. Write another one.")


class CompanyNote(PlatformModel):
    """One note about a company.  Pinned ones stand first."""

    __tablename__ = "company_note"

    id: Mapped[int] = identity()
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def write(cls, company: Company, by: Operator, text: str) -> "CompanyNote":
        """Raises Invalid(text=…) for an empty one."""
        note = cls(company_id=company.id, operator=by, text=_tidy(text))
        db.session.add(note)
        db.session.flush()
        return note

    @classmethod
    def of(cls, company: Company) -> "list[CompanyNote]":
        """The pinned ones, then the others, the newest first."""
        order = cls.pinned_at.is_(None), cls.id.desc()
        return list(db.session.scalars(sa.select(cls).where(cls.company_id == company.id).order_by(*order)))

    @classmethod
    def numbered(cls, company: Company, id: int) -> "CompanyNote":
        """One of this company's.  Raises NotFound."""
        note = db.session.scalar(sa.select(cls).where(cls.company_id == company.id, cls.id == id).with_for_update(of=cls))
        if note is None:
            raise NotFound
        return note

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    def is_editable_by(self, operator: Operator) -> bool:
        return operator.id == self.operator_id and now() - self.written_at < EDITABLE_FOR

    def edit(self, by: Operator, text: str) -> None:
        """Raises NotEditable, Invalid(text=…)."""
        if not self.is_editable_by(by):
            raise NotEditable
        self.text, self.edited_at = _tidy(text), now()

    def pin(self) -> None:
        self.pinned_at = self.pinned_at or now()

    def unpin(self) -> None:
        self.pinned_at = None


def _tidy(text: str) -> str:
    text = tidy_lines(text, LONGEST)
    if not text:
        raise Invalid(text=_("Write something."))
    return text

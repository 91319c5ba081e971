"""What a visitor said of himself in a form: his card, as far as nobody has written on it, and the evidence of what he

agreed to (W-26, C-15).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chat.styles.form_fields import KNOWN, Field
from core.clock import now
from core.db import TenantModel, db, identity, lock
from core.text import tidy

ANSWERS_AT_MOST = 50


class Consent(TenantModel):
    """That a visitor agreed: to which words, where they led, when and from where.  Never changed, only added."""

    __tablename__ = "consent"

    id: Mapped[int] = identity()
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    wording: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    page_url: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, visitor) -> list["Consent"]:
        return list(db.session.scalars(sa.select(cls).where(cls.visitor_id == visitor.id).order_by(cls.id)))

    def as_dict(self) -> dict:
        return {"text": self.wording, "url": self.url, "page_url": self.page_url, "at": self.given_at.isoformat()}


class Told:
    """What he told in forms.  Part of Visitor."""

    # Questions of the company's own, and what he typed where his card said something else: [{"label", "value", "at"}].
    answers: Mapped[list] = mapped_column(JSONB, default=list, server_default="[]")
    registered_at: Mapped[datetime | None]

    @property
    def is_known(self) -> bool:
        return any(getattr(self, name) for name in KNOWN)

    def has_told(self, field: Field) -> bool:
        """Whether there is an answer to this question already, whoever wrote it."""
        if field.is_own:
            return any(answer["label"] == field.label for answer in self.answers)
        return bool(getattr(self, field.key))

    def tell(self, form, filled_in: dict[str, str], site, ip: str = "", page_url: str = "") -> None:
        """Keep a form he filled in, from `form.filled_in`.  What an agent wrote on the card counts more than what he types."""
        # Two tabs may tell at once.
        lock(self)
        before = [getattr(self, name) for name in KNOWN], self.answers
        for name in KNOWN:
            if not getattr(self, name):
                setattr(self, name, filled_in.get(name, ""))
        on_the_card = {name for name in KNOWN if filled_in.get(name) == getattr(self, name)}
        self._answer(form.told(filled_in, besides=on_the_card))
        self._agree(form, filled_in, site, ip, page_url)
        self.registered_at = self.registered_at or now()
        if before != ([getattr(self, name) for name in KNOWN], self.answers):
            self.card_changed()

    def _answer(self, told: list[dict[str, str]]) -> None:
        """The newest answer to each question counts."""
        said, at = {answer["label"]: answer for answer in self.answers}, now().isoformat()
        for answer in told:
            if said.get(answer["label"], {}).get("value") != answer["value"]:
                said.pop(answer["label"], None)
                said[answer["label"]] = answer | {"at": at}
        self.answers = list(said.values())[-ANSWERS_AT_MOST:]

    def _agree(self, form, filled_in: dict[str, str], site, ip: str, page_url: str) -> None:
        given = {(consent.wording, consent.url) for consent in Consent.of(self)}
        for field in form.fields:
            if field.kind == "consent" and filled_in[field.key] and (field.label, field.url) not in given:
                db.session.add(
                    Consent(
                        visitor_id=self.id,
                        site_id=site.id,
                        wording=field.label,
                        url=field.url,
                        ip=ip,
                        page_url=tidy(page_url, 2000),
                    )
                )

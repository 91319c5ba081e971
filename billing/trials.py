"""Who has had a trial: once for a company and once for a person (F-07).

Of a person only keyed hashes are kept, so that nobody can read from them who it was; they stay when the company is
erased, or erasing it would buy another trial.
"""

import hashlib
import hmac
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db
from tenants.abuse.mail_domains import FREE_MAIL, normal_email
from tenants.abuse.signals import Signal
from tenants.companies.company import Company


class TrialClaim(PlatformModel):
    """One thing by which somebody who has had a trial is known again."""

    __tablename__ = "trial_claim"
    __table_args__ = (sa.CheckConstraint("kind IN ('company', 'email', 'phone', 'domain', 'card')", name="kind"),)
    kept_at_erasure = "Keyed hashes, so that erasing a company does not buy another trial."

    kind: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def forget_half_open(cls, company: Company) -> None:
        """A sign-up that died half-way has had no trial."""
        db.session.execute(sa.delete(cls).where(cls.company_id == company.id))


def claim_trial(company: Company, **signs: str) -> bool:
    """Claim the one trial for this company and everything its person is known by: email, phone, verified domain, card.

    True if nobody claimed any of it before.
    """
    known = {"company": str(company.id)} | {kind: _normal(kind, sign) for kind, sign in signs.items()}
    # A free mail provider's domain is everybody's.
    known = {kind: sign for kind, sign in known.items() if sign and not (kind == "domain" and sign in FREE_MAIL)}
    if claimed_before := _claims_of(known):
        _note_sharing(company, claimed_before)
        return False
    # Of two at the same moment, the second finds something claimed.
    claimed = [_claim(company, kind, sign) for kind, sign in known.items()]
    return all(claimed)


def note_signs(company: Company, **signs: str) -> None:
    """Remember by what else the person of a trial is known: a domain that was verified, a card that was used later."""
    known = {kind: sign for kind, typed in signs.items() if (sign := _normal(kind, typed))}
    _note_sharing(company, _claims_of(known))
    for kind, sign in known.items():
        _claim(company, kind, sign)


def _normal(kind: str, sign: str) -> str:
    if kind == "email":
        return normal_email(sign)
    if kind == "phone":
        return "".join(character for character in sign if character.isdigit())
    return sign.strip().casefold()


def _claims_of(known: dict[str, str]) -> list[TrialClaim]:
    keys = _keys()
    hashes = [(kind, _hash(kind, sign, key)) for kind, sign in known.items() for key in keys]
    return list(db.session.scalars(sa.select(TrialClaim).where(sa.tuple_(TrialClaim.kind, TrialClaim.hash).in_(hashes))))


def _note_sharing(company: Company, claims: list[TrialClaim]) -> None:
    """The same person, card or domain at two companies is a sign, and no more: people do work for two."""
    for claim in claims:
        if claim.company_id != company.id:
            shared = {"sign": claim.kind, "companies": [claim.company_id, company.id]}
            Signal.note_once("same_trial", f"{claim.kind}:{claim.company_id}", company, **shared)


def _claim(company: Company, kind: str, sign: str) -> bool:
    values = {"kind": kind, "hash": _hash(kind, sign, _keys()[0]), "company_id": company.id, "claimed_at": now()}
    statement = insert(TrialClaim).values(values).on_conflict_do_nothing().returning(TrialClaim.kind)
    return db.session.scalar(statement) is not None


def _hash(kind: str, sign: str, key: str) -> str:
    return hmac.new(f"trial claim {key}".encode(), f"{kind}:{sign}".encode(), hashlib.sha256).hexdigest()


def _keys() -> list[str]:
    # An older key must stay among the fall-backs, or its claims are forgotten.
    return [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]

"""Signed identities: the customer's own server says who a visitor is, in a token only it can have made (V-22).

A JSON Web Token (RFC 7519) signed with HMAC-SHA-256 and one of the site's secrets.  It must name him (`sub`) and end
within the hour (`exp`); it may tell his `name`, `email` and `phone`.  Nothing else ever makes two visitors one.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from chat.styles.sites import Site
from chat.visitors.visitors import CardSaved, Visitor
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import NotFound, Refusal
from core.text import is_email, tidy, tidy_email
from core.tokens import new_token, seal, unseal
from tenants.companies.company import current_company

ALGORITHMS = ["HS256"]
AT_MOST = 4096
LASTS, LEEWAY = 3600, 60
# So long a page that stays open may come back with the identity it was opened with.
LINGERS = 24 * 3600
PURPOSE = "identity secret"
AT_MOST_ON_CARD = {"name": 80, "email": 254, "phone": 40}


class IdentityRefused(Refusal):
    """For the customer's developers: why a token was not believed."""

    code = "identity_refused"
    message = _l("The signed identity was not accepted: {reason}")
    status = 403


class IdentityRequired(Refusal):
    code = "identity_required"
    message = _l("Sign in on this site to chat with us.")
    status = 403


class TwoSecretsAlready(Refusal):
    code = "two_secrets_already"
    message = _l("A site has two secrets at most. Remove the one your server does not use any more first.")


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as his page's server says.  `has_ended`: it was true, but its time is over."""

    sub: str
    claims: dict[str, str] = field(default_factory=dict)
    has_ended: bool = False

    @classmethod
    def read(cls, token: str, site: Site) -> "Identity":
        """Raises IdentityRefused."""
        if len(token) > AT_MOST:
            raise IdentityRefused(reason=_l("it is longer than {at_most} characters.").format(at_most=AT_MOST))
        return cls._of(_claims_in(token, IdentitySecret.of_site(site)))

    @classmethod
    def _of(cls, claims: dict) -> "Identity":
        sub, until = claims.get("sub"), claims.get("exp")
        if not isinstance(sub, str) or not 0 < len(sub) <= 200 or "\0" in sub:
            raise IdentityRefused(reason=_l("`sub` must be your own ID of this person, a text of at most 200 characters."))
        if not _is_moment(until):
            raise IdentityRefused(reason=_l("`exp` is missing. Let the token end within the hour."))
        left = until - time.time()
        if left > LASTS + LEEWAY:
            raise IdentityRefused(reason=_l("`exp` is too far ahead. Let the token end within the hour."))
        if left < -LINGERS:
            raise _expired()
        _check_beginning(claims.get("nbf"))
        return cls(sub, _card_of(claims), has_ended=left < -LEEWAY)

    def visitor(self, known: Visitor | None, site: Site, language: str = "") -> Visitor:
        """The one visitor with this identity.  Who was anonymous in this browser becomes it, if nobody else is.

        Raises IdentityRefused when it has ended, unless it names who `known` is anyway.
        """
        if self.has_ended and (known is None or known.sub != self.sub):
            raise _expired()
        visitor = self._found() or self._bound(known, site, language)
        self._tell(visitor)
        return visitor

    def _found(self) -> Visitor | None:
        # Read anew: another tab may have bound the very visitor we hold, and changed his key.
        found = sa.select(Visitor).where(Visitor.sub == self.sub).execution_options(populate_existing=True)
        return db.session.scalar(found)

    def _bound(self, known: Visitor | None, site: Site, language: str) -> Visitor:
        try:
            with db.session.begin_nested():
                visitor = known or Visitor.recognise(None, site, language)
                return visitor if visitor.become(self.sub) else self._bound(None, site, language)
        except IntegrityError:
            # Another device of his was quicker by a moment.
            return self._found()

    def _tell(self, visitor: Visitor) -> None:
        changed = {name: value for name, value in self.claims.items() if getattr(visitor, name) != value}
        for name, value in changed.items():
            setattr(visitor, name, value)
        if changed:
            record(CardSaved(current_company().id, visitor.id))


class IdentitySecret(TenantModel):
    """What a customer's server signs identities with.  Two may be valid, so that one can be changed for another."""

    __tablename__ = "identity_secret"

    id: Mapped[int] = identity()
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(info={"sealed": PURPOSE})
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def add(cls, site: Site) -> "IdentitySecret":
        """A new one; those there are stay valid.  Raises TwoSecretsAlready."""
        lock(site)
        if len(cls.of_site(site)) >= 2:
            raise TwoSecretsAlready
        secret = cls(site_id=site.id, sealed=seal(PURPOSE, new_token()))
        db.session.add(secret)
        db.session.flush()
        return secret

    @classmethod
    def of_site(cls, site: Site) -> list["IdentitySecret"]:
        """The site's, oldest first."""
        return list(db.session.scalars(sa.select(cls).where(cls.site_id == site.id).order_by(cls.id)))

    @classmethod
    def numbered(cls, id: int, site: Site) -> "IdentitySecret":
        """Raises NotFound."""
        secret = db.session.get(cls, id)
        if secret is None or secret.site_id != site.id:
            raise NotFound
        return secret

    @property
    def text(self) -> str | None:
        """What the customer copies.  None when it came here with a company that moved in: nobody can read it any more."""
        return unseal(PURPOSE, self.sealed)

    def remove(self) -> None:
        """What it signed is not believed any more."""
        db.session.delete(self)


def _claims_in(token: str, secrets: list[IdentitySecret]) -> dict:
    texts = [secret.text for secret in secrets if secret.text]
    if not texts:
        raise IdentityRefused(reason=_l("this site has no secret. Make one on the site's page in the management centre."))
    for text in texts:
        claims = _signed_with(text, token)
        if claims is not None:
            return claims
    raise IdentityRefused(reason=_l("its signature is not by one of this site's secrets."))


def _signed_with(secret: str, token: str) -> dict | None:
    try:
        # The plain signature, not the library's `jwt`: nothing in a header decides how it is read.
        payload = jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=ALGORITHMS).payload
        claims = json.loads(payload)
    except BadSignatureError:
        return None
    except (JoseError, ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise IdentityRefused(reason=_l("it is not a JSON Web Token signed with HS256."))
    return claims


def _check_beginning(moment) -> None:
    if moment is None:
        return
    if not _is_moment(moment) or moment > time.time() + LEEWAY:
        raise IdentityRefused(reason=_l("`nbf` says that it is not valid yet. Compare your server's clock."))


def _is_moment(value) -> bool:
    # JSON in Python knows NaN, which is never over.
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _expired() -> IdentityRefused:
    return IdentityRefused(reason=_l("it has expired. Sign a new one for each page."))


def _card_of(claims: dict) -> dict[str, str]:
    """What the token tells for the visitor's card; what is not fit for it is left out."""
    told = {name: claims[name] for name in ("name", "email", "phone") if isinstance(claims.get(name), str)}
    card = {name: tidy(value, AT_MOST_ON_CARD[name]) for name, value in told.items()}
    if "email" in card:
        card["email"] = tidy_email(card["email"])
    return {name: value for name, value in card.items() if value and (name != "email" or is_email(value))}

"""OpenID Connect: who somebody is, as his company's own identity provider says (OpenID Connect Core 1.0, RFC 6749, 7636, 9207).

Authlib speaks the protocol; this says which of it we allow.  Authorization code with PKCE only; ID tokens signed with an
asymmetric algorithm of our list; issuer, audience, nonce and times checked; state, nonce and verifier live in the
browser's own signed session, used once.
"""

import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.egress import EgressRefused, go_out
from core.errors import Refusal
from tenants.platform.switches import need

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SCOPE = "openid email profile"
LEEWAY = 60


class OidcRefused(Refusal):
    """What went wrong, in words for the administrator; `step` names where."""

    code = "sso_refused"
    message = _l("{why}")
    status = 422

    def __init__(self, step: str, why: str):
        super().__init__(why=why)
        self.step = step


@dataclass(frozen=True)
class Provider:
    """An identity provider and what it knows us by."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str = SCOPE


@dataclass(frozen=True)
class Started:
    """A sign-in on its way: what the browser keeps until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """What the provider says of somebody."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    everything: dict = field(default_factory=dict, repr=False)

    def groups(self, claim: str) -> list[str]:
        """The groups in a claim, which may be a list or one name."""
        named = self.everything.get(claim) or []
        return [str(group) for group in (named if isinstance(named, list) else [named])]


class Conversation:
    """With one provider.  Each step raises OidcRefused."""

    def __init__(self, provider: Provider):
        self.provider = provider
        self._session = go_out(
            OAuth2Session(
                provider.client_id,
                provider.client_secret,
                redirect_uri=provider.redirect_uri,
                scope=provider.scope,
                code_challenge_method="S256",
            )
        )
        self._known: dict | None = None

    @property
    def metadata(self) -> dict:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        if self._known is None:
            found = self._json("discovery", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.provider.issuer:
                told = _("It calls itself %(issuer)s. Enter exactly that as the issuer.", issuer=found.get("issuer", "–"))
                raise OidcRefused("discovery", told)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if urlsplit(str(found.get(name))).scheme not in ("https", "http"):
                    raise OidcRefused("discovery", _("It does not say its %(name)s.", name=name))
            self._known = found
        return self._known

    def keys(self) -> KeySet:
        """What it signs with."""
        try:
            return KeySet.import_key_set(self._json("keys", self.metadata["jwks_uri"]))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise OidcRefused("keys", _("Its keys cannot be read.")) from error

    def start(self) -> Started:
        """Raises SwitchedOff."""
        need("single_sign_on")
        verifier, state, nonce = (secrets.token_urlsafe(48) for _number in range(3))
        address, _state = self._session.create_authorization_url(
            self.metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        return Started(address, state, nonce, verifier)

    def finish(self, answer: dict, state: str, nonce: str, verifier: str) -> Claims:
        """Who came back, from the callback's parameters and what the browser had kept."""
        if answer.get("error"):
            told = answer.get("error_description") or answer["error"]
            raise OidcRefused("answer", _("The provider refused: %(why)s", why=str(told)[:200]))
        if not state or not secrets.compare_digest(str(answer.get("state", "")).encode(), state.encode()):
            raise OidcRefused("answer", _("This answer belongs to another sign-in. Begin again."))
        # Which provider answers is said by newer ones, against mixing them up (RFC 9207).
        if answer.get("iss") not in (None, self.provider.issuer):
            raise OidcRefused("answer", _("The answer comes from another provider."))
        return self._claims(self._token(str(answer.get("code", "")), verifier), nonce)

    def _token(self, code: str, verifier: str) -> dict:
        try:
            return self._session.fetch_token(
                self.metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except (AuthlibBaseError, requests.RequestException, EgressRefused, ValueError) as error:
            told = getattr(error, "description", "") or getattr(error, "error", "") or str(error)
            raise OidcRefused(
                "token", _("The provider did not accept the code or the client secret: %(why)s", why=str(told)[:200])
            ) from error

    def _claims(self, token: dict, nonce: str) -> Claims:
        try:
            read = jwt.decode(str(token.get("id_token", "")), self.keys(), algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            }
            claims = CodeIDToken(
                read.claims,
                read.header,
                options,
                {"nonce": nonce, "client_id": self.provider.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(int(time.time()), LEEWAY)
            if not nonce or claims.get("nonce") != nonce:
                raise OidcRefused("identity", _("The identity belongs to another sign-in. Begin again."))
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise OidcRefused(
                "identity", _("What the provider says of the person cannot be believed: %(why)s", why=str(error)[:200])
            ) from error
        return Claims(
            issuer=self.provider.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or "").casefold(),
            email_verified=claims.get("email_verified") in (True, "true"),
            name=str(claims.get("name") or claims.get("preferred_username") or ""),
            everything=dict(claims),
        )

    def _json(self, step: str, address: str) -> dict:
        try:
            answer = self._session.get(address, withhold_token=True, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, EgressRefused, ValueError) as error:
            raise OidcRefused(step, _("%(address)s cannot be asked: %(why)s", address=address, why=str(error)[:200])) from error
        if not isinstance(found, dict):
            raise OidcRefused(
                step,
                _(
                    "%(address)s answers with status %(status)s instead of its settings.",
                    address=address,
                    status=answer.status_code,
                ),
            )
        return found

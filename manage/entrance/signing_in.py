"""Signing in: finding who it is without telling strangers anything, and the cookie afterwards."""

import time
from dataclasses import dataclass
from typing import NamedTuple

from flask import g, request, session, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from core import cookies
from core.db import db, transaction
from core.errors import Refusal
from core.limits import TooManyTries, count_try, failures_counted, forget_tries
from core.pages import network
from core.realtime import green
from core.text import tidy
from core.tokens import new_token
from manage.mails import send_new_device
from tenants.abuse.blocks import blocks
from tenants.companies.company import Address, Company
from tenants.people.members import Member
from tenants.signing_in import passwords
from tenants.signing_in.current import SESSION_COOKIE
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.networks import AllowList, NetworkNotAllowed
from tenants.signing_in.sessions import LONG, Session
from tenants.signing_in.sign_in_log import SignInEntry
from tenants.signing_in.single_sign_on import OnlyBySingleSignOn, SingleSignOn

# An address may serve several companies; so many of them are tried.
COMPANIES_TRIED = 5
ANSWERING_TAKES = 0.4
PER_ACCOUNT_AND_NETWORK = ("5 per minute", "20 per hour")
PER_ACCOUNT = "100 per hour"
PER_NETWORK = "60 per 10 minutes"
# What the login log calls it.
REFUSED_AS = {OnlyBySingleSignOn: "only_by_sso", NetworkNotAllowed: "network_refused"}
# It outlives sessions: who signs in with it again is no stranger.
DEVICE_COOKIE = "laike_device"
DEVICE_SECONDS = 2 * 365 * 24 * 3600


class WrongSignIn(Refusal):
    code = "wrong_sign_in"
    message = _l("That does not match. Check the company ID, the agent number or e-mail, and the password.")
    status = 422


class Who(NamedTuple):
    """A member, wherever he is: by the numbers of his company and of himself."""

    company: int
    member: int


@dataclass(frozen=True)
class SignIn:
    """What somebody typed to sign in.  `name` is an agent number or an e-mail address."""

    company_id: str
    name: str
    password: str

    def find(self) -> list[Who]:
        """Everybody this password fits: one, or the same person in several companies.  Raises WrongSignIn, TooManyTries, SignInRefused."""
        # Before all else: a password that is right must not show in what is answered.
        blocks().check_sign_in(request.remote_addr or "")
        with failures_counted(PER_NETWORK, "sign-in", network()):
            self._count_try()
            return self._whom_it_fits()

    def _whom_it_fits(self) -> list[Who]:
        began = time.monotonic()
        companies = self._companies()
        if not companies:
            # As much work as for a wrong password.
            passwords.matches(None, self.password)
        found = [who for company in companies if (who := self._member_in(company))]
        if not found:
            take_the_usual_time(began)
            raise WrongSignIn
        for rule in PER_ACCOUNT_AND_NETWORK:
            forget_tries(rule, *self._key, network())
        return found

    def _count_try(self) -> None:
        for rule in PER_ACCOUNT_AND_NETWORK:
            count_try(rule, *self._key, network())
        try:
            count_try(PER_ACCOUNT, *self._key)
        except TooManyTries:
            # Whoever guesses from many networks must not keep out who has come in with this device before.
            if not self._comes_with_known_device():
                raise

    @property
    def _key(self) -> tuple[str, str, str]:
        return "sign-in", tidy(self.company_id, 40).lower(), tidy(self.name, 254).casefold()

    def _comes_with_known_device(self) -> bool:
        return any(map(self._knows_device, self._companies()))

    def _knows_device(self, company: Company) -> bool:
        with company.entered(), transaction():
            member = Member.known_as(self.name)
            return member is not None and KnownDevice.of(member, device_token()) is not None

    def _companies(self) -> list[Company]:
        with transaction():
            if not self.company_id:
                return Address.companies_of(self.name.casefold())[:COMPANIES_TRIED] if "@" in self.name else []
            company = Company.called(self.company_id)
            return [company] if company and company.lets_in else []

    def _member_in(self, company: Company) -> Who | None:
        with company.entered(), transaction():
            member = Member.known_as(self.name)
            if not passwords.matches(member.password_hash if member else None, self.password):
                if member is not None:
                    note_try(member, "password", "wrong_password")
                return None
            member.rehash(self.password)
            return Who(company.id, member.id)


def take_the_usual_time(began: float) -> None:
    """Wait until an answer has taken as long as every other: whether there is such a person must not show in it."""
    green.sleep(max(0.0, ANSWERING_TAKES - (time.monotonic() - began)))


def sign_in(
    who: Who, remember: bool = False, presence: str = "", method: str = "password", trusts_device: bool = False
) -> tuple[str, Member]:
    """Open a session with a new token, by one of METHODS.  Gives the cookie's value and the member.

    Who `trusts_device` is spared the second factor on it for a while.

    Raises SignInRefused, WrongSignIn, OnlyBySingleSignOn, NetworkNotAllowed.
    """
    blocks().check_sign_in(request.remote_addr or "")
    sign_out()
    with transaction():
        company = Company.numbered(who.company)
    if company is None or not company.lets_in:
        raise WrongSignIn
    with company.entered(), transaction():
        member = db.session.get(Member, who.member)
        if member is None or member.removed_at is not None:
            raise WrongSignIn
        refusal = _company_refuses(member, method)
        if refusal is not None:
            # The try itself stays written down.
            note_try(member, method, REFUSED_AS[type(refusal)])
    if refusal is not None:
        raise refusal
    with company.entered(), transaction():
        if presence and (presence != "invisible" or member.may("presence.invisible")):
            member.presence = presence
        session, cookie = Session.open(member, remember, method=method, **_where())
        note_try(member, method, "signed_in", session)
        if KnownDevice.seen(member, device_token(), **_where()):
            send_new_device.later(member_id=member.id, session_id=session.id)
        if trusts_device:
            KnownDevice.of(member, device_token()).trust()
    return cookie, member


def _company_refuses(member: Member, method: str) -> Refusal | None:
    """Why his company does not let him in by this method, or from here."""
    try:
        if method != "sso":
            SingleSignOn.current().refuse_password(member)
        AllowList.current().check(request.remote_addr or "")
    except tuple(REFUSED_AS) as refusal:
        return refusal
    return None


def note_try(member: Member, method: str, result: str, session: Session | None = None) -> None:
    """Write it into the login log, with where it came from."""
    SignInEntry.note(member, method, result, session=session, **_where())


def device_token() -> str:
    """What the browser is known by: what its cookie says, or a new one that it gets with this answer."""
    return cookies.kept(DEVICE_COOKIE)[:100] or request.environ.setdefault("laike.device_token", new_token())


def _where() -> dict:
    return {"ip": request.remote_addr or "", "device": request.user_agent.string}


def sign_out() -> None:
    """End the session the request came with, if any, and what its forms were signed with."""
    session.clear()
    if g.get("session") is not None:
        with transaction():
            g.session.end()
        g.session = None


def first_page(member: Member, managing: bool = False) -> str:
    """Where somebody begins: in the console, or where his role lets him."""
    if member.may("conversations.answer") and not (managing and member.may("management.enter")):
        return url_for("console.pages.show")
    return url_for("manage.home.index" if member.may("management.enter") else "manage.me.edit")


def keep_cookie(response: Response, cookie: str, remember: bool) -> Response:
    """Let the browser carry the session: until it is closed, or as long as the session lasts."""
    cookies.keep(response, SESSION_COOKIE, cookie, int(LONG.total_seconds()) if remember else None)
    cookies.keep(response, DEVICE_COOKIE, device_token(), DEVICE_SECONDS)
    return response


def drop_cookie(response: Response) -> Response:
    cookies.drop(response, SESSION_COOKIE)
    return response

"""Who calls at the console's door: a member who is signed in, on a page we gave him."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from chat.conversations.rooms import agents_room, member_room, message_takers_room, watchers_room
from core.db import db, transaction
from core.errors import NotSignedIn, Refusal
from core.tokens import read_signed, sign
from tenants.companies.company import Company
from tenants.people.duties import do_duty_first
from tenants.people.members import Member
from tenants.people.seats import SeatsUnknown
from tenants.signing_in.callers import CompanyCaller
from tenants.signing_in.current import cookie_name
from tenants.signing_in.networks import AllowList
from tenants.signing_in.sessions import Session

HANDSHAKE = "console handshake"
HANDSHAKE_SECONDS = 600
# The one room that all companies' consoles share: it says only that there is something to ask for.
ALL_CONSOLES = "consoles"


class HandshakeExpired(Refusal):
    code = "handshake_expired"
    message = _l("This page was open for too long. Reload it.")
    status = 403


@dataclass(kw_only=True)
class Agent(CompanyCaller):
    """A member with an open console.  His rights are looked up anew at each event."""

    sees_all: bool = False
    line: object = field(default=None, repr=False)

    @classmethod
    def of(cls, session: Session, company: Company, language: str | None = None) -> "Agent":
        member = session.member
        return cls(
            company_id=company.id,
            place=company.place,
            kind="member",
            id=member.id,
            name=member.name,
            rooms=rooms_of(member, company.id),
            session_id=session.id,
            language=member.language or language,
            sees_all=member.may("conversations.see_all"),
            shows_typing=True,
        )

    @property
    def member(self) -> Member:
        """The member as he is now.  Raises NotSignedIn, NotAllowed."""
        session = db.session.get(Session, self.session_id)
        if session is None or not session.is_open:
            raise NotSignedIn
        session.member.need("conversations.answer")
        return session.member


def agent_from(request, auth: dict) -> Agent:
    """Who opens a socket: the session of the cookie, on a page made for this very session.  Takes or keeps the seat.

    The handshake token is what a foreign page cannot know, although a browser would send it our cookie.
    """
    with transaction():
        found = Company.of_token(request.cookies.get(cookie_name()))
    if found is None:
        raise NotSignedIn
    company, secret = found
    with company.entered() as company, transaction():
        session = Session.of_token(secret)
        if session is None:
            raise NotSignedIn
        language = language_in(auth.get("handshake"), session, company)
        AllowList.current().check(request.remote_addr or "")
        do_duty_first(session)
        session.member.need("conversations.answer")
        _keep_seat(company, session.member)
        return Agent.of(session, company, language)


def handshake_for(session: Session, company: Company, language: str) -> str:
    """What the page shows when it connects."""
    return sign(HANDSHAKE, [company.id, session.id, language])


def language_in(token, session: Session, company: Company) -> str:
    """The language of the page a handshake token was made for.  Raises HandshakeExpired for one that is not this session's."""
    meaning = read_signed(HANDSHAKE, token if isinstance(token, str) else None, HANDSHAKE_SECONDS)
    if not isinstance(meaning, list) or meaning[:2] != [company.id, session.id]:
        raise HandshakeExpired
    return meaning[2]


def rooms_of(member: Member, company_id: int) -> set[str]:
    """The rooms a member's rights open to him."""
    rooms = {member_room(company_id, member.id)}
    if member.may("conversations.answer"):
        rooms |= {agents_room(company_id), ALL_CONSOLES}
    if member.may("visitors.see"):
        rooms.add(watchers_room(company_id))
    if member.may("offline_messages.handle"):
        rooms.add(message_takers_room(company_id))
    return rooms


def _keep_seat(company: Company, member: Member) -> None:
    """Raises NoSeatLeft, SeatWasReleased.

    The handshake token proves that it held one minutes ago, so while Redis is away it is believed.
    """
    try:
        company.keep_seat(member)
    except SeatsUnknown:
        return

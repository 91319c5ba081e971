"""The demo company: Acme, a small tea shop with three people, and what its visitors wrote lately.

Only made where DEMO=yes: its passwords are known to everybody.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from chat.conversations.conversations import Conversation
from chat.conversations.messages import Message
from chat.conversations.said import Said
from chat.offline.messages import OfflineMessage
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from lifecycle.opening import Opening
from saas.demo_operators import PEOPLE, make_operators
from saas.demo_site import SITE_KEY
from saas.demo_styles import add_tasting_room
from tenants.companies.company import Company, SiteKey
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role

COMPANY_ID = "acme"
PASSWORD = "two kettles and a cellar"  # noqa: S105 - known to everybody, on purpose


def make_demo() -> Company:
    """Open the demo company, or find it again.  Its shop may have moved to another port: the site follows."""
    with transaction():
        company = Company.called(COMPANY_ID)
    if company is None:
        company, _ = Opening(COMPANY_ID, "Acme", "Olga", "olga@acme.example", PASSWORD, time_zone="Asia/Shanghai").run()
    with company.entered() as company, transaction():
        site = _site(company)
        site.allow([current_app.config["DEMO_SITE_URL"]])
        if Member.known_as("adam@acme.example") is None:
            _fill(site)
            olga, adam = (Member.known_as(f"{name}@acme.example") for name in ("olga", "adam"))
            add_tasting_room(company, olga, adam)
    make_operators(PASSWORD)
    return company


def facts() -> Iterable[dict[str, str]]:
    """What a newcomer needs to know, for the board that `make run` shows."""
    public = current_app.config["PUBLIC_URL"]
    yield {"what": "A customer's shop, with the chat window in its corner", "address": current_app.config["DEMO_SITE_URL"]}
    yield {
        "what": "The team of Acme answers there",
        "address": f"{public}/console",
        "company ID": COMPANY_ID,
        "agent numbers": "1001 Olga (owner), 1002 Adam, 1003 Nina",
        "password": f"{PASSWORD} (for each of them)",
    }
    yield {"what": "Olga manages the company", "address": f"{public}/manage"}
    yield {
        "what": "Operators look after all companies",
        "address": f"{current_app.config['OPERATOR_URL']}/operator",
        "accounts": ", ".join(f"{email} ({role})" for email, _name, role in PEOPLE),
        "their password": PASSWORD,
        "their code": f"{current_app.config['OPERATOR_URL']}/dev/operator-code",
    }
    yield {"what": "A new company signs up", "address": f"{public}/sign-up"}


def _site(company: Company) -> Site:
    site = Site.all()[0]
    if site.key != SITE_KEY:
        db.session.execute(sa.delete(SiteKey).where(SiteKey.key == site.key))
        db.session.add(SiteKey(key=SITE_KEY, company_id=company.id))
        site.key, site.name = SITE_KEY, "Acme Tea"
    return site


def _fill(site: Site) -> None:
    agent, department = Role.keyed("agent"), Department.all()[0]
    department.name = "Tea counter"
    for name, language in (("Adam", "en"), ("Nina", "zh_Hans")):
        member = Member.add(name, f"{name.lower()}@acme.example", agent, password=PASSWORD, language=language)
        member.departments = [department]
    for story in STORIES:
        story.tell(site)
    for note in NOTES:
        note.leave(site)


class Story(NamedTuple):
    """A conversation that took place: who came, when, who answered, what was said in turn ("<" by the visitor)."""

    visitor: str
    language: str
    page: str
    ago: timedelta
    answered_by: str | None
    ended: bool
    lines: tuple[str, ...]

    def tell(self, site: Site) -> None:
        member = Member.known_as(f"{self.answered_by}@acme.example") if self.answered_by else None
        at = now() - self.ago
        visitor, visit = _visitor(site, self.visitor, self.language, self.page, at)
        conversation = Conversation(
            visitor=visitor,
            site_id=site.id,
            visit_id=visit.id,
            opened_at=at,
            assigned_to=member,
            accepted_at=at + timedelta(seconds=20) if member else None,
        )
        db.session.add(conversation)
        db.session.flush()
        for seq, line in enumerate(self.lines, start=1):
            self._say(conversation, seq, line, member, at + timedelta(seconds=35 * (seq - 1)))
        if self.ended:
            conversation.closed_at = conversation.last_message_at + timedelta(minutes=2)
            conversation.closed_by_kind, conversation.closed_by_id = "member", member.id
            Said.remember(conversation.id)

    def _say(self, conversation: Conversation, seq: int, line: str, member: Member | None, at: datetime) -> None:
        by_visitor = line.startswith("<")
        author = conversation.visitor if by_visitor else member
        message = Message(
            conversation_id=conversation.id,
            seq=seq,
            client_id=uuid.uuid4(),
            author_kind="visitor" if by_visitor else "member",
            author_id=author.id,
            author_name=author.name,
            body=line.removeprefix("<").strip(),
            created_at=at,
        )
        db.session.add(message)
        conversation.last_seq, conversation.last_message_at = seq, at
        if member:
            conversation.visitor_read_seq = conversation.team_read_seq = seq


class Note(NamedTuple):
    """An offline message."""

    visitor: str
    email: str
    language: str
    page: str
    ago: timedelta
    text: str
    handled_by: str | None = None
    note: str = ""

    def leave(self, site: Site) -> None:
        at = now() - self.ago
        visitor, _ = _visitor(site, self.visitor, self.language, self.page, at)
        message = OfflineMessage.leave(
            visitor, site, uuid.uuid4(), self.text, {"name": self.visitor, "email": self.email}, page_url=_address(self.page)
        )
        message.created_at = at
        if self.handled_by:
            message.handle(Member.known_as(f"{self.handled_by}@acme.example"), self.note)


def _visitor(site: Site, name: str, language: str, page: str, at: datetime) -> tuple[Visitor, Visit]:
    visitor = Visitor.recognise(None, site, language)
    visitor.name, visitor.first_seen_at, visitor.last_seen_at = name, at, at
    visit = Visit.of(visitor, site, ip="203.0.113.7", language=language)
    visit.view(_address(page), "Acme Tea")
    visit.began_at = visit.last_seen_at = visit.last_page.at = at
    return visitor, visit


def _address(page: str) -> str:
    return f"{current_app.config['DEMO_SITE_URL']}{page}"


STORIES = (
    Story(
        "James", "en", "/rock-oolong", timedelta(days=2, hours=3), "adam", True,
        (
            "< Hello, is the rock oolong very smoky? I did not get on with lapsang.",
            "Hi James! No smoke at all: it is roasted over charcoal, which tastes of toast and dark fruit.",
            "< That sounds better. How many infusions do I get out of 5 g?",
            "Eight to ten. Begin with 20 seconds and add ten each time.",
            "< Perfect, I will take 100 g. Thank you!",
        ),
    ),
    Story(
        "陈晓雨", "zh-CN", "/zh/spring-green", timedelta(days=1, hours=5), "nina", True,
        (
            "< 你好，今年的明前龙井到了吗？",
            "您好！上周刚到，4 月 3 日采摘的。",
            "< 可以开发票吗？公司采购，大概要 2 公斤。",
            "可以的。2 公斤我们也能分装成 100 克一罐，您看需要吗？",
            "< 需要，麻烦分装 😊",
            "好的，明天早上发货，单号会发到您的邮箱。",
        ),
    ),
    Story(
        "Marta", "en", "/delivery", timedelta(minutes=14), "adam", False,
        (
            "< Hi! One of the two tins arrived dented. The tea is fine, but it was a present…",
            "I am sorry, Marta. I will send a new tin today; keep the other one for the kitchen.",
            "< Really? That is kind. Do you need a photo?",
        ),
    ),
    Story("林先生", "zh-CN", "/zh/white-moon", timedelta(minutes=3), None, False, ("< 请问月光白可以放多久？想存几年。",)),
)  # fmt: skip

NOTES = (
    Note("Tomás", "tomas@example.com", "en", "/about", timedelta(hours=9), "Do you teach tea tastings for groups? We would be twelve."),
    Note(
        "王女士", "wang@example.com", "zh-CN", "/zh/delivery", timedelta(days=3), "订单寄错地址了，可以改到公司吗？",
        handled_by="nina", note="已改地址，并回复邮件。",
    ),
)  # fmt: skip

"""An outsider tries every URL rule and every socket event with Acme's ids, and must neither see nor change anything.

The rules and events are read from the running app: a new one is tried the moment it exists, and one that takes an
argument this test does not know fails until somebody says what Acme's is.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from test_operator_portal import ARGUMENTS as PORTALS_ARGUMENTS
from visiting import come_in, consent
from written import Written, written

from billing.accounts import BillingAccount
from billing.documents import Document, documents_of
from billing.orders import Order, place_order
from billing.purses import GIVEN, Purse
from billing.vouchers import Voucher
from chat.conversations.conversations import Conversation
from chat.conversations.files import File
from chat.conversations.messages import Message
from chat.conversations.talks import Talk
from chat.invitations.invitations import Invitation
from chat.offline.messages import OfflineMessage
from chat.styles.prompts import Prompts
from chat.styles.routing import Designated, Regions, Routing, Strategy
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.visitors.identities import IdentitySecret
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from console.door import console_door
from core.clock import now
from core.db import db, transaction
from saas.support_visits import cookie_name as visits_cookie
from tenants.audit.acting import ActingOperator
from tenants.companies.databases import connect
from tenants.people.departments import Department
from tenants.people.links import Link
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.current import cookie_name
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.provisioned_groups import ProvisionedGroup
from tenants.signing_in.provisioning import ProvisioningToken
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInEntry
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit
from widget.door import widget_door

SECRET = "ACME-SECRET"
# What only two of Acme's people know.
BETWEEN_US = "BETWEEN-US"
# Acme's numbers begin here, so that none of them is by chance somebody else's too.
FAR = 7_000_000
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Everybody may come in through these with a site's public key, and become a visitor: that is what they are for.
OPEN_TO_VISITORS = "widget."
# Whose rows belong to one member: his own he may change.  What he does also makes the audit log longer.
MEMBERS_OWN = ("session", "link", "audit_entry", "sign_in_entry", "known_device", "passkey", "second_factor", "recovery_code")
LENGTHENED = ("audit_head",)
# What nobody may know of a rule's arguments is harmless to make up.
FREE_ARGUMENTS = {
    "kind": "csv",
    "file": "csv",
    "provider": "x",
    "notice_id": "x",
    "address": "x",
    "company_id": "acme",
    "filename": "x.js",
    "name": "x",
    "path": "x",
    "language": "en",
    "code": "en",
}


@dataclass
class Acmes:
    """One of each thing that is Acme's, with SECRET in every text."""

    arguments: dict
    place: str
    company_id: int
    # What anybody writes to its tables.
    written: Written | None = None

    @classmethod
    def make(cls, app, cast) -> "Acmes":
        _start_counting_at(FAR, app, cast.acme.place.schema)
        with transaction():
            member = Member.add(f"{SECRET} Sam", "acme-secret@acme.example", Role.keyed("agent"))
            role = Role(name=f"{SECRET} role")
            department = Department(name=f"{SECRET} department")
            site = Site.add(f"{SECRET} site", ["https://acme-secret.example"])
            visitor = Visitor.recognise(None, site)
            visitor.name = visitor.email = visitor.note = f"{SECRET} visitor"
            visit = Visit.of(visitor, site, referrer=f"https://{SECRET}.example/")
            visit.view(f"https://shop.example/{SECRET}", f"{SECRET} page")
            conversation = Conversation.open_for(visitor, site, visit)
            conversation.last_seq = 1
            db.session.add_all([role, department])
            db.session.flush()
            file = File.keep(SECRET.encode(), f"{SECRET}.txt", conversation)
            message = Message(conversation_id=conversation.id, seq=1, client_id=uuid.uuid4(), author_kind="visitor",
                              author_id=visitor.id, body=f"{SECRET} question", file_id=file.id)  # fmt: skip
            offline = OfflineMessage.leave(visitor, site, uuid.uuid4(), f"{SECRET} message", {"email": "secret@mail.example"})
            offline.reply(member, uuid.uuid4(), f"{SECRET} answer")
            visitor.answers = [{"label": f"{SECRET} question", "value": SECRET, "at": ""}]
            invitation = Invitation(visitor_id=visitor.id, visit_id=visit.id, site_id=site.id, by_id=member.id, manner="ask", is_offline=False,
                                    title=f"{SECRET} title", text=f"{SECRET} text", picture="", expires_at=now() + timedelta(days=1))  # fmt: skip
            db.session.add_all([message, invitation])
            talk = Talk.open_for(member, [cast.olga])
            said = talk.post(member, str(uuid.uuid4()), f"{SECRET} {BETWEEN_US}")
            secret = IdentitySecret.add(site)
            version = Style(site).save(Prompts(greeting=f"{SECRET} greeting"), member)
            secret_strategy = Strategy(f"{SECRET} strategy", ("CN",), (department.id,))
            Style(site).save(Routing(Regions((secret_strategy,)), Designated((member.id,))), member)
            session, _ = Session.open(cast.olga, remember=False, ip="", device=f"{SECRET} device")
            passkey = Passkey(member_id=member.id, credential_id=SECRET.encode(), public_key=b"", name=f"{SECRET} key")
            db.session.add(passkey)
            SignInEntry.note(member, "password", "signed_in", ip="", device=f"{SECRET} device")
            Link.make("password", cast.olga)
            group = ProvisionedGroup.add(f"{SECRET} group", SECRET, {member.id})
            token, _ = ProvisioningToken.make(f"{SECRET} directory", cast.olga)
            grant = SupportGrant.ask(ActingOperator(1, f"{SECRET} operator"), f"{SECRET} reason", SECRET, 1, False)
            looked, _ = SupportVisit.begin(cast.acme, ActingOperator(1, f"{SECRET} operator"), 1, now() + timedelta(hours=1),
                                           grant_key="x", reason=f"{SECRET} reason", ticket=SECRET)  # fmt: skip
            db.session.flush()
            order, document, voucher = _bought(cast.acme)
        ids = {
            "conversation_id": conversation.id, "member_id": member.id, "role_id": role.id, "department_id": department.id,
            "site_id": site.id, "visitor_id": visitor.id, "visit_id": visit.id, "file_id": file.id, "message_id": message.id,
            "offline_message_id": offline.id, "session_id": session.id, "passkey_id": passkey.id, "secret_id": secret.id, "talk_id": talk.id, "talk_message_id": said.id,
            "invitation_id": invitation.id, "group_id": group.id, "token_id": token.id, "grant_id": grant.id,
        }  # fmt: skip
        assert min(ids.values()) >= FAR
        # A file's address and a mailed link prove themselves: the outsider knows where to look, not the secret.
        guesses = {"number": version.number, "key": f"{cast.acme.id}-{'x' * 32}", "token": f"{cast.acme.id}.{'x' * 43}"}
        # Numbers on the platform's side: those of all companies are drawn together.
        money = {"order_no": order.order_no, "document_id": document.id, "voucher_id": voucher.id, "style_id": site.id}
        money |= {"support_visit_id": looked.id}
        return cls(
            ids | guesses | money | {"rule_id": 1} | {"site_key": site.key, "member_ids": [member.id]},
            cast.acme.place.schema,
            cast.acme.id,
        )


@dataclass
class Outsider:
    """Somebody who must not get at Acme's things, and how he comes."""

    name: str
    browser: FlaskClient
    headers: dict = field(default_factory=dict)
    member_id: int = 0  # of Acme: what is his own he may change


@pytest.fixture
def acmes(app, cast) -> Iterator[Acmes]:
    with watched(app, Acmes.make(app, cast)) as acmes:
        yield acmes


@pytest.fixture
def outsiders(app, cast, acmes, signed_in, portal) -> list[Outsider]:
    with transaction():
        nobody_role = Role(name="May nothing", permissions=[])
        db.session.add(nobody_role)
        pat = Member.add("Pat", "pat@acme.example", nobody_role, password="correct horse battery staple")
    with cast.globex.entered(), transaction():
        gus = Member.add("Gus", "gus@globex.example", Role.keyed("agent"), password="correct horse battery staple")
        _token, globex_token = ProvisioningToken.make("Directory", Member.known_as("eve@globex.example"))
    return [
        Outsider("nobody", app.test_client()),
        Outsider("a visitor of Globex", app.test_client(), {"X-Visitor": _visitor_token(cast.globex)}),
        Outsider("an administrator of Globex", signed_in(cast.eve)),
        Outsider("an agent of Globex", _signed_in_at_globex(app, cast, gus)),
        Outsider("an agent without permissions", signed_in(pat), member_id=pat.id),
        Outsider("the directory of Globex", app.test_client(), {"Authorization": f"Bearer {globex_token}"}),
        Outsider("an operator with the consent of Globex", _visiting_globex(app, cast, portal)),
    ]


@pytest.mark.timeout(400)
def test_every_url_rule(app, cast, acmes, outsiders):
    # Operators see all companies: test_operator_portal.py tries their doors, where nobody else comes in.
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("admin_portal.")]
    tried = 0
    changed(acmes, outsiders[0])
    for outsider in outsiders:
        # Who visits leaves last of all.
        for rule in sorted(rules, key=lambda rule: rule.endpoint == "support_visits.destroy"):
            for method in sorted(rule.methods & set(METHODS)):
                _try(outsider, method, url_of(rule, acmes), acmes, rule.endpoint.startswith(OPEN_TO_VISITORS))
                tried += 1

    assert tried > 100


@pytest.mark.parametrize("door", [widget_door, console_door], ids=lambda door: door.name)
def test_every_socket_event(app, cast, acmes, outsiders, door):
    for outsider in outsiders:
        address = f"/w/{acmes.arguments['site_key']}/call" if door is widget_door else "/console/call"
        changed(acmes, outsider)
        for event in [*door.events, *door.hot_events]:
            response = outsider.browser.post(
                address, json={"event": event, "data": everything(acmes)}, headers=outsider.headers
            )

            assert SECRET not in response.text, f"{outsider.name} sees Acme's things through {door.name} {event}"
            if door is console_door:
                assert not changed(acmes, outsider), f"{outsider.name} changes Acme through {event}"


def test_colleagues_know_nothing_of_a_talk_they_are_not_in(app, cast, acmes, signed_in):
    """Not even an administrator, and whatever they ask."""
    with transaction():
        boss = Member.add("Bo", "bo@acme.example", Role.keyed("administrator"), password="correct horse battery staple")
    for member in (cast.nina, boss):
        browser = signed_in(member)
        for event in [*console_door.events, *console_door.hot_events]:
            for text in ("hello", BETWEEN_US.lower()):
                asked = {"event": event, "data": everything(acmes) | {"text": text}}
                answer = browser.post("/console/call", json=asked).text

                assert BETWEEN_US not in answer, f"{member.name} sees a colleagues' talk through {event}"
                assert _talk(acmes) == (1, 1, {acmes.arguments["member_ids"][0]: 0, cast.olga.id: 0}), event


def test_every_event_asks_only_for_what_this_test_knows(cast, acmes):
    """The payload above has every key that handlers look for."""
    known = set(everything(acmes))

    for door in (widget_door, console_door):
        for event, handler in (door.events | door.hot_events).items():
            asked = {part for part in _strings_in(handler) if part.endswith(("_id", "_ids"))}
            assert asked - known - {"client_id"} == set(), f"{door.name} {event} asks for something new: say what Acme's is"


def _bought(acme) -> tuple[Order, Document, Voucher]:
    """What Acme bought: a voucher in its drawer, with its order and receipt."""
    account = BillingAccount.of(acme)
    account.legal_name = account.address = f"{SECRET} Ltd"
    order = place_order(acme, {"style_voucher": 1}, "CNY")
    order.fulfil("pi_acme")
    Purse.wallet(acme.id, "CNY").receive(1000_00, GIVEN, "gift", "adjustment", memo=f"{SECRET} gift")
    return order, documents_of(acme)[0], Voucher.in_drawer_of(acme)[0]


def _talk(acmes: Acmes) -> tuple:
    """What is in the talk: how many messages by its own account and by count, and how far each has read."""
    db.session.commit()
    db.session.expire_all()
    talk = db.session.get_one(Talk, acmes.arguments["talk_id"])
    return talk.last_seq, len(talk.sync(0)["messages"]), {place.member_id: place.read_seq for place in talk.places}


def _try(outsider: Outsider, method: str, url: str, acmes: Acmes, is_open: bool) -> None:
    response = outsider.browser.open(
        url, method=method, headers=outsider.headers, data=everything(acmes) if method != "GET" else None
    )

    assert response.status_code < 500, f"{outsider.name}: {method} {url} breaks"
    assert SECRET not in response.text, f"{outsider.name} sees Acme's things at {method} {url}"
    tables = changed(acmes, outsider)
    assert is_open or not tables, f"{outsider.name} changes Acme at {method} {url}: {tables}"


def url_of(rule, acmes: Acmes) -> str:
    # The portal's own numbers are of no company.
    of_portal = {name: PORTALS_ARGUMENTS.get(name, 1) for name in rule.arguments if rule.endpoint.startswith("admin_portal.")}
    arguments = {name: (of_portal | acmes.arguments | FREE_ARGUMENTS).get(name) for name in rule.arguments}
    unknown = [name for name, value in arguments.items() if value is None]
    assert not unknown, f"{rule}: say in this test what Acme's {unknown} is"
    return rule.build(arguments, append_unknown=False)[1]


def everything(acmes: Acmes) -> dict:
    """A payload that has whatever a handler may ask for."""
    return acmes.arguments | {
        "client_id": str(uuid.uuid4()), "text": SECRET.lower(), "after": 0, "before": 2, "seq": 1, "presence": "online", "note": "x", "name": "Mallory",
        "email": "mallory@globex.example", "phone": "1", "url": "https://shop.example/", "title": "x", "query": "",
        "confirm": "yes", "password": "correct horse battery staple", "score": 5, "comment": "x", "shows_typing": True,
        "accepts": True, "answers": {"email": "mallory@globex.example"},
    }  # fmt: skip


def _strings_in(handler) -> set[str]:
    return {constant for constant in handler.__code__.co_consts if isinstance(constant, str)}


def _start_counting_at(number: int, app, schema: str) -> None:
    db.session.commit()
    with connect(app.config["DATABASE_URL"]) as admin:
        for (sequence,) in admin.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = %s", [schema]).fetchall():
            # Never back: who came with the cast may have such a number already.
            name = f'"{schema}"."{sequence}"'
            admin.execute(f"SELECT setval('{name}', greatest(last_value, {number})) FROM {name}")


@contextmanager
def watched(app, acmes: Acmes) -> Iterator[Acmes]:
    """Acme's things, while whatever is written to its tables is noted."""
    db.session.commit()
    with written(app.config["DATABASE_URL"], acmes.place) as acmes.written:
        yield acmes
        db.session.commit()


def changed(acmes: Acmes, outsider: Outsider) -> set[str]:
    """The tables of Acme's, and of the platform's about Acme, written to since this was asked, but for the outsider's own rows."""
    return {table for table, row in acmes.written.take() if row is None or _is_acmes(acmes, outsider, *table.split("."), row)}


def _is_acmes(acmes: Acmes, outsider: Outsider, schema: str, table: str, row: dict) -> bool:
    if schema != acmes.place:
        return row["company_id"] == acmes.company_id
    own = {"member": "id"} | dict.fromkeys(MEMBERS_OWN, "member_id")
    is_own = table in LENGTHENED or (table in own and row[own[table]] == outsider.member_id)
    return not (outsider.member_id and is_own)


def _visitor_token(company) -> str:
    with company.entered(), transaction():
        site = Site.all()[0]
        return Visitor.recognise(None, site).token(site)


def _visiting_globex(app, cast, portal) -> FlaskClient:
    """All that the visit gives: in the portal an operator needs no company's consent for what the role allows."""
    operator, browser = portal("support"), app.test_client()
    consent(cast.globex, cast.eve, writes=True)
    come_in(operator, "globex")
    browser.set_cookie(visits_cookie(), operator.get_cookie(visits_cookie()).value, domain="localhost")
    assert "Globex" in browser.get("/manage").text
    return browser


def _signed_in_at_globex(app, cast, member: Member) -> FlaskClient:
    browser = app.test_client()
    with cast.globex.entered(), transaction():
        _, cookie = Session.open(db.session.get_one(Member, member.id), remember=False, ip="", device="")
    browser.set_cookie(cookie_name(), cookie, domain="localhost")
    return browser

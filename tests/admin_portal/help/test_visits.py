"""What an operator sees who looks inside with a company's consent, what never, and that it ends when the company says so."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from leads import endpoints_led_to
from parallel import until_somebody_waits
from visiting import come_in, consent, form

from chat.styles.prompts import Prompts
from core.clock import now
from core.db import db, transaction
from manage.company import assignment_settings
from operators.audit import OperatorEntry
from saas import support_visits
from saas.support_visits import cookie_name
from tenants.audit.audit import AuditEntry, looks_of
from tenants.audit.audit_chain import verify
from tenants.companies.databases import connect
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.platform.notices import notices_now
from tenants.signing_in.current import cookie_name as members_cookie
from tenants.signing_in.sessions import Session
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit

# Whatever the company allows: the beginnings of what nobody who visits ever sees.
NEVER = (
    "caught_mails.", "duties.", "first_steps.try_chat", "forwarding.", "identities.", "invitations.", "me.", "member_passwords.",
    "member_second_factors.", "member_sessions.", "mobiles.", "network_confirmations.", "own_", "passkey_sign_ins.", "password_",
    "plan", "provider_sign_ins.", "provisioning_tokens.", "second_", "security.", "sign_ins.", "sign_ups.", "single_sign_on",
    "sms_bill.", "style_removals.", "style_renewals.", "support_access.",
)  # fmt: skip
# These know nobody, visit or not.
FOR_ALL = ("photos.", "preferences.", "terms.", "caught_mails.")
# What a visit itself leaves behind, on both sides.
TRACES = ("audit_entry", "audit_head", "operator_entry", "support_visit")
SETTINGS = {"assignment": "sales", "conversation_limit": "15", "return_after_minutes": "5", "answer_within_seconds": ""}


def test_without_consent_nobody_gets_in(cast, operator):
    refused = operator.post("/operator/companies/acme/help/visit", data=form())

    assert refused.status_code == 403
    assert operator.get_cookie(cookie_name()) is None
    assert "/sign-in" in operator.get("/manage").location


def test_sees_what_the_company_sees_under_a_band(cast, visitor):
    page = visitor.get("/manage/members").text

    assert "Adam" in page
    assert "You are looking at Acme as Olga until" in page
    assert "You may look only" in page
    cookie = visitor.get_cookie(cookie_name())
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Strict", "/")


def test_what_lets_in_does_so_once_and_for_a_minute(app, cast, operator):
    consent(cast.acme, cast.olga)
    first = operator.post("/operator/companies/acme/help/visit", data=form()).location
    second = operator.post("/operator/companies/acme/help/visit", data=form()).location

    assert app.test_client().get(first).status_code == 302
    assert operator.get(first).status_code == 410
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        assert operator.get(second).status_code == 410


@pytest.mark.slow
def test_every_page_that_nobody_who_visits_may_see_is_refused(app, cast, visitor):
    before = _fingerprint(app, cast)
    seen = set()
    for rule in _centre(app):
        for method in rule.methods & {"GET", "POST"}:
            answer = visitor.open(_address(rule, cast), method=method, data={"seen": 0})
            resource = rule.endpoint.removeprefix("manage.")
            if resource.startswith(FOR_ALL):
                continue
            assert answer.status_code < 500, f"{method} {rule} breaks"
            assert "attachment" not in answer.headers.get("Content-Disposition", ""), f"{rule} lets data out"
            if method == "POST" or resource.startswith(NEVER) or "export" in resource:
                assert answer.status_code == 403, f"{method} {rule} is open to who visits"
            elif answer.status_code == 200:
                assert "You are looking at Acme" in answer.text or rule.endpoint.endswith(("previews.show", "provinces")), rule
                seen.add(rule.endpoint)
                for way, endpoint in endpoints_led_to(app, answer.text, _address(rule, cast)):
                    led_to = endpoint.removeprefix("manage.")
                    assert led_to.startswith(("support_visits.", *FOR_ALL)) or (
                        way == "GET" and endpoint != led_to and not led_to.startswith(NEVER) and "export" not in led_to
                    ), f"{rule} leads who visits to {endpoint}, which refuses"

    assert _fingerprint(app, cast) == before
    assert {"manage.home.index", "manage.settings.edit", "manage.members.edit", "manage.style_routing.edit"} <= seen


def test_with_writing_only_settings_and_styles_change(app, cast, writer):
    assert writer.post("/manage/assignment", data=SETTINGS).status_code == 302
    for address in ("/manage/members", "/manage/roles", "/manage/security", "/manage/security/networks", "/manage/departments"):
        assert writer.post(address, data={"name": "Mallory"}).status_code == 403, address

    cast.refresh()
    assert Settings.current().assignment == "sales"
    entry = AuditEntry.before(None, "assignment.changed")[0]
    assert (entry.member, entry.operator_id) == (None, writer.operator.id)
    assert entry.author == "Platform operator Otto"
    assert entry.details["acting_for"] == "Olga"


def test_a_style_saved_by_support_says_so(cast, writer):
    writer.post(
        f"/manage/styles/{cast.site.id}/prompts",
        data={name: str(getattr(Prompts(), name)) for name in Prompts.TIMES} | {"greeting": "Hello", "seen": "0"},
    )

    versions = writer.get(f"/manage/styles/{cast.site.id}/versions").text
    assert "Platform operator Otto" in versions


def test_every_request_stands_in_both_logs(cast, visitor):
    visitor.get("/manage/members?q=adam")
    visitor.get("/manage/members?q=adam")
    visitor.post("/manage/settings")
    visitor.get("/manage/me/security")

    cast.refresh()
    visit = SupportVisit.latest(cast.acme)[0]
    looks = {(look.page, look.times) for look in looks_of(visit.subject, visit.started_at, now())}
    assert {("/manage/members?q=adam", 2), ("/manage/settings", 1), ("/manage/me/security", 1)} <= looks
    mine = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.company_id == cast.acme.id)).all()
    assert [entry.action for entry in sorted(mine, key=lambda entry: entry.seq)] == [
        "support.visit_began", "support.looked", "support.looked", "support.refused", "support.refused",
    ]  # fmt: skip
    with transaction():
        assert verify().is_whole


def test_the_companys_people_see_that_somebody_looks(cast, visitor):
    cast.refresh()

    assert "A platform operator is looking" in notices_now(cast.adam)[0].text
    visitor.post("/visit/end")
    cast.refresh()
    assert notices_now(cast.adam) == []


def test_leaving_ends_it(cast, visitor):
    token = visitor.get_cookie(cookie_name()).value

    left = visitor.post("/visit/end")

    assert left.location.endswith("/operator/companies/acme/help")
    assert visitor.get_cookie(cookie_name()) is None
    visitor.set_cookie(cookie_name(), token, domain="localhost")
    assert visitor.get("/manage").status_code == 410


def test_ends_with_the_companys_consent(cast, visitor):
    with transaction():
        SupportGrant.in_force().end()

    answer = visitor.get("/manage/members")

    assert answer.status_code == 410
    assert "Adam" not in answer.text
    assert visitor.get_cookie(cookie_name()) is None


@pytest.mark.parametrize(
    ("later", "status"), [(timedelta(minutes=14), 200), (timedelta(minutes=16), 410), (timedelta(hours=2), 410)]
)
def test_ends_with_time(cast, operator, later, status):
    """A quarter of an hour without a request, or the time that the company allowed."""
    consent(cast.acme, cast.olga)
    come_in(operator, "acme")

    with time_machine.travel(now() + later, tick=False):
        assert operator.get("/manage/members").status_code == status


def test_ends_after_an_hour_however_busy(cast, operator):
    consent(cast.acme, cast.olga, hours=24)
    come_in(operator, "acme")

    for minutes, status in ((10, 200), (20, 200), (30, 200), (40, 200), (50, 200), (61, 410)):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
            assert operator.get("/manage/members").status_code == status


def test_ends_when_the_operator_is_disabled_or_loses_the_role_or_signs_out(cast, portal, visitor):
    other = portal("support", "Mia")
    come_in(other, "acme")
    with transaction():
        db.session.merge(visitor.operator).disabled_at = now()
    assert visitor.get("/manage/members").status_code == 410

    with transaction():
        db.session.merge(other.operator).role = "finance"
    assert other.get("/manage/members").status_code == 410

    third = portal("support", "Kim")
    come_in(third, "acme")
    third.post("/operator/sign-out")
    assert third.get("/manage/members").status_code == 410


def test_ends_when_who_consented_may_no_longer(cast, visitor):
    with transaction():
        olga = Member.known_as("olga@acme.example")
        olga.role = Member.known_as("adam@acme.example").role

    assert visitor.get("/manage/members").status_code == 410


def test_another_companys_pages_are_out_of_reach(cast, visitor):
    assert visitor.post("/operator/companies/globex/help/visit", data=form()).status_code == 403
    cookie = visitor.get_cookie(cookie_name()).value
    visitor.set_cookie(members_cookie(), f"{cast.globex.id}.{cookie}", domain="localhost")

    page = visitor.get("/manage/members").text

    assert "Globex" not in page
    assert "Adam" in page


def test_consoles_and_sockets_take_no_visit(cast, visitor):
    cookie = visitor.get_cookie(cookie_name()).value

    assert "/sign-in" in visitor.get("/console").location
    assert visitor.post("/console/call", json={"event": "sync", "data": {}}).status_code == 401
    visitor.set_cookie(members_cookie(), cookie, domain="localhost")
    assert "/sign-in" in visitor.get("/console").location


def test_no_member_becomes_a_visit_and_no_visit_a_member(cast, signed_in, visitor):
    olga = signed_in(cast.olga)
    olga.set_cookie(cookie_name(), olga.get_cookie(members_cookie()).value, domain="localhost")

    assert olga.get("/manage/members").status_code == 410
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Session).where(Session.ended_at.is_(None))) == 1


def test_a_write_that_waits_while_the_company_withdraws_is_not_done(app, cast, writer, monkeypatch):
    """Held between what it changes and its commit."""
    arrived, goes_on = threading.Event(), threading.Event()

    def held(*details, **more):
        arrived.set()
        goes_on.wait()

    monkeypatch.setattr(assignment_settings, "noted", held)
    answers = []
    sending = threading.Thread(target=lambda: answers.append(writer.post("/manage/assignment", data=SETTINGS)))
    sending.start()
    arrived.wait()
    with transaction():
        SupportGrant.in_force().end()
    goes_on.set()
    sending.join()

    assert answers[0].status_code == 410
    cast.refresh()
    assert Settings.current().assignment == "by_hand"
    assert writer.get_cookie(cookie_name()) is None


def test_who_withdraws_while_a_write_is_committed_waits_for_it_and_they_do_not_block_each_other(app, cast, writer, monkeypatch):
    """The write holds the end of the log when it asks for the consent; who withdraws wants both too."""
    arrived, goes_on = threading.Event(), threading.Event()
    stands = support_visits.consent_stands

    def held(*key, **more):
        arrived.set()
        goes_on.wait()
        return stands(*key, **more)

    def withdraw():
        with app.app_context(), cast.acme.entered(), transaction():
            SupportGrant.in_force().end()

    monkeypatch.setattr(support_visits, "consent_stands", held)
    answers = []
    sending = threading.Thread(target=lambda: answers.append(writer.post("/manage/assignment", data=SETTINGS)))
    sending.start()
    arrived.wait()
    withdrawing = threading.Thread(target=withdraw)
    withdrawing.start()
    until_somebody_waits(app)
    goes_on.set()
    sending.join(), withdrawing.join()

    cast.refresh()
    assert Settings.current().assignment == "sales"
    assert SupportGrant.in_force() is None
    assert AuditEntry.before(None, "assignment.changed")
    assert answers[0].status_code in (302, 410)


def test_a_page_that_waits_while_the_company_withdraws_is_not_shown(app, cast, visitor, monkeypatch):
    arrived, goes_on = threading.Event(), threading.Event()
    all_members = Member.all

    def held():
        arrived.set()
        goes_on.wait()
        return all_members()

    monkeypatch.setattr(Member, "all", held)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(visitor.get("/manage/audit")))
    asking.start()
    arrived.wait()
    with transaction():
        SupportGrant.in_force().end()
    goes_on.set()
    asking.join()

    assert answers[0].status_code == 410
    assert "Olga" not in answers[0].text


def _centre(app) -> list:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("manage.")]


def _address(rule, cast) -> str:
    known = {"site_id": cast.site.id, "member_id": cast.adam.id, "role_id": cast.adam.role_id, "kind": "csv", "code": "CN"}
    texts = {"file": "csv", "token": "x" * 43, "key": "x", "name": "x", "provider": "x", "company_id": "acme", "order_no": "1"}
    return rule.build({name: (known | texts).get(name, 1) for name in rule.arguments}, append_unknown=False)[1]


def _fingerprint(app, cast) -> dict:
    """A digest of each table of Acme's, and of the platform's rows about it, but for what a visit leaves behind."""
    place, digest = cast.acme.place.schema, "md5(coalesce(string_agg(row.*::text, '|' ORDER BY row.*::text), ''))"
    with connect(app.config["DATABASE_URL"]) as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [place]).fetchall()
        about = admin.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'platform' AND column_name = 'company_id'"
            " AND data_type = 'bigint'"
        ).fetchall()
        wanted = [(f'"{place}"."{name}"', "true") for (name,) in tables if name not in TRACES]
        wanted += [(f'platform."{name}"', f"row.company_id = {cast.acme.id}") for (name,) in about if name not in TRACES]
        return {
            table: admin.execute(f"SELECT {digest} FROM {table} row WHERE {which}").fetchone()[0] for table, which in wanted
        }

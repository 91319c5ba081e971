"""The console's page, its seat, and what it posts over plain HTTP."""

import io
import json
import re

import pytest
import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.conversations.files import File
from core.db import db, transaction
from core.tokens import read_signed
from tenants.audit.audit import AuditEntry
from tenants.companies.company import Company
from tenants.people.roles import Role
from tenants.rights import entitlements
from tenants.signing_in.sessions import Session


@pytest.fixture
def two_seats(cast, monkeypatch):
    """Acme may have two agents online at once."""
    monkeypatch.setitem(entitlements.FREE, "seats", 2)
    monkeypatch.setattr(entitlements.Grant, "holds_at", lambda self, moment: False)
    # What was worked out before is not what it would be now.
    monkeypatch.setattr(entitlements.entitlements_cache, "recall", lambda *_known: None)


def config_of(response) -> dict:
    return json.loads(re.search(r"data-config='([^']*)'", response.text)[1])


def accept(cast, member) -> None:
    with transaction():
        cast.acme.take_seat(member)
        cast.question.accept(by=member)


def test_opening_the_console_takes_a_seat(cast, signed_in):
    response = signed_in(cast.adam).get("/console")

    assert response.status_code == 200
    assert config_of(response)["me"] == {"id": cast.adam.id, "number": cast.adam.number, "name": "Adam", "presence": "online"}
    assert cast.acme.seated == {cast.adam.id}


def test_without_signing_in_one_is_sent_to_do_so(client):
    response = client.get("/console")

    assert response.status_code == 302
    assert "/sign-in" in response.location


def test_who_does_not_answer_visitors_gets_no_seat(cast, signed_in):
    with transaction():
        role = Role(name="Bookkeeper", permissions=["management.enter"])
        db.session.add(role)
        cast.adam.move_to(role)

    response = signed_in(cast.adam).get("/console")

    assert response.status_code == 403
    assert cast.acme.seated == set()


def test_when_all_seats_are_in_use_it_says_by_whom(cast, signed_in, two_seats):
    for member in (cast.olga, cast.nina):
        assert signed_in(member).get("/console").status_code == 200

    response = signed_in(cast.adam).get("/console")

    assert response.status_code == 409
    assert "All 2 seats are in use" in response.text
    assert "Olga" in response.text
    assert "Nina" in response.text
    assert "came online" in response.text
    assert "release" not in response.text.lower().replace("released", "")
    assert cast.acme.seated == {cast.olga.id, cast.nina.id}


def test_who_may_release_seats_gets_the_buttons_and_they_work(cast, signed_in, two_seats):
    for member in (cast.adam, cast.nina):
        signed_in(member).get("/console")
    olga = signed_in(cast.olga)

    assert f"/console/seats/{cast.adam.id}/release" in olga.get("/console").text
    response = olga.post(f"/console/seats/{cast.adam.id}/release")

    assert response.status_code == 303
    assert cast.acme.seated == {cast.nina.id}
    assert olga.get("/console").status_code == 200


def test_a_seat_is_released_only_by_who_may(cast, signed_in):
    signed_in(cast.nina).get("/console")

    for member in (cast.adam, cast.eve):
        response = signed_in(member).post(f"/console/seats/{cast.nina.id}/release")
        assert response.status_code in (403, 404)

    assert cast.acme.seated == {cast.nina.id}


def test_three_tabs_are_one_seat(cast, signed_in, two_seats):
    browser = signed_in(cast.adam)
    for _ in range(3):
        assert browser.get("/console").status_code == 200

    assert cast.acme.seats_taken == 1


def test_signing_out_frees_the_seat(cast, signed_in):
    browser = signed_in(cast.adam)
    browser.get("/console")

    browser.post("/sign-out")

    assert cast.acme.seated == set()


def test_signing_out_on_one_device_keeps_the_seat_of_the_other(cast, signed_in):
    browser, _other = signed_in(cast.adam), signed_in(cast.adam)
    browser.get("/console")

    browser.post("/sign-out")

    assert cast.acme.seated == {cast.adam.id}


def test_while_nobody_knows_the_seats_the_page_tries_again(app, cast, signed_in):
    app.extensions["redis"].flushdb()

    response = signed_in(cast.adam).get("/console")

    assert response.status_code == 503
    assert 'http-equiv="refresh"' in response.text


def test_the_page_may_load_nothing_from_elsewhere(cast, signed_in):
    policy = signed_in(cast.adam).get("/console").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_handshake_is_for_this_session_only(app, cast, signed_in):
    token = signed_in(cast.adam).get("/console/handshake").json["handshake"]

    company_id, session_id, language = read_signed("console handshake", token)
    assert company_id == cast.acme.id
    assert db.session.get(Session, session_id).member_id == cast.adam.id
    assert language == "en"


def test_calling_over_plain_http(cast, signed_in):
    answer = signed_in(cast.adam).post("/console/call", json={"event": "console_state", "data": {}}).json

    assert answer["ok"]
    assert [one["id"] for one in answer["conversations"]] == [cast.question.id]


@pytest.mark.parametrize("body", [[], "x", {"event": 1}, {"event": "drop_tables", "data": {}}, {"event": "sync", "data": []}])
def test_what_is_no_call_is_refused(cast, signed_in, body):
    response = signed_in(cast.adam).post("/console/call", json=body)

    assert response.json["ok"] is False
    assert response.json["error"]["code"] == "bad_request"


def test_a_file_into_a_conversation_of_mine(cast, signed_in):
    accept(cast, cast.adam)

    response = upload(signed_in(cast.adam), cast.question)

    assert response.json["file"]["name"] == "price list.txt"
    cast.refresh()
    assert db.session.get(File, response.json["file"]["id"]).conversation_id == cast.question.id


def test_a_conversation_that_goes_on_at_a_standstill_takes_files_from_both(cast, signed_in, client):
    accept(cast, cast.adam)
    with transaction():
        Company.called("acme").suspend("unpaid")

    assert upload(signed_in(cast.adam), cast.question).status_code == 200
    data, headers = {"file": (io.BytesIO(b"receipt"), "receipt.txt")}, {"X-Visitor": cast.visitor.token(cast.site)}
    assert client.post(f"/w/{cast.site.key}/files", data=data, headers=headers).status_code == 200


def test_no_file_into_what_is_not_mine(cast, signed_in):
    accept(cast, cast.nina)

    assert upload(signed_in(cast.adam), cast.question).status_code == 404
    assert upload(signed_in(cast.eve), cast.question).status_code == 404


def test_no_file_into_what_has_ended(cast, signed_in):
    accept(cast, cast.adam)
    with transaction():
        cast.question.close(by=cast.adam)

    assert upload(signed_in(cast.adam), cast.question).json["error"]["code"] == "conversation_closed"


def upload(browser, conversation: Conversation):
    data = {"file": (io.BytesIO(b"kettle 12"), "price list.txt")}
    return browser.post(f"/console/files?conversation_id={conversation.id}", data=data, headers={"Accept": "application/json"})


def test_who_released_a_seat_stands_in_the_audit_log(cast, signed_in):
    signed_in(cast.olga).post(f"/console/seats/{cast.adam.id}/release")
    cast.refresh()

    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "seat.released")).one()
    assert (entry.member_id, entry.subject) == (cast.olga.id, f"member:{cast.adam.id}")

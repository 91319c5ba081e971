"""Showing the second factor again: then what was asked for goes on, once, with everything that was typed."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from opal import Opal

from core.clock import now
from operators.audit import EntryQuery
from operators.operator import Operator

INVITE = {"name": "Sam “O'Neil” <b>", "email": "sam@laike.example", "role": "support", "reason": "Two\nlines & more"}


@pytest.fixture
def later(client, opal):
    """Opal has signed in a quarter of an hour ago."""
    with time_machine.travel(now() - timedelta(minutes=15)):
        opal.sign_in(client)
    return client


def carried(page: str) -> dict[str, str]:
    """The hidden fields of the first form."""
    form = page[page.index("<main") : page.index("</form>", page.index("<main"))]
    return {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)}


def test_a_page_is_shown_after_the_proof(later, opal: Opal):
    asked = later.get("/operator/operators/new?x=1")
    assert asked.location == "/operator/proof?next=/operator/operators/new?x%3D1"
    assert "Show your second factor" in later.get(asked.location).text

    answer = later.post("/operator/proof", data={"proof_code": opal.code(), "next": "/operator/operators/new?x=1"})

    assert answer.location == "/operator/operators/new?x=1"
    assert later.get(answer.location).status_code == 200


def test_the_way_on_leads_to_no_other_site(later, opal):
    data = {"proof_code": opal.code(), "next": "https://evil.example/"}
    assert later.post("/operator/proof", data=data).location == "/operator/companies"


def test_a_form_goes_on_once_with_all_that_was_typed(later, opal):
    asked = later.post("/operator/operators", data=INVITE)
    assert asked.status_code == 403
    assert 'action="/operator/operators"' in asked.text
    assert carried(asked.text) | {"csrf_token": ""} == INVITE | {"csrf_token": ""}
    assert Operator.known_as(INVITE["email"]) is None
    sent = carried(asked.text) | {"proof_code": opal.code()}

    wrong = later.post("/operator/operators", data=sent | {"proof_code": opal.wrong_code()})
    assert wrong.status_code == 422
    assert carried(wrong.text) | {"csrf_token": ""} == INVITE | {"csrf_token": ""}
    assert Operator.known_as(INVITE["email"]) is None
    assert later.post("/operator/operators", data=sent).location == "/operator/operators"
    assert later.post("/operator/operators", data=sent).status_code == 422

    [invited] = EntryQuery(action="operator.invited").entries()
    assert invited.reason == "Two lines & more"
    assert [entry.action for entry in EntryQuery().entries()][::-1] == [
        "operator.signed_in", "operator.not_proved", "operator.proved", "operator.invited", "operator.not_proved",
    ]  # fmt: skip


def test_the_proof_counts_for_ten_minutes(later, opal):
    later.post("/operator/proof", data={"proof_code": opal.codes[0]})
    with time_machine.travel(now() + timedelta(minutes=9)):
        assert later.get("/operator/operators/new").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert later.get("/operator/operators/new").status_code == 302


def test_a_code_used_for_signing_in_is_no_proof(client, opal):
    opal.sign_in(client)
    used = opal.code()

    assert client.post("/operator/proof", data={"proof_code": used}).status_code == 422


def test_guesses_are_counted(later, opal):
    statuses = [later.post("/operator/proof", data={"proof_code": opal.wrong_code()}).status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]
    assert later.post("/operator/operators", data=INVITE | {"proof_code": opal.code()}).status_code == 429


def test_a_passkey_proves_too_but_nobody_elses(app, later, opal, portal):
    later.post("/operator/proof", data={"proof_code": opal.codes[0]})
    key = opal.add_passkey(later)
    stranger = portal("owner", "olive")
    with time_machine.travel(now() + timedelta(minutes=11)):
        proof = key.use(later.post("/operator/proof/options").json)
        done = later.post("/operator/operators", data=INVITE | {"proof_credential": proof})
        assert done.location == "/operator/operators"
        borrowed = key.use(stranger.post("/operator/proof/options").json)
        assert stranger.post("/operator/proof", data={"proof_credential": borrowed}).status_code == 422
        assert stranger.get("/operator/operators/new").status_code == 302


def test_passwords_are_never_printed_back(later):
    sent = {"current_password": "my old one", "password": "my new one", "note": "kept"}

    page = later.post("/operator/security/password", data=sent).text

    assert "my old one" not in page
    assert "my new one" not in page
    assert carried(page) | {"csrf_token": ""} == {"note": "kept", "csrf_token": ""}


def test_a_file_has_to_be_chosen_again(later):
    page = later.post("/operator/operators", data=INVITE | {"list": (io.BytesIO(b"x"), "list.csv")}).text

    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'type="file"[^>]*name="list"', page)


def test_part_of_a_page_sends_the_whole_page_to_the_proof(later):
    answer = later.post(
        "/operator/operators",
        data=INVITE,
        headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/operator/operators/new?a=1"},
    )

    assert answer.headers["HX-Redirect"] == "/operator/proof?next=/operator/operators/new?a%3D1"


def test_programs_are_told_in_json(later):
    answer = later.post("/operator/operators", data=INVITE, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "proof_wanted")


def test_nobody_proves_without_being_signed_in(client, opal):
    assert client.post("/operator/operators", data=INVITE | {"proof_code": opal.code()}).location.startswith(
        "/operator/sign-in"
    )
    assert client.post("/operator/proof", data={"proof_code": opal.code()}).location.startswith("/operator/sign-in")

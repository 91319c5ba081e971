"""My security, the company's, my data, and the duty to choose a new password where the company wants that."""

import json
from datetime import timedelta

import pytest
import time_machine
from cast import PASSWORD

from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.members import Member

NEW = "seven slow yaks sing"


@pytest.fixture
def old_password(cast):
    """Adam's is 100 days old, and the company allows 90."""
    with transaction():
        Settings.current().password_days = 90
        db.session.get_one(Member, cast.adam.id).password_changed_at = now() - timedelta(days=100)


def test_shows_devices_and_sign_ins(cast, client):
    client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})

    page = client.get("/manage/me/security").text

    assert "This device" in page
    assert "Your last sign-ins" in page
    assert "Signed in" in page


def test_mails_that_name_the_old_page_lead_to_the_new(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/me/sessions").location == "/manage/me/security"


def test_one_takes_ones_own_data(cast, signed_in):
    response = signed_in(cast.adam).get("/manage/me/data/my-data.json")
    data = json.loads(response.text)

    assert data["profile"]["email"] == "adam@acme.example"
    assert data["sessions"]
    assert "password_hash" not in response.text
    assert "Nina" not in response.text


def test_the_company_decides_how_old_a_password_may_grow(cast, signed_in):
    olga = signed_in(cast.olga)

    assert olga.post("/manage/security", data={"password_days": "90"}).status_code == 302
    cast.refresh()
    assert Settings.current().password_days == 90
    assert olga.post("/manage/security", data={"password_days": "soon"}).status_code == 422
    olga.post("/manage/security", data={"password_days": ""})
    assert "90 → 0" in olga.get("/manage/audit").text


def test_only_who_manages_settings_decides(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/security").status_code == 403


def test_whose_password_is_too_old_chooses_a_new_one_first(cast, old_password, signed_in):
    adam = signed_in(cast.adam)

    for page in ("/console", "/manage/me", "/manage"):
        assert adam.get(page).location == "/manage/first"
    assert adam.get("/console/handshake", headers={"Accept": "application/json"}).json["error"]["code"] == "duty_first"
    assert adam.get("/manage/first").location == "/manage/me/password"
    assert "older than your company allows" in adam.get("/manage/me/password").text

    adam.post("/manage/me/password", data={"current_password": PASSWORD, "password": NEW})

    assert adam.get("/manage/me").status_code == 200
    assert adam.get("/manage/first").status_code == 302


def test_without_a_limit_a_password_grows_as_old_as_it_likes(cast, signed_in):
    adam = signed_in(cast.adam)
    with time_machine.travel(now() + timedelta(hours=6), tick=True):
        assert adam.get("/manage/me").status_code == 200

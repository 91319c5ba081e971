"""The login log: by day and agent, with result, method, device; exports; attendance (H-10, D-09, G-18)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from cast import PASSWORD

from core.clock import now
from core.db import db, transaction
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.sign_in_log import SignInEntry, SignInQuery

PAGE = "/manage/login-log"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def comes(app):
    """`comes("adam@acme.example")` signs in from a browser of his own; `browser=…` with one that was there before."""

    def sign_in(name, password=PASSWORD, browser=None):
        browser = browser or app.test_client()
        browser.post("/sign-in", data={"name": name, "password": password}, headers={"User-Agent": FIREFOX})
        return browser

    return sign_in


def entries() -> list[tuple[str, str]]:
    return [(entry.member.name, entry.result) for entry in SignInQuery().entries()]


def test_shows_who_came_in_and_who_tried_in_vain(cast, comes, signed_in):
    comes("adam@acme.example")
    comes("nina@acme.example", "wrong")

    page = signed_in(cast.olga).get(PAGE).text

    assert entries() == [("Nina", "wrong_password"), ("Adam", "signed_in")]
    assert "Wrong password" in page
    assert "Firefox, Windows" in page
    assert "127.0.0.1" in page


def test_what_a_stranger_types_is_not_kept(cast, comes):
    comes("my-secret-password@acme.example", "wrong")

    assert entries() == []


def test_filters_by_day_agent_and_result(cast, comes, signed_in):
    with time_machine.travel(now() - timedelta(days=3), tick=True):
        comes("adam@acme.example")
    comes("nina@acme.example")
    comes("nina@acme.example", "wrong")
    olga = signed_in(cast.olga)
    yesterday = (now() - timedelta(days=1)).date().isoformat()

    lately = olga.get(f"{PAGE}?since={yesterday}").text.rpartition("<tbody>")[2]
    before = olga.get(f"{PAGE}?until={yesterday}").text.rpartition("<tbody>")[2]
    vain = olga.get(f"{PAGE}?member={cast.nina.id}&result=wrong_password").text.rpartition("<tbody>")[2]

    assert ("Nina" in lately, "Adam" in lately) == (True, False)
    assert ("Nina" in before, "Adam" in before) == (False, True)
    assert vain.count("<tr>") == 1


def test_a_date_that_is_none_is_told(cast, signed_in):
    assert "Enter a date like" in signed_in(cast.olga).get(f"{PAGE}?since=yesterday").text


def test_to_take_away(cast, comes, signed_in):
    comes("adam@acme.example")
    olga = signed_in(cast.olga)

    assert f",{cast.adam.number},Adam,Signed in,Password," in olga.get(f"{PAGE}/export.csv").text
    assert olga.get(f"{PAGE}/export.xlsx").data[:2] == b"PK"
    assert olga.get(f"{PAGE}/export.pdf").status_code == 404


def test_attendance_counts_days_and_sign_ins(cast, comes, signed_in):
    browser = comes("adam@acme.example")
    comes("adam@acme.example", browser=browser)
    with time_machine.travel(now() - timedelta(days=2), tick=True):
        comes("adam@acme.example", browser=browser)
    comes("adam@acme.example", "wrong")

    [adam] = SignInQuery().attendance()
    olga = signed_in(cast.olga)

    assert (adam.member.name, adam.days_present, adam.sign_ins) == ("Adam", 2, 3)
    assert "2 of 31 days" in olga.get(f"{PAGE}/attendance").text
    assert f"{cast.adam.number},Adam,2,3," in olga.get(f"{PAGE}/attendance.csv").text


def test_is_for_who_manages_agents(cast, signed_in):
    for page in ("", "/attendance", "/export.csv", "/attendance.csv"):
        assert signed_in(cast.adam).get(PAGE + page).status_code == 403


def test_another_company_reads_its_own(cast, comes, signed_in):
    comes("adam@acme.example")

    assert "Adam" not in signed_in(cast.eve).get(PAGE).text


def test_a_new_device_is_told_by_mail_an_old_one_not(cast, comes, mailbox):
    with transaction():
        KnownDevice.seen(cast.adam, "his first", FIREFOX, "")
    browser = comes("adam@acme.example")
    comes("adam@acme.example", browser=browser)

    [told] = mailbox()
    assert told["Subject"] == "New sign-in at Acme"
    assert "Firefox, Windows" in told.get_content()


def test_the_first_device_of_all_is_no_surprise(cast, comes, mailbox):
    comes("adam@acme.example")

    assert mailbox() == []


def test_the_log_is_only_added_to(cast, comes):
    comes("adam@acme.example")

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), transaction():
        db.session.execute(sa.delete(SignInEntry))

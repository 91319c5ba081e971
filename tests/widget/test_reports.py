"""Visitors report a company to the people who run the platform."""

import pytest
import sqlalchemy as sa

from core.db import db, transaction
from tenants.abuse.blocks import Block
from tenants.abuse.signals import Signal

KEY = "5b0c6f2e-6c5d-4d1f-9d56-0e4a2f4f7c11"


@pytest.fixture
def report(app, cast):
    """`report(text="…")` sends the form of Acme's site, from a network that has reported nothing yet."""
    browser = app.test_client()

    def send(ip: str = "203.0.113.7", **different):
        form = {"site": cast.site.key, "key": KEY, "reason": "fraud", "text": "They want my PIN", "email": ""} | different
        return browser.post("/report", data=form, environ_base={"REMOTE_ADDR": ip})

    return send


def reports() -> list[Signal]:
    return list(db.session.scalars(sa.select(Signal).where(Signal.kind == "report").order_by(Signal.id)))


def test_a_report_stands_among_the_signals_of_the_company(cast, report):
    answer = report(email="Ann@Mail.example")

    assert answer.location == "/report/sent"
    [signal] = reports()
    assert (signal.company_id, signal.evidence["site"]) == (cast.acme.id, cast.site.key)
    assert (signal.evidence["reason"], signal.evidence["email"]) == ("fraud", "ann@mail.example")


def test_sent_twice_it_is_one(cast, report):
    report(), report(text="Something else")

    assert [(signal.count, signal.evidence["text"]) for signal in reports()] == [(1, "They want my PIN")]


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("reason", "", "Choose what is wrong"),
        ("reason", "x", "Choose what is wrong"),
        ("email", "ann", "Enter an e-mail address"),
    ],
)
def test_says_what_is_wrong_and_keeps_the_rest(cast, report, field, value, fault):
    answer = report(**{field: value})

    assert answer.status_code == 422
    assert fault in answer.text
    assert "They want my PIN" in answer.text
    assert reports() == []


def test_one_network_reports_only_so_often(cast, report):
    answers = [report(key="").status_code for _report in range(6)]

    assert answers == [302] * 5 + [429]
    assert report(ip="198.51.100.1", key="").status_code == 302
    assert len({signal.evidence["reporter"] for signal in reports()}) == 2


def test_hostile_words_are_words(cast, report, portal):
    report(text="<script>alert(1)</script>\x00\u202e =cmd|' /C calc'!A0" + "x" * 5000, email="")
    [signal] = reports()

    page = portal("operations").get(f"/operator/abuse/signals/{signal.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert len(signal.evidence["text"]) == 2000


def test_a_chat_that_does_not_exist_cannot_be_reported_and_a_suspended_one_can(app, cast, report):
    assert app.test_client().get("/report?site=nothing").status_code == 404
    with transaction():
        cast.acme.suspend(because="abuse")

    assert app.test_client().get(f"/report?site={cast.site.key}").status_code == 200
    assert report().status_code == 302


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant"), ("de", "en")])
def test_speaks_the_visitors_language(app, cast, language, title):
    page = app.test_client().get(f"/report?site={cast.site.key}", headers={"Accept-Language": language}).text

    assert f'lang="{title}"' in page


def test_from_a_blocked_network_nobody_chats_and_is_told_kindly(cast, window):
    assert window.ask("state")["ok"]
    with transaction():
        Block.put("network", "127.0.0.1/32", "robots", "otto@laike.example", covers="everything")

    refused = window.ask("state")

    assert refused["error"]["code"] == "chat_refused"
    assert "Try another one" in refused["error"]["message"]

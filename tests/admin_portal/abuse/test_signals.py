"""Operators see what was noticed, decide about it, and every decision stands in their log."""

import re

import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry
from operators.sessions import PROOF_LASTS, OperatorSession
from tenants.abuse.signals import Signal
from tenants.companies.company import Company

LIST = "/operator/abuse/signals"


@pytest.fixture
def seen(cast) -> list[Signal]:
    """Two about Acme, one about Globex, one about nobody."""
    with transaction():
        Signal.note("brand", "name", cast.acme, place="name", found="=PayPal")
        Signal.note("sms_volume", "day", cast.acme, sms=50, usual=1.5)
        Signal.note("brand", "name", cast.globex, place="prompts.greeting", found="Alipay")
        Signal.note("refused_sign_up", "day", None, network="203.0.113.7", why="sign_up_refused")
        return list(db.session.scalars(sa.select(Signal).order_by(Signal.id)))


def deeds() -> list[tuple[str, str]]:
    return [(entry.action, entry.reason) for entry in db.session.scalars(sa.select(OperatorEntry).order_by(OperatorEntry.id))]


def again(model, id: int):
    db.session.expire_all()
    return db.session.get_one(model, id)


def test_lists_what_is_undecided_and_filters(seen, portal):
    browser = portal("support")

    assert browser.get(LIST).text.count("signals/") >= 4
    page = browser.get(f"{LIST}?company=globex&kind=brand").text
    assert "Prompts: Greeting" in page
    assert "=PayPal" not in page
    assert "Nothing matches" in browser.get(f"{LIST}?state=dismissed").text
    assert "Nothing matches" in browser.get(f"{LIST}?until=2020-01-01").text


def test_takes_away_what_it_shows_and_no_formula(seen, portal):
    lines = portal("support").get(f"{LIST}/export.csv?company=acme").text.splitlines()

    assert len(lines) == 1 + 2
    assert "Words: =PayPal" in lines[2]
    assert not re.search(r",=", "\n".join(lines))


def test_an_old_one_comes_after_the_last_of_a_page(seen, portal):
    page = portal("support").get(f"{LIST}?before={seen[1].id}").text

    assert f"signals/{seen[0].id}" in page
    assert f"signals/{seen[2].id}" not in page


def test_several_are_dismissed_with_one_reason_and_each_is_noted(seen, portal):
    browser, ids = portal("operations"), [signal.id for signal in seen[:2]]

    browser.post(LIST, data={"ids": ids, "state": "dismissed", "reason": "It is the brand itself."})

    assert {again(Signal, id).state for id in ids} == {"dismissed"}
    assert again(Signal, ids[0]).settled_by == "operations@laike.example"
    assert deeds() == [("signal.dismissed", "It is the brand itself.")] * 2


def test_none_is_dismissed_without_a_reason(seen, portal):
    browser, signal = portal("operations"), seen[0]

    answer = browser.post(f"{LIST}/{signal.id}", data={"state": "dismissed", "reason": " "})
    browser.post(LIST, data={"ids": [signal.id], "state": "dismissed"})
    browser.post(LIST, data={"state": "looked_at"})

    assert (answer.status_code, again(Signal, signal.id).state, deeds()) == (422, "new", [])
    browser.post(f"{LIST}/{signal.id}", data={"state": "looked_at", "reason": "Asked them."})
    assert (again(Signal, signal.id).state, again(Signal, signal.id).remark) == ("looked_at", "Asked them.")


def test_freezing_shows_what_it_does_happens_once_and_settles_the_signals(cast, seen, portal):
    browser, address = portal("operations"), "/operator/abuse/freezes/acme"
    page = browser.get(address).text
    assert "2 signals count as acted upon" in page
    form = {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', page)[1],
        "reason": "Phishing",
        "told": "We look into it.",
    }

    answers = [browser.post(address, data=form), browser.post(address, data=form)]

    assert [answer.status_code for answer in answers] == [302, 302]
    acme = again(Company, cast.acme.id)
    assert (acme.status, acme.suspended_because) == ("suspended", "We look into it.")
    assert [again(Signal, signal.id).state for signal in seen] == ["acted", "acted", "new", "new"]
    assert deeds() == [("company.suspended", "Phishing")]


def test_freezing_needs_a_reason_and_unfreezing_too(cast, portal):
    browser, address = portal("operations"), "/operator/abuse/freezes/globex"

    assert browser.post(address, data={"form_key": "1", "told": "x"}).status_code == 422
    assert browser.post(f"{address}/end", data={"form_key": "2", "reason": "x"}).status_code == 409
    browser.post(address, data={"form_key": "3", "reason": "x", "told": "x"})
    assert browser.post(address, data={"form_key": "4", "reason": "x", "told": "x"}).status_code == 409
    assert browser.post(f"{address}/end", data={"form_key": "5"}).status_code == 422
    assert again(Company, cast.globex.id).status == "suspended"

    browser.post(f"{address}/end", data={"form_key": "6", "reason": "A mistake"})
    assert again(Company, cast.globex.id).status == "open"
    assert deeds() == [("company.suspended", "x"), ("company.resumed", "A mistake")]


def test_whoever_showed_his_second_factor_long_ago_freezes_nothing(cast, portal):
    browser = portal("operations")
    with transaction():
        db.session.execute(sa.update(OperatorSession).values(proved_at=now() - PROOF_LASTS))

    for answer in (browser.get("/operator/abuse/freezes/acme"), browser.post("/operator/abuse/freezes/acme", data={})):
        assert answer.status_code in (302, 403)
    assert again(Company, cast.acme.id).status == "open"

"""Switches, limits and maintenance, as operators set them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry
from tenants.platform.load import add_up, load
from tenants.platform.load_limits import LoadLimit, allowances
from tenants.platform.maintenance import Maintenance
from tenants.platform.switches import SWITCHES, SwitchOff, is_off

REASON = {"reason": "a bug sends everything twice"}


@pytest.fixture(autouse=True)
def no_limit_stays():
    yield
    allowances.follow({}, {})


def in_an_hour() -> str:
    return f"{now() + timedelta(hours=1):%Y-%m-%dT%H:%M}"


def noted(action: str) -> list[OperatorEntry]:
    db.session.commit()
    return list(db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action == action)))


def test_switching_off_and_on_for_one_company(cast, portal):
    browser = portal("operations")
    form = REASON | {"company": "acme", "until": in_an_hour(), "form_key": "one"}

    for _ in range(2):
        assert browser.post("/operator/switches/uploads/off", data=form).status_code == 302

    assert is_off("uploads", cast.acme.id)
    assert not is_off("uploads", cast.globex.id)
    [deed] = noted("switch.off")
    assert (deed.company_id, deed.reason, deed.subject) == (cast.acme.id, REASON["reason"], "switch:uploads")
    assert "Acme" in browser.get("/operator/switches").text
    browser.post("/operator/switches/uploads/on", data={"company": "acme"})
    assert not is_off("uploads", cast.acme.id)
    assert len(noted("switch.on")) == 1


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("uploads", {"reason": ""}),
        ("uploads", {"company": "nobody"}),
        ("uploads", {"until": "2020-01-01T00:00"}),
        ("uploads", {"until": "tomorrow"}),
        ("sign_up", {"company": "acme"}),
    ],
)
def test_refuses_what_makes_no_sense_and_keeps_what_was_typed(cast, portal, name, odd):
    answer = portal("operations").post(f"/operator/switches/{name}/off", data=REASON | {"form_key": "k"} | odd)

    assert 400 <= answer.status_code < 500
    assert REASON["reason"] in answer.text or "reason" in odd
    assert SwitchOff.in_force() == []


def test_every_switch_has_its_form_which_says_what_happens(cast, portal):
    browser = portal("operations")

    for name, switch in SWITCHES.items():
        assert str(switch.effect) in browser.get(f"/operator/switches/{name}").text.replace("&#39;", "'")
    assert browser.get("/operator/switches/nothing").status_code == 404


def test_the_noisiest_stands_first_and_is_limited(cast, portal):
    for company, requests in ((cast.acme, 3), (cast.globex, 500)):
        load.of(company.id).requests += requests
    add_up()
    browser = portal("operations")

    page = browser.get("/operator/load").text
    assert page.index("globex") < page.index("acme")
    form = REASON | {"company": "globex", "what": "requests", "at_most": "0", "until": in_an_hour(), "form_key": "one"}
    for _ in range(2):
        assert browser.post("/operator/load/limits", data=form).status_code == 302

    [limit] = LoadLimit.in_force()
    assert (limit.company_id, limit.at_most, limit.what) == (cast.globex.id, 0, "requests")
    assert len(noted("limit.set")) == 1
    assert "Limits in force" in browser.get("/operator/load").text
    browser.post("/operator/load/limits/globex/requests/lift")
    assert LoadLimit.in_force() == []
    assert len(noted("limit.lifted")) == 1


@pytest.mark.parametrize(
    "odd", [{"company": "nobody"}, {"at_most": "many"}, {"at_most": "-1"}, {"reason": ""}, {"company": ""}]
)
def test_a_limit_that_makes_no_sense_is_refused(cast, portal, odd):
    form = REASON | {"company": "acme", "what": "requests", "at_most": "5", "form_key": "k"} | odd

    assert 400 <= portal("operations").post("/operator/load/limits", data=form).status_code < 500
    assert LoadLimit.in_force() == []


def test_the_load_is_taken_away_as_it_is_shown(cast, portal):
    load.of(cast.globex.id).messages += 7
    load.of(cast.globex.id).requests += 1
    add_up()

    lines = portal("support").get("/operator/load/export.csv?by=messages&during=today").text.splitlines()

    assert lines[1].startswith("globex,Globex,1")
    assert len(lines) == 2


def test_maintenance_is_announced_once_and_called_off(cast, portal):
    browser = portal("operations")
    form = {"begins": f"{now():%Y-%m-%dT%H:%M}", "ends": in_an_hour(), "text_en": "New disks.", "text_zh_Hans": "更换磁盘。",
            "text_zh_Hant": "更換磁碟。", "is_read_only": "yes", "form_key": "one"}  # fmt: skip

    for _ in range(2):
        assert browser.post("/operator/maintenance", data=form).status_code == 302

    [maintenance] = Maintenance.newest()
    assert maintenance.is_read_only
    assert maintenance.texts["zh_Hant"] == "更換磁碟。"
    assert "New disks." in browser.get("/operator/switches").text
    browser.post(f"/operator/maintenance/{maintenance.id}/call-off")
    db.session.expire_all()
    assert Maintenance.newest()[0].state == "cancelled"
    assert len(noted("maintenance.announced")) == len(noted("maintenance.called_off")) == 1


@pytest.mark.parametrize("odd", [{"text_zh_Hans": ""}, {"ends": "2020-01-01T00:00"}, {"begins": ""}])
def test_maintenance_that_makes_no_sense_is_not_announced(cast, portal, odd):
    form = {"begins": in_an_hour(), "ends": f"{now() + timedelta(hours=2):%Y-%m-%dT%H:%M}", "form_key": "k"}
    form |= {f"text_{code}": "x" for code in ("en", "zh_Hans", "zh_Hant")} | odd

    assert portal("operations").post("/operator/maintenance", data=form).status_code == 422
    with transaction():
        assert Maintenance.newest() == []

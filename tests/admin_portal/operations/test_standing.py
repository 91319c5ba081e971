"""The state of the platform, as an operator reads it."""

from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisAway

from admin_portal.operations import readings
from admin_portal.operations.tiles import BAD, UNKNOWN, WATCH, WELL, tiles_of
from core.clock import now
from core.db import transaction
from core.heartbeats import Heart, Heartbeat
from core.readings import Reading
from operators.sessions import OperatorSession
from saas.measuring import measure
from saas.schedule import Schedule

ROLES = ("pages", "live", "jobs", "schedule")


def stumble() -> None:
    raise ValueError


@pytest.fixture
def at_work(app, cast):
    """Everything runs, and was measured a moment ago."""
    for number, role in enumerate(ROLES):
        Heart(role, number).beat({"lag": 0.01, "sockets": {"widget": 2, "console": 1}, "requests": 1.5})
        with transaction():
            for process in Heartbeat.known():
                process.pid = process.id
    measure()


def levels() -> dict[str, str]:
    return {tile.title: tile.level for tile in tiles_of(readings.Platform())}


def test_everything_is_well(app, at_work):
    Schedule(app, [(5, measure)]).run_due()
    told = levels()

    # PostgreSQL and Redis are the tests' own, and may be busy.
    assert {told[title] for title in ("Processes", "Web traffic", "Outboxes", "Schedule", "Payment events", "SMS")} == {WELL}


def test_the_page_says_all_of_it_without_a_script(app, at_work, portal):
    page = portal("support").get("/operator/standing")

    assert page.status_code == 200
    assert 'data-refresh="5"' in page.text
    for words in ("PostgreSQL", "Redis", "Payment events", "schedule", "Sockets"):
        assert words in page.text


def test_one_that_fell_silent_is_named_with_what_to_do(app, at_work, portal):
    with transaction():
        next(process for process in Heartbeat.known() if process.role == "live").seen_at -= timedelta(minutes=5)

    assert levels()["Processes"] == BAD
    assert "systemctl restart laike-live" in portal("operations").get("/operator/standing").text


def test_a_failing_sweep_and_one_that_does_not_come(app, at_work):
    Schedule(app, [(5, stumble)]).run_due()
    assert levels()["Schedule"] == BAD

    with transaction():
        Reading.publish("sweep:stand", every=5, took=0, is_failing=False)
        Reading.newest("sweep:")["sweep:stand"].at -= timedelta(hours=1)
    assert [sweep.name for sweep in readings.Platform().sweeps if sweep.is_overdue] == ["stand"]


def test_what_nobody_measured_lately_is_not_called_well(app, at_work):
    with transaction():
        for reading in Reading.newest().values():
            reading.at -= timedelta(minutes=10)

    assert {levels()[title] for title in ("Outboxes", "Payments", "PostgreSQL")} == {UNKNOWN}


@pytest.mark.parametrize(
    ("name", "figures", "title", "level"),
    [
        ("outboxes", {"failed": 3}, "Outboxes", WATCH),
        ("outboxes", {"oldest": "2026-01-01T00:00:00+00:00"}, "Outboxes", WATCH),
        ("stripe", {"dead": 1}, "Payment events", BAD),
        ("sms", {"oldest": "2026-01-01T00:00:00+00:00"}, "SMS", WATCH),
        ("schemas", {"behind": 2}, "Tables of the companies", WATCH),
        ("schemas", {"ready": 0}, "Room for new companies", BAD),
        ("database", {"connections": 99, "connections_at_most": 100}, "PostgreSQL", BAD),
        ("database", {"longest_transaction": 900.0}, "PostgreSQL", WATCH),
        ("database", {"behind": 2**30}, "PostgreSQL", WATCH),
    ],
)
def test_each_trouble_is_seen_and_comes_with_advice(app, at_work, name, figures, title, level):
    with transaction():
        Reading.publish(name, **figures)

    tile = next(tile for tile in tiles_of(readings.Platform()) if tile.title == title)
    assert tile.level == level
    assert tile.advice


def test_says_so_when_redis_is_away(app, at_work, portal, monkeypatch):
    def away():
        raise RedisAway

    monkeypatch.setattr(readings, "redis", away)
    monkeypatch.setattr(readings, "queue", away)

    assert levels()["Redis"] == BAD
    assert "Redis does not answer" in portal("support").get("/operator/standing").text


def test_a_page_that_refreshes_itself_keeps_nobodys_session_alive(app, cast, portal):
    browser, earlier = portal("support"), now() - timedelta(minutes=20)
    with transaction():
        session = OperatorSession.of_token(browser.get_cookie("laike-operator").value)
        session.last_used_at = earlier

    browser.get("/operator/standing", headers={"X-Refresh": "yes"})
    with transaction():
        unused = OperatorSession.of_token(browser.get_cookie("laike-operator").value).last_used_at
    browser.get("/operator/standing")
    with transaction():
        used = OperatorSession.of_token(browser.get_cookie("laike-operator").value).last_used_at

    assert unused == earlier
    assert used > earlier

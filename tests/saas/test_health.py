"""Probes: who answers, who can serve, and the figures for Prometheus, each for whom it is."""

import re
from collections import Counter

import pytest
from redis.exceptions import ConnectionError as RedisAway

from core.heartbeats import Heart
from core.metrics import Answered
from saas import health
from saas.measuring import measure
from saas.pulse import sockets_of
from tenants.platform.load import add_up, load

TOKEN = "a token that only Prometheus knows"
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?([0-9.e+-]+|\+Inf)\Z')


@pytest.fixture
def token(app, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def redis_is_away(monkeypatch):
    def away():
        raise RedisAway

    monkeypatch.setitem(health.CHECKS, "redis", away)


def test_a_process_that_answers_lives_whatever_else_is_away(client, redis_is_away):
    assert client.get("/health/live").json == {"ok": True}


def test_is_ready_with_database_redis_and_migrations(client, token):
    answer = client.get("/health/ready", headers=token)

    assert answer.status_code == 200
    assert answer.json["checks"] == {"database": "ok", "redis": "ok", "migrations": "ok"}


def test_says_what_is_missing_only_to_who_has_the_token(client, token, redis_is_away):
    told, not_told = client.get("/health/ready", headers=token), client.get("/health/ready")

    assert (told.status_code, not_told.status_code) == (503, 503)
    assert told.json["checks"]["redis"].startswith("ConnectionError")
    assert not_told.json == {"ok": False}


def test_is_not_ready_on_older_tables_than_it_needs(client, token, monkeypatch):
    monkeypatch.setattr(health, "newest_revision", lambda folder: "3000_01_01")

    answer = client.get("/health/ready", headers=token)

    assert answer.status_code == 503
    assert "needs 3000_01_01" in answer.json["checks"]["migrations"]


def test_answers_by_any_name_but_pages_do_not(client):
    at_its_address = {"base_url": "http://10.0.0.7:8001"}

    assert client.get("/health/live", **at_its_address).status_code == 200
    assert client.get("/sign-in", **at_its_address).status_code == 400


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_there_are_no_metrics_without_the_token(client, token, shown):
    assert client.get("/metrics", headers=shown).status_code == 404


def test_without_a_token_set_nobody_has_one(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_tells_of_the_process_and_of_the_platform(app, cast, client, token):
    Heart("pages", 8000).beat({})
    measure()
    # What this process did for companies of earlier tests is in there too, and only the busiest are told of.
    load.take()
    load.of(cast.acme.id).requests += 3
    add_up()

    lines = client.get("/metrics", headers=token).text.splitlines()

    assert all(line.startswith("# ") or LINE.match(line) for line in lines)
    assert 'laike_processes{role="pages"} 1' in lines
    assert 'laike_companies_statuses{of="open"} 2' in lines
    assert any(line.startswith(f'laike_company_requests_per_second{{company="{cast.acme.id}"}}') for line in lines)
    assert not any("Acme" in line or "acme" in line for line in lines)


def test_tells_what_it_knows_while_the_rest_is_away(app, cast, client, token, monkeypatch):
    def away():
        raise RedisAway

    monkeypatch.setattr("saas.prometheus._of_queue", away)
    lines = client.get("/metrics", headers=token).text

    assert "laike_process_memory_bytes" in lines
    assert "laike_queue_jobs" not in lines


def test_counts_answers_by_how_long_they_took():
    answered = Answered()
    for seconds in (0.005, 0.02, 0.02, 60):
        answered.note("console", 200, seconds)

    _requests, durations = answered.metrics()

    assert answered.statuses == Counter({("console", "2xx"): 4})
    assert [value for labels, value in durations.values if labels.get("le")] == [1, 3, 3, 3, 3, 3, 3, 4]


def test_a_process_tells_its_sockets_by_door_and_its_largest_crowds():
    lines = Counter({("visitor", 17): 900, ("member", 17): 3, ("visitor", 18): 4})

    told = sockets_of(lines)

    assert told["sockets"] == {"widget": 904, "console": 3}
    assert told["visitors"] == {"17": 900, "18": 4}

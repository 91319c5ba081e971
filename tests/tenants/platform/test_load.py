"""What each company asks of the platform, and limiting one of them without the others' noticing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from redis.exceptions import ConnectionError as RedisAway

from chat.conversations.parties import Parties
from chat.conversations.posting import Posting
from core.clock import now
from core.db import db, transaction
from core.heartbeats import Heart
from core.realtime.caller import Caller
from tenants.people.roles import Role
from tenants.platform import load_limits
from tenants.platform.load import add_up, busiest_lately, busiest_on, load
from tenants.platform.load_limits import Allowance, Allowances, LoadLimit, OverLimit, TooManyConnected, allowances
from widget.guest import frame_token


@pytest.fixture(autouse=True)
def nothing_counted(cast):
    load.take()
    yield
    load.take()
    allowances.follow({}, {})


def limit(company, what: str, at_most: int, until=None) -> None:
    with transaction():
        LoadLimit.set(company, what, at_most, by="ops@laike.example", reason="a test", until=until)


def visit(app, cast):
    """A visitor's window asks who is there."""
    headers = {"X-Frame": frame_token(cast.site), "Accept": "application/json"}
    return app.test_client().post(f"/w/{cast.site.key}/call", json={"event": "state", "data": {}}, headers=headers)


def test_counts_a_request_once_and_the_work_it_made(app, cast):
    assert visit(app, cast).json["ok"]

    assert load.of(cast.acme.id).requests == 1
    assert load.of(cast.acme.id).database > 0


def test_counts_only_the_outermost_work_for_a_company(cast):
    with cast.globex.entered(), cast.globex.entered(), transaction():
        Role.all()
    counted = load.take()[cast.globex.id]

    assert counted.work > counted.database > 0


def test_what_processes_count_is_added_up_and_the_busiest_come_first(cast):
    for company, requests in ((cast.acme, 3), (cast.globex, 5), (cast.acme, 4)):
        load.of(company.id).requests += requests
        add_up()

    since, busy = busiest_lately("requests")

    assert [(one.company_id, one.requests) for one in busy] == [(cast.acme.id, 7), (cast.globex.id, 5)]
    assert since <= now() - timedelta(minutes=5)
    assert [one.company_id for one in busiest_on(now().date(), "requests")] == [cast.acme.id, cast.globex.id]
    assert not load.take()


def test_a_company_over_its_limit_is_refused_and_the_other_is_not(app, cast, signed_in):
    limit(cast.acme, "requests", 2)

    tried = [visit(app, cast) for _ in range(4)]

    assert [answer.status_code for answer in tried] == [200, 200, 429, 429]
    assert 0 < int(tried[-1].headers["Retry-After"]) <= 60
    assert "traffic is limited" in tried[-1].json["error"]["message"]
    assert load.of(cast.acme.id).refused == 2
    assert signed_in(cast.olga).get("/manage").status_code == 429
    assert signed_in(cast.eve).get("/manage").status_code == 200


def test_visitors_messages_are_limited_and_agents_and_other_companies_are_not(app, cast, monkeypatch):
    posting, posted = Posting(app, Parties()), []
    monkeypatch.setattr(posting, "add", posted.append)
    limit(cast.acme, "messages", 1)

    def post(company, kind: str) -> None:
        caller = Caller(company_id=company.id, place=company.place, kind=kind, id=1, name="x")
        message = {"conversation_id": 1, "client_id": str(uuid4()), "text": "hello"}
        posting.post_message(caller, message, answer=lambda result: None)

    post(cast.acme, "visitor")
    with pytest.raises(OverLimit, match="Try again in"):
        post(cast.acme, "visitor")
    post(cast.acme, "member")
    post(cast.globex, "visitor")

    assert len(posted) == load.of(cast.acme.id).messages + load.of(cast.globex.id).messages == 3


def test_no_more_visitors_are_connected_than_may_be_over_all_processes(cast):
    allowances.follow({(cast.acme.id, "sockets"): 5}, sockets_elsewhere={cast.acme.id: 3})

    allowances.need_socket(cast.acme.id, connected_here=1)
    with pytest.raises(TooManyConnected):
        allowances.need_socket(cast.acme.id, connected_here=2)
    allowances.need_socket(cast.globex.id, connected_here=1000)


def test_learns_how_many_other_processes_hold(cast):
    Heart("live", 8001).beat({"visitors": {str(cast.acme.id): 4}})
    limit(cast.acme, "sockets", 4)

    with pytest.raises(TooManyConnected):
        allowances.need_socket(cast.acme.id, connected_here=0)


def test_processes_share_what_a_company_may(context, monkeypatch):
    one, other = Allowances(), Allowances()
    for process in (one, other):
        process.follow({(17, "messages"): 3}, {})
    one.need(17, "messages")
    other.need(17, "messages")
    one.compare()
    other.compare()
    one.compare()

    one.need(17, "messages")
    with pytest.raises(OverLimit):
        one.need(17, "messages")


def test_begins_anew_with_the_minute():
    allowance = Allowance(at_most=1)

    assert [allowance.take(moment) for moment in (60.0, 119.9, 120.0)] == [True, False, True]


def test_holds_in_each_process_alone_while_redis_is_away(app, context, monkeypatch):
    process = Allowances()
    process.follow({(17, "messages"): 1}, {})
    process.need(17, "messages")
    monkeypatch.setattr(load_limits, "redis", lambda: (_ for _ in ()).throw(RedisAway()))

    with pytest.raises(RedisAway):
        process.compare()
    with pytest.raises(OverLimit):
        process.need(17, "messages")


def test_ends_by_itself_and_when_it_is_lifted(app, cast):
    limit(cast.acme, "requests", 0, until=now() - timedelta(seconds=1))
    assert visit(app, cast).status_code == 200

    limit(cast.acme, "requests", 0)
    assert visit(app, cast).status_code == 429
    with transaction():
        assert LoadLimit.lift(cast.acme, "requests", "ops@laike.example")
        assert not LoadLimit.lift(cast.acme, "requests", "ops@laike.example")
    assert visit(app, cast).status_code == 200


def test_a_limit_set_twice_is_one_limit(cast):
    limit(cast.acme, "requests", 5)
    limit(cast.acme, "requests", 7)

    assert [one.at_most for one in LoadLimit.in_force()] == [7]
    assert db.session.query(LoadLimit).count() == 2

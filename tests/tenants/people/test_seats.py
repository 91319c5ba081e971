import threading
from unittest import mock

import pytest
import time_machine
from redis.exceptions import RedisError

from billing.grants import grant, revoke
from core.clock import now
from core.db import db, transaction
from core.redis import redis
from tenants.companies.company import Company
from tenants.people import seats
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.people.seats import NoSeatLeft, SeatsUnknown
from tenants.rights.entitlements import Grant


@pytest.fixture
def acme(cast):
    """Acme with two seats, as many as Adam and Nina need."""
    with mock.patch.dict("tenants.rights.entitlements.FREE", {"seats": 2}):
        with transaction():
            for grant in db.session.scalars(db.select(Grant)):
                grant.rights = {"seats": 2}
            cast.acme.rights_were_changed()
        yield cast.acme


def test_refuses_when_every_seat_is_in_use(cast, acme):
    acme.take_seat(cast.adam)
    acme.take_seat(cast.nina)

    with pytest.raises(NoSeatLeft) as refusal:
        acme.take_seat(cast.olga)

    assert str(refusal.value).startswith("All 2 seats are in use by Adam, Nina.")
    assert acme.seated == {cast.adam.id, cast.nina.id}


def test_several_tabs_share_one_seat(cast, acme):
    for _tab in range(3):
        acme.take_seat(cast.adam)

    assert acme.seats_taken == 1


def test_a_seat_given_back_is_free_for_the_next(cast, acme):
    acme.take_seat(cast.adam)
    acme.take_seat(cast.nina)
    acme.release_seat(cast.nina.id)

    acme.take_seat(cast.olga)

    assert acme.seated == {cast.adam.id, cast.olga.id}


def test_a_seat_released_cannot_be_renewed(cast, acme):
    acme.take_seat(cast.adam)
    assert acme.renew_seat(cast.adam.id)

    acme.release_seat(cast.adam.id)

    assert not acme.renew_seat(cast.adam.id)


def test_a_dead_process_frees_its_seats(cast, acme):
    with mock.patch.object(seats, "LEASE", seats._MILLISECOND * 30):
        acme.take_seat(cast.adam)
        threading.Event().wait(0.06)

    assert acme.seated == set()


def test_fifty_at_once_never_exceed_the_limit(app, cast, acme):
    with transaction():
        crowd = [Member.add(f"Agent {n}", None, Role.keyed("agent")) for n in range(50)]
    entitlements, place = acme.entitlements, acme.id
    start, admitted = threading.Barrier(50), []

    def come(member_id: int) -> None:
        with app.app_context():
            start.wait()
            answer = redis().eval(*seats._admission(place, member_id, entitlements.seats, renewing=False))
            admitted.append(answer)

    threads = [threading.Thread(target=come, args=(member.id,)) for member in crowd]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(admitted)[-3:] == [0, 1, 1]
    assert acme.seats_taken == 2


def test_companies_do_not_take_each_others_seats(cast, acme):
    acme.take_seat(cast.adam)
    acme.take_seat(cast.nina)

    with Company.called("globex").entered() as globex:
        globex.take_seat(Member.known_as("eve@globex.example"))
        assert globex.seats_taken == 1


def test_says_so_while_nobody_can_tell(cast, acme, monkeypatch):
    def away():
        raise RedisError

    monkeypatch.setattr(seats, "redis", away)

    with pytest.raises(SeatsUnknown):
        _ = acme.seated


@pytest.fixture
def five(cast, monkeypatch):
    """Acme with five seats, all taken: ids of the agents in the order in which they came.  Here nobody reacts by himself."""
    monkeypatch.setattr("core.events._reactions", {})
    with transaction():
        grant(cast.acme, "plan:five", {"seats": 5})
        revoke(cast.acme, "trial:professional")
        crowd = [Member.add(f"Agent {n}", None, Role.keyed("agent")) for n in range(5)]
    for number, member in enumerate(crowd):
        cast.acme.take_seat(member)
        redis().hset(seats._since_key(cast.acme.id), str(member.id), 1000 + number)
    return [member.id for member in crowd]


def test_33_after_a_downgrade_running_chats_survive_and_newcomers_wait(cast, five):
    talking = {five[3]}
    with transaction():
        revoke(cast.acme, "plan:five")
    assert cast.acme.leaving == {five[3], five[4]}

    with transaction():
        cast.acme.keep_to_limit(talking)

    assert cast.acme.seated == set(five[:4])
    assert cast.acme.renew_seat(five[3])
    with pytest.raises(NoSeatLeft, match="All 3 seats"):
        cast.acme.take_seat(cast.nina)


def test_33_who_leaves_goes_after_his_last_chat(cast, five):
    with transaction():
        revoke(cast.acme, "plan:five")
        cast.acme.keep_to_limit({five[3], five[4]})
    assert cast.acme.seats_taken == 5

    with transaction():
        cast.acme.keep_to_limit({five[4]})

    assert cast.acme.seated == {*five[:3], five[4]}


def test_33_nobody_stays_longer_than_half_an_hour(cast, five):
    with transaction():
        revoke(cast.acme, "plan:five")
        cast.acme.keep_to_limit(set(five))
    with time_machine.travel(now() + seats.LEAVE_WITHIN), transaction():
        cast.acme.keep_to_limit(set(five))

    assert cast.acme.seated == set(five[:3])


def test_33_an_administrator_may_choose_who_goes(cast, five):
    with transaction():
        revoke(cast.acme, "plan:five")
        cast.acme.keep_to_limit(set(five))
    cast.acme.release_seat(five[0])
    cast.acme.release_seat(five[1])

    assert cast.acme.leaving == set()
    assert cast.acme.seated == set(five[2:])


def test_33_a_new_upgrade_keeps_everybody(cast, five):
    with transaction():
        revoke(cast.acme, "plan:five")
        cast.acme.keep_to_limit(set(five))
        grant(cast.acme, "plan:five again", {"seats": 5})
    with time_machine.travel(now() + seats.LEAVE_WITHIN), transaction():
        cast.acme.keep_to_limit(set())

    assert cast.acme.seats_taken == 5

"""A company's consent to operators looking inside: when it stands, and that nothing is written after it does not."""

import threading
from datetime import timedelta
from typing import NamedTuple

import pytest
import time_machine
from parallel import in_parallel, until_somebody_waits

from core.clock import now
from core.db import transaction
from tenants.people.members import Member
from tenants.platform.notices import notices_now
from tenants.support.support import AlreadyAnswered, AlreadyAsked, PublishedGrant, SupportGrant, consent_stands


class Otto(NamedTuple):
    """An operator, as far as a company cares."""

    id: int = 7
    name: str = "Otto"


def asked(**more) -> SupportGrant:
    with transaction():
        return SupportGrant.ask(Otto(), "White window", "T-812", **({"hours": 4, "writes": False} | more))


def given(cast, **more) -> SupportGrant:
    with transaction():
        return SupportGrant.give(cast.olga, **({"hours": 4, "writes": False} | more))


def test_is_off_until_somebody_consents(cast):
    assert SupportGrant.in_force() is None
    assert SupportGrant.waiting() is None

    request = asked()
    assert not consent_stands(request.key)

    with transaction():
        request.grant(cast.olga, hours=1, writes=False)
    assert consent_stands(request.key)
    assert not consent_stands(request.key, to_write=True)
    assert SupportGrant.in_force() is request


def test_expires_by_itself(cast):
    grant = given(cast, hours=1)

    with time_machine.travel(now() + timedelta(minutes=59), tick=False):
        assert consent_stands(grant.key)
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert not consent_stands(grant.key)
        assert grant.state == "expired"
        assert PublishedGrant.all_open() == []


def test_a_request_nobody_answers_lapses(cast):
    request = asked()
    with pytest.raises(AlreadyAsked), transaction():
        SupportGrant.ask(Otto(), "Again", "T-813", 1, False)

    with time_machine.travel(now() + timedelta(days=8), tick=False):
        assert request.state == "lapsed"
        assert SupportGrant.waiting() is None
        with pytest.raises(AlreadyAnswered), transaction():
            request.grant(cast.olga, 1, False)


def test_what_was_given_later_replaces_what_was_given_before(cast):
    first, second = given(cast, writes=True), given(cast)

    assert not consent_stands(first.key)
    assert consent_stands(second.key)
    assert [published.key for published in PublishedGrant.all_open()] == [second.key]


def test_two_who_answer_at_once_do_not_both_count(app, cast):
    request_id = asked().id

    def yes():
        SupportGrant.numbered(request_id).grant(Member.known_as("olga@acme.example"), 1, False)

    def no():
        SupportGrant.numbered(request_id).decline(Member.known_as("olga@acme.example"))

    answers = in_parallel(app, cast.acme, [yes, no, yes, no])

    assert [type(answer) for answer in answers].count(AlreadyAnswered) == 3
    cast.refresh()
    grant = SupportGrant.numbered(request_id)
    assert (grant.granted_at is None) != (grant.declined_at is None)


def test_two_operators_who_ask_at_once_make_one_request(app, cast):
    answers = in_parallel(app, cast.acme, [lambda: SupportGrant.ask(Otto(), "White", "T-1", 1, False)] * 3)

    assert [type(answer) for answer in answers].count(AlreadyAsked) == 2
    assert len(SupportGrant.latest()) == 1


def test_who_withdraws_waits_for_a_write_that_was_allowed_and_none_comes_after(app, cast):
    grant = given(cast, writes=True)
    withdrawn = threading.Event()

    def withdraw():
        with app.app_context(), cast.acme.entered():
            with transaction():
                SupportGrant.numbered(grant.id).end()
            withdrawn.set()

    with transaction():
        assert consent_stands(grant.key, to_write=True)
        waiting = threading.Thread(target=withdraw)
        waiting.start()
        until_somebody_waits(app)
        assert not withdrawn.is_set()
    waiting.join()

    assert withdrawn.is_set()
    assert not consent_stands(grant.key, to_write=True)


def test_administrators_read_of_a_request_above_every_page(cast):
    asked()

    assert [notice.kind for notice in notices_now(cast.olga)] == ["support"]
    assert notices_now(cast.adam) == []

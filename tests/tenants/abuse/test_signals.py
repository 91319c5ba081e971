"""Signals add up, are weighed, and stay as operators left them."""

import pytest
import sqlalchemy as sa
import time_machine
from parallel import in_parallel

from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from tenants.abuse.signals import COUNTS_FOR, Score, Signal, score_of, scores_of, signals_of


def noted(*args, **evidence) -> Signal:
    with transaction():
        Signal.note(*args, **evidence)
    return db.session.scalar(sa.select(Signal).order_by(Signal.id.desc()).limit(1).execution_options(populate_existing=True))


def test_the_same_thing_seen_by_many_at_once_is_one_signal_that_counts(app, cast):
    deeds = [lambda n=n: Signal.note("sms_volume", "2026-11-26", cast.acme, sms=n) for n in range(8)]

    assert in_parallel(app, cast.acme, deeds) == [None] * 8

    [signal] = signals_of(cast.acme.id)
    assert (signal.count, signal.state, signal.evidence["sms"] in range(8)) == (8, "new", True)
    assert signal.first_seen_at <= signal.last_seen_at
    assert signals_of(cast.globex.id) == []


def test_a_company_scores_what_its_live_signals_weigh_three_times_at_most_each(cast):
    for _again in range(5):
        noted("foreign_link", "here", cast.acme)
    brand = noted("brand", "name", cast.acme)

    assert score_of(cast.acme.id) == Score(3 * 5 + 35)
    assert (score_of(cast.acme.id).level, score_of(cast.globex.id)) == ("watch", Score(0))

    with transaction():
        brand.settle("dismissed", "otto@laike.example", "It is the brand.")
    assert scores_of([cast.acme.id, cast.globex.id]) == {cast.acme.id: Score(3 * 5)}
    with time_machine.travel(now() + COUNTS_FOR):
        assert scores_of([cast.acme.id]) == {}


def test_what_was_dismissed_stays_so_and_what_was_acted_upon_begins_anew(cast):
    dismissed, acted = noted("mail_volume", "monday", cast.acme), noted("mail_volume", "tuesday", cast.acme)
    with transaction():
        dismissed.settle("dismissed", "otto@laike.example", "A newsletter that was announced.")
        acted.settle("acted", "otto@laike.example")

    for key in ("monday", "tuesday"):
        noted("mail_volume", key, cast.acme)

    db.session.expire_all()
    assert (dismissed.state, dismissed.count) == ("dismissed", 2)
    assert (acted.state, acted.count) == ("new", 2)


def test_nothing_is_dismissed_without_a_reason(cast):
    signal = noted("disputes", "x", cast.acme)

    with pytest.raises(Invalid), transaction():
        signal.settle("dismissed", "otto@laike.example", "")

    assert signals_of(cast.acme.id)

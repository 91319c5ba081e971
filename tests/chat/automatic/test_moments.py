"""What is due when, reckoned without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chat.automatic.moments import LATE, Said, Standing
from chat.styles.prompts import SPOKEN, Prompts

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
EVERYTHING = Prompts(**dict.fromkeys(SPOKEN, "text"))
ADAM, NINA = 2, 3


def only(*kinds: str, **times) -> Prompts:
    return Prompts(**dict.fromkeys(kinds, "text"), **times)


def standing(**more) -> Standing:
    return Standing(None, None, None, None, answered_seq=0, answered_at=None, said={})._replace(**more)


ACCEPTED = standing(member_id=ADAM, accepted_at=NOON)
ASKED = standing(spoke="visitor", spoke_at=NOON)
ANSWERED = standing(member_id=ADAM, accepted_at=NOON - MINUTE, spoke="member", spoke_at=NOON, answered_seq=4, answered_at=NOON)


def due(one: Standing, prompts: Prompts, moment: datetime = NOON) -> tuple | None:
    words = one.next_words(prompts, moment)
    return words and (words.kind, words.at - NOON, words.stretch, words.count)


def test_M_01_greets_when_an_agent_accepts():
    assert due(ACCEPTED, only("greeting")) == ("greeting", timedelta(0), ADAM, 1)


def test_M_01_greets_once_and_another_agent_again():
    greeted = ACCEPTED._replace(said={("greeting", ADAM): Said(1, NOON)})

    assert due(greeted, only("greeting")) is None
    assert due(greeted._replace(member_id=NINA), only("greeting")) == ("greeting", timedelta(0), NINA, 1)


def test_M_06_speaks_thirty_seconds_after_the_connection_unless_told_otherwise():
    assert due(ACCEPTED, only("after_connect")) == ("after_connect", 30 * SECOND, ADAM, 1)
    assert due(ACCEPTED, only("after_connect", after_connect_seconds=7)) == ("after_connect", 7 * SECOND, ADAM, 1)


def test_M_06_is_silent_when_the_agent_has_written():
    written = ACCEPTED._replace(answered_seq=2, answered_at=NOON + SECOND, spoke="member", spoke_at=NOON + SECOND)

    assert due(written, only("after_connect")) is None


def test_M_06_what_another_agent_wrote_before_does_not_count():
    written = ACCEPTED._replace(answered_seq=2, answered_at=NOON - SECOND, spoke="member", spoke_at=NOON - SECOND)

    assert due(written, only("after_connect")) == ("after_connect", 30 * SECOND, ADAM, 1)


@pytest.mark.parametrize("kind", ["greeting", "after_connect"])
def test_a_beginning_that_is_long_past_is_let_be(kind):
    prompts = only(kind, after_connect_seconds=1)

    assert due(ACCEPTED, prompts, NOON + LATE - SECOND) is not None
    assert due(ACCEPTED, prompts, NOON + LATE + 2 * SECOND) is None


def test_M_07_speaks_five_minutes_after_the_visitors_last_message_unless_told_otherwise():
    assert due(ASKED, only("unanswered")) == ("unanswered", 5 * MINUTE, 0, 1)
    assert due(ASKED, only("unanswered", unanswered_minutes=2)) == ("unanswered", 2 * MINUTE, 0, 1)


def test_M_07_speaks_once_until_somebody_answers():
    told = ASKED._replace(said={("unanswered", 0): Said(1, NOON + 5 * MINUTE)}, spoke_at=NOON + 8 * MINUTE)

    assert due(told, only("unanswered")) is None
    assert due(told._replace(answered_seq=3), only("unanswered")) == ("unanswered", 13 * MINUTE, 3, 1)


def test_M_07_is_silent_once_the_agent_has_answered():
    assert due(ANSWERED, only("unanswered", "repeated")) is None


def test_M_07_tells_who_waits_for_an_agent_too():
    assert ASKED.member_id is None
    assert due(ASKED, only("unanswered")) is not None


def test_M_08_ends_fifteen_minutes_after_the_agents_last_message_unless_told_otherwise():
    assert due(ANSWERED, only("no_reaction")) == ("no_reaction", 15 * MINUTE, 4, 1)
    assert due(ANSWERED, only("no_reaction", no_reaction_minutes=3)) == ("no_reaction", 3 * MINUTE, 4, 1)


def test_M_08_never_ends_what_waits_for_an_agent_or_for_an_answer():
    assert due(ANSWERED._replace(member_id=None, accepted_at=None), only("no_reaction")) is None
    assert due(ANSWERED._replace(spoke="visitor"), only("no_reaction")) is None


def test_M_08_gives_who_has_just_accepted_the_whole_time():
    taken_over = ANSWERED._replace(member_id=NINA, accepted_at=NOON + 14 * MINUTE)

    assert due(taken_over, only("no_reaction")) == ("no_reaction", 29 * MINUTE, 4, 1)


@pytest.mark.parametrize("kind", SPOKEN)
def test_M_09_an_empty_text_is_never_said(kind):
    silent = replace(EVERYTHING, **{kind: ""})

    for one in (ACCEPTED, ASKED, ANSWERED):
        words = one.next_words(silent, NOON)
        assert words is None or words.kind != kind


def test_M_10_repeats_after_each_interval_at_most_so_often():
    prompts = only("repeated", repeated_seconds=60, repeated_at_most=2)
    once = ASKED._replace(said={("repeated", 0): Said(1, NOON + 61 * SECOND)})
    twice = ASKED._replace(said={("repeated", 0): Said(2, NOON + 121 * SECOND)})

    assert due(ASKED, prompts) == ("repeated", 60 * SECOND, 0, 1)
    assert due(once, prompts) == ("repeated", 121 * SECOND, 0, 2)
    assert due(twice, prompts) is None


def test_M_10_a_new_message_of_the_visitor_begins_the_interval_anew_but_not_the_count():
    again = ASKED._replace(said={("repeated", 0): Said(1, NOON + MINUTE)}, spoke_at=NOON + 2 * MINUTE)

    assert due(again, only("repeated")) == ("repeated", 3 * MINUTE, 0, 2)


def test_M_10_an_answer_begins_the_count_anew():
    answered_and_asked = ASKED._replace(answered_seq=5, said={("repeated", 0): Said(3, NOON)})

    assert due(answered_and_asked, only("repeated")) == ("repeated", MINUTE, 5, 1)


def test_after_a_long_silence_of_ours_nothing_comes_in_a_burst():
    """The alarm was away for an hour: one reply now, the next an interval later."""
    prompts, much_later = only("repeated"), NOON + timedelta(hours=1)
    first = ASKED.next_words(prompts, much_later)

    said = ASKED._replace(said={("repeated", 0): Said(1, much_later)})

    assert first.at <= much_later
    assert said.next_words(prompts, much_later).at == much_later + MINUTE


def test_what_is_due_first_is_said_first():
    assert ASKED.next_words(EVERYTHING, NOON).kind == "repeated"
    assert ACCEPTED.next_words(EVERYTHING, NOON).kind == "greeting"


def test_nothing_is_due_where_nobody_has_come_and_nobody_has_spoken():
    assert due(standing(), EVERYTHING) is None

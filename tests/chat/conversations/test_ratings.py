from datetime import timedelta

import pytest
from time_machine import travel

from chat.conversations.ratings import NoRatings, RatingAskedAlready
from core.clock import now
from core.db import transaction
from core.errors import Invalid
from tenants.companies.settings import Settings


def test_is_nothing_until_the_visitor_has_rated(cast):
    assert cast.question.as_dict()["rating"] is None


def test_what_is_said_last_counts(cast):
    with transaction():
        cast.question.rate(2, "Slow")
    with transaction():
        cast.question.rate(5, "  It was worth it\x00 ")

    rating = cast.question.as_dict()["rating"]
    assert (rating["score"], rating["comment"]) == (5, "It was worth it")


def test_also_after_the_end(cast):
    with transaction():
        cast.question.close(by=cast.visitor)
        cast.question.rate(4)

    assert cast.question.rating["score"] == 4


@pytest.mark.parametrize("score", [0, 6, -1, "5", 4.0, None, True, [5]])
def test_one_to_five_and_nothing_else(cast, score):
    with pytest.raises(Invalid) as refusal:
        cast.question.rate(score)

    assert "score" in refusal.value.fields


def test_a_company_may_do_without(cast):
    with transaction():
        Settings.current().takes_ratings = False

    for deed in (lambda: cast.question.rate(5), cast.question.ask_rating):
        with pytest.raises(NoRatings):
            deed()


def test_asking_again_takes_a_minute(cast):
    with transaction():
        cast.question.ask_rating()

    with pytest.raises(RatingAskedAlready):
        cast.question.ask_rating()
    with travel(now() + timedelta(seconds=61), tick=False), transaction():
        cast.question.ask_rating()

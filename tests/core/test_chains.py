from datetime import UTC, datetime, timedelta, timezone

from core.chains import BEGINNING, digest, link


def test_the_order_of_keys_and_the_zone_of_times_make_no_difference():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=8)))

    assert link(BEGINNING, {"a": 1, "at": noon}) == link(BEGINNING, {"at": there, "a": 1})


def test_every_value_and_what_came_before_count():
    first = link(BEGINNING, {"a": 1})

    assert len({first, link(BEGINNING, {"a": 2}), link(first, {"a": 1}), link(BEGINNING, {"b": 1})}) == 4


def test_a_digest_says_nothing_without_its_salt():
    assert digest("salt", {"name": "Nina"}) != digest("other", {"name": "Nina"})

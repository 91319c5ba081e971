from datetime import timedelta

import time_machine

from core.clock import now
from tenants.rights.entitlements import FREE, Entitlements, Grant

NOW = now()


def grant(reason: str, rights: dict, days: int | None = None, begins: int = 0) -> Grant:
    until = None if days is None else NOW + timedelta(days=days)
    return Grant(reason=reason, rights=rights, valid_from=NOW + timedelta(days=begins), valid_until=until)


def test_free_is_what_everybody_has():
    nothing = Entitlements.add_up([], NOW)

    assert (nothing.seats, nothing.styles, nothing.flags, nothing.valid_until) == (
        FREE["seats"],
        FREE["styles"],
        frozenset(),
        None,
    )


def test_the_largest_counts_and_flags_add():
    entitlements = Entitlements.add_up(
        [grant("plan:team", {"seats": 5, "flags": ["reports"]}), grant("voucher:X", {"seats": 4, "flags": ["open_api"]})], NOW
    )

    assert entitlements.seats == 5
    assert entitlements.flags == {"reports", "open_api"}
    assert entitlements.because["seats"] == ("plan:team", "voucher:X")


def test_only_what_is_valid_counts():
    over, later = grant("old", {"seats": 9}, days=0, begins=-5), grant("new", {"seats": 8}, begins=3)
    taken_back = grant("gone", {"seats": 7})
    taken_back.revoked_at = NOW

    entitlements = Entitlements.add_up([over, later, taken_back], NOW)

    assert entitlements.seats == FREE["seats"]
    assert entitlements.valid_until == later.valid_from


def test_is_valid_until_something_changes():
    assert Entitlements.add_up([grant("a", {}, days=9), grant("b", {}, days=2)], NOW).valid_until == NOW + timedelta(days=2)


def test_a_company_begins_on_trial_and_falls_back_by_itself(cast):
    ends = cast.acme.trial_ends_at

    assert cast.acme.entitlements.seats == 10
    assert timedelta(days=14) < ends - now() <= timedelta(days=15)
    with time_machine.travel(ends + timedelta(minutes=1)):
        assert cast.acme.entitlements.seats == FREE["seats"]
        assert cast.acme.trial_ends_at is None

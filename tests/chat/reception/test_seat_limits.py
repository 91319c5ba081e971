"""A company that may seat fewer lets its agents finish what they have begun."""

import time

from billing.grants import grant, revoke
from chat.reception.seat_limits import keep_to_limit
from chat.reception.team import Team
from core.db import transaction


def test_33_the_last_chat_ends_the_seat(cast):
    cast.acme.take_seat(cast.nina)
    # Who came last goes first, and seats are noted by the millisecond.
    time.sleep(0.01)
    cast.acme.take_seat(cast.adam)
    with transaction():
        cast.question.accept(by=cast.adam)

    with transaction():
        revoke(cast.acme, "trial:professional")
        grant(cast.acme, "cap:1", {"at_most": {"seats": 1}})
    keep_to_limit(None)
    assert cast.acme.seated == {cast.nina.id, cast.adam.id}
    with transaction():
        assert Team(cast.acme).reason_against(cast.adam) == "leaving"
    with transaction():
        cast.question.close(by=cast.adam)

    assert cast.acme.seated == {cast.nina.id}

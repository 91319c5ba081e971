"""Whatever dies, an acknowledged message is never lost, doubled or reordered, and every client ends with the same view.

`CHAOS_SEED=17 python -m pytest tests/chaos -s` repeats a run, as far as a real machine lets itself be repeated.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest
from chaos.checker import Verdict
from chaos.house import House
from chaos.storm import Storm

DATA = Path(os.environ.get("LAIKE_TEST_DATA", Path(__file__).parents[2] / "var" / "test")) / "chaos"
SEED = int(os.environ.get("CHAOS_SEED") or random.randrange(10**6))
DISASTERS = [
    "kill_a_live_process",
    "kill_the_worker",
    "kill_redis",
    "restart_postgres",
    "drain_a_live_process",
    "kill_a_live_process_and_redis",
]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(autouse=True)
def seed_is_told():
    print(f"\nCHAOS_SEED={SEED}")


def test_nothing_acknowledged_is_lost_doubled_or_reordered():
    disasters = random.Random(SEED).sample(DISASTERS, len(DISASTERS))

    with House(DATA) as house:
        verdict = asyncio.run(Storm(house, SEED).run(disasters))

    assert verdict.is_clean, f"CHAOS_SEED={SEED}\n{verdict}"
    assert house.died == []
    assert verdict.looked_at["acknowledged"] > 100
    assert verdict.looked_at["chores"] > 10


# The test of the test: each of these servers is broken in one way, and the same checker must say in which.


@pytest.fixture(scope="module")
def workshop():
    """A house whose live processes can be exchanged for broken ones."""
    with House(DATA, words=("lemur", "panda", "tapir", "dugong", "civet"), has_workers=False) as house:
        yield house


@pytest.fixture
def broken(workshop):
    """`broken("acks_before_commit", words)` is the house with two live processes that are broken like that.

    The words are of companies in which nobody has said anything yet.
    """

    def break_it(how: str, words: tuple[str, ...]) -> House:
        workshop.begin_again(["-m", "chaos.broken_server", how], words)
        return workshop

    return break_it


def storm_in(house: House, *disasters: str) -> Verdict:
    return asyncio.run(Storm(house, SEED, visitors=6, pace=0.7, mend_within=6).run(list(disasters), calm=1))


def test_notices_a_server_that_acknowledges_before_the_commit(broken):
    house = broken("acks_before_commit", ("lemur",))

    verdict = storm_in(house, "kill_all_live_processes")

    assert "acknowledged and missing" in verdict.kinds


def test_notices_a_server_that_posts_twice_what_is_sent_twice(broken):
    house = broken("forgets_client_ids", ("panda",))
    house.change("ALTER TABLE {schema}.message DROP CONSTRAINT uq_message_client_id")

    verdict = storm_in(house)

    assert "doubled messages" in verdict.kinds


def test_notices_a_server_that_mixes_companies(broken):
    house = broken("mixes_companies", ("tapir", "dugong"))

    verdict = storm_in(house)

    assert "overheard from another company" in verdict.kinds


def test_notices_a_server_that_does_not_look_for_lost_pushes(broken):
    house = broken("never_looks_again", ("civet",))

    storm = Storm(house, SEED, visitors=6, pace=0.7, mend_within=6)
    storm.keep_apart()
    verdict = asyncio.run(storm.run([], calm=1))

    assert "not mended by itself" in verdict.kinds

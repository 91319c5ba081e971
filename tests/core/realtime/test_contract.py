"""The official JavaScript client must find the same with our lane as with python-socketio alone."""

import json
import time

import pytest
from engine.process import run_node, start_node


@pytest.fixture(scope="module")
def seen(live, companies):
    """What a visitor's and an agent's browser got to see."""
    return run_node("contract.cjs", live.port, companies.open_conversation())


def names_of(heard) -> list[str]:
    return [name for name, _ in heard]


def test_any_text_comes_back_whole(seen):
    heard = seen["echo"]["heard"]

    assert heard == {"text": 'héllo ✓ 😀 "quoted" \\ back', "long": "L" * 15000}


def test_nonsense_gets_a_refusal(seen):
    codes = [seen[name]["error"]["code"] for name in ("unknown", "not_a_dict", "not_a_text", "nothing")]

    assert codes == ["bad_request"] * 4


def test_a_bug_is_not_told_to_strangers(seen, live):
    assert seen["bug"]["error"]["code"] == "internal"
    assert "RuntimeError" not in json.dumps(seen["bug"])
    assert "event failed door=widget event=break caller=1:visitor:1" in live.log()


def test_a_message_is_numbered_acknowledged_and_heard_by_both(seen):
    assert (seen["first"]["ok"], seen["first"]["seq"], seen["answer"]["seq"]) == (True, 1, 2)
    for side in ("visitor", "agent"):
        posted = [data for name, data in seen["heard"][side] if name == "message_posted"][:2]
        assert [message["text"] for message in posted] == ["héllo ✓ 😀", "Hello!"]
        assert [message["author"]["kind"] for message in posted] == ["visitor", "member"]


def test_sending_again_changes_nothing(seen):
    assert seen["again"] == seen["first"]
    assert [data["seq"] for name, data in seen["heard"]["agent"] if name == "message_posted"].count(1) == 1


def test_a_long_message_is_refused_with_the_limit(seen):
    assert seen["too_long"]["error"]["code"] == "message_too_long"
    assert "4000" in seen["too_long"]["error"]["message"]


def test_typing_is_collected_and_its_text_kept_from_visitors(seen):
    to_agent = [data for name, data in seen["heard"]["agent"] if name == "typing_changed" and data["side"] == "visitor"]
    to_visitor = [data for name, data in seen["heard"]["visitor"] if name == "typing_changed"]

    assert to_agent
    assert len(to_agent) < 5
    assert to_agent[-1]["text"] == "hel19"
    assert {data["text"] for data in to_visitor} == {""}


def test_too_many_messages_are_refused(seen):
    accepted = [ack for ack in seen["burst"] if isinstance(ack, int)]

    assert "too_fast" in seen["burst"]
    assert accepted == list(range(3, 3 + len(accepted)))


def test_the_connection_holds_through_pings(seen):
    assert seen["connected"]
    assert seen["disconnects"] == 0


@pytest.mark.parametrize("fast", [True, False])
def test_a_stopping_process_sends_its_browsers_away_and_loses_nothing(start_live, companies, fast):
    process, conversation = start_live(fast), companies.open_conversation()
    with start_node("drain.cjs", process.port, conversation) as browser:
        assert browser.stdout.readline().strip() == "ready"
        process.terminate()
        started = time.monotonic()
        assert process.wait() == 0
        took = time.monotonic() - started
        process.restart()
        output, errors = browser.communicate(timeout=60)

    result = json.loads(output.splitlines()[-1])
    assert took < 5, errors
    assert result["restart"] == {"within": 2000}
    assert result["reason"] == "transport close"
    assert result["acked"] == [1, 2, 3]
    assert companies.messages(1, conversation) == [(1, "before"), (2, "while leaving"), (3, "after")]

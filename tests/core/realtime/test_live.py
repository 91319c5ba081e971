"""Several live processes together, and what finds lost pushes and ended sessions."""

import json
import time
import uuid

import pytest
from engine.browser import RawBrowser
from engine.process import LiveProcess

VISITOR = {"company": 1, "kind": "visitor", "id": 1}
AGENT = {"company": 1, "kind": "member", "id": 2}
EVE = {"company": 2, "kind": "member", "id": 2}


@pytest.fixture(scope="module")
def other(live, companies, redis_url):
    """A second process beside the first."""
    process = LiveProcess(companies.url, redis_url, fast=live.settings["fast"])
    yield process
    process.stop()


def post(browser: RawBrowser, conversation: int, text: str = "hello") -> dict:
    return browser.ask("post_message", {"conversation_id": conversation, "client_id": str(uuid.uuid4()), "text": text})


def next_event(browser: RawBrowser, name: str, within: float = 20) -> dict:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        message = browser.receive()
        assert message, "the server ended the connection"
        if message.startswith("42") and json.loads(message[2:])[0] == name:
            return json.loads(message[2:])[1]
    raise AssertionError(f"{name} did not come")


def test_a_message_crosses_processes_and_no_company(live, other, companies):
    conversation = companies.open_conversation()
    visitor, agent = RawBrowser(live.port, auth=VISITOR), RawBrowser(other.port, auth=AGENT)
    eve = RawBrowser(other.port, auth=EVE)
    time.sleep(1.2)

    post(visitor, conversation, "across")

    assert next_event(agent, "message_posted")["text"] == "across"
    eve.send('421["echo",{}]')
    assert "across" not in eve.receive() + eve.receive()


def test_who_missed_a_message_hears_how_far_the_conversation_has_come(live, companies):
    conversation = companies.open_conversation(visitor=31)
    visitor = RawBrowser(live.port, auth=VISITOR | {"id": 31})
    companies.ask(1, "UPDATE {}.conversation SET last_seq = 5 WHERE id = %s RETURNING id", conversation)

    while next_event(visitor, "heads")["heads"] != {str(conversation): 5}:
        pass


def test_heads_are_told_to_parties_only(live, companies):
    conversation = companies.open_conversation(visitor=32, agent=33)
    companies.ask(1, "UPDATE {}.conversation SET last_seq = 5 WHERE id = %s RETURNING id", conversation)
    stranger, party = RawBrowser(live.port, auth=VISITOR | {"id": 34}), RawBrowser(live.port, auth=AGENT | {"id": 33})

    while next_event(party, "heads")["heads"] != {str(conversation): 5}:
        pass
    stranger.send('421["echo",{}]')
    assert "heads" not in stranger.receive() + stranger.receive()


def test_typing_needs_no_query_but_a_place_in_the_conversation(live, companies):
    conversation = companies.open_conversation(visitor=41, agent=42)
    visitor, agent = RawBrowser(live.port, auth=VISITOR | {"id": 41}), RawBrowser(live.port, auth=AGENT | {"id": 42})
    stranger = RawBrowser(live.port, auth=VISITOR | {"id": 43})
    post(visitor, conversation)

    stranger.send(f'42["typing",{{"conversation_id":{conversation},"text":"I am not in it"}}]')
    time.sleep(0.3)
    visitor.send(f'42["typing",{{"conversation_id":{conversation},"text":"I am"}}]')

    assert next_event(agent, "typing_changed")["text"] == "I am"


def test_an_ended_session_ends_its_line_for_good(live):
    with_session, started = RawBrowser(live.port, auth=AGENT | {"session": 77}), time.monotonic()

    RawBrowser(live.port, auth=AGENT | {"session": 78}).ask("end_session", {"session_id": 77})

    assert next_event(with_session, "session_ended") == {"reason": "ended"}
    # Socket.IO's own goodbye first: browsers do not come back by themselves after it.
    assert with_session.receive() == "41"
    assert time.monotonic() - started < 20
    assert with_session.is_cut_off()


def test_who_said_goodbye_posts_nothing_more(live, companies):
    conversation = companies.open_conversation(visitor=51)
    visitor = RawBrowser(live.port, auth=VISITOR | {"id": 51})
    request = {"conversation_id": conversation, "client_id": str(uuid.uuid4()), "text": "still here"}

    visitor.send("41")
    visitor.send("421" + json.dumps(["post_message", request]))
    time.sleep(0.5)

    assert companies.messages(1, conversation) == []


def test_who_says_hello_over_and_over_is_cut_off(live):
    visitor = RawBrowser(live.port, auth=VISITOR | {"id": 52})

    for _ in range(20):
        visitor.send("41")
        visitor.send("40" + json.dumps(VISITOR))

    assert visitor.is_cut_off()


def test_what_holds_everybody_up_is_logged_with_its_place(start_live):
    process = start_live()

    assert RawBrowser(process.port, auth=VISITOR).ask("compute", {})["ok"]

    assert "loop is stuck" in process.log()
    assert "in compute" in process.log()

"""What a process must survive: browsers that say half a sentence, break the rules, or never listen."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from engine.browser import RawBrowser

VISITOR = {"company": 1, "kind": "visitor", "id": 1}
NO_LIMIT = (1e6, 10_000)
AGENT = {"company": 1, "kind": "member", "id": 2}


def half_open(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(b"GET /ping HTTP/1.1\r\nHost: loc")
    return connection


def test_a_thousand_half_requests_keep_nobody_out_and_are_ended(live):
    connections = [half_open(live.port) for _ in range(1030)]

    assert live.ping() == "pong"
    assert connections[0].recv(100) == b""
    for connection in connections:
        connection.close()


def test_a_head_that_trickles_in_is_ended_too(live):
    connection, started = half_open(live.port), time.monotonic()

    with pytest.raises(OSError):
        while time.monotonic() - started < 20:
            connection.sendall(b"a")
            time.sleep(0.2)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET /ping HTTP/1.1\r\n" + b"X-Long: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET /ping HTTP/1.1\r\n" + b"X-Many: yes, very many of them\r\n" * 3000 + b"\r\n",
    ],
)
def test_endless_addresses_and_heads_are_refused(live, head):
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(head)
        answer = connection.recv(1000)

    assert answer.split(b" ")[1] in (b"400", b"414", b"431")


def test_compression_is_not_agreed_to(live):
    assert b"permessage-deflate" not in RawBrowser(live.port, auth=VISITOR).head


def test_strangers_are_told_so(live):
    browser = RawBrowser(live.port, auth={"name": "Nobody"})

    assert browser.answer.startswith("44")
    assert '"code":"not_signed_in"' in browser.answer


def test_only_the_products_own_pages_come_in_by_the_consoles_door(live):
    def status(origin: str) -> bytes:
        with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
            connection.sendall(
                b"GET /live/console/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                b"Origin: " + origin.encode() + b"\r\n\r\n"
            )
            return connection.recv(100).split(b" ")[1]

    assert status("http://localhost:8000") == b"101"
    assert status("http://evil.example") == b"400"


def test_polling_is_not_offered(live):
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(b"GET /live/widget/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert connection.recv(100).split(b" ")[1] == b"400"


def endless_fragments(browser: RawBrowser) -> None:
    browser.send_frame(b"42", final=False)
    for _ in range(2000):
        browser.send_frame(b"x" * 16_000, opcode=0, final=False)


def binary_parts(browser: RawBrowser) -> None:
    browser.send('4599999-["echo",{"_placeholder":true,"num":0}]')
    for _ in range(150):
        browser.send_frame(b"x" * 60_000, opcode=2)


def deep_json(browser: RawBrowser) -> None:
    browser.send('421["echo",' + "[" * 30_000 + "]" * 30_000 + "]")


def broken_text(browser: RawBrowser) -> None:
    browser.send_frame(b'421["echo",{"a":"\xff\xfe"}]')


HOSTILE = [
    endless_fragments,
    binary_parts,
    deep_json,
    broken_text,
    lambda browser: browser.send_frame(b"42[]", is_masked=False),
    lambda browser: browser.send_frame(b"42[]", reserved=0x40),
    lambda browser: browser.send_frame(b"x" * 126, opcode=9),
    lambda browser: browser.send_frame(b"x" * 100_000),
    lambda browser: browser.send("42"),
    lambda browser: browser.send("42{}"),
    lambda browser: browser.send("42[{}]"),
    lambda browser: browser.send("421[]"),
    lambda browser: browser.send("49"),
    lambda browser: browser.send("43[1]"),
    lambda browser: browser.send('421["post_message"'),
    lambda browser: browser.send('421["post_message",{"a":NaN}]'),
]


@pytest.mark.parametrize("attack", HOSTILE)
def test_who_breaks_the_rules_is_cut_off_and_costs_nothing(live, attack):
    browser, before = RawBrowser(live.port, auth=VISITOR), live.memory_mb

    with suppress(OSError):
        attack(browser)

    assert browser.is_cut_off()
    assert live.memory_mb - before < 20
    assert live.ping() == "pong"


def test_hostile_browsers_do_not_fill_the_log(live):
    for attack in HOSTILE[8:]:
        attack(RawBrowser(live.port, auth=VISITOR))
    time.sleep(0.3)

    assert "Traceback" not in live.log().replace("RuntimeError: a bug", "")


def test_who_floods_is_cut_off(live):
    browser = RawBrowser(live.port, auth=VISITOR)

    with suppress(OSError):
        for _ in range(2000):
            browser.send('42["echo",{}]')

    assert browser.is_cut_off()


@pytest.mark.parametrize("fast", [True, False])
def test_who_does_not_listen_is_cut_off_and_holds_up_nobody(start_live, companies, fast):
    live = start_live(fast, caller_limit=NO_LIMIT, company_limit=NO_LIMIT, frame_limit=NO_LIMIT)
    conversation = companies.open_conversation()
    deaf = RawBrowser(live.port, auth=VISITOR, receive_buffer=4096)
    agent, before = RawBrowser(live.port, auth=AGENT), live.memory_mb

    for n in range(2500):
        message = {"conversation_id": conversation, "client_id": f"00000000-0000-4000-8000-{n:012}", "text": "x" * 3500}
        agent.send(f"42{n}" + json.dumps(["post_message", message]))
        if n % 50 == 49:
            assert agent.answer_to(n)["ok"]

    assert live.memory_mb - before < 30
    assert deaf.is_cut_off()


def test_many_browsers_at_once(live):
    def come_and_go(n: int) -> bool:
        browser = RawBrowser(live.port, auth=VISITOR | {"id": 1000 + n})
        answer = browser.ask("echo", {"n": n})
        browser.close()
        return answer == {"ok": True, "heard": {"n": n}}

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(come_and_go, range(200)))

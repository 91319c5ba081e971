import itertools
import os

import pytest
from engine.browser import masked, size_of

from core.realtime.frames import PROTOCOL_ERROR, TOO_BIG, TOO_MANY, BadFrame, Ended, FrameReader, frame, unmask

LIMIT = 1000


def masked_frame(payload: bytes, opcode: int = 1, final: bool = True) -> bytes:
    return bytes([(0x80 if final else 0) | opcode]) + size_of(len(payload), True) + masked(payload)


def reader_of(data: bytes, at_once: int = 10_000, sent: list | None = None) -> FrameReader:
    pieces = [data[n : n + at_once] for n in range(0, len(data), at_once)] + [b""]
    return FrameReader(lambda _size: pieces.pop(0), (sent if sent is not None else []).append, LIMIT, frames=(0.001, 100))


@pytest.mark.parametrize("size", [0, 1, 3, 125, 126, 127, 999, 1000])
@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_reads_what_was_sent_however_it_arrives(size, at_once):
    payload = os.urandom(size)

    reader = reader_of(masked_frame(payload) + masked_frame(b"next"), at_once)

    assert reader.next() == (1, payload)
    assert reader.next() == (1, b"next")
    with pytest.raises(Ended):
        reader.next()


def test_puts_fragments_together_and_answers_pings_between_them():
    sent = []
    data = masked_frame(b"one ", final=False) + masked_frame(b"?", opcode=9) + masked_frame(b"two", opcode=0)

    assert reader_of(data, sent=sent).next() == (1, b"one two")
    assert sent == [frame(b"?", 10)]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (frame(b"unmasked, ten and more bytes"), PROTOCOL_ERROR),
        (b"\xc1\x80mask", PROTOCOL_ERROR),
        (masked_frame(b"x" * 126, opcode=9), PROTOCOL_ERROR),
        (masked_frame(b"ping", opcode=9, final=False), PROTOCOL_ERROR),
        (masked_frame(b"continues nothing", opcode=0), PROTOCOL_ERROR),
        (masked_frame(b"one", final=False) + masked_frame(b"two"), PROTOCOL_ERROR),
        (masked_frame(b"what is this", opcode=3), PROTOCOL_ERROR),
        (masked_frame(b"ping", opcode=9) * 30, TOO_MANY),
        (masked_frame(b"x" * 1001), TOO_BIG),
        (b"\x81\xff" + b"\xff" * 8 + b"mask", TOO_BIG),
        (masked_frame(b"x" * 600, final=False) + masked_frame(b"x" * 600, opcode=0), TOO_BIG),
        (masked_frame(b"", final=False) + masked_frame(b"", opcode=0, final=False) * 100, TOO_BIG),
    ],
    # The masks are drawn anew in each process; the tests' names must not be.
    ids=itertools.count(),
)
def test_refuses_what_no_browser_sends(data, status):
    with pytest.raises(BadFrame) as refused:
        reader_of(data).next()

    assert refused.value.status == status


def test_refuses_a_flood():
    reader = reader_of(masked_frame(b"x") * 101)
    for _ in range(100):
        reader.next()

    with pytest.raises(BadFrame) as refused:
        reader.next()

    assert refused.value.status == TOO_MANY


def test_refuses_a_large_message_before_reading_it():
    head_only = b"\x81\xff" + (10**9).to_bytes(8, "big") + b"mask"

    with pytest.raises(BadFrame):
        reader_of(head_only).next()


@pytest.mark.parametrize("size", [1, 4, 5, 125, 70_000])
def test_masking_twice_is_nothing(size):
    payload, mask = os.urandom(size), os.urandom(4)

    assert unmask(unmask(payload, mask), mask) == payload


@pytest.mark.parametrize(("size", "head"), [(125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_a_frame_has_the_shortest_head(size, head):
    assert len(frame(b"x" * size)) == size + head

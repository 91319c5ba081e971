"""Hash chains: each entry's hash covers the one before, so that nobody changes, drops or slips in one without its showing.

What may have to be forgotten one day (names, addresses) goes in as a digest with a salt of its own: deleting it and its
salt leaves the chain whole, and the digest says nothing about it any more.
"""

import hashlib
import json
from datetime import UTC, datetime

# What the first entry follows.
BEGINNING = "0" * 64


def link(before: str, entry: dict) -> str:
    """The hash of an entry of plain values and times, as the successor of the one with hash `before`."""
    return hashlib.sha256(before.encode() + canonical(entry)).hexdigest()


def digest(salt: str, entry: dict) -> str:
    return hashlib.sha256(salt.encode() + canonical(entry)).hexdigest()


def canonical(entry: dict) -> bytes:
    """One way to write an entry, whatever the order of its keys and the zone of its times."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)

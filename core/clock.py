"""The time, in one place, so that tests can turn it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, with its zone (always UTC)."""
    return datetime.now(UTC)

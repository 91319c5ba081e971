"""What happened, told after the commit.

An event is a small frozen dataclass of ids, named in the past tense.  Models `record` it; `core.db.transaction` hands
what was recorded to the reactions once the commit has succeeded, so nobody hears of what did not happen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

dataclass_event = dataclass(frozen=True, slots=True)

_reactions: Mapping[type, Sequence[Callable]] = {}


def react(reactions: Mapping[type, Sequence[Callable]]) -> None:
    """Set the one table that says what follows from what (saas/reactions.py)."""
    global _reactions
    _reactions = reactions


def publish(event) -> None:
    """Run what follows from an event.  Called after the commit."""
    for reaction in _reactions.get(type(event), ()):
        reaction(event)

"""What every gateway can do, and the three ways in which sending may end."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One SMS as a gateway needs it: `reference` is ours, the same whenever this SMS is tried again."""

    reference: str
    to: str
    text: str
    report_to: str


@dataclass(frozen=True)
class Accepted:
    """The gateway has taken it and will charge us."""

    gateway_id: str
    segments: int | None = None


class Refused(Exception):
    """The gateway has not taken it and will not, however often it is asked."""


class NotReached(Exception):
    """It surely has not arrived: it may be tried again."""


class Unclear(Exception):
    """Nobody knows whether the gateway has taken it: it must be asked, not sent again."""


@dataclass(frozen=True)
class Report:
    """What became of an SMS the gateway had taken."""

    delivered: bool
    reason: str = ""


class Gateway(Protocol):
    """A way to send SMS."""

    name: str

    def send(self, letter: Letter) -> Accepted:
        """Raises Refused, NotReached, Unclear."""

    def ask_about(self, letter: Letter) -> Accepted | None:
        """What became of one whose sending ended unclear; None: it was never taken.  Raises Unclear."""

    def read_report(self, request) -> Report | None:
        """What a callback says; None for a step on the way.  Raises Refused when it is not the gateway's."""

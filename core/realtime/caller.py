"""Who is on the line, as far as the engine must know."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from core.db import Place, inside


@dataclass(kw_only=True)
class Caller:
    """A visitor or a member of one company.  Doors add what their handlers need in a subclass.

    `rooms` are entered when the line opens.  `rate_key` names whose messages are counted together.
    `shows_typing` says whether others may see what he has not sent yet; whoever makes the caller must say so.
    """

    company_id: int
    place: Place
    kind: str
    id: int
    name: str
    rooms: set[str] = field(default_factory=set)
    session_id: int | None = None
    language: str | None = None
    shows_typing: bool = False

    @property
    def rate_key(self) -> str:
        return f"{self.company_id}:{self.kind}:{self.id}"

    def knock(self) -> None:
        """Called before each event he asks for.  May refuse."""

    def entered(self) -> AbstractContextManager:
        """Puts the caller's company in force while a handler runs."""
        return inside(self.place)

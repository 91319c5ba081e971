"""Who, of the browsers connected to this process, is in which room."""

from collections.abc import Iterable

from core.realtime.push import Push

Head = tuple[int, int]  # company, conversation


class Rooms:
    """Local membership and fan-out.  Knows each line's rooms, so that leaving costs what the line holds, not what exists."""

    def __init__(self):
        self._members: dict[str, dict] = {}
        self.delivered: dict[Head, int] = {}

    def join(self, line, room: str) -> None:
        line.rooms.add(room)
        self._members.setdefault(room, {})[line] = None

    def leave(self, line, room: str) -> None:
        line.rooms.discard(room)
        members = self._members.get(room)
        if members is not None:
            members.pop(line, None)
            if not members:
                del self._members[room]

    def leave_all(self, line) -> None:
        for room in list(line.rooms):
            self.leave(line, room)

    def members(self, rooms: Iterable[str]) -> Iterable:
        """Everybody in at least one of the rooms, once."""
        found = [members for room in rooms if (members := self._members.get(room))]
        if len(found) < 2:
            return list(found[0]) if found else ()
        together: dict = {}
        for members in found:
            together.update(members)
        return together

    def forget_all_but(self, heads: set[Head]) -> None:
        """Forget what was delivered of conversations that have ended or have nobody here any more."""
        self.delivered = {head: seq for head, seq in self.delivered.items() if head in heads}

    def deliver(self, push: Push) -> None:
        """Say it to the members connected here."""
        audience = push.audience
        heard = False
        for line in self.members(push.rooms):
            if not audience or line.caller.kind == audience:
                line.deliver(push)
                heard = True
        if heard and push.head is not None:
            self._remember(push.head)

    def _remember(self, head: tuple[int, int, int]) -> None:
        company_id, conversation_id, seq = head
        key = company_id, conversation_id
        if seq > self.delivered.get(key, 0):
            self.delivered[key] = seq

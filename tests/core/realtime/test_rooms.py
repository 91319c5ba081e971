from types import SimpleNamespace

from core.realtime.push import Push
from core.realtime.rooms import Rooms


class Tab:
    """A line that remembers what it heard."""

    def __init__(self, kind: str = "visitor"):
        self.caller = SimpleNamespace(kind=kind)
        self.rooms: set[str] = set()
        self.heard: list[bytes] = []

    def deliver(self, push: Push) -> None:
        self.heard.append(push.payload)


def in_rooms(rooms: Rooms, *names: str, kind: str = "visitor") -> Tab:
    tab = Tab(kind)
    for name in names:
        rooms.join(tab, name)
    return tab


def test_says_it_once_to_everybody_in_any_of_the_rooms():
    rooms = Rooms()
    both, one, neither = in_rooms(rooms, "1:a", "1:b"), in_rooms(rooms, "1:b"), in_rooms(rooms, "1:c")

    rooms.deliver(Push.of(("1:a", "1:b"), "hello", {}))

    assert [len(tab.heard) for tab in (both, one, neither)] == [1, 1, 0]


def test_says_it_to_one_kind_only():
    rooms = Rooms()
    agent, visitor = in_rooms(rooms, "1:a", kind="member"), in_rooms(rooms, "1:a")

    rooms.deliver(Push.of("1:a", "typing_changed", {"text": "secret"}, audience="member"))

    assert (len(agent.heard), len(visitor.heard)) == (1, 0)


def test_who_left_hears_nothing_and_leaves_nothing_behind():
    rooms = Rooms()
    tab = in_rooms(rooms, "1:a", "1:b")

    rooms.leave_all(tab)
    rooms.deliver(Push.of("1:a", "hello", {}))

    assert not tab.heard
    assert not rooms._members


def test_remembers_the_newest_message_it_has_shown():
    rooms = Rooms()
    in_rooms(rooms, "1:visitor:7")

    for seq in (4, 6, 5):
        rooms.deliver(Push.of("1:visitor:7", "message_posted", {}, head=(1, 9, seq)))
    rooms.deliver(Push.of("1:visitor:8", "message_posted", {}, head=(1, 10, 3)))

    assert rooms.delivered == {(1, 9): 6}


def test_forgets_conversations_nobody_here_is_in():
    rooms = Rooms()
    rooms.delivered = {(1, 9): 6, (2, 9): 1}

    rooms.forget_all_but({(2, 9)})

    assert rooms.delivered == {(2, 9): 1}

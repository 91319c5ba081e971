"""A thing is spelled the same in Python and in TypeScript."""

import ast
import re

from packages import PACKAGES, ROOT

import saas.app  # noqa: F401 - puts everything behind the doors
from console.door import console_door
from widget.door import widget_door

EVENTS_TS = ROOT / "frontend" / "src" / "shared" / "events.ts"


def pushed_in_python() -> set[str]:
    """The names that `push(rooms, name, …)`, `Push.of(rooms, name, …)` and `line.push(name, …)` are called with."""
    names = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    names |= _pushed_by(node)
    return names


def _pushed_by(call: ast.Call) -> set[str]:
    if call.args and ast.unparse(call.args[0]) == "ROOM":
        # A hint from process to process (see Switchboard.hear), which no browser hears.
        return set()
    function = ast.unparse(call.func)
    position = {"push": 1, "Push.of": 1}.get(function, 0 if function.endswith(".push") else None)
    if position is None or len(call.args) <= position or not isinstance(call.args[position], ast.Constant):
        return set()
    return {call.args[position].value}


def named_in_typescript(kind: str) -> set[str]:
    """The `name`s of a union in events.ts."""
    source = EVENTS_TS.read_text()
    union = re.search(rf"export type {kind} =(.*?);\n(?=\n|export|$)", source, re.DOTALL)
    assert union, f"events.ts has no {kind}"
    return set(re.findall(r"name: '([a-z_]+)'", union.group(1)))


def test_what_python_pushes_typescript_knows_and_nothing_else():
    assert pushed_in_python() == named_in_typescript("ServerEvent")


def test_finds_what_is_pushed():
    assert {"message_posted", "welcome", "conversation_closed"} <= pushed_in_python()


def test_what_the_widget_asks_is_what_its_door_answers():
    asked = named_in_typescript("ConversationRequest") | named_in_typescript("WidgetRequest")

    assert asked == set(widget_door.events) | {"post_message", "typing"}


def test_what_the_console_asks_is_what_its_door_answers():
    asked = named_in_typescript("ConversationRequest") | named_in_typescript("ConsoleRequest")

    assert asked == set(console_door.events) | {"post_message", "typing"}

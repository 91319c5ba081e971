"""Rows of a form that grow, shrink and move before anything is saved, also without scripts: links, advertisements, contacts.

Each field of a row is sent as often as there are rows, `links-url` and so on.  A button named `step` says what happens:
`links add`, `links remove 2`, `links up 2`, `links down 2`.
"""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

Row = dict[str, str]


def rows_of(typed: MultiDict, name: str, fields: Sequence[str]) -> list[Row]:
    """The rows as they were typed, the empty ones too."""
    columns = [typed.getlist(f"{name}-{field}") for field in fields]
    return [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=False)]


def keep_rows(typed: MultiDict, name: str, fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Put these in place of what was typed."""
    for field in fields:
        typed.setlist(f"{name}-{field}", [row.get(field) or "" for row in rows])


def stepped(rows: list[Row], step: str, empty: Row, at_most: int) -> list[Row]:
    """The rows after one step.  What cannot be done changes nothing."""
    verb, _, place = step.partition(" ")
    if verb == "add":
        return [*rows, empty] if len(rows) < at_most else rows
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else len(rows)
    if at >= len(rows):
        return rows
    others = rows[:at] + rows[at + 1 :]
    to = {"up": max(0, at - 1), "down": at + 1}.get(verb)
    if to is None:
        return others if verb == "remove" else rows
    return [*others[:to], rows[at], *others[to:]]

"""Who of the platform acts, while an operator visits the company in force with its consent."""

from typing import NamedTuple

from flask import g


class ActingOperator(NamedTuple):
    """An operator, as companies know one."""

    id: int
    name: str


def acting_operator() -> ActingOperator | None:
    """Who visits; None: the company's own people are at work."""
    visit = g.get("support_visit")
    return visit.operator if visit is not None else None


def acting_operator_name() -> str:
    operator = acting_operator()
    return operator.name if operator else ""

"""The consoles connected to this process."""

from collections import defaultdict

from console.agent import Agent
from core.realtime.line import Line
from core.realtime.switchboard import Switchboard


def console_lines(switchboard: Switchboard) -> list[Line]:
    return [line for line in switchboard.lines() if isinstance(line.caller, Agent)]


def by_company(switchboard: Switchboard) -> dict[int, list[Line]]:
    """The lines of each company's agents, by the company's id."""
    companies = defaultdict(list)
    for line in console_lines(switchboard):
        companies[line.caller.company_id].append(line)
    return companies

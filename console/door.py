"""The agents' door.  What may be asked at it stands in console/events.py."""

from console.agent import agent_from
from core.realtime.door import Door

# What lets conversations end in peace that are going on when a company is suspended or closed.
GO_ON = (
    "accept_conversation",
    "close_conversation",
    "confirm_head",
    "dismiss_notice",
    "post_message",
    "read",
    "report_gap",
    "set_presence",
    "typing",
)

console_door = Door("console", caller=agent_from, go_on=GO_ON)

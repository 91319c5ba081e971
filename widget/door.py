"""The visitors' door.  What may be asked at it stands in widget/events.py."""

from core.realtime.door import Door
from widget.guest import guest_from

# What visitors do also while a company is suspended or closed: end what they have begun, leave a message, and see to
# what is kept about them.  Nothing begins.
GO_ON = (
    "confirm_head",
    "end_conversation",
    "erase_me",
    "leave_offline_message",
    "my_data",
    "post_message",
    "rate",
    "read",
    "report_gap",
    "see_invitation",
    "set_privacy",
    "typing",
    "view_page",
)

widget_door = Door("widget", caller=guest_from, go_on=GO_ON)

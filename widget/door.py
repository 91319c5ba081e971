"""The visitors' door.  What may be asked at it stands in widget/events.py."""

from core.realtime.door import Door
from widget.guest import guest_from

widget_door = Door("widget", caller=guest_from)

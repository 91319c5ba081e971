"""The agents' door.  What may be asked at it stands in console/events.py."""

from console.agent import agent_from
from core.realtime.door import Door

console_door = Door("console", caller=agent_from)

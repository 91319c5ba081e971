"""What people call the device behind a browser's description of itself."""

from dataclasses import dataclass

from user_agents import parse


@dataclass(frozen=True)
class DeviceName:
    text: str
    is_mobile: bool


def device_name(user_agent: str) -> DeviceName:
    """`Firefox, Windows`, or nothing for what cannot be recognised."""
    told = parse(user_agent or "")
    known = [family for family in (told.browser.family, told.os.family) if family != "Other"]
    return DeviceName(", ".join(known), told.is_mobile or told.is_tablet)

"""Bottom advertisements: lines that scroll by below the conversation, each for its days, in turn (W-16, Y-17)."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.links import fault_of
from chat.styles.pictures import is_address
from core.clock import now
from tenants.companies.company import current_company

DIRECTIONS = {"up": _l("Upwards"), "across": _l("Sideways")}
# So many go round at the same time; of those whose days overlap the first ones count.
SHOWN_AT_MOST = 10


@dataclass(frozen=True)
class Line:
    """One advertisement: a text or a picture, where it leads, and from which day to which, both included."""

    LABELS = {
        "text": _l("Text"),
        "url": _l("Leads to"),
        "picture": _l("Picture"),
        "starts_on": _l("First day"),
        "ends_on": _l("Last day"),
    }

    text: str = ""
    url: str = ""
    picture: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    def runs_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    def as_seen(self) -> dict:
        """`Advertisement` in frontend/src/shared/style.ts."""
        return {"text": self.text, "url": self.url, "picture": self.picture}

    def faults(self) -> dict[str, str]:
        """What is wrong, by `text`, `url`, `picture` and `ends_on`."""
        faults = {"url": fault_of(self.url)}
        if not self.text and not self.picture:
            faults["text"] = _("Write a text, or upload a picture.")
        if self.picture and not is_address(self.picture):
            faults["picture"] = _("This picture is not there any more. Upload it again.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            faults["ends_on"] = _("This is before its first day.")
        return {name: fault for name, fault in faults.items() if fault}


@dataclass(frozen=True)
class Ads:
    """All of them, how they move, and after how many seconds the next one comes."""

    LABELS = {"direction": _l("Movement"), "seconds": _l("Seconds for each"), "lines": _l("Lines")}
    WORDS = {"direction": DIRECTIONS}

    direction: str = "up"
    seconds: int = 5
    lines: tuple[Line, ...] = ()

    def as_seen(self) -> dict:
        """With those that run today, by the company's calendar."""
        today = now().astimezone(ZoneInfo(current_company().time_zone)).date()
        running = [line.as_seen() for line in self.lines if line.runs_on(today)]
        return {"direction": self.direction, "seconds": self.seconds, "lines": running[:SHOWN_AT_MOST]}

"""Links a company puts before its visitors (W-14, W-15, W-18, W-19)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

LONGEST = 2000


@dataclass(frozen=True)
class Link:
    """`Link` in frontend/src/shared/style.ts.  Without an address it counts as not set."""

    LABELS = {"text": _l("Text"), "url": _l("Leads to")}

    text: str = ""
    url: str = ""

    def as_seen(self) -> dict | None:
        return {"text": self.text, "url": self.url} if self.url else None

    def faults(self) -> dict[str, str]:
        """What a link that must say and lead somewhere lacks, by `text` and `url`."""
        faults = {"url": fault_of(self.url) if self.url else _("Enter where the link leads.")}
        if not self.text:
            faults["text"] = _("Write what the link says.")
        return {name: fault for name, fault in faults.items() if fault}


def with_scheme(address: str) -> str:
    """As people mean what they type: `shop.example/hats` is `https://shop.example/hats`."""
    return address if not address or ":" in address.partition("/")[0] or address.startswith("/") else f"https://{address}"


def fault_of(address: str) -> str:
    """What is wrong with the address of a page, as a sentence; "" when nothing is.  An empty one is not wrong."""
    return "" if not address or _is_secure(address) else _("Enter a full address that begins with https://.")


def _is_secure(address: str) -> bool:
    """`https://` with a host, nobody's name or password, and nothing that a page could take for the end of it."""
    if len(address) > LONGEST or any(sign.isspace() or sign in "\"'<>\\`" for sign in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False

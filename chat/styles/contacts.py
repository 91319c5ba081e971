"""Other ways to reach a company from its visitors' window: QQ, WeChat, WhatsApp (E-05, Y-16)."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.pictures import is_address

KINDS = {"qq": "QQ", "wechat": _l("WeChat"), "whatsapp": "WhatsApp"}
_QQ = re.compile(r"[1-9][0-9]{4,10}")
_WHATSAPP = re.compile(r"[1-9][0-9]{7,14}")
_WECHAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{4,19}")


@dataclass(frozen=True)
class Contact:
    """One button: a number or name there, our own words for it or the company's, a QR code to scan."""

    LABELS = {"kind": _l("Kind"), "number": _l("Number"), "label": _l("Label"), "picture": _l("QR code")}
    WORDS = {"kind": KINDS}

    kind: str = "qq"
    number: str = ""
    label: str = ""
    picture: str = ""

    @property
    def url(self) -> str:
        """Where the button leads; WeChat has no addresses, only codes to scan."""
        if self.kind == "qq":
            return f"https://wpa.qq.com/msgrd?v=3&uin={self.number}&site=qq&menu=yes"
        return f"https://wa.me/{self.number}" if self.kind == "whatsapp" else ""

    def as_seen(self) -> dict:
        return {"kind": self.kind, "label": self.label or self.number, "url": self.url, "picture": self.picture}

    def faults(self) -> dict[str, str]:
        """What is wrong, by `kind`, `number` and `picture`."""
        if self.kind not in KINDS:
            return {"kind": _("Choose one of these.")}
        check = {"qq": self._qq_fault, "wechat": self._wechat_fault, "whatsapp": self._whatsapp_fault}[self.kind]
        faults = {"number": check()}
        if self.picture and not is_address(self.picture):
            faults["picture"] = _("This picture is not there any more. Upload it again.")
        return {name: fault for name, fault in faults.items() if fault}

    def _qq_fault(self) -> str:
        return "" if _QQ.fullmatch(self.number) else _("A QQ number has 5 to 11 digits and does not begin with 0.")

    def _wechat_fault(self) -> str:
        if not self.number and not self.picture:
            return _("Enter the WeChat ID, or upload its QR code.")
        good = not self.number or _WECHAT.fullmatch(self.number)
        return "" if good else _("A WeChat ID has 5 to 20 letters, digits, hyphens and underscores.")

    def _whatsapp_fault(self) -> str:
        good = _WHATSAPP.fullmatch(self.number)
        return "" if good else _("Enter the number with its country code, like +44 20 7946 0018: 8 to 15 digits.")


def number_typed(kind: str, text: str) -> str:
    """As it is kept: a telephone number or QQ number without what people put between its digits."""
    return text if kind == "wechat" else re.sub(r"[\s()./-]|^(\+|00)", "", text)

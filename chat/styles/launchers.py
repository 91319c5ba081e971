"""How the entry into the chat stands in the company's page (Y-10…Y-12, Y-19, W-02, W-29)."""

from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.colours import is_colour, text_on
from chat.styles.pictures import is_address
from chat.styles.styles import Part
from core.errors import Invalid

ACCENT = "#0b7285"
# In pixels: further away from its corner nobody looks for it.
FURTHEST = 500
# The kinds that are nothing without a picture (Y-11).
OF_PICTURES = ("picture", "group")


@dataclass(frozen=True)
class Offset:
    """In pixels from the side and from the edge it stands at."""

    LABELS = {"side": _l("Distance from the side"), "edge": _l("Distance from the edge")}

    side: int = 20
    edge: int = 20


@dataclass(frozen=True)
class Pictures:
    """Addresses of ours, by who is there.  With one missing the other counts for both."""

    LABELS = {"online": _l("Somebody is there"), "offline": _l("Nobody is there")}

    online: str = ""
    offline: str = ""


@dataclass(frozen=True)
class Launcher(Part, name="launcher", title=_l("Icon")):
    """As `Launcher` in frontend/src/shared/style.ts.  What there is to choose from stands in WORDS, in the order it is offered."""

    LABELS = {
        "kind": _l("Kind of icon"),
        "place": _l("Place on the page"),
        "side": _l("Side"),
        "at": _l("Height"),
        "offset": _l("Distances"),
        "on": _l("Devices"),
        "accent": _l("Colour"),
        "template": _l("Drawing"),
        "pictures": _l("Pictures"),
        "text": _l("Text"),
        "hides_offline": _l("Disappears when nobody is there"),
    }
    WORDS = {
        "kind": {
            "bubble": _l("Round button"),
            "picture": _l("Your own picture"),
            "group": _l("Picture with text"),
            "list": _l("List to choose from"),
            "text": _l("Text link"),
            "none": _l("No icon"),
        },
        "place": {
            "floating": _l("Moves along with the page"),
            "fixed": _l("Stays where it is on the page"),
            "inline": _l("Where you put it"),
        },
        "side": {"right": _l("Right"), "left": _l("Left")},
        "at": {"bottom": _l("Bottom"), "middle": _l("Middle"), "top": _l("Top")},
        "on": {"all": _l("Computers and phones"), "desktop": _l("Computers only"), "phone": _l("Phones only")},
        "template": {
            "person": _l("Person"),
            "dots": _l("Three dots"),
            "headset": _l("Headset"),
            "question": _l("Question mark"),
        },
    }

    kind: str = "bubble"
    place: str = "floating"
    side: str = "right"
    at: str = "bottom"
    offset: Offset = Offset()
    on: str = "all"
    # "" for the window's own colour.
    accent: str = ""
    template: str = "person"
    pictures: Pictures = Pictures()
    text: str = ""
    hides_offline: bool = False

    def check(self) -> None:
        """Raises Invalid: `kind` … `template`, `side_offset`, `edge_offset`, `accent`, `online_picture`, `offline_picture`."""
        faults = self._faults() | self._lacks()
        if faults:
            raise Invalid(**faults)

    def presentable(self) -> Self:
        """As far as it can be shown while somebody is still setting it: what is wrong is as the class says."""
        usual, faults = type(self)(), self._faults()
        wrong = {name for name in (*self.WORDS, "accent") if name in faults}
        wrong |= {"offset"} if faults.keys() & {"side_offset", "edge_offset"} else set()
        wrong |= {"pictures"} if faults.keys() & {"online_picture", "offline_picture"} else set()
        return replace(self, **{name: getattr(usual, name) for name in wrong})

    def with_rights(self, flags: frozenset[str]) -> Self:
        """A list to choose from needs designated agents (Y-12); without, it is a bubble."""
        return replace(self, kind="bubble") if self.kind == "list" and "designated_agents" not in flags else self

    def in_colour(self, accent: str) -> Self:
        """In its own colour, or this one."""
        return self if self.accent else replace(self, accent=accent)

    def as_seen(self) -> dict:
        """As browsers get it."""
        accent = self.accent or ACCENT
        return self.as_dict() | {"accent": accent, "on_accent": text_on(accent)}

    def _faults(self) -> dict[str, str]:
        faults = {name: _("Choose one of these.") for name, among in self.WORDS.items() if getattr(self, name) not in among}
        faults |= {f"{name}_offset": fault for name in ("side", "edge") if (fault := _distance(getattr(self.offset, name)))}
        if self.accent and not is_colour(self.accent):
            faults["accent"] = _("Choose a colour, or write one like #0b7285.")
        for name in ("online", "offline"):
            address = getattr(self.pictures, name)
            if address and not is_address(address):
                faults[f"{name}_picture"] = _("This picture is not there any more. Upload it again.")
        return faults

    def _lacks(self) -> dict[str, str]:
        has_picture = self.pictures.online or self.pictures.offline
        if self.kind not in OF_PICTURES or has_picture:
            return {}
        return {"online_picture": _("Upload a picture, or choose another kind of icon.")}


def _distance(pixels: int) -> str:
    in_reach = 0 <= pixels <= FURTHEST
    return "" if in_reach else _("Enter a whole number from %(least)s to %(most)s.", least=0, most=FURTHEST)

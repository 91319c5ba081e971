"""How a visitor's window looks and what stands in it (Y-08, Y-09, Y-13…Y-20, W-13…W-20, W-33, E-04, E-05)."""

from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from chat.styles.advertisements import DIRECTIONS, Ads
from chat.styles.colours import is_colour, text_on
from chat.styles.contacts import Contact
from chat.styles.launchers import ACCENT
from chat.styles.links import Link, fault_of
from chat.styles.pictures import is_address
from chat.styles.rich_text import LONGEST, cleaned
from chat.styles.styles import Part
from core.errors import Invalid

# What may stand in the visitor's menu (W-33, Y-09).
MENU = {
    "sound": _l("Sound on and off"),
    "send_key": _l("Key for sending"),
    "transcript": _l("Save or mail the conversation"),
    "rating": _l("Rate the conversation"),
    "earlier": _l("Earlier conversations"),
    "offline_message": _l("Leave a message"),
    "privacy": _l("Privacy and stored data"),
    "forum": _l("Forum"),
}
# How many of each there may be.
AT_MOST = {"links": 8, "ads": 20, "contacts": 6}
SECONDS = (2, 60)
NO_LINK, NO_ADS = Link(), Ads()


@dataclass(frozen=True)
class SidePicture:
    """The advertising picture on the right (W-14).  `text` is for who cannot see it."""

    LABELS = {"url": _l("Picture"), "link": _l("Leads to"), "text": _l("What it shows")}

    url: str = ""
    link: str = ""
    text: str = ""

    def as_seen(self) -> dict | None:
        return {"url": self.url, "link": self.link, "text": self.text} if self.url else None


@dataclass(frozen=True)
class Logo:
    """The company's own logo in the window (W-17, Y-15)."""

    LABELS = {"url": _l("Picture"), "link": _l("Leads to")}

    url: str = ""
    link: str = ""

    def as_seen(self) -> dict | None:
        return {"url": self.url, "link": self.link} if self.url else None


@dataclass(frozen=True)
class WindowStyle(Part, name="window", title=_l("Window")):
    """As `WindowStyle` in frontend/src/shared/style.ts.  What there is to choose from stands in WORDS, in the order it is offered."""

    LABELS = {
        "heading": _l("Title"),
        "skin": _l("Skin"),
        "accent": _l("Colour"),
        "scheme": _l("Light or dark"),
        "emoticons": _l("Emoticons"),
        "menu": _l("Menu"),
        "welcome": _l("Welcome text"),
        "introduction": _l("Company introduction"),
        "picture": _l("Picture on the right"),
        "links": _l("Links at the bottom"),
        "ads": _l("Advertisements"),
        "forum": _l("Forum"),
        "payment": _l("Payment"),
        "warning": _l("Warning line"),
        "contacts": _l("Other ways to reach you"),
        "logo": _l("Logo"),
    }
    WORDS = {
        "skin": {
            "plain": _l("Plain"),
            "deep": _l("Deep"),
            "soft": _l("Soft"),
            "ink": _l("Ink"),
            "festive": _l("Festive"),
        },
        "scheme": {"auto": _l("As the device"), "light": _l("Always light"), "dark": _l("Always dark")},
        "emoticons": {
            "native": _l("The device's own"),
            "faces": _l("Yellow faces"),
            "hands": _l("Hands and signs"),
            "none": _l("None"),
        },
        "menu": MENU,
    }

    # "" for the company's name.  (`title` is what the part itself is called.)
    heading: str = ""
    skin: str = "plain"
    accent: str = ACCENT
    scheme: str = "auto"
    emoticons: str = "native"
    menu: tuple[str, ...] = tuple(MENU)
    welcome: str = ""
    introduction: str = ""
    picture: SidePicture = SidePicture()
    links: tuple[Link, ...] = ()
    ads: Ads = NO_ADS
    forum: Link = NO_LINK
    payment: Link = NO_LINK
    warning: str = ""
    contacts: tuple[Contact, ...] = ()
    logo: Logo = Logo()

    def check(self) -> None:
        """Raises Invalid: fields by their names, rows as `links-0-url`, `ads-2-ends_on`, `contacts-1-number`."""
        faults = self._field_faults() | self._row_faults()
        if faults:
            raise Invalid(**faults)

    def presentable(self) -> Self:
        """As far as it can be shown while somebody is still setting it: without what is wrong."""
        usual = type(self)()
        faults = self._field_faults()
        # A fault's field is the part before the underscore, if it is not the whole name.
        wrong = {name.partition("_")[0] for name in faults}
        good = {name: getattr(usual, name) for name in wrong - {"ads"}}
        good |= {name: tuple(row for row in getattr(self, name) if not row.faults()) for name in ("links", "contacts")}
        ads = NO_ADS if "ads" in wrong else self.ads
        lines = tuple(line for line in self.ads.lines if not line.faults())
        return replace(self, **good, ads=replace(ads, lines=lines))

    def with_rights(self, flags: frozenset[str]) -> Self:
        """A logo of one's own is sold (CF-15)."""
        return self if "custom_logo" in flags else replace(self, logo=Logo())

    def as_seen(self) -> dict:
        """As browsers get it."""
        return {
            "title": self.heading,
            "on_accent": text_on(self.accent),
            **{name: getattr(self, name) for name in ("skin", "accent", "scheme", "emoticons", "welcome", "warning")},
            "menu": list(self.menu),
            "introduction_html": cleaned(self.introduction),
            "links": [link.as_seen() for link in self.links],
            "contacts": [contact.as_seen() for contact in self.contacts],
            **{name: getattr(self, name).as_seen() for name in ("picture", "ads", "forum", "payment", "logo")},
        }

    def _field_faults(self) -> dict[str, str]:
        return self._choice_faults() | self._length_faults() | self._address_faults()

    def _choice_faults(self) -> dict[str, str]:
        faults = {
            name: _("Choose one of these.")
            for name in ("skin", "scheme", "emoticons")
            if getattr(self, name) not in self.WORDS[name]
        }
        if not is_colour(self.accent):
            faults["accent"] = _("Choose a colour, or write one like #0b7285.")
        if not set(self.menu) <= set(MENU):
            faults["menu"] = _("Choose one of these.")
        if self.ads.direction not in DIRECTIONS:
            faults["ads_direction"] = _("Choose one of these.")
        if not SECONDS[0] <= self.ads.seconds <= SECONDS[1]:
            faults["ads_seconds"] = _("Enter a whole number from %(least)s to %(most)s.", least=SECONDS[0], most=SECONDS[1])
        return faults

    def _length_faults(self) -> dict[str, str]:
        """The editor of the introduction knows no limit; all else is cut where its field ends."""
        length = len(self.introduction)
        if length <= LONGEST:
            return {}
        told = _("With its formatting this has %(count)s characters; at most %(most)s fit in.", count=length, most=LONGEST)
        return {"introduction": told}

    def _address_faults(self) -> dict[str, str]:
        addresses = {
            "picture_link": self.picture.link,
            "logo_link": self.logo.link,
            "forum_url": self.forum.url,
            "payment_url": self.payment.url,
        }
        faults = {name: fault for name, address in addresses.items() if (fault := fault_of(address))}
        for name in ("picture", "logo"):
            address = getattr(self, name).url
            if address and not is_address(address):
                faults[name] = _("This picture is not there any more. Upload it again.")
        return faults

    def _row_faults(self) -> dict[str, str]:
        rows = {"links": self.links, "ads": self.ads.lines, "contacts": self.contacts}
        faults = {
            f"{name}-{at}-{field}": fault
            for name, them in rows.items()
            for at, one in enumerate(them)
            for field, fault in one.faults().items()
        }
        for name, most in AT_MOST.items():
            if len(rows[name]) > most:
                faults[name] = _("At most %(most)s of these fit.", most=most)
        return faults

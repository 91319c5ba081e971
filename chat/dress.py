"""A site's style as pages are dressed with it: `Style` in frontend/src/shared/style.ts."""

from chat.registration.registration import Registration
from chat.styles.launchers import Launcher
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Part, Style
from chat.styles.window_styles import WindowStyle

# Under which name each part travels.
SEEN = {"launcher": Launcher, "window": WindowStyle, "texts": Prompts, "form": Registration}


def dress_of(site: Site, *instead: Part) -> dict:
    """With what the company has the right to; what it has not is as if it had never been set.

    `instead`: parts as somebody is just setting them, rights or not, in place of those that are kept.
    """
    style, drafts = Style(site), {type(part): part for part in instead}
    parts = {name: drafts.get(kind) or style.in_force(kind) for name, kind in SEEN.items()}
    parts["launcher"] = parts["launcher"].in_colour(parts["window"].accent)
    return {"number": style.number, **{name: part.as_seen() for name, part in parts.items()}}


def launcher_in_force(site: Site) -> Launcher:
    """The icon as visitors meet it, in its colour."""
    return Style(site).in_force(Launcher).in_colour(Style(site).in_force(WindowStyle).accent)

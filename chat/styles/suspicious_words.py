"""Looks at what companies have their visitors read, and notes what lures people (tenants/abuse/lures.py).

All texts of a style, whichever part they stand in, whenever it is saved; agents' own words; nothing that is said in a
conversation: that is private.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from flask import current_app

from chat.styles.sites import Site
from chat.styles.styles import PARTS, Style, StyleChanged
from core.db import db, transaction
from core.tokens import fingerprint
from tenants.abuse.lures import SHOWN, lures_in
from tenants.abuse.signals import Signal
from tenants.companies.company import current_company
from tenants.companies.domains import domain_in

# Longer texts are cut: whoever lures does so at the beginning.
READ_AT_MOST = 20_000


def style_changed(event: StyleChanged) -> None:
    """A part of a style was saved: look at all its texts."""
    with transaction():
        site = db.session.get(Site, event.site_id)
        if site is not None:
            look_at_words(event.part, dict(_texts_in(Style(site)[PARTS[event.part]].as_dict())), site=site.id)


def look_at_words(place: str, texts: Mapping[str, str], **evidence) -> None:
    """Note what lures people in the texts of the company in force.  `place` says where they stand, the keys where in it."""
    own_hosts, found = _own_hosts(), {}
    for name, text in texts.items():
        for lure in lures_in(text[:READ_AT_MOST], own_hosts):
            found.setdefault(lure.kind, {}).setdefault(lure.found, name)
    for kind, words in found.items():
        seen = " … ".join(words)[: 3 * SHOWN]
        where = f"{place}.{next(iter(words.values()))}".rstrip(".")
        Signal.note(kind, f"{place}:{fingerprint(seen)[:16]}", current_company(), place=where, found=seen, **evidence)


def _texts_in(value, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a style's part, each with its way there: ("links.0.url", "https://…")."""
    if isinstance(value, str):
        if value:
            yield path, value
        return
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list | tuple) else ()
    for name, one in inner:
        yield from _texts_in(one, f"{path}.{name}" if path else str(name))


def _own_hosts() -> set[str]:
    """Where the company is at home.  Who has said nothing of it may link anywhere."""
    domains = {domain_in(origin) for site in Site.all() for origin in site.allowed_domains} - {""}
    return domains | {urlsplit(current_app.config["PUBLIC_URL"]).hostname} if domains else set()

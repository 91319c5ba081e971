"""The script behind the one line a customer embeds, with his site's settings inlined."""

import gzip
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from flask_babel import force_locale
from flask_babel import gettext as _

from chat.dress import launcher_in_force
from chat.styles.colours import WHITE, text_on
from chat.styles.launchers import Launcher
from chat.styles.opening_hours import Hours
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.assets import script_of
from core.db import transaction
from core.pages import LANGUAGES
from widget.guest import company_of_site, site_keyed

loaders = Blueprint("loaders", __name__)

HOST = "src/widget/host/main.ts"
# Minutes, so that a change of settings is soon everywhere; a day more while a new one is being fetched.
CACHING = "public, max-age=300, stale-while-revalidate=86400"
# While the style has expired: as soon as it is renewed, everybody sees it again.
WHILE_OUT_OF_USE = "public, no-cache"


@loaders.get("/w/<site_key>.js")
def show(site_key: str):
    with company_of_site(site_key).entered(), transaction():
        site = site_keyed(site_key)
        runs = site.runs
        settings = _settings(site, runs)
    plain, compressed = _filled(_built(), json.dumps(settings, ensure_ascii=False))
    response = Response(plain, mimetype="text/javascript")
    if "gzip" in request.accept_encodings:
        response.set_data(compressed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = CACHING if runs else WHILE_OUT_OF_USE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.vary.add("Accept-Encoding")
    response.add_etag()
    return response.make_conditional(request)


def _settings(site: Site, runs: bool) -> dict:
    """`Config` in frontend/src/widget/host/ground.ts.

    While the style is not in use, nothing is drawn until the window says that somebody is in a conversation.
    """
    public = current_app.config["PUBLIC_URL"]
    launcher = launcher_in_force(site)
    return {
        "site": site.key,
        "origin": public,
        "host": public + script_of(HOST),
        "launcher": (launcher if runs else replace(launcher, hides_offline=True)).as_seen(),
        "plain": runs and _is_plain(launcher, Style(site).in_force(Hours)),
        "words": {language.replace("_", "-"): _words(language) for language in LANGUAGES},
    }


def _is_plain(launcher: Launcher, hours: Hours) -> bool:
    """Whether the loader may draw it by itself, at once: the bubble everybody knows, at most in another colour and corner."""
    usual = replace(Launcher(), side=launcher.side, accent=launcher.accent)
    is_always_there = hours.usual is None or hours.when_closed != "hide"
    return launcher == usual and text_on(launcher.accent) == WHITE and is_always_there


def _words(language: str) -> list[str]:
    with force_locale(language):
        return [_("Open chat"), _("Close chat"), _("Chat"), *_words_without_frame()]


def _words_without_frame() -> list[str]:
    """What the loader itself has to say while the frame cannot be fetched."""
    return [_("We cannot reach the chat. What you write is kept here until we can."), _("Your message"), _("Try again")]


def _built() -> str:
    path = Path(current_app.config["ASSETS_DIR"]) / "loader.js"
    return _text(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _text(path: Path, changed_at: int) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _filled(script: str, settings: str) -> tuple[bytes, bytes]:
    """With a site's settings in their place, plain and compressed."""
    plain = script.replace("__LAIKE__", settings, 1).encode()
    return plain, gzip.compress(plain, mtime=0)

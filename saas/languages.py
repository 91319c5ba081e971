"""Which language and time zone a person reads."""

from flask import Flask, g, request
from flask_babel import Babel

from core.pages import LANGUAGE_COOKIE, LANGUAGES

# What browsers send, as what we have.
_SPOKEN = {
    "en": "en",
    "zh-hans": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh-sg": "zh_Hans",
    "zh": "zh_Hans",
    "zh-hant": "zh_Hant",
    "zh-tw": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh-mo": "zh_Hant",
}


def install(app: Flask) -> None:
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(app.config["ROOT"] / "translations"))
    Babel(app, locale_selector=language, timezone_selector=time_zone)
    app.jinja_env.globals["language"] = language


def language() -> str:
    """The chosen one: by address (`?lang=`), by the member, by cookie; else the best the browser asks for."""
    if g.get("language"):
        return g.language
    chosen = [request.args.get("lang"), member_choice("language"), request.cookies.get(LANGUAGE_COOKIE)] if request else []
    return next((one for one in chosen if one in LANGUAGES), None) or spoken()


def time_zone() -> str | None:
    return member_choice("time_zone")


def member_choice(name: str) -> str | None:
    if session := g.get("session"):
        return getattr(session.member, name)
    session = g.get("operator_session")
    return getattr(session.operator, name) if session else None


def spoken() -> str:
    """The best match for Accept-Language."""
    if not request:
        return "en"
    for tag in request.accept_languages.values():
        if found := named(tag):
            return found
    return "en"


def named(tag: str) -> str | None:
    """Our language for a browser's tag such as "zh-TW" or "en-GB", or None."""
    tag = tag.lower().replace("_", "-")
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        if found := _SPOKEN.get("-".join(parts[:length])):
            return found
    return None

"""Where an internet address is: country, province and city, as far as the installation's database of places goes.

`PLACES_FILE` names a database in the MaxMind format (MMDB): GeoLite2 City and DB-IP City are the usual ones, for addresses
of both versions.  Without one, and for private addresses, nobody knows.  Countries are named by Unicode's CLDR in every
language we speak; provinces and cities as the database names them, in the reader's language if it has it.
"""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import maxminddb
from babel import Locale
from flask import Flask, current_app

log = logging.getLogger(__name__)

REMEMBERED = 20_000
# As the databases call our languages, the best first.
_NAMES_FOR = {"zh_Hans": ("zh-CN", "zh", "en"), "zh_Hant": ("zh-TW", "zh-Hant", "zh-CN", "en")}
# Reading "China" before each of its provinces tells their own people nothing.
_AT_HOME = {"zh_Hans": {"CN"}, "zh_Hant": {"CN", "TW", "HK", "MO"}}

Names = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """`country` is its two letters (ISO 3166-1); province and city are names by language.  All may be missing."""

    country: str = ""
    province: Names = field(default_factory=dict)
    city: Names = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """“Germany, Bavaria, Munich”, “广东 深圳”; "" when nobody knows."""
        is_chinese = language.startswith("zh")
        country = "" if self.province and self.country in _AT_HOME.get(language, ()) else country_name(self.country, language)
        parts = [country, _best(self.province, language), _best(self.city, language)]
        known = [part for number, part in enumerate(parts) if part and part not in parts[:number]]
        return (" " if is_chinese else ", ").join(known)


NOWHERE = Place()


class Places:
    """The database of places, opened once.  Without a file it knows no place."""

    def __init__(self, path: Path | None = None):
        # Mapped, not read: the processes of a machine share its memory.
        self._reader = maxminddb.open_database(path, maxminddb.MODE_AUTO) if path else None
        self.place_of = lru_cache(REMEMBERED)(self._look_up)

    def _look_up(self, ip: str) -> Place:
        address = _public(ip)
        if self._reader is None or address is None:
            return NOWHERE
        try:
            return _place(self._reader.get(address) or {})
        except (ValueError, maxminddb.InvalidDatabaseError) as error:
            # A database for version 4 asked for version 6, or one that is damaged in one place.
            log.info("place not found error=%r", error)
            return NOWHERE


def install(app: Flask) -> None:
    """Open the database the configuration names.  Raises OSError, maxminddb.InvalidDatabaseError for one that is none."""
    path = app.config.get("PLACES_FILE")
    app.extensions["places"] = Places(Path(path) if path else None)


def place_of(ip: str) -> Place:
    """Where an address is.  NOWHERE for what is no public address, and for what the database does not know."""
    return current_app.extensions["places"].place_of(ip)


@lru_cache(1000)
def country_name(code: str, language: str) -> str:
    """“Germany”, “德国”; "" for no country."""
    try:
        return Locale.parse(language).territories.get(code, "")
    except (ValueError, LookupError):
        return ""


def _public(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return address if address.is_global else None


def _place(found: dict) -> Place:
    country = found.get("country") or found.get("registered_country") or {}
    provinces = found.get("subdivisions") or [{}]
    return Place(country.get("iso_code", ""), provinces[0].get("names", {}), (found.get("city") or {}).get("names", {}))


def _best(names: Names, language: str) -> str:
    wanted = _NAMES_FOR.get(language, (language.replace("_", "-"), "en"))
    return next((names[name] for name in wanted if name in names), "")

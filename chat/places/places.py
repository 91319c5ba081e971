"""Where an internet address is: country, province and city, as far as the installation's databases of places go.

What comes with the product is ip2region's database of addresses of version 4 (Apache License 2.0, from the package XdbSearchIP):
it knows China to the city, other countries mostly by themselves.  `PLACES_FILE` names databases that are asked before it:
newer ones of ip2region (*.xdb, one for each version of addresses), or one in the MaxMind format (*.mmdb: GeoLite2 City,
DB-IP City).  What they say becomes the codes of chat/places/regions.py, so that all of them mean the same; what has no code keeps the
database's own name for it.  For private addresses, and those in no database, nobody knows.
"""

import ipaddress
import logging
import mmap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import maxminddb
from flask import Flask, current_app
from flask_babel import get_locale
from ip2region import util as xdb
from ip2region.searcher import Searcher

from chat.places.regions import cities_of, city_called, country_called, country_name, is_region, province_called, region_name

log = logging.getLogger(__name__)

REMEMBERED = 20_000
# As the databases call our languages, the best first.
_NAMES_FOR = {"zh_Hans": ("zh-CN", "zh", "en"), "zh_Hant": ("zh-TW", "zh-Hant", "zh-CN", "en")}
# Reading "China" before each of its provinces tells their own people nothing.
_AT_HOME = {"zh_Hans": {"CN"}, "zh_Hant": {"CN", "TW", "HK", "MO"}}
# ip2region calls these provinces of China; ISO 3166-1 has them beside it.
_BESIDE = {"HK", "MO", "TW"}

Names = Mapping[str, str]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Place:
    """Codes of chat/places/regions.py, each "" if nobody knows or there is none; then the name may still be known, by language."""

    country: str = ""
    province: str = ""
    city: str = ""
    province_names: Names = field(default_factory=dict)
    city_names: Names = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Those that are known, the widest first."""
        return tuple(code for code in (self.country, self.province, self.city) if code)

    def name_in(self, language: str) -> str:
        """“Germany, Bavaria, Munich”, “广东 深圳”; "" when nobody knows."""
        province = region_name(self.province, language) or _best(self.province_names, language)
        city = region_name(self.city, language) or _best(self.city_names, language)
        country = "" if province and self.country in _AT_HOME.get(language, ()) else country_name(self.country, language)
        parts = [country, province, city]
        known = [part for number, part in enumerate(parts) if part and part not in parts[:number]]
        return (" " if language.startswith("zh") else ", ").join(known)


NOWHERE = Place()


class Credit(NamedTuple):
    text: str
    url: str


_CREDITS = {
    "ip2region": Credit("ip2region (Apache License 2.0)", "https://github.com/lionsoul2014/ip2region"),
    "DBIP": Credit("IP Geolocation by DB-IP", "https://db-ip.com"),
    "GeoLite2": Credit("This product includes GeoLite2 Data created by MaxMind", "https://www.maxmind.com"),
}


class MaxMind:
    """A database in the MaxMind format.  Mapped, not read: the processes of a machine share its memory."""

    def __init__(self, path: Path):
        self._reader = maxminddb.open_database(path, maxminddb.MODE_AUTO)
        self.about = self._reader.metadata().database_type

    def look_up(self, address: Address) -> Place:
        if address.version > self._reader.metadata().ip_version:
            return NOWHERE
        found = self._reader.get(address) or {}
        country = (found.get("country") or found.get("registered_country") or {}).get("iso_code", "")
        names = [one.get("names", {}) for one in found.get("subdivisions") or ()]
        codes = [f"{country}-{one.get('iso_code', '')}" for one in found.get("subdivisions") or ()]
        city = (found.get("city") or {}).get("names", {})
        province = next(filter(is_region, codes), "") or _first(province_called(country, name) for name in _values(names[:1]))
        code = _first(city_called(province, name) for name in _values([city]))
        return Place(country, province, code, {} if province or not names else names[0], {} if code else city)


class Ip2Region:
    """A database of ip2region, mapped too.  It holds addresses of one version."""

    def __init__(self, path: Path):
        with path.open("rb") as file:
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = xdb.Header(self._content[: xdb.HeaderInfoLength])
        version = xdb.version_from_header(header)
        if header.version not in (xdb.XdbStructure20, xdb.XdbStructure30) or version is None or self._is_short(header):
            raise maxminddb.InvalidDatabaseError(f"{path} is no database of ip2region, or not all of it")
        self._searcher, self._bytes, self.about = Searcher(version, None, None, self._content), version.byte_num, "ip2region"

    def look_up(self, address: Address) -> Place:
        return _said(self._searcher.search(address.packed)) if len(address.packed) == self._bytes else NOWHERE

    def _is_short(self, header: xdb.Header) -> bool:
        return not xdb.HeaderInfoLength < header.startIndexPtr <= header.endIndexPtr < len(self._content)


class Places:
    """The databases of places, opened once: the first that knows an address counts.  Without one no place is known."""

    def __init__(self, *paths: Path):
        self._databases = [Ip2Region(path) if path.suffix == ".xdb" else MaxMind(path) for path in paths]
        self.place_of = lru_cache(REMEMBERED)(self._look_up)

    @property
    def credits(self) -> list[Credit]:
        """Whose data it is, in the words their licences ask for, for pages that show it."""
        kinds = dict.fromkeys(database.about for database in self._databases)
        return [next((_CREDITS[name] for name in _CREDITS if kind.startswith(name)), Credit(kind, "")) for kind in kinds]

    def _look_up(self, ip: str) -> Place:
        address = _public(ip)
        if address is None:
            return NOWHERE
        return next((place for place in self._answers(address) if place != NOWHERE), NOWHERE)

    def _answers(self, address: Address) -> Iterator[Place]:
        for database in self._databases:
            try:
                yield database.look_up(address)
            except (ValueError, LookupError, maxminddb.InvalidDatabaseError) as error:
                # Damaged in one place.
                log.info("place not found database=%s error=%r", database.about, error)


def install(app: Flask) -> None:
    """Open the databases the configuration names, and ours.  Raises OSError, maxminddb.InvalidDatabaseError for what is none."""
    app.extensions["places"] = Places(*map(Path, app.config.get("PLACES_FILE") or ()), OURS)


def place_of(ip: str) -> Place:
    """Where an address is.  NOWHERE for what is no public address, and for what no database knows."""
    return current_app.extensions["places"].place_of(ip)


def place_read(ip: str) -> str:
    """Where an address is, in the reader's language; "" when nobody knows."""
    return place_of(ip).name_in(str(get_locale()))


def credits() -> list[Credit]:
    """Whose data the running app's places are."""
    return current_app.extensions["places"].credits


def _ours() -> Path:
    """Without importing the package: it has a reader of its own that we do not use."""
    return Path(find_spec("XdbSearchIP").submodule_search_locations[0]) / "data" / "ip2region.xdb"


OURS = _ours()


def _public(ip: str) -> Address | None:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return address if address.is_global and not address.is_multicast else None


@lru_cache(REMEMBERED)
def _said(text: str) -> Place:
    """“中国|0|浙江省|宁波市|电信” as it was until 2024, “中国|浙江省|宁波市|电信|CN” since.  0 is what nobody knows."""
    words = [word if word != "0" else "" for word in text.split("|")] + [""] * 5
    is_new = words[4].isascii() and len(words[4]) == 2
    country, province, city = (words[4], words[1], words[2]) if is_new else (words[0], words[2], words[3])
    country = country_called(country)
    beside = country_called(province) if country == "CN" else ""
    if beside in _BESIDE:
        country, province = beside, ""
    if not country:
        return NOWHERE
    code = province_called(country, province)
    # The four municipalities are said twice.
    city = "" if code and province_called(country, city) == code and not cities_of(code) else city
    city_code = city_called(code, city)
    return Place(country, code, city_code, _named("" if code else province), _named("" if city_code else city))


def _named(word: str) -> Names:
    return {"en" if word.isascii() else "zh-CN": word} if word else {}


def _values(names: Iterable[Names]) -> list[str]:
    return [name for one in names for language, name in one.items() if language in ("en", "zh-CN")]


def _first(codes: Iterable[str]) -> str:
    return next(filter(None, codes), "")


def _best(names: Names, language: str) -> str:
    wanted = _NAMES_FOR.get(language, (language.replace("_", "-"), "en"))
    return next((names[name] for name in wanted if name in names), "")

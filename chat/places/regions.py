"""Regions by codes that stay: countries (ISO 3166-1), provinces (ISO 3166-2) and the cities of China (GB/T 2260).

“DE”, “DE-BY”, “CN-ZJ”, “330200”.  Countries are named by Unicode's CLDR, provinces by the iso-codes project, both in every
language we speak; China's own provinces and cities by chat/places/china.csv, as people say them: 浙江, not 浙江省.  Hong Kong, Macao
and Taiwan are listed as ISO 3166-1 and the databases of places have them, each by itself: who wants them with China names them.
"""

import csv
import gettext
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pycountry
from babel import Locale

LANGUAGES = ("zh_Hans", "zh_Hant", "en")
# ip2region says these otherwise than CLDR.
_ALSO_CALLED = {
    "AE": ("阿联酋",),
    "BA": ("波黑",),
    "CD": ("刚果金",),
    "CF": ("中非",),
    "CG": ("刚果布",),
    "DM": ("多米尼克",),
    "DO": ("多米尼加",),
    "FM": ("密克罗尼西亚",),
    "GF": ("法属圭亚那",),
    "GS": ("南乔治亚岛和南桑威奇群岛",),
    "HK": ("香港",),
    "IO": ("英属印度洋领地",),
    "KR": ("Korea", "South Korea"),
    "MK": ("马其顿",),
    "MO": ("澳门",),
    "MS": ("蒙塞拉特岛",),
    "MF": ("圣马丁",),
    "PS": ("巴勒斯坦",),
    "ST": ("圣多美和普林西比",),
    "SX": ("荷属圣马丁",),
    "TF": ("法国南部领地",),
    "TK": ("托克劳群岛",),
    "TW": ("台湾省", "台湾"),
    "WF": ("瓦利斯和富图纳群岛",),
    "XK": ("科索沃",),
}
_CHINESE_ALSO = {"xizang": "CN-XZ", "neimongol": "CN-NM", "neimonggol": "CN-NM", "tibetautonomousregion": "CN-XZ"}
# From the longest to the shortest: what stands behind the name itself.
_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "地区", "林区", "省", "市", "盟", "县", "州", "府", "都",
)  # fmt: skip
_LATIN_ENDINGS = (
    "zhuangzuzizhiqu", "huizuzizhiqu", "uygurzizhiqu", "zizhiqu", "sheng", "province", "shi", "autonomousregion", "prefecture",
    "region", "city",
)  # fmt: skip


@lru_cache(10_000)
def region_name(code: str, language: str) -> str:
    """“Zhejiang”, “浙江”; "" for what is no code of ours."""
    if len(code) == 2:
        return country_name(code, language)
    if code in _china():
        return _china()[code][LANGUAGES.index(language) if language in LANGUAGES else 2]
    province = pycountry.subdivisions.get(code=code) if "-" in code else None
    return _translated(province.name, language) if province else ""


@lru_cache(1000)
def country_name(code: str, language: str) -> str:
    """“Germany”, “德国”; "" for no country."""
    try:
        return Locale.parse(language).territories.get(code, "") if code.isalpha() else ""
    except (ValueError, LookupError):
        return ""


def full_name(code: str, language: str) -> str:
    """With what it lies in: “China, Zhejiang, Ningbo”, “浙江 宁波”."""
    above, code_above = [code], parent_of(code)
    while code_above:
        above.insert(0, code_above)
        code_above = parent_of(code_above)
    if language.startswith("zh") and len(above) > 1 and above[0] == "CN":
        above.pop(0)
    return (" " if language.startswith("zh") else ", ").join(region_name(one, language) for one in above)


def is_region(code: str) -> bool:
    """Whether it is one of those that can be chosen."""
    if "-" in code:
        return code in provinces_of(code.partition("-")[0])
    return code in countries() or code in _province_of()


def parent_of(code: str) -> str | None:
    """The province of a city, the country of a province, nothing above a country."""
    if "-" in code:
        return code[:2]
    return _province_of().get(code)


@lru_cache(1)
def countries() -> tuple[str, ...]:
    """All there are (ISO 3166-1), by code."""
    return tuple(sorted(country.alpha_2 for country in pycountry.countries))


@lru_cache(300)
def provinces_of(country: str) -> tuple[str, ...]:
    """The first level of ISO 3166-2; China's without the three that are countries of that list too."""
    if country == "CN":
        return tuple(code for code in _china() if "-" in code)
    found = pycountry.subdivisions.get(country_code=country) or ()
    return tuple(sorted(one.code for one in found if one.parent_code is None))


@lru_cache(100)
def cities_of(province: str) -> tuple[str, ...]:
    """Of a Chinese province; the four municipalities are cities themselves."""
    return tuple(city for city, of in _province_of().items() if of == province)


def in_order(codes: Iterable[str], language: str) -> list[str]:
    """Sorted as people of a language look for them, as far as Unicode's order goes."""
    return sorted(codes, key=lambda code: _plain(region_name(code, "en" if language.startswith("zh") else language)))


def words_of(code: str) -> str:
    """By which somebody may look for it: its names in all our languages."""
    return " ".join(dict.fromkeys(region_name(code, language).casefold() for language in LANGUAGES))


@lru_cache(1000)
def country_called(word: str) -> str:
    """The code for how a database calls a country: “CN”, “中国”, “Germany”.  "" for what is none, “欧洲” for one."""
    return _countries_by_name().get(_plain(word), "")


@lru_cache(10_000)
def province_called(country: str, word: str) -> str:
    """The code for “浙江省”, “Zhejiang Sheng”, “Zhejiang”, “ZJ”."""
    if not country or not word:
        return ""
    return _provinces_by_name(country).get(_plain(word), "")


@lru_cache(10_000)
def city_called(province: str, word: str) -> str:
    """The code for “宁波市”, “Ningbo (Haishu Qu)”; there are codes for Chinese cities only."""
    plain = _plain(word.partition("(")[0])
    return next((code for code in cities_of(province) if plain and plain in map(_plain, _china()[code])), "")


@lru_cache(1)
def _china() -> dict[str, tuple[str, str, str]]:
    with Path(__file__).with_name("china.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["zh_Hans"], row["zh_Hant"], row["en"]) for row in csv.DictReader(file)}


@lru_cache(1)
def _province_of() -> dict[str, str]:
    """By city.  In the file the cities follow their province."""
    of, province = {}, ""
    for code in _china():
        if "-" in code:
            province = code
        else:
            of[code] = province
    return of


@lru_cache(1)
def _countries_by_name() -> dict[str, str]:
    known = {_plain(name): code for code in countries() for name in (code, *_names(code))}
    return known | {_plain(name): code for code, names in _ALSO_CALLED.items() for name in names}


@lru_cache(300)
def _provinces_by_name(country: str) -> dict[str, str]:
    codes = provinces_of(country)
    known = {_plain(name): code for code in codes for name in (code.partition("-")[2], *_names(code))}
    return known | (_CHINESE_ALSO if country == "CN" else {})


def _names(code: str) -> list[str]:
    return [name for language in LANGUAGES if (name := region_name(code, language))]


def _translated(name: str, language: str) -> str:
    for locale in {"zh_Hans": ("zh_CN",), "zh_Hant": ("zh_TW", "zh_CN")}.get(language, ()):
        if (said := _catalogue(locale).gettext(name)) != name:
            return said
    return name


@lru_cache(4)
def _catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[locale], fallback=True)


def _plain(word: str) -> str:
    """Without accents, spaces and what stands behind a name, so that two ways to write it are one."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(letter for letter in letters if letter.isalnum())
    for ending in _ENDINGS + _LATIN_ENDINGS:
        if plain.endswith(ending) and len(plain) >= len(ending) + 2:
            return plain.removesuffix(ending)
    return plain

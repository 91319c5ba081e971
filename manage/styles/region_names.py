"""Regions as people type them, one on a line: “China, Zhejiang”, “浙江”, “CN-ZJ”."""

from functools import lru_cache

from chat.places.regions import (
    LANGUAGES,
    cities_of,
    countries,
    country_called,
    full_name,
    is_region,
    province_called,
    provinces_of,
    region_name,
)


def region_called(text: str) -> str:
    """Its code; "" for what is no region we know."""
    if is_region(text.upper()):
        return text.upper()
    return _known().get(text.casefold(), "") or country_called(text) or _province(text)


def _province(text: str) -> str:
    """“Germany, Bavaria”, “德国 巴伐利亚”."""
    for mark in (",", " "):
        country, _, province = text.partition(mark)
        if found := province_called(country_called(country.strip()), province.strip()):
            return found
    return ""


@lru_cache(1)
def _known() -> dict[str, str]:
    """Countries, and the provinces and cities of China, by each of their names; where two are alike, the wider one."""
    provinces = provinces_of("CN")
    codes = [*(city for province in provinces for city in cities_of(province)), *provinces, *countries()]
    names = ((name(code, language), code) for code in codes for language in LANGUAGES for name in (region_name, full_name))
    return {name.casefold(): code for name, code in names if name}

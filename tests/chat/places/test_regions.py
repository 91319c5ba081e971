"""Regions by codes that stay, in every language, and what databases call them."""

import pytest

from chat.places.regions import (
    cities_of,
    city_called,
    countries,
    country_called,
    country_name,
    full_name,
    in_order,
    is_region,
    parent_of,
    province_called,
    provinces_of,
    region_name,
    words_of,
)
from core.pages import LANGUAGES


@pytest.mark.parametrize(
    ("code", "english", "simplified", "traditional"),
    [
        ("DE", "Germany", "德国", "德國"),
        ("CN-ZJ", "Zhejiang", "浙江", "浙江"),
        ("CN-GD", "Guangdong", "广东", "廣東"),
        ("330200", "Ningbo", "宁波", "寧波"),
        ("US-CA", "California", "加利福尼亚州", "加利福尼亞"),
    ],
)
def test_are_named_in_the_readers_language(code, english, simplified, traditional):
    assert [region_name(code, language) for language in ("en", "zh_Hans", "zh_Hant")] == [english, simplified, traditional]


def test_are_said_with_what_they_lie_in():
    assert full_name("330200", "en") == "China, Zhejiang, Ningbo"
    assert full_name("330200", "zh_Hans") == "浙江 宁波"
    assert full_name("DE-BY", "zh_Hans") == "德国 巴伐利亚"
    assert full_name("CN", "zh_Hans") == "中国"


@pytest.mark.parametrize("word", ["浙江", "浙江省", "Zhejiang", "Zhejiang Sheng", "ZHEJIANG", "ZJ", "Zhejiang Province"])
def test_however_a_database_calls_a_province_it_is_the_same(word):
    assert province_called("CN", word) == "CN-ZJ"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("内蒙古", "CN-NM"), ("内蒙古自治区", "CN-NM"), ("Inner Mongolia", "CN-NM"), ("Nei Mongol Zizhiqu", "CN-NM"),
        ("广西壮族自治区", "CN-GX"), ("Guangxi Zhuangzu Zizhiqu", "CN-GX"), ("西藏", "CN-XZ"), ("Tibet", "CN-XZ"), ("Xizang", "CN-XZ"),
        ("陕西省", "CN-SN"), ("Shaanxi", "CN-SN"), ("山西省", "CN-SX"), ("Shanxi", "CN-SX"), ("新疆维吾尔自治区", "CN-XJ"), ("北京市", "CN-BJ"),
    ],
)  # fmt: skip
def test_the_difficult_ones(word, code):
    assert province_called("CN", word) == code


@pytest.mark.parametrize(
    ("province", "word", "code"),
    [
        ("CN-ZJ", "宁波市", "330200"), ("CN-ZJ", "Ningbo (Haishu Qu)", "330200"), ("CN-YN", "大理", "532900"),
        ("CN-NM", "兴安盟", "152200"), ("CN-JL", "吉林市", "220200"), ("CN-XJ", "喀什地区", "653100"), ("CN-AH", "Lu'an", "341500"),
    ],
)  # fmt: skip
def test_cities_of_china_too(province, word, code):
    assert city_called(province, word) == code


def test_what_is_none_has_no_code():
    assert (
        country_called("欧洲") == province_called("CN", "Bavaria") == city_called("CN-ZJ", "") == province_called("", "x") == ""
    )
    assert region_name("CN-QQ", "en") == region_name("", "en") == country_name("ZZZ", "en") == country_name("FR", "??") == ""
    assert not any(map(is_region, ["", "XX", "CN-QQ", "CN-TW", "999999", "💥", "-", "cn"]))


def test_there_are_all_of_them_in_every_language():
    china = provinces_of("CN")
    cities = [city for province in china for city in cities_of(province)]

    assert (len(countries()), len(china)) == (249, 31)
    assert len(cities) > 350
    assert all(region_name(code, language) for code in (*countries(), *china, *cities) for language in LANGUAGES)
    assert {parent_of(city) for city in cities} <= set(china)
    assert all(city_called(parent_of(city), region_name(city, "zh_Hans")) == city for city in cities)


def test_are_in_the_readers_order_and_found_by_any_name():
    assert in_order(["US", "AT", "DE"], "en") == ["AT", "DE", "US"]
    assert "宁波" in words_of("330200")
    assert "ningbo" in words_of("330200")

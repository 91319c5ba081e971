import pytest

from chat.visitors.referrers import domain_of, search_in


@pytest.mark.parametrize(
    ("referrer", "engine", "words"),
    [
        ("https://www.baidu.com/s?wd=%E8%8C%B6%E5%8F%B6&rsv=1", "Baidu", "茶叶"),
        ("https://m.baidu.com/from=1/s?word=%E8%8C%B6", "Baidu", "茶"),
        ("http://www.baidu.com/s?wd=%B2%E8%D2%B6", "Baidu", "茶叶"),
        ("https://www.google.com/", "Google", ""),
        ("https://www.google.com.hk/search?q=green+tea", "Google", "green tea"),
        ("https://google.de/search?q=tee", "Google", "tee"),
        ("https://cn.bing.com/search?q=tea&form=X", "Bing", "tea"),
        ("https://www.sogou.com/web?query=%B2%E8", "Sogou", "茶"),
        ("https://wap.sogou.com/web/searchList.jsp?keyword=%E8%8C%B6", "Sogou", "茶"),
        ("https://www.so.com/s?q=%E8%8C%B6", "360", "茶"),
        ("https://m.sm.cn/s?q=%E8%8C%B6", "Shenma", "茶"),
        ("https://so.toutiao.com/search?keyword=%E8%8C%B6", "Toutiao", "茶"),
        ("https://yandex.com.tr/search/?text=tea", "Yandex", "tea"),
        ("https://duckduckgo.com/?q=tea", "DuckDuckGo", "tea"),
        ("https://search.yahoo.co.jp/search?p=tea", "Yahoo", "tea"),
    ],
)
def test_engines_and_what_was_searched_for(referrer, engine, words):
    assert search_in(referrer) == {"engine": engine, "words": words}


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        "https://shop.example/?q=tea",
        "https://baidu.com.evil.example/s?wd=tea",
        "https://notbaidu.com/s?wd=tea",
        "https://google.evil.example.com/search?q=tea",
        "https://www.toutiao.com/article/1",
        "http://[broken",
        "javascript:alert(1)",
    ],
)
def test_other_addresses_are_no_search(referrer):
    assert search_in(referrer) is None


@pytest.mark.parametrize("query", ["wd=" + "%FF" * 50, "&".join(f"a{n}=1" for n in range(500)), "wd", "%"])
def test_addresses_made_to_annoy_tell_no_words(query):
    assert search_in(f"https://www.baidu.com/s?{query}")["words"] == ""


def test_words_are_one_line_of_bearable_length():
    assert search_in("https://www.baidu.com/s?wd=a%0A%20%20b" + "c" * 900)["words"].startswith("a bc")
    assert len(search_in("https://www.baidu.com/s?wd=" + "c" * 900)["words"]) == 200


def test_the_domain_alone():
    assert domain_of("https://www.shop.example:8443/tea?x=1") == "www.shop.example"
    assert domain_of("http://[broken") == ""
    assert domain_of("") == ""

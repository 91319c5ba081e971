"""Which search engine sent somebody, and what he had searched for (V-08, V-26)."""

from urllib.parse import parse_qs, urlsplit

# The engine, the hosts it answers at (and all below them), and the parameters that carry the words, the usual one first.
ENGINES = (
    ("Baidu", ("baidu.com",), ("wd", "word", "kw", "q1")),
    ("Google", ("google.*",), ("q", "oq")),
    ("Bing", ("bing.com",), ("q",)),
    ("Sogou", ("sogou.com",), ("query", "keyword", "w")),
    ("360", ("so.com", "haosou.com"), ("q",)),
    ("Shenma", ("sm.cn",), ("q", "keyword")),
    ("Toutiao", ("so.toutiao.com",), ("keyword",)),
    ("Quark", ("quark.sm.cn", "quark.cn"), ("q",)),
    ("Yandex", ("yandex.*", "ya.ru"), ("text",)),
    ("DuckDuckGo", ("duckduckgo.com",), ("q",)),
    ("Yahoo", ("search.yahoo.com", "search.yahoo.co.jp"), ("p",)),
    ("Naver", ("search.naver.com",), ("query",)),
    ("Ecosia", ("ecosia.org",), ("q",)),
    ("Brave", ("search.brave.com",), ("q",)),
    ("Qwant", ("qwant.com",), ("q",)),
    ("Startpage", ("startpage.com",), ("query",)),
)
# Google and Yandex live under the domains of many countries, some of them in two parts: google.com.hk, yandex.com.tr.
_SECOND_PARTS = {"com", "co"}
_ENCODINGS = ("utf-8", "gb18030")
AT_MOST = 200


def search_in(referrer: str) -> dict | None:
    """{"engine", "words"} for the address of a search engine's page, else None.

    Most engines keep the words to themselves today; then `words` is "".
    """
    try:
        url = urlsplit(referrer)
        host = url.hostname or ""
    except ValueError:
        return None
    for engine, domains, parameters in ENGINES:
        if any(_is_at(host, domain) for domain in domains):
            return {"engine": engine, "words": _words(url.query, parameters)}
    return None


def domain_of(referrer: str) -> str:
    """The host alone, as the list shows it; "" for what is no address."""
    try:
        return urlsplit(referrer).hostname or ""
    except ValueError:
        return ""


def _is_at(host: str, domain: str) -> bool:
    if domain.endswith(".*"):
        return _is_in_some_country(host, domain.removesuffix(".*"))
    return host == domain or host.endswith(f".{domain}")


def _is_in_some_country(host: str, name: str) -> bool:
    parts = host.split(".")
    rest = parts[parts.index(name) + 1 :] if name in parts else []
    return len(rest) == 1 or (len(rest) == 2 and rest[0] in _SECOND_PARTS and len(rest[1]) == 2)


def _words(query: str, parameters: tuple[str, ...]) -> str:
    for encoding in _ENCODINGS:
        try:
            found = parse_qs(query, encoding=encoding, errors="strict", max_num_fields=100)
        except ValueError:
            # Not in this encoding (older pages of Baidu and Sogou write GBK), or an address made to annoy.
            continue
        return next((" ".join(found[name][0].split())[:AT_MOST] for name in parameters if name in found), "")
    return ""

"""Patterns of page addresses, as people write them: `/hats*`, `shop.example/hats`, `https://shop.example/*`; `*` is anything.

Read piece by piece and not as a regular expression: with many stars that could take for ever.
"""

from urllib.parse import urlsplit


def is_page_like(url: str, pattern: str) -> bool:
    """Whether a page's address is as a pattern says.  What it does not name does not matter: the scheme, the host, the query."""
    try:
        page = urlsplit(url)
    except ValueError:
        return False
    address = page.path if pattern.startswith("/") else page.netloc + page.path
    if "://" in pattern:
        address = f"{page.scheme}://{address}"
    if "?" in pattern:
        address = f"{address}?{page.query}"
    return _is_like(address.rstrip("/").casefold(), pattern.rstrip("/").casefold())


def _is_like(text: str, pattern: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end

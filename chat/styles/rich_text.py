"""Text with headings, lists, links and pictures, as the company's introduction is (W-13, Y-16), cleaned.

Visitors' pages put it into their own document, so only what is listed here comes through.  There are no styles and no
classes: the window's policy allows none, and its looks are the company's skin.
"""

import re
from functools import lru_cache

import nh3

from chat.styles.links import fault_of
from chat.styles.pictures import is_address
from tenants.companies.company import current_company

# As much as may be kept, and as much as is looked at: what browsers and word processors add to a text goes when it is cleaned.
LONGEST = 20_000
LOOKED_AT = 100_000
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "b", "em", "i", "u", "s", "code", "pre",
    "a", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan"}, "th": {"colspan"}, "ol": {"start"}}
_SCHEMES = {"https", "mailto", "tel"}
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_WITHOUT_SOURCE = re.compile(r'<img(?: (?:alt|width|height|loading)="[^"]*")*>')
_REACH = re.compile(r"(?:mailto|tel):[^\s\"'<>]{1,254}")


def cleaned(html: str) -> str:
    """What visitors may get of it.  Of pictures only our own, of links only https, mail and telephone."""
    return _cleaned(current_company().id, html[:LOOKED_AT])


@lru_cache(maxsize=512)
def _cleaned(company_id: int, html: str) -> str:
    # Twice: only then does cleaning it again change nothing, not even the order of attributes.
    clean = _WITHOUT_SOURCE.sub("", _clean(_clean(html)))
    return "" if _says_nothing(clean) else clean


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        strip_comments=True,
    )


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _REACH.fullmatch(value) or (value and not fault_of(value)) else None
    if attribute == "src":
        return value if is_address(value) else None
    if attribute in ("width", "height", "colspan", "start"):
        return value if _NUMBER.fullmatch(value) else None
    # nh3 allows `title` and `lang` everywhere by itself.
    return value if attribute in ("alt", "target", "rel", "loading") else None


def _says_nothing(html: str) -> bool:
    """An editor that was emptied leaves an empty paragraph."""
    return "<img" not in html and "<hr" not in html and not re.sub(r"<[^>]*>|&nbsp;|\s", "", html)

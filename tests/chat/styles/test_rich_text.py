"""What visitors may get of a text with pictures and links (Y-16)."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pictures import picture

from chat.styles.pictures import Picture
from chat.styles.rich_text import LOOKED_AT, TAGS, cleaned

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://tracker.example/1.gif">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/manage/members">x</a>',
    '<a href="http://plain.example">x</a>',
    '<a href="https://user:pass@evil.example">x</a>',
    "<svg onload=alert(1)><animate attributeName=href values=javascript:alert(1)></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<object data="x.swf"></object><embed src="x.swf">',
    '<p style="position:fixed;inset:0;background:url(https://tracker.example)">x</p>',
    '<style>*{display:none}</style><link rel=stylesheet href="https://evil.example">',
    '<form action="https://evil.example"><input name=password><button>OK</button></form>',
    '<p onclick="alert(1)" id=app class=window__banner data-laike=x>x</p>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<base href=https://evil.example><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<a href='https://a.example' target=_self rel=opener>x</a>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "<p>unclosed <b><i>tags",
]
_TAG = re.compile(r"<(/?)([a-zA-Z0-9]+)([^>]*)>")
_ATTRIBUTE = re.compile(r'\s([a-z]+)="([^"]*)"')
ATTRIBUTES = {"href", "target", "rel", "src", "alt", "width", "height", "loading", "colspan", "start"}


def only_what_is_listed(html: str) -> bool:
    for _, tag, rest in _TAG.findall(html):
        attributes = dict(_ATTRIBUTE.findall(rest))
        if tag not in TAGS or not attributes.keys() <= ATTRIBUTES or _ATTRIBUTE.sub("", rest).strip():
            return False
        if tag == "a" and attributes and not re.match("(https://|mailto:|tel:|$)", attributes.get("href", "")):
            return False
        if tag == "img" and not attributes.get("src", "").startswith("/pictures/"):
            return False
    return "<" not in _TAG.sub("", html)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_is_not_listed_comes_through(cast, html):
    assert only_what_is_listed(cleaned(html))


def test_hostile_pieces_in_any_order_neither(cast):
    pieces = some.lists(some.sampled_from([*HOSTILE, "<p>", "</p>", "<", ">", '"', "'", "<b", "&lt;", "text"]), max_size=8)

    @settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
    @given(pieces)
    def holds(chosen):
        html = cleaned("".join(chosen))
        assert only_what_is_listed(html)
        assert cleaned(html) == html

    holds()


def test_what_people_write_stays(cast):
    kept = Picture.keep(picture(), "introduction", cast.site)
    html = (
        f'<h2>Who we are</h2><p>We sell <strong>hats</strong>.</p><ul><li>felt</li></ul><img src="{kept.address}" alt="Shop">'
    )

    assert cleaned(html) == html.replace('alt="Shop">', 'alt="Shop" loading="lazy">')


def test_links_open_elsewhere_and_tell_nothing(cast):
    assert cleaned('<a href="https://hats.example/felt">Hats</a>') == (
        '<a href="https://hats.example/felt" target="_blank" rel="noopener noreferrer nofollow">Hats</a>'
    )


@pytest.mark.parametrize("address", ["mailto:olga@acme.example", "tel:+442079460018"])
def test_people_can_be_reached(cast, address):
    assert f'href="{address}"' in cleaned(f'<a href="{address}">Write</a>')


def test_pictures_of_another_company_are_left_out(cast):
    with cast.globex.entered():
        theirs = f"/pictures/{cast.globex.id}-picture-{'x' * 32}"
        assert theirs in cleaned(f'<p><img src="{theirs}"></p>')

    assert cleaned(f'<p>Hat<img src="{theirs}"></p>') == "<p>Hat</p>"


@pytest.mark.parametrize("html", ["", "<p></p>", "<p>&nbsp;</p>\n<p><br></p>", "<script>x</script>", "<img src=x>"])
def test_nothing_said_is_nothing_kept(cast, html):
    assert cleaned(html) == ""


def test_no_more_than_fits(cast):
    assert len(cleaned("<p>" + "a" * (LOOKED_AT * 2))) <= LOOKED_AT + len("</p>")

"""The window's page, its preview and its pictures (Y-08…Y-23, W-13…W-20, W-33)."""

import io

import pytest
from pictures import heavy, picture

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from chat.styles.advertisements import Ads, Line
from chat.styles.contacts import Contact
from chat.styles.launchers import Launcher
from chat.styles.links import Link
from chat.styles.pictures import Picture
from chat.styles.styles import Style
from chat.styles.window_styles import MENU, WindowStyle
from core.db import transaction
from tenants.audit.audit import AuditEntry

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def page(cast):
    return f"/manage/styles/{cast.site.id}/window"


@pytest.fixture
def style(cast):
    """`style()` is what is kept now."""

    def kept(part=WindowStyle):
        cast.refresh()
        return Style(cast.site)[part]

    return kept


def filled_in(**changes) -> dict:
    """The form as a browser sends it when somebody only wrote a title."""
    typed = {
        "seen": "0", "heading": "Hats", "skin": "soft", "accent": "#1D4ED8", "scheme": "auto", "emoticons": "faces", "welcome": "Hello.",
        "introduction": "", "warning": "", "menu": list(MENU), "picture": "", "picture_link": "", "picture_text": "", "logo": "",
        "logo_link": "", "forum_text": "", "forum_url": "", "payment_text": "", "payment_url": "", "ads_direction": "up", "ads_seconds": "5",
        "links-text": ["Shop", ""], "links-url": ["hats.example", ""],
    }  # fmt: skip
    return typed | changes


def upload(content: bytes, name: str = "logo.png"):
    return io.BytesIO(content), name


def test_saves_what_was_typed(cast, olga, page, style):
    response = olga.post(page, data=filled_in())

    assert response.status_code == 302
    window = style()
    assert (window.heading, window.skin, window.accent, window.emoticons) == ("Hats", "soft", "#1d4ed8", "faces")
    assert window.links == (Link("Shop", "https://hats.example"),)
    assert AuditEntry.before(None, "style.changed")[0].details["part"] == "Window"


def test_shows_what_is_kept_and_saving_it_unchanged_is_no_new_version(cast, olga, page, style):
    introduction = '<p>We sell <a href="https://hats.example" target="_blank" rel="noopener noreferrer nofollow">hats</a>.</p>'
    olga.post(page, data=filled_in(introduction=introduction))
    number = Style(cast.site).version_of(WindowStyle)

    shown = olga.get(page).text
    olga.post(page, data=filled_in(introduction=introduction, seen=str(number)))

    assert 'value="Hats"' in shown
    assert "&lt;p&gt;We sell" in shown
    style()
    assert Style(cast.site).version_of(WindowStyle) == number


def test_says_what_is_wrong_beside_its_field_and_keeps_all_that_was_typed(cast, olga, page, style):
    wrong = filled_in(**{"links-text": ["", "Shop"], "links-url": ["", "javascript:alert(1)"], "ads-text": ["Sale"], "ads-url": [""],
                         "ads-picture": [""], "ads-starts_on": ["soon"], "ads-ends_on": ["2026-01-01"], "welcome": "Keep me"})  # fmt: skip

    response = olga.post(page, data=wrong)

    assert response.status_code == 422
    assert 'id="links-0-url-fault">Enter a full address that begins with https://.' in response.text
    assert 'id="ads-0-starts_on-fault">Enter a day like 2026-12-31.' in response.text
    assert 'value="javascript:alert(1)"' in response.text
    assert "Keep me</textarea>" in response.text
    assert style() == WindowStyle()


def test_an_introduction_that_is_too_long_is_refused_and_not_cut(cast, olga, page, style):
    long = f"<p>{'hat ' * 5000}ends here</p>"

    response = olga.post(page, data=filled_in(introduction=long))

    assert "With its formatting this has 20016 characters; at most 20000 fit in." in response.text
    assert "ends here&lt;/p&gt;" in response.text
    assert style() == WindowStyle()


def test_two_who_change_it_at_once_lose_nothing(cast, olga, page, style):
    olga.post(page, data=filled_in())

    response = olga.post(page, data=filled_in(heading="Caps"))

    assert response.status_code == 409
    assert 'value="Caps"' in response.text
    assert style().heading == "Hats"


@pytest.mark.parametrize(
    ("step", "texts"),
    [
        ("links add", ["a", "b", "c", ""]),
        ("links remove 1", ["a", "c"]),
        ("links up 2", ["a", "c", "b"]),
        ("links down 0", ["b", "a", "c"]),
        ("links up 0", ["a", "b", "c"]),
        ("links down 2", ["a", "b", "c"]),
        ("links remove 9", ["a", "b", "c"]),
        ("links explode 1", ["a", "b", "c"]),
        ("links remove -1", ["a", "b", "c"]),
        ("", ["a", "b", "c"]),
        ("members add", ["a", "b", "c"]),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "with htmx"])
def test_rows_come_go_and_move_before_anything_is_saved(cast, olga, page, style, step, texts, headers):
    typed = filled_in(**{"links-text": ["a", "b", "c"], "links-url": ["1", "2", "3"], "step": step})

    response = olga.post(f"{page}/rows", data=typed, headers=headers)

    rows = response.text.split('name="links-text"')[1:]
    assert [row.split('value="')[1].split('"')[0] for row in rows] == texts
    assert ("<html" in response.text) is not (bool(headers) and step.startswith("links"))
    if "<html" in response.text:
        assert "Hello.</textarea>" in response.text
    assert style() == WindowStyle()


def test_no_more_rows_than_fit(cast, olga, page):
    typed = filled_in(**{"links-text": ["a"] * 8, "links-url": [""] * 8, "step": "links add"})

    assert olga.post(f"{page}/rows", data=typed, headers=HTMX).text.count('name="links-text"') == 8


def test_all_of_it_is_kept(cast, olga, page, style):
    with transaction():
        kept = Picture.keep(picture(), "ad", cast.site).address
    rows = {
        "ads-text": ["Sale", ""], "ads-url": ["hats.example/sale", ""], "ads-picture": ["", kept], "ads-starts_on": ["2026-12-01", ""],
        "ads-ends_on": ["2026-12-24", ""], "ads_direction": "across", "ads_seconds": "9",
        "contacts-kind": ["qq", "whatsapp", "wechat", "qq"], "contacts-number": ["100 01", "+44 20 7946 0018", "", ""],
        "contacts-label": ["", "Call", "Scan", ""], "contacts-picture": ["", "", kept, ""],
    }  # fmt: skip

    olga.post(page, data=filled_in(**rows, forum_text="Forum", forum_url="forum.example", menu=["forum", "sound", "steal"]))

    window = style()
    assert [(line.text, line.url, line.picture) for line in window.ads.lines] == [
        ("Sale", "https://hats.example/sale", ""),
        ("", "", kept),
    ]
    assert (window.ads.direction, window.ads.seconds) == ("across", 9)
    assert window.contacts == (
        Contact("qq", "10001"),
        Contact("whatsapp", "442079460018", "Call"),
        Contact("wechat", "", "Scan", kept),
    )
    assert window.forum == Link("Forum", "https://forum.example")
    assert window.menu == ("sound", "forum")


def test_hostile_words_stay_words(cast, olga, page, style):
    bad = '"><script>alert(1)</script>'
    olga.post(
        page,
        data=filled_in(
            heading=bad, welcome=bad, introduction=f"<p>x</p>{bad}", **{"links-text": [bad], "links-url": ["a.example"]}
        ),
    )

    assert "<script>alert" not in olga.get(page).text
    assert style().introduction.startswith("<p>x</p>")
    assert "<script" not in style().introduction


def test_the_preview_is_what_visitors_would_get(cast, olga, page, style):
    answer = olga.post(f"{page}/preview", data=filled_in(accent="#f5b301"), headers=JSON).get_json()

    assert answer["style"]["window"]["title"] == "Hats"
    assert answer["style"]["window"]["on_accent"] == "#000000"
    assert answer["hints"]["accent"].startswith("White is hard to read on this colour (1.9 : 1")
    assert answer["faults"] == {}
    assert answer["reception"] == {"standing": "online", "entries": [], "when_closed": "form", "opens_at": None}
    assert style() == WindowStyle()


def test_the_preview_says_what_is_wrong_and_leaves_it_out(cast, olga, page):
    typed = filled_in(skin="neon", **{"links-text": ["Shop"], "links-url": ["javascript:alert(1)"]})

    answer = olga.post(f"{page}/preview", data=typed, headers=JSON).get_json()

    assert answer["faults"] == {
        "skin": "Choose one of these.",
        "links-0-url": "Enter a full address that begins with https://.",
    }
    assert answer["style"]["window"]["links"] == []
    assert answer["style"]["window"]["skin"] == "plain"


def test_an_empty_row_does_not_move_what_is_said_of_the_next_one(cast, olga, page):
    typed = filled_in(**{"links-text": ["", "Shop"], "links-url": ["", "x:y"]})

    answer = olga.post(f"{page}/preview", data=typed, headers=JSON).get_json()

    assert answer["faults"] == {"links-1-url": "Enter a full address that begins with https://."}


def test_y_21_opens_a_blank_page_with_exactly_the_configured_look(cast, olga, page):
    response = olga.post(f"{page}/preview", data=filled_in(heading="</script><b>Hats"))

    assert response.mimetype == "text/html"
    assert '"title": "\\u003c/script\\u003e\\u003cb\\u003eHats"' in response.text
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]


def test_y_21_the_kept_look_has_a_page_too(cast, olga, page):
    olga.post(page, data=filled_in())

    response = olga.get(f"/manage/styles/{cast.site.id}/preview")

    assert '"title": "Hats"' in response.text


def test_y_13_a_logo_of_another_size_is_shown_stretched_and_the_page_says_so(cast, olga, page, style):
    response = olga.post(page, data=filled_in(**{"file-logo": upload(picture((400, 400)))}))

    assert response.status_code == 302
    shown = olga.get(page).text
    assert "This picture has 400 × 400 pixels; it is stretched to 173 × 67." in shown
    assert f'<img src="{style().logo.url}"' in shown


def test_y_14_refuses_a_logo_of_more_than_200_kb_and_keeps_the_rest(cast, olga, page, style):
    too_heavy = filled_in(**{"file-logo": upload(heavy(201))})

    response = olga.post(page, data=too_heavy)

    assert response.status_code == 422
    assert "This picture has 201 KB; at most 200 KB are taken." in response.text
    assert 'value="Hats"' in response.text
    assert style().heading == ""


def test_a_picture_chosen_is_not_lost_when_something_else_is_wrong(cast, olga, page):
    wrong = filled_in(picture_link="javascript:x", **{"file-picture": upload(picture()), "file-logo": upload(b"nothing")})

    response = olga.post(page, data=wrong)

    address = response.text.split('name="picture" value="')[1].split('"')[0]
    assert Picture.at(address).kind == "side"
    assert "This file is not a picture." in response.text


def test_pictures_of_rows_come_with_them(cast, olga, page, style):
    rows = {
        "ads-text": ["a", "b"],
        "ads-url": ["", ""],
        "ads-picture": ["", ""],
        "ads-starts_on": ["", ""],
        "ads-ends_on": ["", ""],
    }

    olga.post(page, data=filled_in(**rows, **{"file-ads-picture-1": upload(picture())}))
    address = style().ads.lines[1].picture
    olga.post(page, data=filled_in(seen="1", **rows | {"ads-picture": ["", address]}, drop="ads-picture-1"))

    assert address.startswith(f"/pictures/{cast.acme.id}-")
    assert style().ads == Ads(lines=(Line("a"), Line("b")))


def test_pictures_are_kept_as_they_are_chosen(cast, olga):
    where = f"/manage/styles/{cast.site.id}/pictures"

    kept = olga.post(where, data={"kind": "logo", "file": upload(picture((10, 10)))}, headers=JSON).get_json()
    refused = olga.post(where, data={"kind": "logo", "file": upload(b"x")}, headers=JSON)

    assert Picture.at(kept["url"]).kind == "logo"
    assert kept["note"] == "This picture has 10 × 10 pixels; it is stretched to 173 × 67."
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "not_a_picture")
    assert olga.post(where, data={"kind": "virus", "file": upload(picture())}, headers=JSON).status_code == 400
    assert olga.post(where, data={"kind": "logo"}, headers=JSON).status_code == 400


def test_without_the_right_the_logo_stays_in_sight_behind_a_lock(cast, olga, page, style):
    olga.post(page, data=filled_in(**{"file-logo": upload(picture())}))
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)

    shown = olga.get(page).text

    assert "Unlock it" in shown
    assert style().logo.url in shown
    assert Style(cast.site).in_force(WindowStyle).logo.url == ""


def test_the_icon_has_its_page(cast, olga, style):
    where = f"/manage/styles/{cast.site.id}/launcher"
    typed = {"seen": "0", "kind": "picture", "place": "fixed", "side": "left", "at": "top", "on": "phone", "accent": "#0b7285",
             "template": "dots", "side_offset": "5", "edge_offset": "7", "text": "Ask", "online_picture": "", "offline_picture": "",
             "hides_offline": "yes"}  # fmt: skip

    refused = olga.post(where, data=typed)
    saved = olga.post(where, data=typed | {"file-online_picture": upload(picture())})

    assert "Upload a picture, or choose another kind of icon." in refused.text
    assert saved.status_code == 302
    launcher = style(Launcher)
    assert (launcher.kind, launcher.place, launcher.side, launcher.at, launcher.on) == (
        "picture",
        "fixed",
        "left",
        "top",
        "phone",
    )
    assert (launcher.offset.side, launcher.offset.edge, launcher.hides_offline) == (5, 7, True)
    assert Picture.at(launcher.pictures.online).kind == "launcher"
    assert 'value="Ask"' in olga.get(where).text


def test_the_icon_is_previewed_too(cast, olga):
    where = f"/manage/styles/{cast.site.id}/launcher/preview"

    answer = olga.post(where, data={"kind": "list", "accent": "red", "side_offset": "x"}, headers=JSON).get_json()

    assert answer["style"]["launcher"]["kind"] == "list"
    assert {"Olga", "Adam", "Nina"} <= {entry["name"] for entry in answer["reception"]["entries"]}
    assert answer["style"]["launcher"]["accent"] == "#0b7285"
    assert {"accent", "side_offset", "place"} <= answer["faults"].keys()


def test_an_agent_may_not(cast, signed_in, page):
    adam = signed_in(cast.adam)

    for path in (page, f"/manage/styles/{cast.site.id}/launcher", f"/manage/styles/{cast.site.id}/preview"):
        assert adam.get(path).status_code == 403
    for path in (page, f"{page}/rows", f"{page}/preview", f"/manage/styles/{cast.site.id}/pictures"):
        assert adam.post(path, data=filled_in()).status_code == 403

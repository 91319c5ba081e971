"""The window and the icon of a style: what may be set, what is refused beside which field, what visitors get of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from pictures import picture
from time_machine import travel

from chat.dress import dress_of, launcher_in_force
from chat.styles.advertisements import SHOWN_AT_MOST, Ads, Line
from chat.styles.colours import BLACK, READABLE, WHITE, contrast, text_on
from chat.styles.contacts import Contact, number_typed
from chat.styles.launchers import Launcher, Offset, Pictures
from chat.styles.links import Link, fault_of, with_scheme
from chat.styles.pictures import Picture
from chat.styles.styles import Style
from chat.styles.window_styles import AT_MOST, MENU, Logo, SidePicture, WindowStyle
from core.db import transaction
from core.errors import Invalid

NOON = datetime.fromisoformat("2026-12-15T12:00:00+00:00")
ALL = frozenset({"custom_logo", "designated_agents"})


@pytest.fixture
def kept(cast) -> str:
    """The address of a picture of Acme's."""
    return Picture.keep(picture(), "logo", cast.site).address


def faults_of(part) -> dict:
    with pytest.raises(Invalid) as invalid:
        part.check()
    return {name: str(fault) for name, fault in invalid.value.fields.items()}


def test_a_style_nobody_has_set_is_good_as_it_is(cast):
    WindowStyle().check()
    Launcher().check()


def test_what_is_saved_comes_back(cast, kept):
    window = WindowStyle(
        heading="Hats",
        menu=("sound",),
        links=(Link("Shop", "https://hats.example"),),
        ads=Ads("across", 9, (Line("Sale", starts_on=date(2026, 12, 1)),)),
        contacts=(Contact("qq", "10001"),),
        picture=SidePicture(kept, "https://hats.example", "A hat"),
        logo=Logo(kept),
    )
    with transaction():
        Style(cast.site).save(window, cast.olga)

    cast.refresh()
    assert Style(cast.site)[WindowStyle] == window


@pytest.mark.parametrize(
    ("part", "field", "sentence"),
    [
        (WindowStyle(skin="neon"), "skin", "Choose one of these."),
        (WindowStyle(scheme=""), "scheme", "Choose one of these."),
        (WindowStyle(emoticons="x"), "emoticons", "Choose one of these."),
        (WindowStyle(menu=("sound", "steal")), "menu", "Choose one of these."),
        (WindowStyle(accent="red"), "accent", "Choose a colour, or write one like #0b7285."),
        (WindowStyle(accent="#fff;}"), "accent", "Choose a colour, or write one like #0b7285."),
        (WindowStyle(forum=Link("Forum", "http://old.example")), "forum_url", "Enter a full address that begins with https://."),
        (WindowStyle(payment=Link("", "javascript:alert(1)")), "payment_url", "Enter a full address that begins with https://."),
        (WindowStyle(logo=Logo("https://evil.example/x.png")), "logo", "This picture is not there any more. Upload it again."),
        (WindowStyle(logo=Logo("", "ftp://x")), "logo_link", "Enter a full address that begins with https://."),
        (WindowStyle(picture=SidePicture("x")), "picture", "This picture is not there any more. Upload it again."),
        (WindowStyle(links=(Link("Shop", ""),)), "links-0-url", "Enter where the link leads."),
        (WindowStyle(links=(Link("", "https://a.example"),)), "links-0-text", "Write what the link says."),
        (WindowStyle(links=(Link("a", "https://a.example"),) * 9), "links", "At most 8 of these fit."),
        (WindowStyle(ads=Ads(lines=(Line(),))), "ads-0-text", "Write a text, or upload a picture."),
        (WindowStyle(ads=Ads(lines=(Line("a", url="x"),))), "ads-0-url", "Enter a full address that begins with https://."),
        (WindowStyle(ads=Ads(lines=(Line("a"), Line("b", "", "", date(2026, 2, 2), date(2026, 2, 1))))), "ads-1-ends_on", "This is before its first day."),
        (WindowStyle(ads=Ads(direction="around")), "ads_direction", "Choose one of these."),
        (WindowStyle(ads=Ads(seconds=1)), "ads_seconds", "Enter a whole number from 2 to 60."),
        (WindowStyle(contacts=(Contact("icq", "1"),)), "contacts-0-kind", "Choose one of these."),
        (Launcher(kind="banner"), "kind", "Choose one of these."),
        (Launcher(offset=Offset(501, 0)), "side_offset", "Enter a whole number from 0 to 500."),
        (Launcher(offset=Offset(0, -1)), "edge_offset", "Enter a whole number from 0 to 500."),
        (Launcher(accent="#0B7285"), "accent", "Choose a colour, or write one like #0b7285."),
        (Launcher(kind="picture"), "online_picture", "Upload a picture, or choose another kind of icon."),
        (Launcher(kind="group"), "online_picture", "Upload a picture, or choose another kind of icon."),
        (Launcher(pictures=Pictures("", "/files/1")), "offline_picture", "This picture is not there any more. Upload it again."),
    ],
)  # fmt: skip
def test_says_beside_the_field_what_is_wrong(cast, part, field, sentence):
    assert faults_of(part) == {field: sentence}


def test_nothing_wrong_is_ever_saved(cast):
    with pytest.raises(Invalid), transaction():
        Style(cast.site).save(WindowStyle(skin="neon"), cast.olga)

    cast.refresh()
    assert Style(cast.site)[WindowStyle] == WindowStyle()


def test_a_picture_of_another_company_is_none_of_ours(cast, kept):
    with cast.globex.entered():
        assert "logo" in faults_of(WindowStyle(logo=Logo(kept)))


@pytest.mark.parametrize(
    ("kind", "number", "is_good"),
    [
        ("qq", "10001", True), ("qq", "12345678901", True), ("qq", "1000", False), ("qq", "012345", False), ("qq", "123456789012", False),
        ("qq", "1234a", False), ("whatsapp", "442079460018", True), ("whatsapp", "0442079460018", False), ("whatsapp", "1234567", False),
        ("whatsapp", "1234567890123456", False), ("wechat", "hat_shop-1", True), ("wechat", "hat shop", False), ("wechat", "hats", False),
        ("wechat", "", False), ("qq", "١٢٣٤٥٦", False),
    ],
)  # fmt: skip
def test_e_05_numbers_are_looked_at(cast, kind, number, is_good):
    assert bool(Contact(kind, number).faults()) is not is_good


def test_e_05_buttons_lead_there(cast, kept):
    seen = [Contact("qq", "10001").as_seen(), Contact("whatsapp", "442079460018", "Call us").as_seen()]

    assert [one["url"] for one in seen] == [
        "https://wpa.qq.com/msgrd?v=3&uin=10001&site=qq&menu=yes",
        "https://wa.me/442079460018",
    ]
    assert [one["label"] for one in seen] == ["10001", "Call us"]
    assert Contact("wechat", "", "Scan", kept).as_seen() == {"kind": "wechat", "label": "Scan", "url": "", "picture": kept}


def test_numbers_may_be_typed_as_people_write_them():
    assert number_typed("whatsapp", "+44 (20) 7946-0018") == "442079460018"
    assert number_typed("whatsapp", "0044 20 7946 0018") == "442079460018"
    assert number_typed("qq", "100 01") == "10001"
    assert number_typed("wechat", "hat-shop") == "hat-shop"


@pytest.mark.parametrize(
    "address",
    ["http://a.example", "javascript:alert(1)", "https://", "https:///x", "https://a b.example", "https://u:p@a.example", "//a.example",
     "/manage", 'https://a.example/"onmouseover=x', "https://a.example/<b>", "https://a.example:99999", "https://[::1", "data:x", "https://" + "a" * 2000],
)  # fmt: skip
def test_only_whole_https_addresses_are_links(cast, address):
    assert fault_of(address)


def test_what_people_leave_out_is_put_in_front():
    assert with_scheme("hats.example/felt") == "https://hats.example/felt"
    assert with_scheme("https://hats.example") == "https://hats.example"
    assert with_scheme("javascript:alert(1)") == "javascript:alert(1)"
    assert with_scheme("") == ""


@travel(NOON, tick=False)
def test_y_17_advertisements_are_shown_from_their_first_day_to_their_last(cast):
    days = [
        Line("always"),
        Line("until today", ends_on=date(2026, 12, 15)),
        Line("from today", starts_on=date(2026, 12, 15)),
        Line("over", ends_on=date(2026, 12, 14)),
        Line("not yet", starts_on=date(2026, 12, 16)),
    ]

    shown = Ads(lines=tuple(days)).as_seen()["lines"]

    assert [line["text"] for line in shown] == ["always", "until today", "from today"]


@pytest.mark.parametrize(
    ("moment", "zone", "is_shown"),
    [
        ("2026-12-14T15:59:59+00:00", "Asia/Shanghai", False),
        ("2026-12-14T16:00:00+00:00", "Asia/Shanghai", True),
        ("2026-12-15T15:59:59+00:00", "Asia/Shanghai", True),
        ("2026-12-15T16:00:00+00:00", "Asia/Shanghai", False),
        ("2026-12-15T04:59:59+00:00", "America/New_York", False),
        ("2026-12-15T05:00:00+00:00", "America/New_York", True),
    ],
)
def test_y_17_to_the_second_of_the_companys_calendar(cast, moment, zone, is_shown):
    cast.acme.time_zone = zone
    line = Line("Sale", starts_on=date(2026, 12, 15), ends_on=date(2026, 12, 15))

    with travel(datetime.fromisoformat(moment), tick=False):
        assert bool(Ads(lines=(line,)).as_seen()["lines"]) is is_shown


@pytest.mark.parametrize("direction", ["up", "across"])
def test_y_17_several_rotate_in_turn_vertically_or_horizontally(cast, direction):
    ads = Ads(direction, 7, tuple(Line(str(number)) for number in range(12)))

    seen = WindowStyle(ads=ads).as_seen()["ads"]

    assert (seen["direction"], seen["seconds"]) == (direction, 7)
    assert [line["text"] for line in seen["lines"]] == [str(number) for number in range(SHOWN_AT_MOST)]


def test_y_15_a_logo_needs_its_right(cast, kept):
    window = WindowStyle(logo=Logo(kept, "https://hats.example"))

    assert window.with_rights(ALL).as_seen()["logo"] == {"url": kept, "link": "https://hats.example"}
    assert window.with_rights(frozenset()).as_seen()["logo"] is None
    assert window.logo.url == kept


def test_y_12_a_list_needs_designated_agents(cast):
    launcher = Launcher(kind="list", text="Ask us")

    assert launcher.with_rights(ALL) == launcher
    assert launcher.with_rights(frozenset()) == replace(launcher, kind="bubble")


def test_y_15_the_logo_goes_with_the_second_its_right_ends(cast, kept):
    with transaction():
        Style(cast.site).save(WindowStyle(logo=Logo(kept)), cast.olga)
    ends = cast.acme.trial_ends_at

    with travel(ends - timedelta(seconds=1), tick=False):
        assert dress_of(cast.site)["window"]["logo"] == {"url": kept, "link": ""}
    with travel(ends, tick=False):
        assert dress_of(cast.site)["window"]["logo"] is None
    assert Style(cast.site)[WindowStyle].logo.url == kept


def test_w_33_menu_items_are_what_the_company_left_on(cast):
    assert WindowStyle().as_seen()["menu"] == list(MENU)
    assert WindowStyle(menu=("rating",)).as_seen()["menu"] == ["rating"]


@pytest.mark.parametrize("colour", ["#0b7285", "#ffffff", "#000000", "#f5b301", "#777777", "#767676", "#00ff00", "#ff0000"])
def test_what_stands_on_the_colour_can_be_read(colour):
    assert contrast(colour, text_on(colour)) >= READABLE


def test_white_is_left_only_when_it_cannot_be_read(cast):
    assert text_on("#767676") == WHITE
    assert text_on("#777777") == BLACK
    assert WindowStyle(accent="#f5b301").as_seen()["on_accent"] == BLACK
    assert Launcher(accent="#0b7285").as_seen()["on_accent"] == WHITE


def test_while_it_is_being_set_what_is_wrong_is_not_shown(cast, kept):
    window = WindowStyle(
        heading="Hats",
        skin="neon",
        accent="red",
        links=(Link("bad", "javascript:alert(1)"), Link("good", "https://a.example")),
        ads=Ads(seconds=0, lines=(Line("bad", "x"), Line("good"))),
        contacts=(Contact("qq", "1"), Contact("qq", "10001")),
        forum=Link("Forum", "javascript:alert(1)"),
        logo=Logo("https://evil.example/x.png"),
        picture=SidePicture(kept, "javascript:alert(1)"),
    )

    shown = window.presentable()

    shown.check()
    assert (shown.heading, shown.skin, shown.accent) == ("Hats", "plain", "#0b7285")
    assert [link.text for link in shown.links] == ["good"]
    assert [line.text for line in shown.ads.lines] == ["good"]
    assert [contact.number for contact in shown.contacts] == ["10001"]
    assert (shown.forum, shown.logo, shown.picture) == (Link(), Logo(), SidePicture())


def test_neither_is_it_of_an_icon(cast):
    launcher = Launcher(kind="x", offset=Offset(900, 1), accent="url(x)", pictures=Pictures("https://evil.example"), text="Ask")

    assert launcher.presentable() == Launcher(text="Ask")


def test_visitors_get_exactly_what_the_contract_says(cast):
    seen = dress_of(cast.site)

    assert seen.keys() == {"number", "launcher", "window", "texts", "form"}
    assert seen["launcher"].keys() == {
        "kind", "place", "side", "at", "offset", "on", "accent", "on_accent", "template", "pictures", "text", "hides_offline",
    }  # fmt: skip
    assert seen["window"].keys() == {
        "title", "skin", "accent", "on_accent", "scheme", "emoticons", "menu", "welcome", "introduction_html", "picture", "links", "ads",
        "forum", "payment", "warning", "contacts", "logo",
    }  # fmt: skip


def test_a_draft_stands_in_for_what_is_kept(cast):
    assert dress_of(cast.site, WindowStyle(heading="Draft"))["window"]["title"] == "Draft"
    assert dress_of(cast.site)["window"]["title"] == ""


def test_an_icon_without_a_colour_has_the_windows(cast):
    with transaction():
        Style(cast.site).save(WindowStyle(accent="#f5b301"), cast.olga)

    assert dress_of(cast.site)["launcher"]["accent"] == launcher_in_force(cast.site).accent == "#f5b301"
    assert dress_of(cast.site)["launcher"]["on_accent"] == BLACK
    assert dress_of(cast.site, Launcher(accent="#0b7285"))["launcher"]["accent"] == "#0b7285"
    assert dress_of(cast.site, WindowStyle(accent="#b91c1c"))["launcher"]["accent"] == "#b91c1c"


def test_there_is_room_for_so_many(cast):
    WindowStyle(ads=Ads(lines=(Line("a"),) * AT_MOST["ads"])).check()

    assert faults_of(WindowStyle(ads=Ads(lines=(Line("a"),) * (AT_MOST["ads"] + 1)))) == {"ads": "At most 20 of these fit."}

"""What lures visitors is noted when it is saved, wherever in a style it stands; what means well is not."""

import pytest

from chat.styles.prompts import Prompts
from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.db import transaction
from tenants.abuse.signals import signals_of


@pytest.fixture
def save(cast):
    """`save(Prompts(greeting="…"))` by Olga; gives what was noted: (kind, place, how often)."""

    def save(part) -> list[tuple[str, str, int]]:
        with transaction():
            Style(cast.site).save(part, cast.olga)
        return sorted((one.kind, one.evidence["place"], one.count) for one in signals_of(cast.acme.id, only_live=False))

    return save


@pytest.mark.parametrize(
    ("part", "kind", "place"),
    [
        (Prompts(greeting="PayPal security team: verify your account"), "brand", "prompts.greeting"),
        (Prompts(after_connect="请提供您的银行卡号和密码"), "secrets", "prompts.after_connect"),
        (WindowStyle(introduction="<p>請輸入您的信用卡號與驗證碼</p>"), "secrets", "window.introduction"),
        (WindowStyle(warning="https://bit.ly/3abc"), "deceptive_link", "window.warning"),
    ],
)
def test_a_text_that_lures_is_noted_with_where_it_stands(save, part, kind, place):
    assert save(part) == [(kind, place, 1)]


@pytest.mark.parametrize(
    "part",
    [
        Prompts(greeting="Hello, how can I help?", closing="我们绝不会索取您的密码"),
        WindowStyle(introduction="<p>我們接受 PayPal 與信用卡</p>", warning="https://somewhere.example"),
    ],
)
def test_a_text_that_means_well_is_not(save, part):
    assert save(part) == []


def test_links_elsewhere_are_noted_once_the_company_has_said_where_it_is_at_home(cast, save):
    with transaction():
        cast.site.allowed_domains = ["https://hats.example"]

    assert save(WindowStyle(warning="https://shop.hats.example http://localhost:8000/x")) == []
    assert save(WindowStyle(warning="https://a.example https://b.example")) == [("foreign_link", "window.warning", 1)]


def test_the_same_text_saved_again_stays_dismissed_and_another_is_new(cast, save):
    save(Prompts(greeting="Please send us your password"))
    with transaction():
        signals_of(cast.acme.id)[0].settle("dismissed", "otto@laike.example", "A joke, they say.")

    save(Prompts(greeting="Please send us your password", busy="Wait"))
    assert signals_of(cast.acme.id) == []

    save(Prompts(greeting="Please send us your card number"))
    assert len(signals_of(cast.acme.id)) == 1

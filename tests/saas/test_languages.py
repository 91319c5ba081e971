import pytest

from saas.languages import named


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ("en-GB", "en"), ("zh", "zh_Hans"), ("zh-CN", "zh_Hans"), ("zh-TW", "zh_Hant"), ("zh-HK", "zh_Hant"),
        ("zh-Hant-TW", "zh_Hant"), ("de", None),
    ],
)  # fmt: skip
def test_what_browsers_send(tag, ours):
    assert named(tag) == ours


@pytest.mark.parametrize(
    ("accepts", "shown"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("zh-TW", "zh-Hant"), ("de,en;q=0.5", "en"), ("de", "en")]
)
def test_a_page_speaks_the_browsers_language(client, accepts, shown):
    assert f'<html lang="{shown}"' in client.get("/sign-in", headers={"Accept-Language": accepts}).text


def test_the_address_may_ask_for_another(client):
    assert '<html lang="zh-Hant"' in client.get("/sign-in?lang=zh_Hant").text


def test_what_we_do_not_speak_is_ignored(client):
    assert '<html lang="en"' in client.get("/sign-in?lang=../../etc").text

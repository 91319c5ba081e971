"""A text that lures is found in three languages; one that means well is not."""

import pytest

from tenants.abuse.lures import lure_in_name, lures_in, skeleton

OWN = {"hats.example"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("brand", "PayPal Security Center: your account has been limited"),
        ("brand", "支付宝安全中心：您的账户已被冻结，请处理"),
        ("brand", "國泰世華銀行通知：您的帳戶異常，請立即處理"),
        ("brand", "Welcome to P\u0430yp\u0430l"),
        ("brand", "Welcome to paypa1"),
        ("brand", "Ｐ\u200bａｙＰａｌ customer service"),
        ("brand", "<p>Pay<b>Pal</b> support team: verify your account</p>"),
        ("secrets", "Please send us your card number and PIN."),
        ("secrets", "Do not worry, just enter your password"),
        ("secrets", "请提供您的银行卡号和验证码"),
        ("secrets", "請輸入您的信用卡號與安全碼以辦理退款"),
        ("deceptive_link", "Log in at https://paypal.secure-login.example/x"),
        ("deceptive_link", "https://xn--pypal-4ve.com/ 请点击"),
        ("deceptive_link", "點這裡 http://203.0.113.7/login"),
        ("deceptive_link", "https://bit.ly/3abc"),
        ("deceptive_link", "https://hats.example@evil.example/"),
        ("foreign_link", '<a href="https://somewhere.example/hats">our hats</a>'),
    ],
)
def test_finds(kind, text):
    assert [lure.kind for lure in lures_in(text, OWN)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Hi, how can I help you today?",
        "您好，请问有什么可以帮您？",
        "您好，歡迎光臨，請問需要什麼協助？",
        "We accept PayPal, Alipay and Visa.",
        "支持支付宝和微信支付付款",
        "可用 LINE Pay、國泰世華信用卡付款",
        "We will never ask you to send your password.",
        "我们绝不会要求您提供密码或验证码",
        "我們不會向您索取信用卡號，請勿提供驗證碼",
        "Please give us your order number.",
        "请提供您的订单号",
        "請提供訂單編號與電話",
        "See https://shop.hats.example/new and https://www.instagram.com/hats",
        "Model X4s in 1080p, since 2024",
    ],
)
def test_leaves_in_peace(text):
    assert lures_in(text, OWN) == []


def test_a_link_is_foreign_only_to_who_has_said_where_he_is_at_home():
    assert lures_in("https://somewhere.example/hats") == []


@pytest.mark.parametrize(
    "name",
    ["PayPal Support", "PayPalHelp", "支付宝客服", "台新銀行客服中心", "P\u0430ypal", "PayPaI Refunds", "招商银行信用卡中心"],
)
def test_a_name_that_is_somebody_elses(name):
    assert lure_in_name(name).kind == "brand"


@pytest.mark.parametrize(
    "name", ["Acme Hats", "River Bank Hotel", "Amazonia Travel", "蓝海贸易有限公司", "藍海貿易有限公司", "Apple Orchard"]
)
def test_a_name_of_ones_own(name):
    assert lure_in_name(name) is None


def test_the_brand_itself_may_bear_its_name():
    assert lure_in_name("PayPal", ["mail.paypal.com"]) is None


def test_hostile_texts_take_no_longer_than_others():
    for text in ("<a" * 10_000, "please enter something " * 1_000, "请" * 20_000, "https://" * 3_000, "a." * 10_000):
        assert lures_in(text, OWN) is not None
    assert skeleton("\u202e\u200b") == ""

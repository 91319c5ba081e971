import pytest

from saas.config import ConfigError, read

GOOD = {
    "SECRET_KEY": "x7" * 20,
    "TENANT_DATABASE_URL": "postgresql://app@localhost/laike",
    "PLATFORM_DATABASE_URL": "postgresql://platform@localhost/laike",
    "REDIS_URL": "redis://localhost",
    "MAIL_URL": "catcher:",
}


def test_reads_typed_values():
    config = read(GOOD | {"MAX_UPLOAD_MB": "5", "PUBLIC_URL": "https://chat.example.com/"})

    assert config["MAX_UPLOAD_MB"] == 5
    assert config["PUBLIC_URL"] == "https://chat.example.com"
    assert config["LIVE_URL"] == "https://chat.example.com"
    assert config["SECOND_APPROVER_FROM"] == {"CNY": 1000_00, "USD": 150_00}


def test_reads_limits_for_each_currency_and_an_old_plain_one():
    limits = {
        text: read(GOOD | {"SECOND_APPROVER_FROM": text})["SECOND_APPROVER_FROM"] for text in ("CNY:2000, USD:9.5", "5000")
    }

    assert limits == {"CNY:2000, USD:9.5": {"CNY": 2000_00, "USD": 9_50}, "5000": {"CNY": 5000, "USD": 5000}}


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ({"MAX_UPLOAD_MB": "ten"}, "MAX_UPLOAD_MB=ten: expected a whole number"),
        ({"SECOND_APPROVER_FROM": "CNY:2000"}, "SECOND_APPROVER_FROM=CNY:2000: USD is missing"),
        ({"SECOND_APPROVER_FROM": "CNY:1,USD:ten"}, "expected an amount for each currency, such as CNY:2000,USD:300"),
        ({"LIVE_FAST": "maybe"}, "LIVE_FAST=maybe: expected yes or no"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: expected at least 32 random characters"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"PUBLIC_URL": "chat.example.com"}, "PUBLIC_URL=chat.example.com: expected an origin"),
        ({"STRIPE_API_KEY": "pk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "STRIPE_API_KEY: expected a secret"),
        ({"STRIPE_API_KEY": "sk_test_x"}, "set both or none"),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_x"}, "set both or none"),
        ({"STRIPE_API_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "we_x"}, "expected the endpoint's signing secret"),
        ({"STRIPE_API_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x", "DEMO": "yes"}, "live key and DEMO=yes"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8003"}, "STRIPE_API_BASE is for development"),
        ({"STRIPE_API_BASE": "127.0.0.1", "DEMO": "yes"}, "STRIPE_API_BASE=127.0.0.1: expected an origin"),
        ({"TENANT_DATABASE_URL": "mysql://x"}, "TENANT_DATABASE_URL: expected a postgresql:// address"),
    ],
)
def test_refuses_odd_settings_with_a_sentence(odd, sentence):
    with pytest.raises(ConfigError, match=sentence):
        read(GOOD | odd)


def test_without_a_key_payments_are_off():
    config = read(GOOD)

    assert (config["STRIPE_API_KEY"], config["STRIPE_WEBHOOK_SECRETS"], config["STRIPE_API_BASE"]) == ("", [], "")


@pytest.mark.parametrize(("key", "is_live"), [("sk_live_x", True), ("rk_live_x", True), ("sk_test_x", False)])
def test_knows_a_live_key_and_keeps_the_secret_before(key, is_live):
    secrets = {"STRIPE_WEBHOOK_SECRET": "whsec_new", "STRIPE_WEBHOOK_SECRET_PREVIOUS": "whsec_old"}
    config = read(GOOD | secrets | {"STRIPE_API_KEY": key})

    assert config["STRIPE_LIVE"] is is_live
    assert config["STRIPE_WEBHOOK_SECRETS"] == ["whsec_new", "whsec_old"]


def test_never_shows_a_secret():
    with pytest.raises(ConfigError) as refusal:
        read(GOOD | {"SECRET_KEY": "hunter2"})

    assert "hunter2" not in str(refusal.value)


def test_mails_come_in_under_an_address_with_a_secret_or_not_at_all():
    smtp = GOOD | {"MAIL_URL": "smtp://mail.example:25"}
    secret = "x7" * 20

    assert read(smtp)["REPLY_ADDRESS"] == ""
    assert read(smtp | {"REPLY_ADDRESS": "reply@in.example", "INCOMING_MAIL_SECRET": secret})["REPLY_ADDRESS"]
    assert read(GOOD | {"MAIL_URL": "catcher:"})["REPLY_ADDRESS"] == "reply@localhost"


@pytest.mark.parametrize(
    "odd",
    [
        {"REPLY_ADDRESS": "reply@in.example"},
        {"REPLY_ADDRESS": "reply", "INCOMING_MAIL_SECRET": "x7" * 20},
        {"REPLY_ADDRESS": "a+b@in.example", "INCOMING_MAIL_SECRET": "x7" * 20},
        {"REPLY_ADDRESS": "reply@in.example", "INCOMING_MAIL_SECRET": "short"},
    ],
)
def test_odd_settings_for_mails_that_come_in_are_refused(odd):
    with pytest.raises(ConfigError, match="REPLY_ADDRESS|INCOMING_MAIL_SECRET"):
        read(GOOD | {"MAIL_URL": "smtp://mail.example:25"} | odd)

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


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ({"MAX_UPLOAD_MB": "ten"}, "MAX_UPLOAD_MB=ten: expected a whole number"),
        ({"LIVE_FAST": "maybe"}, "LIVE_FAST=maybe: expected yes or no"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: expected at least 32 random characters"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"PUBLIC_URL": "chat.example.com"}, "PUBLIC_URL=chat.example.com: expected an origin"),
        ({"TENANT_DATABASE_URL": "mysql://x"}, "TENANT_DATABASE_URL: expected a postgresql:// address"),
    ],
)
def test_refuses_odd_settings_with_a_sentence(odd, sentence):
    with pytest.raises(ConfigError, match=sentence):
        read(GOOD | odd)


def test_never_shows_a_secret():
    with pytest.raises(ConfigError) as refusal:
        read(GOOD | {"SECRET_KEY": "hunter2"})

    assert "hunter2" not in str(refusal.value)

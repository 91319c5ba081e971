"""Everything that differs between places, read once from the environment, typed, and refused at start if odd."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from billing.money import CURRENCIES, EXPONENTS, typed_amount
from core.networks import Network

UNSAFE_SECRETS = {"secret", "changeme", "development"}


class ConfigError(SystemExit):
    """A setting that cannot be worked with; says which, and what was expected."""


def read(environment: Mapping[str, str] = os.environ) -> dict:
    """Flask's configuration from the environment.  Raises ConfigError naming the odd setting."""
    setting = Reader(environment)
    public_url = setting.url("PUBLIC_URL", "http://localhost:8000")
    return {
        "SECRET_KEY": setting.secret("SECRET_KEY"),
        "SECRET_KEY_FALLBACKS": setting.words("SECRET_KEY_FALLBACKS"),
        "SQLALCHEMY_DATABASE_URI": setting.database("TENANT_DATABASE_URL"),
        "PLATFORM_DATABASE_URL": setting.database("PLATFORM_DATABASE_URL"),
        "DATABASE_URL": environment.get("DATABASE_URL", ""),
        "OTHER_TENANT_DATABASE_URLS": setting.databases("OTHER_TENANT_DATABASE_URLS"),
        "OTHER_DATABASE_URLS": setting.databases("OTHER_DATABASE_URLS"),
        "REDIS_URL": setting.text("REDIS_URL"),
        "PUBLIC_URL": public_url,
        "LIVE_URL": setting.url("LIVE_URL", public_url),
        "FILES_DIR": str(Path(setting.text("FILES_DIR", "var/files")).absolute()),
        "PLACES_FILE": setting.files("PLACES_FILE"),
        "BREACHED_PASSWORDS_FILES": setting.files("BREACHED_PASSWORDS_FILES"),
        "MAIL_URL": setting.text("MAIL_URL"),
        "SMS_URL": environment.get("SMS_URL", ""),
        "MAIL_FROM": setting.text("MAIL_FROM", "Laike <no-reply@localhost>"),
        **operators_portal(setting, public_url),
        **incoming_mail(setting),
        "SELLER_NAME": setting.text("SELLER_NAME", "Laike"),
        "SELLER_ADDRESS": environment.get("SELLER_ADDRESS", "").replace("\\n", "\n"),
        "SELLER_TAX_ID": environment.get("SELLER_TAX_ID", ""),
        "SECOND_APPROVER_FROM": setting.amounts("SECOND_APPROVER_FROM", "CNY:1000,USD:150"),
        **payments(setting),
        "EGRESS_TO_ANYWHERE": setting.yes("EGRESS_TO_ANYWHERE", setting.yes("DEMO", False)),
        "IDENTITY_PROVIDERS": setting.providers("IDENTITY_PROVIDERS"),
        "MAX_UPLOAD_MB": setting.number("MAX_UPLOAD_MB", 2),
        "TRUSTED_PROXIES": setting.number("TRUSTED_PROXIES", 0),
        "READY_SCHEMAS": setting.number("READY_SCHEMAS", 20),
        "LIVE_FAST": setting.yes("LIVE_FAST", True),
        "DEMO": setting.yes("DEMO", False),
        "DEMO_SITE_URL": setting.url("DEMO_SITE_URL", "http://127.0.0.1:8002"),
        "LOG_LEVEL": setting.text("LOG_LEVEL", "INFO"),
        "METRICS_TOKEN": setting.token("METRICS_TOKEN"),
        "VERSION": environment.get("LAIKE_VERSION", "") or checked_out(),
    }


def operators_portal(setting: "Reader", public_url: str) -> dict:
    """Where the operators' portal is, and from which networks; in development from anywhere, else from this machine alone."""
    url = setting.url("OPERATOR_URL", public_url)
    if urlsplit(url).scheme != urlsplit(public_url).scheme:
        raise ConfigError(f"OPERATOR_URL={url}: expected {urlsplit(public_url).scheme}: like PUBLIC_URL")
    usual = ["0.0.0.0/0", "::/0"] if setting.yes("DEMO", False) else ["127.0.0.0/8", "::1"]
    hosts = [urlsplit(public_url).hostname, urlsplit(url).hostname, *setting.words("TRUSTED_HOSTS")]
    return {
        "OPERATOR_URL": url,
        "OPERATOR_NETWORKS": setting.networks("OPERATOR_NETWORKS", usual),
        "TRUSTED_HOSTS": list(dict.fromkeys(hosts)),
    }


def incoming_mail(setting: "Reader") -> dict:
    """Under which address answers to our mails come in, and how the mail server signs them; without it, none do."""
    is_caught = setting.environment.get("MAIL_URL", "").startswith("catcher:")
    address = setting.environment.get("REPLY_ADDRESS", "reply@localhost" if is_caught else "")
    secret = setting.environment.get("INCOMING_MAIL_SECRET", "")
    if address and (address.count("@") != 1 or "+" in address or len(address) > 150):
        raise ConfigError(f"REPLY_ADDRESS={address}: expected an address such as reply@mail.example.com")
    if address and not secret and not is_caught:
        raise ConfigError("REPLY_ADDRESS is set and INCOMING_MAIL_SECRET is not: answers would get lost.")
    if secret and len(secret) < 32:
        raise ConfigError("INCOMING_MAIL_SECRET: expected at least 32 random characters, as from `openssl rand -hex 32`")
    return {"REPLY_ADDRESS": address, "INCOMING_MAIL_SECRET": secret}


def payments(setting: "Reader") -> dict:
    """How companies pay online; without a key they cannot, and pages say so.

    A live key never meets the demo company, and another address than Stripe's only a test key in development.
    """
    key, secret = setting.environment.get("STRIPE_API_KEY", ""), setting.environment.get("STRIPE_WEBHOOK_SECRET", "")
    base = setting.url("STRIPE_API_BASE", "https://api.stripe.com") if setting.environment.get("STRIPE_API_BASE") else ""
    is_live, is_development = key.startswith(("sk_live_", "rk_live_")), setting.yes("DEMO", False)
    if key and not is_live and not key.startswith(("sk_test_", "rk_test_")):
        raise ConfigError("STRIPE_API_KEY: expected a secret or restricted key, sk_live_… or sk_test_…")
    if bool(key) != bool(secret):
        raise ConfigError("STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET: set both or none. Without webhooks payments get lost.")
    if secret and not secret.startswith("whsec_"):
        raise ConfigError("STRIPE_WEBHOOK_SECRET: expected the endpoint's signing secret, whsec_…")
    if is_live and is_development:
        raise ConfigError("STRIPE_API_KEY is a live key and DEMO=yes: the demo company must not take real money.")
    if base and not is_development:
        raise ConfigError("STRIPE_API_BASE is for development (DEMO=yes) only: elsewhere we speak to Stripe itself.")
    return {
        "STRIPE_API_KEY": key,
        "STRIPE_LIVE": is_live,
        "STRIPE_API_BASE": base,
        # The one before still counts while it is being replaced.
        "STRIPE_WEBHOOK_SECRETS": [one for one in (secret, *setting.words("STRIPE_WEBHOOK_SECRET_PREVIOUS")) if one],
    }


def checked_out() -> str:
    """The commit this program was checked out at, shortened; "" where nobody knows."""
    folder = Path(__file__).resolve().parent.parent / ".git"
    try:
        head = (folder / "HEAD").read_text().strip()
        branch = head.removeprefix("ref: ")
        commit = (folder / branch).read_text() if branch != head else head
    except OSError:
        return ""
    return commit[:10]


class Reader:
    """Reads one setting at a time, as the kind of value it must be."""

    def __init__(self, environment: Mapping[str, str]):
        self.environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environment.get(name, default)
        if not value:
            raise ConfigError(f"{name} is not set. docs/operations.md says what it is; `make run` sets it for you.")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.environment.get(name, str(default))
        if not value.isdecimal():
            raise ConfigError(f"{name}={value}: expected a whole number")
        return int(value)

    def amounts(self, name: str, default: str) -> dict[str, int]:
        """Minor units in each currency we sell in, written in whole ones: `CNY:2000,USD:300`.

        One number alone is of minor units, and for every currency, as this setting once was.
        """
        value = self.text(name, default)
        if value.isdecimal():
            return dict.fromkeys(CURRENCIES, int(value))
        pairs = [pair.strip().partition(":") for pair in value.split(",")]
        found = {currency: typed_amount(amount, currency) for currency, _colon, amount in pairs if currency in EXPONENTS}
        if len(found) < len(pairs) or None in found.values():
            raise ConfigError(f"{name}={value}: expected an amount for each currency, such as CNY:2000,USD:300")
        if missing := [currency for currency in CURRENCIES if currency not in found]:
            raise ConfigError(f"{name}={value}: {', '.join(missing)} is missing, in which companies pay too")
        return found

    def yes(self, name: str, default: bool) -> bool:
        value = self.environment.get(name, "yes" if default else "no").lower()
        if value not in ("yes", "no"):
            raise ConfigError(f"{name}={value}: expected yes or no")
        return value == "yes"

    def token(self, name: str) -> str:
        """One that machines show, or none."""
        value = self.environment.get(name, "")
        if value and len(value) < 20:
            raise ConfigError(f"{name}: expected at least 20 random characters, for example from `openssl rand -hex 32`")
        return value

    def words(self, name: str) -> list[str]:
        return self.environment.get(name, "").split()

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise ConfigError(f"{name}={value}: expected an origin such as https://chat.example.com")
        return value

    def networks(self, name: str, default: list[str]) -> list[Network]:
        """Addresses and CIDR blocks, separated by spaces."""
        try:
            return [ip_network(word, strict=False) for word in self.words(name) or default]
        except ValueError as error:
            raise ConfigError(f"{name}: expected networks such as 203.0.113.0/24 2001:db8::/48; {error}") from None

    def files(self, name: str) -> list[str]:
        """Files that are there, separated by commas, or none."""
        paths = [path.strip() for path in self.environment.get(name, "").split(",") if path.strip()]
        for path in paths:
            if not Path(path).is_file():
                raise ConfigError(f"{name}={path}: there is no such file")
        return paths

    def providers(self, name: str) -> dict[str, dict[str, str]]:
        """Identity providers of the platform, separated by spaces: `Google|https://accounts.google.com|client-id|secret`."""
        found = {}
        for text in self.words(name):
            parts = text.split("|")
            if (
                len(parts) != 4
                or not all(parts)
                or not parts[1].startswith(("https://", "http://localhost", "http://127.0.0.1"))
            ):
                raise ConfigError(f"{name}: expected Name|https://issuer|client-id|secret, separated by spaces")
            title, issuer, client_id, secret = parts
            found[title.lower()] = {"title": title, "issuer": issuer, "client_id": client_id, "client_secret": secret}
        return found

    def database(self, name: str) -> str:
        value = self.text(name)
        if not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ConfigError(f"{name}: expected a postgresql:// address")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    def databases(self, name: str) -> dict[str, str]:
        """Further databases, separated by spaces: `north=postgresql://…`."""
        found = {}
        for text in self.words(name):
            database, equals, url = text.partition("=")
            if not equals or database == "main" or not database.isalnum() or not url.startswith("postgresql"):
                raise ConfigError(f"{name}: expected name=postgresql://… for each, separated by spaces; the first one is main")
            found[database] = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return found

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < 32 or value.lower() in UNSAFE_SECRETS:
            raise ConfigError(f"{name}: expected at least 32 random characters, for example from `openssl rand -hex 32`")
        return value

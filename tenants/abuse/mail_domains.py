"""What a mail address tells about who has it: the domain, the person behind its aliases, and whether it is thrown away."""

from disposable_email_domains import blocklist

from core.text import tidy_email

# Here a domain says nothing about a company.
FREE_MAIL = frozenset(
    [
        "126.com",
        "139.com",
        "163.com",
        "aliyun.com",
        "aol.com",
        "foxmail.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "sina.cn",
        "sina.com",
        "sohu.com",
        "vip.qq.com",
        "web.de",
        "yahoo.co.jp",
        "yahoo.com",
        "yahoo.com.hk",
        "yahoo.com.tw",
        "yandex.ru",
        "yeah.net",
        "zoho.com",
    ]
)
_DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def domain_of(email: str) -> str:
    return tidy_email(email).rpartition("@")[2]


def own_domain_of(email: str) -> str:
    """The domain of somebody's company; "" for that of a provider of free mail, which is everybody's."""
    domain = domain_of(email)
    return "" if domain in FREE_MAIL else domain


def is_disposable(domain: str) -> bool:
    """Whether anybody can read what comes to this domain, or to one above it: made for an address that lasts ten minutes."""
    parts = domain.split(".")
    return any(".".join(parts[at:]) in blocklist for at in range(len(parts) - 1))


def normal_email(email: str) -> str:
    """One address for all its aliases: no "+…", and for Gmail no dots."""
    name, _at, domain = tidy_email(email).rpartition("@")
    name = name.partition("+")[0]
    if domain in _DOTS_MEAN_NOTHING:
        name, domain = name.replace(".", ""), _DOTS_MEAN_NOTHING[domain]
    return f"{name}@{domain}" if name else ""

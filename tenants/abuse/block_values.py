"""What can stand in the block list, as operators write it, and what they are warned of before it counts."""

import ipaddress
import re
from collections.abc import Callable
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.errors import Invalid
from core.networks import Network, address_of, is_within
from core.text import is_email, tidy
from tenants.abuse.mail_domains import FREE_MAIL, normal_email

# A wider network than these is a part of the world, and nobody means it.
WIDEST = {4: 8, 6: 16}
# From here on it may well be a whole provider.
WIDE = {4: 16, 6: 32}
# A country's code and a digit more: shorter ranges are whole countries.
SHORT_PREFIX = 5
# Where proxies and containers live.
_INSIDE = [
    ipaddress.ip_network(each)
    for each in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]
_DOMAIN = re.compile(r"(?:[^\s.@/\\<>\"',:;]{1,63}\.)+[^\s.@/\\<>\"',:;]{2,63}\Z")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}\Z")


def _network(typed: str) -> str:
    try:
        network = _plain(ipaddress.ip_network(typed, strict=False))
    except ValueError:
        raise Invalid(value=_("“%(line)s” is no network. Write it like 203.0.113.0/24 or 2001:db8::/48.", line=typed)) from None
    if network.prefixlen < WIDEST[network.version]:
        widest = WIDEST[network.version]
        raise Invalid(value=_("This would shut out a part of the world. Use /%(widest)s or narrower.", widest=widest))
    return str(network)


def _plain(network: Network) -> Network:
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.ip_network((mapped, network.prefixlen - 96), strict=False)


def _mail_domain(typed: str) -> str:
    domain = typed.casefold().removeprefix("*.").lstrip("@").strip(".")
    if not _DOMAIN.match(domain):
        raise Invalid(value=_("Enter a mail domain like example.com."))
    return domain


def _mail_address(typed: str) -> str:
    if not is_email(typed):
        raise Invalid(value=_("Enter an e-mail address like name@example.com."))
    return normal_email(typed)


def _sms_prefix(typed: str) -> str:
    prefix = re.sub(r"[\s().-]", "", typed)
    if not _PREFIX.match(prefix):
        raise Invalid(value=_("Enter the beginning of a number with its country code, like +86138."))
    return prefix


class BlockKind(NamedTuple):
    """One kind of block: how it is called and read, and what it keeps from."""

    title: str
    read: Callable[[str], str]
    example: str
    keeps_from: str


KINDS = {
    "network": BlockKind(_l("Network"), _network, "203.0.113.0/24", ""),
    "mail_domain": BlockKind(_l("Mail domain"), _mail_domain, "example.com", _l("Signing up")),
    "mail_address": BlockKind(_l("Mail address"), _mail_address, "name@example.com", _l("Signing up")),
    "sms_prefix": BlockKind(_l("Range of numbers"), _sms_prefix, "+86138", _l("SMS")),
}


def read_value(kind: str, typed: str) -> str:
    """As it stands in the list.  Raises Invalid(value=…)."""
    return KINDS[kind].read(tidy(typed, 254))


def warnings(kind: str, value: str, own_ip: str) -> list[str]:
    """What an operator at `own_ip` should know before he blocks this.  He has to say that he means it."""
    if kind == "network":
        return _network_warnings(ipaddress.ip_network(value), own_ip)
    if kind == "mail_domain" and value in FREE_MAIL:
        return [_("Everybody can have an address at %(domain)s: this shuts out many who mean well.", domain=value)]
    if kind == "sms_prefix" and len(value) < SHORT_PREFIX:
        return [_("This may be a whole country: nobody there gets SMS any more.")]
    return []


def _network_warnings(network: Network, own_ip: str) -> list[str]:
    found = []
    if is_within(own_ip, [network]):
        found.append(_("You are in this network yourself: your own address is %(ip)s.", ip=address_of(own_ip)))
    if network.prefixlen < WIDE[network.version]:
        found.append(_("This is a whole provider's network, of %(count)s addresses.", count=f"{network.num_addresses:,}"))
    if any(network.overlaps(inside) for inside in _INSIDE if inside.version == network.version):
        found.append(_("This is a private network. Behind a proxy that is set up wrongly everybody seems to come from it."))
    return found

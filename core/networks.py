"""Addresses and the networks they are in."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_within(ip: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks.  What is no address is in none."""
    address = address_of(ip)
    return address is not None and any(address in network for network in networks if network.version == address.version)


def address_of(ip: str) -> Address | None:
    """What a connection tells as its address; None for what is none.  A dual-stack socket tells IPv4 as ::ffff:203.0.113.7."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

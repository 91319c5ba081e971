"""Addresses and the networks they are in."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# All of IPv6 that was ever given out to servers (RFC 4291, 2.4); how NAT64 writes IPv4 (RFC 6052, 2.1).
_UNICAST, _NAT64 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96")


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


def is_public(ip: str) -> bool:
    """Whether an address is one server on the open internet.  IPv6 that only wraps an IPv4 address is judged by that one."""
    address = address_of(ip)
    if isinstance(address, ipaddress.IPv6Address):
        address = _wrapped_in(address) or address
    is_assigned = address is not None and (address.version == 4 or address in _UNICAST)
    return is_assigned and address.is_global and not address.is_multicast


def _wrapped_in(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Through NAT64 and 6to4 gateways an IPv4 address is reached, be it a private one."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address.sixtofour

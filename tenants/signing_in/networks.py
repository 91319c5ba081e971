"""From which networks the company's people may work (G-15, J-16): IPv4 and IPv6, single addresses and CIDR blocks.

The list is asked at sign-in, on every page and at every socket.  Whoever would lock himself out with it has to confirm it
by mail: then he can still get in from where his mailbox is read, or knew what he did.
"""

import ipaddress
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.db import db, lock
from core.errors import Invalid, Refusal
from core.networks import Network, is_within
from core.text import tidy
from tenants.companies.settings import Settings
from tenants.signing_in.sessions import Session

AT_MOST = 200


class NetworkNotAllowed(Refusal):
    code = "network_not_allowed"
    message = _l(
        "Your company lets its people in from certain networks only, and {ip} is in none of them. Ask an administrator."
    )
    status = 403


@dataclass(frozen=True)
class AllowedNetwork:
    """One line of the list."""

    network: Network
    note: str = ""

    @classmethod
    def parse(cls, line: str) -> "AllowedNetwork":
        """“203.0.113.0/24 Office”.  Raises ValueError."""
        address, _blank, note = line.strip().partition(" ")
        return cls(ipaddress.ip_network(address, strict=False), tidy(note, 80))

    def __str__(self) -> str:
        return f"{self.network} {self.note}".strip()


class AllowList:
    """The company's list.  An empty one lets in from anywhere."""

    def __init__(self, networks: list[AllowedNetwork]):
        self.networks = networks

    @classmethod
    def current(cls) -> "AllowList":
        return cls._stored(Settings.current().allowed_networks)

    @classmethod
    def proposed(cls) -> "AllowList | None":
        """The one that waits for a confirmation by mail."""
        stored = Settings.current().proposed_networks
        return None if stored is None else cls._stored(stored)

    @classmethod
    def typed(cls, lines: list[str]) -> "AllowList":
        """As somebody wrote it, a network in each line.  Raises Invalid(networks=…)."""
        networks = []
        for line in lines:
            try:
                networks.append(AllowedNetwork.parse(line))
            except ValueError:
                raise Invalid(
                    networks=_("“%(line)s” is no network. Write it like 203.0.113.0/24 or 2001:db8::/48.", line=line)
                ) from None
        if len(networks) > AT_MOST:
            raise Invalid(networks=_("Use at most %(count)s networks.", count=AT_MOST))
        return cls(networks)

    def __str__(self) -> str:
        return "\n".join(map(str, self.networks))

    def lets_in(self, ip: str) -> bool:
        """Fails closed for what is no address."""
        return not self.networks or is_within(ip, (allowed.network for allowed in self.networks))

    def check(self, ip: str) -> None:
        """Raises NetworkNotAllowed."""
        if not self.lets_in(ip):
            raise NetworkNotAllowed(ip=ip)

    def put_in_force(self, but: Session | None = None) -> None:
        """From now on it counts.  Sessions from elsewhere end, and their sockets with them; not that of who is asking now."""
        settings = Settings.current()
        settings.allowed_networks, settings.proposed_networks = self._plain, None
        for session in Session.all_open():
            if session is not but and not self.lets_in(session.ip):
                session.end()

    def propose(self) -> None:
        """Keep it until somebody confirms it."""
        settings = Settings.current()
        lock(settings)
        settings.proposed_networks = self._plain
        db.session.flush()

    @property
    def _plain(self) -> list[list[str]]:
        return [[str(allowed.network), allowed.note] for allowed in self.networks]

    @classmethod
    def _stored(cls, stored: list[list[str]]) -> "AllowList":
        return cls([AllowedNetwork(ipaddress.ip_network(network), note) for network, note in stored])

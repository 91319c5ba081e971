"""What the platform keeps out: networks, mail domains and addresses, ranges of telephone numbers.

Operators write the list; each process holds it in memory and is told when it changes.  While the database is away the
last one that was read goes on counting.  Who is refused is told what he may do, never what exactly is on the list.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.brief import briefly
from core.clock import now
from core.db import PlatformModel, db, identity, lock, record
from core.errors import Invalid, Refusal
from core.events import dataclass_event
from core.networks import Address, address_of
from tenants.abuse.block_values import KINDS
from tenants.abuse.mail_domains import domain_of, normal_email

# What somebody is kept from.  Mail blocks keep from signing up, ranges of numbers from SMS.
COVERS = {"sign_up": _l("Signing up"), "everything": _l("Signing up, signing in and visitors' chat")}


class SignUpRefused(Refusal):
    code = "sign_up_refused"
    message = _l(
        "We cannot open an account with these details right now. Try it from another network or with your company's own "
        "mail address, or write to our support."
    )
    status = 403


class SignInRefused(Refusal):
    code = "sign_in_refused"
    message = _l("Signing in does not work from this network right now. Try another one, or write to our support.")
    status = 403


class ChatRefused(Refusal):
    code = "chat_refused"
    message = _l("This chat is not available from your network. Try another one, or reach the company in another way.")
    status = 403


class NumberRefused(Refusal):
    code = "number_refused"
    message = _l("No SMS can be sent to this number. Use another number, or e-mail.")


@dataclass_event
class BlocksChanged:
    """Nobody may go on believing what he remembers of the list."""


class Block(PlatformModel):
    """One line of the list, of a kind in KINDS, until it is lifted or its time is over."""

    __tablename__ = "block"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN {tuple(KINDS)}", name="kind"),
        sa.CheckConstraint(f"covers IN {tuple(COVERS)}", name="covers"),
        sa.Index("uq_block_standing", "kind", "value", unique=True, postgresql_where=sa.text("lifted_at IS NULL")),
    )

    id: Mapped[int] = identity()
    kind: Mapped[str]
    value: Mapped[str]
    covers: Mapped[str] = mapped_column(default="sign_up")
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(default="")

    @classmethod
    def put(
        cls, kind: str, value: str, reason: str, by: str, expires_at: datetime | None = None, covers: str = "sign_up"
    ) -> "Block":
        """Block something from now on.  `value` is as KINDS[kind] reads it.  Raises Invalid(value=…) if it is blocked already."""
        over = cls.kind == kind, cls.value == value, cls.lifted_at.is_(None), cls.expires_at <= now()
        db.session.execute(sa.update(cls).where(*over).values(lifted_at=cls.expires_at))
        values = {
            "kind": kind, "value": value, "covers": covers if kind == "network" else "sign_up", "reason": reason,
            "made_by": by, "made_at": now(), "expires_at": expires_at, "lifted_by": "",
        }  # fmt: skip
        # Of two operators with the same thought, the second is told.
        new_id = db.session.scalar(insert(cls).values(values).on_conflict_do_nothing().returning(cls.id))
        if new_id is None:
            raise Invalid(value=_l("This is blocked already."))
        record(BlocksChanged())
        return db.session.get_one(cls, new_id)

    @classmethod
    def standing(cls, kind: str = "") -> "list[Block]":
        """Those that are in force, the newest first."""
        query = sa.select(cls).where(cls.lifted_at.is_(None), sa.or_(cls.expires_at.is_(None), cls.expires_at > now()))
        return list(db.session.scalars((query.where(cls.kind == kind) if kind else query).order_by(cls.id.desc())))

    @property
    def kind_title(self) -> str:
        return str(KINDS[self.kind].title)

    @property
    def covers_title(self) -> str:
        return str(COVERS[self.covers]) if self.kind == "network" else str(KINDS[self.kind].keeps_from)

    def lift(self, by: str) -> bool:
        """Let it through again.  False when it was lifted before."""
        lock(self)
        if self.lifted_at is not None:
            return False
        self.lifted_at, self.lifted_by = now(), by
        record(BlocksChanged())
        return True


class Line(NamedTuple):
    """A block as it is held in memory."""

    id: int
    kind: str
    value: str
    covers: str
    expires_at: datetime | None

    def stands(self, door: str = "sign_up") -> bool:
        return (door == "sign_up" or self.covers == "everything") and (self.expires_at is None or self.expires_at > now())


class BlockList:
    """The whole list, for asking at every door: a few look-ups in dictionaries, however long it is."""

    def __init__(self, lines: Iterable[Line] = ()):
        self._networks: dict[int, dict[int, dict[int, Line]]] = {4: {}, 6: {}}
        self._values: dict[tuple[str, str], Line] = {}
        for line in lines:
            if line.kind == "network":
                network = ipaddress.ip_network(line.value)
                by_length = self._networks[network.version].setdefault(network.prefixlen, {})
                by_length[_first_bits(network.network_address, network.prefixlen)] = line
            else:
                self._values[line.kind, line.value] = line

    def check_sign_up(self, ip: str, email: str) -> None:
        """Raises SignUpRefused."""
        if self.network(ip, "sign_up") or self.mail(email):
            raise SignUpRefused

    def check_sign_in(self, ip: str) -> None:
        """Raises SignInRefused."""
        if self.network(ip, "sign_in"):
            raise SignInRefused

    def check_chat(self, ip: str) -> None:
        """Raises ChatRefused."""
        if self.network(ip, "chat"):
            raise ChatRefused

    def check_number(self, number: str) -> None:
        """Raises NumberRefused.  `number` is E.164."""
        if self.number(number):
            raise NumberRefused

    def network(self, ip: str, door: str) -> Line | None:
        """What keeps this address from "sign_up", "sign_in" or "chat"."""
        address = address_of(ip) if self._networks[4] or self._networks[6] else None
        if address is None:
            return None
        for length, networks in self._networks[address.version].items():
            line = networks.get(_first_bits(address, length))
            if line is not None and line.stands(door):
                return line
        return None

    def mail(self, email: str) -> Line | None:
        """What keeps this address from signing up: itself under any alias, its domain, or one above that."""
        parts = domain_of(email).split(".")
        domains = [("mail_domain", ".".join(parts[at:])) for at in range(len(parts))]
        return self._first([("mail_address", normal_email(email)), *domains])

    def number(self, number: str) -> Line | None:
        return self._first([("sms_prefix", number[:length]) for length in range(2, len(number) + 1)])

    def _first(self, values: Iterable[tuple[str, str]]) -> Line | None:
        found = (self._values.get(value) for value in values)
        return next((line for line in found if line is not None and line.stands()), None)


@briefly
def blocks() -> BlockList:
    """The list in force.  Read anew only where it is another than the one that is held."""
    standing = Block.lifted_at.is_(None)
    which = sa.select(sa.func.count(), sa.func.sum(Block.id)).where(standing)
    lines = sa.select(Block.id, Block.kind, Block.value, Block.covers, Block.expires_at).where(standing)
    # New ids are larger than all before, so no other set of lines has this count and sum.
    mark = tuple(db.session.execute(which).one())
    held = current_app.extensions.get("blocks")
    if held is None or held[0] != mark:
        held = mark, BlockList(Line(*row) for row in db.session.execute(lines))
    current_app.extensions["blocks"] = held
    return held[1]


def blocks_changed(event: BlocksChanged) -> None:
    blocks.forget()


def _first_bits(address: Address, length: int) -> int:
    return int(address) >> (address.max_prefixlen - length)

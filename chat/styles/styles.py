"""Styles: how one site greets its visitors, part by part; each save is a version one can return to (Y-01, Y-07, CF-25).

A style belongs to its site.  What it consists of are frozen dataclasses, subclasses of Part, each in the file of its
concept; a part that was never saved is as its class says.  A version holds one part, so that thousands of routing
strategies are not copied because somebody changed a greeting.
"""

from collections import OrderedDict
from datetime import datetime
from typing import ClassVar, Self, TypeVar

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.styles.sites import Site
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import NotFound, Refusal
from core.events import dataclass_event
from tenants.audit.acting import acting_operator_name
from tenants.companies.company import current_company
from tenants.people.members import Member

PARTS: "dict[str, type[Part]]" = {}
P = TypeVar("P", bound="Part")


@dataclass_event
class StyleChanged:
    """A part of a site's style was saved, or an earlier version came back.  Open pages follow."""

    company_id: int
    site_id: int
    part: str


class ChangedMeanwhile(Refusal):
    code = "style_changed_meanwhile"
    message = _l("{name} has changed this while you were at it. What you typed is still here: compare, and save again.")
    status = 409


class Part:
    """One part of a style: a frozen dataclass of plain values, every field with a default.

    `class Prompts(Part, name="prompts", title=_l("Prompts"), flag=None)`.  `flag` is the right without which the whole
    part counts as absent; a part that needs rights for single fields says so in `with_rights`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    flag: ClassVar[str | None]

    def __init_subclass__(cls, *, name: str, title: str, flag: str | None = None):
        cls.name, cls.title, cls.flag = name, title, flag
        PARTS[name] = cls

    @classmethod
    def at_first(cls) -> Self:
        """As it counts until somebody saves it: what the company had set before there were styles, or as the class says."""
        return cls()

    @classmethod
    def from_dict(cls, settings: dict) -> Self:
        """From plain values.  What this release does not know is left out, what they lack is as the class says."""
        return msgspec.convert(settings, cls)

    def as_dict(self) -> dict:
        return msgspec.to_builtins(self)

    def with_rights(self, flags: frozenset[str]) -> Self:
        """As it counts for a company with these rights: what needs another is as if it had never been set."""
        return self if self.flag is None or self.flag in flags else type(self)()

    def check(self) -> None:
        """Raises Invalid with the faulty fields.  Called before it is saved."""


class StyleVersion(TenantModel):
    """A part of a site's style as somebody saved it.  Numbers run through all parts of one site."""

    __tablename__ = "style_version"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "number"),
        sa.Index("uq_style_version_current", "site_id", "part", unique=True, postgresql_where=sa.text("is_current")),
    )

    id: Mapped[int] = identity()
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    number: Mapped[int]
    part: Mapped[str]
    settings: Mapped[dict] = mapped_column(JSONB)
    is_current: Mapped[bool] = mapped_column(default=True)
    # None: the product itself, at the beginning or when a style was copied by a program.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    # The number of the version that came back with this one.
    returned_to: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Of the platform, who saved it in the author's place during a visit.
    operator_name: Mapped[str] = mapped_column(default=acting_operator_name, server_default="")

    author: Mapped[Member | None] = relationship(lazy="joined")

    @classmethod
    def of(cls, site: Site, part: type[Part] | None = None) -> "list[StyleVersion]":
        """All versions of a style, or of one of its parts, the newest first."""
        mine = sa.select(cls).where(cls.site_id == site.id).order_by(cls.number.desc())
        return list(db.session.scalars(mine if part is None else mine.where(cls.part == part.name)))

    @classmethod
    def numbered(cls, site: Site, number: int) -> "StyleVersion":
        """Raises NotFound."""
        version = db.session.scalar(sa.select(cls).where(cls.site_id == site.id, cls.number == number))
        if version is None or version.part not in PARTS:
            raise NotFound
        return version

    @classmethod
    def last_number(cls, site: Site) -> int:
        return db.session.scalar(sa.select(sa.func.max(cls.number)).where(cls.site_id == site.id)) or 0

    @property
    def author_name(self) -> str:
        """Who saved it, in words."""
        if self.operator_name:
            return _("Platform operator %(name)s", name=self.operator_name)
        return self.author.name if self.author else "Laike"

    @property
    def value(self) -> Part:
        return self.kind.from_dict(self.settings)

    @property
    def kind(self) -> type[Part]:
        return PARTS[self.part]


class Style:
    """The style of a site.  `style[Prompts]` is a part as it was set; `style.in_force(Prompts)` as visitors meet it."""

    def __init__(self, site: Site):
        self.site = site

    def __getitem__(self, part: type[P]) -> P:
        return _known.parts_of(self.site).get(part.name) or part.at_first()

    def in_force(self, part: type[P]) -> P:
        return self[part].with_rights(current_company().entitlements.flags)

    @property
    def number(self) -> int:
        """Larger after each save; 0 while nothing was ever saved.  For whoever compares what he holds with what there is."""
        return self.site.style_version_id

    def version_of(self, part: type[Part]) -> int:
        """The number of a part's version in force, for forms to send back as `seen`; 0 while it was never saved."""
        current = sa.select(StyleVersion.number).where(StyleVersion.site_id == self.site.id, StyleVersion.part == part.name)
        return db.session.scalar(current.where(StyleVersion.is_current)) or 0

    def save(self, part: Part, by: Member | None, seen: int | None = None) -> StyleVersion | None:
        """Make a part the one in force: a new version, or None if nothing is different.

        `seen` is the part's version the author started from.  A form that is sent twice makes one version, and nobody is
        warned of himself.  Raises Invalid, ChangedMeanwhile.
        """
        part.check()
        lock(self.site)
        current, settings = self._current(part), part.as_dict()
        if settings == (current.value if current else type(part).at_first()).as_dict():
            return None
        if seen is not None and seen != (current.number if current else 0):
            raise ChangedMeanwhile(name=current.author_name if current else "")
        return self._add(part.name, settings, current, by)

    def return_to(self, number: int, by: Member) -> StyleVersion | None:
        """Bring an earlier version of a part back, as a new one; None if it is in force.  Raises NotFound."""
        lock(self.site)
        earlier = StyleVersion.numbered(self.site, number)
        if earlier.is_current:
            return None
        return self._add(earlier.part, earlier.settings, self._current(earlier.value), by, returned_to=number)

    def copy_to(self, site: Site, by: Member | None) -> None:
        """Give another site all parts as they are here."""
        other = Style(site)
        for name in PARTS:
            other.save(self[PARTS[name]], by)

    def _current(self, part: Part) -> StyleVersion | None:
        mine = sa.select(StyleVersion).where(StyleVersion.site_id == self.site.id, StyleVersion.part == part.name)
        return db.session.scalar(mine.where(StyleVersion.is_current))

    def _add(
        self, part: str, settings: dict, current: StyleVersion | None, by: Member | None, returned_to=None
    ) -> StyleVersion:
        if current is not None:
            current.is_current = False
            db.session.flush()
        version = StyleVersion(
            site_id=self.site.id,
            number=StyleVersion.last_number(self.site) + 1,
            part=part,
            settings=settings,
            author=by,
            returned_to=returned_to,
        )
        db.session.add(version)
        db.session.flush()
        self.site.style_version_id = version.id
        record(StyleChanged(current_company().id, self.site.id, part))
        return version


class _Known:
    """The parts of styles this process has read.  A version's id is never used again, not even when its transaction fails:
    the one on the site's row says whether they still hold."""

    AT_MOST = 512

    def __init__(self):
        self._styles: OrderedDict[tuple[int, int, int], dict[str, Part]] = OrderedDict()

    def parts_of(self, site: Site) -> dict[str, Part]:
        key = (current_company().id, site.id, site.style_version_id)
        if key not in self._styles:
            self._styles[key] = _read(site)
        self._styles.move_to_end(key)
        while len(self._styles) > self.AT_MOST:
            self._styles.popitem(last=False)
        return self._styles[key]


def _read(site: Site) -> dict[str, Part]:
    current = sa.select(StyleVersion).where(StyleVersion.site_id == site.id, StyleVersion.is_current)
    return {version.part: version.value for version in db.session.scalars(current) if version.part in PARTS}


_known = _Known()

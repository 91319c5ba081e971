"""Pictures a company shows its visitors: icons, logo, advertisements, QR codes (W-14, W-17, Y-11, Y-13…Y-19, I-05)."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image
from sqlalchemy.orm import Mapped, mapped_column

from chat.styles.drawing import PictureEmpty, drawn_anew, media_type_of
from chat.styles.sites import Site
from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import NotFound, Refusal
from core.realtime.green import off_loop
from tenants.companies.company import Company, current_company

# What visitors see of a logo; pictures of another size are stretched to it (Y-13).
LOGO_SIZE = (173, 67)
_KEY = re.compile(r"([0-9]{1,18})-picture-[A-Za-z0-9_-]{32}")
_ADDRESS = "/pictures/"


class PictureTooLarge(Refusal):
    code = "picture_too_large"
    message = _l("This picture has {kilobytes} KB; at most {most} KB are taken. Make it smaller, or save it with less quality.")
    status = 413


def stretched(picture: Image.Image) -> Image.Image:
    """In the proportions of a logo, with two pixels for each where screens can show them."""
    wide, high = LOGO_SIZE
    times = 2 if picture.width > wide and picture.height > high else 1
    return picture.resize((wide * times, high * times), Image.Resampling.LANCZOS)


def within(side: int) -> Callable[[Image.Image], Image.Image]:
    """No side longer than `side` pixels."""

    def sized(picture: Image.Image) -> Image.Image:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return picture

    return sized


@dataclass(frozen=True)
class PictureKind:
    """What a picture is for: how many KB may be uploaded, and how it is drawn."""

    most_kb: int
    sized: Callable[[Image.Image], Image.Image]


KINDS = {
    "launcher": PictureKind(500, within(800)),
    "logo": PictureKind(200, stretched),
    "side": PictureKind(1000, within(1000)),
    "ad": PictureKind(500, within(800)),
    "introduction": PictureKind(1000, within(1200)),
    "contact": PictureKind(500, within(600)),
    "invitation": PictureKind(500, within(800)),
}


class Picture(TenantModel):
    """A picture of one site.  `address` is all that styles and pages know of it."""

    __tablename__ = "picture"

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    # As it was uploaded.
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def keep(cls, content: bytes, kind: str, site: Site) -> "Picture":
        """Keep what was uploaded for one of KINDS, drawn anew.

        Raises PictureEmpty, PictureTooLarge, NotAPicture, PictureKindNotAllowed, PictureBroken, PictureTooManyPixels.
        """
        _check_size(content, KINDS[kind].most_kb)
        media_type = media_type_of(content)
        drawn, (width, height) = off_loop(drawn_anew, content, media_type, KINDS[kind].sized)
        # The company's number leads, so that the picture can be found by its address alone.
        key = f"{current_company().id}-picture-{secrets.token_urlsafe(24)}"
        picture = cls(key=key, site_id=site.id, kind=kind, media_type=media_type, size=len(drawn), width=width, height=height)
        db.session.add(picture)
        db.session.flush()
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        off_loop(picture.path.write_bytes, drawn)
        return picture

    @classmethod
    def keyed(cls, key: str) -> "Picture":
        """The picture with this key in the company in force.  Raises NotFound."""
        picture = db.session.scalar(sa.select(cls).where(cls.key == key))
        if picture is None or not picture.path.is_file():
            raise NotFound
        return picture

    @classmethod
    def at(cls, address: str) -> "Picture | None":
        """The company's picture with this address, if there is one."""
        return db.session.scalar(sa.select(cls).where(cls.key == address.removeprefix(_ADDRESS))) if address else None

    @property
    def path(self) -> Path:
        return Path(current_app.config["FILES_DIR"]).resolve() / current_company().place.schema / self.key

    @property
    def address(self) -> str:
        """Where anybody fetches it, on our host."""
        return _ADDRESS + self.key

    @property
    def is_stretched(self) -> bool:
        """Whether visitors see it in other proportions than it was drawn in (Y-13)."""
        return self.kind == "logo" and (self.width, self.height) != LOGO_SIZE


def company_of_picture(key: str) -> Company:
    """The company whose picture this may be.  Raises NotFound."""
    match = _KEY.fullmatch(key)
    company = Company.numbered(int(match[1])) if match else None
    if company is None or not company.lets_in:
        raise NotFound
    return company


def is_address(address: str) -> bool:
    """Whether this is the address of a picture of the company in force."""
    match = _KEY.fullmatch(address.removeprefix(_ADDRESS)) if address.startswith(_ADDRESS) else None
    return match is not None and int(match[1]) == current_company().id


def _check_size(content: bytes, most_kb: int) -> None:
    if not content:
        raise PictureEmpty
    if len(content) > most_kb * 1024:
        raise PictureTooLarge(kilobytes=-(-len(content) // 1024), most=most_kb)

"""Files people send each other: checked, kept under a random name, given out harmlessly (W-07, A-31)."""

import io
import secrets
from datetime import datetime
from pathlib import Path

import filetype
import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import TenantModel, db, identity
from core.errors import NotFound, Refusal
from core.realtime.green import off_loop
from core.text import tidy
from tenants.companies.company import Company, current_company
from tenants.companies.settings import Settings
from tenants.platform.settings import upload_mb
from tenants.platform.switches import need

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
Image.MAX_IMAGE_PIXELS = 25_000_000


class FileTooLarge(Refusal):
    code = "file_too_large"
    message = _l("This file is larger than {megabytes} MB. Send a smaller one, or a link to it.")
    status = 413


class FileIsEmpty(Refusal):
    code = "file_is_empty"
    message = _l("This file is empty. Choose another one.")
    status = 422


class File(TenantModel):
    """A file sent in a conversation, or in a talk of colleagues.  `key` is the only way to it."""

    __tablename__ = "file"
    __table_args__ = (sa.CheckConstraint("num_nonnulls(conversation_id, talk_id) = 1", name="one_place"),)

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int | None] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def keep(cls, content: bytes, name: str, conversation=None, talk=None) -> "File":
        """Keep what was uploaded into a conversation or a talk.  Raises FileTooLarge, FileIsEmpty, SwitchedOff."""
        need("uploads")
        _check_size(content)
        media_type, content = off_loop(_examine, content)
        # The company's number leads, so that the file can be found by its address alone.
        file = cls(
            key=f"{current_company().id}-{secrets.token_urlsafe(24)}",
            conversation_id=conversation.id if conversation else None,
            talk_id=talk.id if talk else None,
            name=tidy(Path(name.replace("\\", "/")).name, 120) or "file",
            media_type=media_type,
            size=len(content),
        )
        db.session.add(file)
        db.session.flush()
        file.path.parent.mkdir(parents=True, exist_ok=True)
        off_loop(file.path.write_bytes, content)
        return file

    @classmethod
    def keyed(cls, key: str) -> "File":
        """The file with this key in the company in force.  Raises NotFound."""
        file = db.session.scalar(sa.select(cls).where(cls.key == key))
        if file is None or not file.path.is_file():
            raise NotFound
        return file

    @property
    def path(self) -> Path:
        return path_of_file(self.key)

    @property
    def address(self) -> str:
        """Where anybody who knows it fetches the file."""
        return f"{current_app.config['PUBLIC_URL']}/files/{self.key}"

    @property
    def is_picture(self) -> bool:
        return self.media_type in PICTURES

    def as_dict(self) -> dict:
        return describe(self.id, self.key, self.name, self.size, self.media_type)


def describe(id: int, key: str, name: str, size: int, media_type: str) -> dict:
    """A file as browsers hear of it.  The posting statement reads the same columns."""
    return {
        "id": id,
        "name": name,
        "size": size,
        "media_type": media_type,
        "url": f"/files/{key}",
        "is_picture": media_type in PICTURES,
    }


def path_of_file(key: str) -> Path:
    """Where the bytes of a file of the company in force are."""
    return current_company().folder / key


def company_of_file(key: str) -> Company:
    """The company whose file this may be.  Raises NotFound."""
    number = key.partition("-")[0]
    company = Company.numbered(int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if company is None or not company.lets_in:
        raise NotFound
    return company


def max_upload_mb() -> int:
    """How large a file may be, in megabytes: as the company set, and never more than the platform takes (W-07)."""
    return min(Settings.current().max_upload_mb or upload_mb(), upload_mb())


def _check_size(content: bytes) -> None:
    megabytes = max_upload_mb()
    if len(content) > megabytes * 1024 * 1024:
        raise FileTooLarge(megabytes=megabytes)
    if not content:
        raise FileIsEmpty


def _examine(content: bytes) -> tuple[str, bytes]:
    """What the bytes are, by looking at them.  A picture is drawn anew: nothing hidden in it survives.

    What cannot be drawn is not a picture, whatever it says, and is only ever offered for download.
    """
    kind = filetype.guess(content)
    media_type = kind.mime if kind else "application/octet-stream"
    if media_type not in PICTURES:
        return media_type, content
    try:
        return media_type, _redraw(content, PICTURES[media_type])
    except Exception:
        return "application/octet-stream", content


def _redraw(content: bytes, form: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[form]) as picture:
        drawn = io.BytesIO()
        if getattr(picture, "is_animated", False):
            picture.save(drawn, form, save_all=True)
        else:
            ImageOps.exif_transpose(picture).save(drawn, form, quality=90)
        return drawn.getvalue()

"""Photos of members: a small square picture under a name that cannot be guessed (G-11)."""

import io
import re
import secrets
from pathlib import Path

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from core.errors import Invalid, NotFound
from core.realtime.green import off_loop
from tenants.companies.company import Company, current_company
from tenants.people.members import Member

SIDE = 256
FORMS = ("PNG", "JPEG", "WEBP", "GIF")
MEDIA_TYPE = "image/webp"
_KEY = re.compile(r"([0-9]{1,18})-photo-[A-Za-z0-9_-]{32}\Z")


def keep_photo(member: Member, content: bytes) -> None:
    """Give a member a photo, drawn anew so that nothing hidden in the upload survives.  Raises Invalid(photo=…)."""
    picture = off_loop(_square, content)
    # The company's number leads, so that the photo can be found by its address alone.
    key = f"{current_company().id}-photo-{secrets.token_urlsafe(24)}"
    path = _path(current_company(), key)
    path.parent.mkdir(parents=True, exist_ok=True)
    off_loop(path.write_bytes, picture)
    remove_photo(member)
    member.photo_key = key
    member.changed()


def remove_photo(member: Member) -> None:
    """Take the photo away.  Without one this changes nothing."""
    if member.photo_key:
        _path(current_company(), member.photo_key).unlink(missing_ok=True)
        member.photo_key = None
        member.changed()


def photo_at(key: str) -> Path:
    """The file of a photo.  Raises NotFound."""
    match = _KEY.match(key)
    company = Company.numbered(int(match[1])) if match else None
    if company is None or not company.lets_in or not _path(company, key).is_file():
        raise NotFound
    return _path(company, key)


def _path(company: Company, key: str) -> Path:
    return company.folder / key


def _square(content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=FORMS) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            drawn = io.BytesIO()
            ImageOps.fit(upright, (SIDE, SIDE)).save(drawn, "WEBP", quality=85)
            return drawn.getvalue()
    except Exception as error:
        raise Invalid(photo=_l("We cannot read this picture. Choose a PNG, JPEG, WebP or GIF file.")) from error

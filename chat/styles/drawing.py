"""Drawing uploaded pictures anew, so that nothing hidden in them survives (ASVS 5.2, 1.3.4)."""

import io
import warnings
from collections.abc import Callable
from contextlib import contextmanager

import filetype
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, ImageSequence

from core.errors import Refusal

FORMS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
# All frames of an animation together.
MOST_PIXELS = 25_000_000
_SHOWN_FOR = 100


class PictureEmpty(Refusal):
    code = "picture_empty"
    message = _l("This file is empty. Choose another one.")
    status = 422


class NotAPicture(Refusal):
    code = "not_a_picture"
    message = _l("This file is not a picture. Choose a JPG, PNG, GIF or WebP file.")
    status = 422


class PictureKindNotAllowed(Refusal):
    code = "picture_kind_not_allowed"
    message = _l("{kind} pictures are not taken. Save it as JPG, PNG, GIF or WebP, and upload that.")
    status = 422


class PictureBroken(Refusal):
    code = "picture_broken"
    message = _l("This picture is damaged and cannot be opened. Save it again, or choose another one.")
    status = 422


class PictureTooManyPixels(Refusal):
    code = "picture_too_many_pixels"
    message = _l("This picture has more than {most} million pixels, all its frames together. Make it smaller.")
    status = 422


def media_type_of(content: bytes) -> str:
    """By looking at the bytes; the name counts for nothing.  Raises PictureEmpty, NotAPicture, PictureKindNotAllowed."""
    if not content:
        raise PictureEmpty
    found = filetype.guess(content)
    if found is None and b"<svg" in content[:4096].lower():
        raise PictureKindNotAllowed(kind="SVG")
    if found is None or not found.mime.startswith("image/"):
        raise NotAPicture
    media_type = found.mime.replace("apng", "png")
    if media_type not in FORMS:
        raise PictureKindNotAllowed(kind=found.extension.upper())
    return media_type


def drawn_anew(content: bytes, media_type: str, sized: Callable[[Image.Image], Image.Image]) -> tuple[bytes, tuple[int, int]]:
    """The picture of `content` after each frame went through `sized`, and how large it was before.

    Raises PictureBroken, PictureTooManyPixels.
    """
    form = FORMS[media_type]
    with _broken_if_it_fails(), Image.open(io.BytesIO(content), formats=[form]) as picture:
        _check_pixels(picture)
        if getattr(picture, "is_animated", False):
            return _saved(
                [sized(_clean(frame)) for frame in ImageSequence.Iterator(picture)], form, **_motion(picture)
            ), picture.size
        upright = ImageOps.exif_transpose(picture)
        return _saved([sized(_clean(upright))], form), upright.size


@contextmanager
def _broken_if_it_fails():
    """Whatever a decoder stumbles over, the picture is to blame."""
    with warnings.catch_warnings():
        # We count pixels ourselves.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            yield
        except Refusal:
            raise
        except Image.DecompressionBombError as error:
            raise PictureTooManyPixels(most=MOST_PIXELS // 1_000_000) from error
        except Exception as error:
            raise PictureBroken from error


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height * getattr(picture, "n_frames", 1) > MOST_PIXELS:
        raise PictureTooManyPixels(most=MOST_PIXELS // 1_000_000)


def _clean(frame: Image.Image) -> Image.Image:
    """A copy without comments, profiles and what else formats carry along."""
    copy = frame.convert("RGBA" if frame.has_transparency_data else "RGB")
    copy.info = {}
    return copy


def _motion(picture: Image.Image) -> dict:
    durations = [frame.info.get("duration") or _SHOWN_FOR for frame in ImageSequence.Iterator(picture)]
    return {"duration": durations, "loop": picture.info.get("loop", 0)}


def _saved(frames: list[Image.Image], form: str, **motion) -> bytes:
    first, *others = frames if form != "JPEG" else [frame.convert("RGB") for frame in frames]
    if others:
        motion |= {"save_all": True, "append_images": others}
        if form == "GIF":
            motion["disposal"] = 2
    drawn = io.BytesIO()
    first.save(drawn, form, quality=88, optimize=True, **motion)
    return drawn.getvalue()

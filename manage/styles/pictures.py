"""Pictures of a style, uploaded one by one as they are chosen."""

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _

from chat.styles.pictures import KINDS, LOGO_SIZE, Picture
from core.db import transaction
from core.errors import BadRequest
from manage.styles.pages import site_numbered
from manage.styles.uploads import kept_picture
from tenants.signing_in.current import needs

style_pictures = Blueprint("style_pictures", __name__, url_prefix="/manage/styles/<int:site_id>/pictures")


@style_pictures.post("")
@needs("sites.manage")
def create(site_id):
    """Keep the `file` as a picture of a `kind`; gives where it is, and what to know about it."""
    upload, kind = request.files.get("file"), request.form.get("kind")
    if upload is None or kind not in KINDS:
        raise BadRequest
    with transaction():
        picture = kept_picture(upload.read(), kind, site_numbered(site_id))
        return jsonify(ok=True, url=picture.address, note=stretch_note(picture))


def stretch_note(picture: Picture | None) -> str:
    """What happened to a logo of another size than visitors see (Y-13); "" when nothing did."""
    if picture is None or not picture.is_stretched:
        return ""
    return _(
        "This picture has %(width)s × %(height)s pixels; it is stretched to %(wide)s × %(high)s.",
        width=picture.width,
        height=picture.height,
        wide=LOGO_SIZE[0],
        high=LOGO_SIZE[1],
    )

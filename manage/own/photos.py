"""Members' photos, for whoever has the address: it cannot be guessed."""

from flask import Blueprint, Response, send_file

from core.db import transaction
from tenants.people.photos import MEDIA_TYPE, photo_at

photos = Blueprint("photos", __name__)


@photos.get("/photos/<key>")
def show(key) -> Response:
    with transaction():
        path = photo_at(key)
    response = send_file(path, mimetype=MEDIA_TYPE)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

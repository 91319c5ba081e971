"""Pictures of styles, for everybody: on our own pages and on those of the company."""

from flask import Blueprint, Response, send_file

from chat.styles.pictures import Picture, company_of_picture
from core.db import transaction

pictures = Blueprint("pictures", __name__)


@pictures.get("/pictures/<key>")
def show(key: str) -> Response:
    """A picture never changes: another one has another address."""
    with transaction():
        company = company_of_picture(key)
    with company.entered(), transaction():
        picture = Picture.keyed(key)
        response = send_file(picture.path, mimetype=picture.media_type)
    response.headers.update(
        {
            "Content-Security-Policy": "sandbox; default-src 'none'",
            # Customers' pages show them too, also those that isolate themselves from other origins.
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, max-age=31536000, immutable",
        }
    )
    return response

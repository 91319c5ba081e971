"""Files: a visitor sends them into his conversation; whoever has the address of one may fetch it."""

from flask import Blueprint, jsonify, request, send_file

from chat.conversations.files import File, company_of_file
from core.db import transaction
from core.errors import BadRequest
from core.limits import count_try
from widget.calls import guest_of
from widget.events import conversation_opened_for

files = Blueprint("files", __name__)


@files.post("/w/<site_key>/files")
def create(site_key: str):
    """Keep a file; posting a message with its id shows it to the team.  Opens the conversation if there is none."""
    guest = guest_of(site_key)
    count_try("30 per 5 minutes", "visitor files", guest.rate_key)
    upload = request.files.get("file")
    if upload is None:
        raise BadRequest
    with guest.entered(), transaction():
        file = File.keep(upload.read(), upload.filename or "", conversation_opened_for(guest))
        return jsonify(ok=True, file=file.as_dict())


@files.get("/files/<key>")
def show(key: str):
    """A picture to be seen, anything else to be saved.  Neither may run anything, here or inside of a page."""
    with transaction():
        company = company_of_file(key)
    with company.entered(), transaction():
        file = File.keyed(key)
        response = send_file(
            file.path,
            mimetype=file.media_type if file.is_picture else "application/octet-stream",
            as_attachment=not file.is_picture,
            download_name=file.name,
        )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response

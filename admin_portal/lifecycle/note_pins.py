"""Pinning a note to the top, and taking the pin out."""

from flask import Blueprint, redirect, url_for

from admin_portal.doors import company_called
from core.db import transaction
from operators.audit import note
from operators.company_notes import CompanyNote
from operators.current import current_operator, needs

note_pins = Blueprint("note_pins", __name__, url_prefix="/companies/<company_id>/notes/<int:note_id>/pin")


@note_pins.post("")
@needs("companies.note")
def create(company_id, note_id):
    return _put(company_id, note_id, CompanyNote.pin)


@note_pins.post("/end")
@needs("companies.note")
def destroy(company_id, note_id):
    return _put(company_id, note_id, CompanyNote.unpin)


def _put(company_id, note_id, verb):
    with transaction():
        company = company_called(company_id)
        found = CompanyNote.numbered(company, note_id)
        verb(found)
        note("note.pinned" if found.is_pinned else "note.unpinned", current_operator(), company, f"note:{found.id}")
    return redirect(url_for("admin_portal.company_timeline.show", company_id=company_id))

"""Pictures that come with a style's form: kept before anything else is looked at, so that nobody has to choose them again
when something is wrong elsewhere.

The file for the field `logo` comes as `file-logo`, that for the third row's `ads-picture` as `file-ads-picture-2`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from flask import request

from chat.styles.pictures import Picture
from chat.styles.sites import Site
from core.db import transaction
from core.errors import Refusal
from core.forms import Form
from core.limits import count_try
from tenants.companies.company import current_company

# For people who try things out; the pictures stay for ever.
AT_MOST = "120 per hour"


class Place(NamedTuple):
    """A field of a form, or of one of its rows."""

    field: str
    row: int | None

    @classmethod
    def named(cls, name: str) -> Self:
        field, _, row = name.rpartition("-")
        return cls(field, int(row)) if row.isascii() and row.isdigit() and len(row) < 4 else cls(name, None)

    @property
    def fault(self) -> str:
        """Under which name a fault stands beside it."""
        group, _, part = self.field.partition("-")
        return self.field if self.row is None else f"{group}-{self.row}-{part}"


@dataclass
class Uploads:
    """The files of this request: where those that were kept are, and what was wrong with the others."""

    addresses: dict[Place, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def kept(cls, site: Site, kinds: dict[str, str]) -> Self:
        """Keep those for the fields in `kinds`."""
        uploads = cls()
        for name, upload in request.files.items():
            place = Place.named(name.removeprefix("file-"))
            if upload.filename and place.field in kinds:
                uploads._keep(place, upload.read(), kinds[place.field], site)
        return uploads

    def fill_in(self, form: Form) -> None:
        """Put the addresses into their fields, and the faults beside them; empty those that are to be dropped."""
        # What a request sent cannot be changed; a copy can.
        form.typed = form.typed.copy()
        dropped = {Place.named(name): "" for name in form.typed.getlist("drop")}
        for place, address in (dropped | self.addresses).items():
            _put(form, place, address)
        form.typed.setlist("drop", [])
        form.faults |= self.faults

    def _keep(self, place: Place, content: bytes, kind: str, site: Site) -> None:
        try:
            with transaction():
                self.addresses[place] = kept_picture(content, kind, site).address
        except Refusal as refusal:
            self.faults[place.fault] = str(refusal)


def _put(form: Form, place: Place, address: str) -> None:
    values = form.typed.getlist(place.field) or [""]
    if (place.row or 0) < len(values):
        values[place.row or 0] = address
        form.typed.setlist(place.field, values)


def kept_picture(content: bytes, kind: str, site: Site) -> Picture:
    """Raises TooManyTries, and what Picture.keep raises."""
    count_try(AT_MOST, "pictures", str(current_company().id))
    return Picture.keep(content, kind, site)

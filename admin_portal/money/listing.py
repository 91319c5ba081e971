"""What the lists of money have in common: a page of rows, the filters that live in the address, files of the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Response, request

from billing.lists import PlatformList
from core.clock import now
from core.forms import Form
from core.periods import Period
from core.tables import csv_file, xlsx_file

ROWS, AT_MOST = 50, 100_000


@dataclass(frozen=True)
class Listing:
    """`asked` is the address, `only` what it means."""

    asked: Form
    only: PlatformList

    @property
    def rows(self) -> list:
        return self._found[:ROWS]

    @property
    def older(self) -> int | None:
        """Where the next page begins, if there is one."""
        return self._found[ROWS - 1].id if len(self._found) > ROWS else None

    @property
    def kept(self) -> dict[str, str]:
        """The filters, for the addresses of the next page and the files."""
        return {name: value for name, value in self.asked.typed.items() if name != "before" and value}

    @cached_property
    def _found(self) -> list:
        return self.only.rows(before=self.asked.id("before"), at_most=ROWS + 1)


def asked_list(model: type[PlatformList], /, **more) -> Listing:
    """What the address asks of a list; a date that is none is told beside its field."""
    asked = Form(request.args)
    period = Period.asked_for(asked)
    about = {"company": asked.text("company", 40).lower(), "since": period.since, "until": period.until}
    return Listing(asked, model(**about, **{name: read(asked) for name, read in more.items()}))


def as_file(name: str, kind: str, heads: Sequence, rows: Iterable[Iterable]) -> Response:
    """A list to take away as "csv" or "xlsx"."""
    write = csv_file if kind == "csv" else xlsx_file
    return write(f"laike-{name}-{now():%Y-%m-%d}.{kind}", heads, rows)

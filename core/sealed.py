"""Sealed columns, and how they come under today's key, so that an earlier one can be thrown away (ASVS 11.2.2).

A model says which of its columns are sealed, and for what: `mapped_column(info={"sealed": "second factor"})`.
"""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from core.db import db, transaction
from core.tokens import is_under_todays_key, seal, unseal

ANEW, ALREADY, UNREADABLE = "sealed anew", "under today's key already", "sealed by another installation"


def sealed_columns(kind: type[db.Model]) -> Iterator[sa.Column]:
    """Those of all tables of a kind: PlatformModel or TenantModel."""
    for mapper in db.Model.registry.mappers:
        if issubclass(mapper.class_, kind):
            yield from (column for column in mapper.local_table.columns if "sealed" in column.info)


def seal_anew(kind: type[db.Model]) -> Counter:
    """Bring the platform's or the company's columns under today's key.  Says how many values were what.

    Each by itself, and only if it still says the same: nobody waits, and what was changed meanwhile is under it already.
    """
    return sum(map(_seal_column_anew, sealed_columns(kind)), Counter())


def _seal_column_anew(column: sa.Column) -> Counter:
    [key], told = column.table.primary_key, Counter()
    with transaction():
        rows = db.session.execute(sa.select(key, column).where(column.is_not(None), column != "")).all()
    for id, sealed in rows:
        outcome, text = _look(column.info["sealed"], sealed)
        told[outcome] += 1
        if outcome == ANEW:
            anew = {column.name: seal(column.info["sealed"], text)}
            with transaction():
                db.session.execute(sa.update(column.table).where(key == id, column == sealed).values(anew))
    return told


def _look(purpose: str, sealed: str) -> tuple[str, str | None]:
    text = unseal(purpose, sealed)
    if text is None:
        return UNREADABLE, None
    return (ALREADY if is_under_todays_key(purpose, sealed) else ANEW), text

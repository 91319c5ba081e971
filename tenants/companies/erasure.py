"""Erasing a company: its schema, its role, its files, and whatever the platform knew of it.

Each step may be killed and done again; the company keeps its ID until everything else is gone, so that asking again
continues.  What stays is a number, so that it is never given out a second time, and what must be kept: a platform table
with companies' rows says `kept_at_erasure = "why"`, or which of its columns become what in `emptied_at_erasure`.  Of all
other tables the company's rows are deleted.
"""

import shutil
from pathlib import Path

import sqlalchemy as sa

from core.clock import now
from core.db import PlatformModel, db, transaction
from tenants.companies.checkup import remains
from tenants.companies.closing import Closing
from tenants.companies.company import Company
from tenants.companies.databases import Admin
from tenants.companies.making import drop


def erase(company: Company, admin: Admin | str, files: Path) -> None:
    """Erase a company for good.  `files` is the folder with its files."""
    with transaction():
        company.begin_to_erase()
    drop(admin, company.schema.name, company.schema.database)
    shutil.rmtree(files, ignore_errors=True)
    with transaction():
        for model in forgotten():
            db.session.execute(sa.delete(model).where(model.company_id == company.id))
        for model in emptied():
            db.session.execute(sa.update(model).where(model.company_id == company.id).values(model.emptied_at_erasure))
        db.session.execute(sa.update(Closing).where(Closing.company_id == company.id).values(erased_at=now()))
        company.company_id, company.name, company.suspended_because = f"erased~{company.id}", "", None
        company.schema.state, company.status = "erased", "erased"


def forgotten() -> list[type[PlatformModel]]:
    """The tables that lose their rows of an erased company, those first that refer to others."""
    order = list(PlatformModel.metadata.sorted_tables)
    lost = [model for model in _of_companies() if not hasattr(model, "kept_at_erasure") and model not in emptied()]
    return sorted(lost, key=lambda model: order.index(model.__table__), reverse=True)


def emptied() -> list[type[PlatformModel]]:
    """The tables whose rows stay without what they say about people."""
    return [model for model in _of_companies() if hasattr(model, "emptied_at_erasure")]


def traces(company_number: int, schema: str, database: str, admin: Admin | str, files: Path) -> list[str]:
    """What is left of an erased company; nothing, if it is truly gone."""
    found = remains(admin, schema, database)
    if files.exists():
        found.append(f"files in {files}")
    for model in forgotten():
        rows = db.session.scalar(sa.select(sa.func.count()).where(model.company_id == company_number))
        found += [f"{rows} rows in {model.__table__}"] * bool(rows)
    return found


def _of_companies() -> list[type[PlatformModel]]:
    models = (mapper.class_ for mapper in PlatformModel.registry.mappers)
    return [
        model for model in models if issubclass(model, PlatformModel) and hasattr(model, "company_id") and model is not Company
    ]

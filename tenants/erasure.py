"""Erasing a company: its schema, its role, its files, and whatever the platform knew of it.

Each step may be killed and done again; the company keeps its ID until everything else is gone, so that asking again
continues.  What stays is a number, so that it is never given out a second time.
"""

import shutil
from pathlib import Path

import sqlalchemy as sa

from core.db import db, transaction
from tenants.checkup import remains
from tenants.company import Address, Company, SiteKey
from tenants.databases import Admin
from tenants.entitlements import Grant
from tenants.making import drop

FORGOTTEN = (Address, SiteKey, Grant)


def erase(company: Company, admin: Admin | str, files: Path) -> None:
    """Erase a company for good.  `files` is the folder with its files."""
    with transaction():
        company.status = "closing"
    drop(admin, company.schema.name, company.schema.database)
    shutil.rmtree(files, ignore_errors=True)
    with transaction():
        for model in FORGOTTEN:
            db.session.execute(sa.delete(model).where(model.company_id == company.id))
        company.company_id, company.name, company.suspended_because = f"erased~{company.id}", "", None
        company.schema.state, company.status = "erased", "erased"


def traces(company_number: int, schema: str, database: str, admin: Admin | str, files: Path) -> list[str]:
    """What is left of an erased company; nothing, if it is truly gone."""
    found = remains(admin, schema, database)
    if files.exists():
        found.append(f"files in {files}")
    for model in FORGOTTEN:
        rows = db.session.scalar(sa.select(sa.func.count()).where(model.company_id == company_number))
        found += [f"{rows} rows in {model.__table__}"] * bool(rows)
    return found

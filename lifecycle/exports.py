"""A company's archive, made for whoever asked for it, and kept for a few days."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from lifecycle.works import Work, kind_of_work
from tenants.companies.archive import export as write_archive
from tenants.companies.company import Company
from tenants.companies.databases import Admin

KEPT_FOR = timedelta(days=7)


@kind_of_work("export")
def export(work: Work) -> dict:
    """Write the archive.  Begun anew it is written anew."""
    company = work.company
    name = f"{company.id}-{secrets.token_urlsafe(24)}.zip"
    _folder().mkdir(parents=True, exist_ok=True)
    path = _folder() / name
    manifest = write_archive(Admin.configured(), company, company.folder, path, lambda *far: work.report("writing", *far))
    rows = sum(table.rows for table in manifest.tables)
    return {"file": name, "bytes": path.stat().st_size, "rows": rows, "files": len(manifest.files)}


def expires_at(work: Work) -> datetime:
    return work.finished_at + KEPT_FOR


def archive_of(company: Company, work_id: int) -> tuple[Work, Path]:
    """A finished export and its file.  Raises NotFound when there is none, or it is too old."""
    work = db.session.get(Work, work_id)
    if work is None or work.company_id != company.id or work.kind != "export" or not is_kept(work):
        raise NotFound
    return work, _folder() / work.result["file"]


def is_kept(work: Work) -> bool:
    return bool(work.finished_at and now() < expires_at(work) and (_folder() / work.result["file"]).is_file())


def download_name(work: Work) -> str:
    """What the file is called where it is saved: the company's ID, which is harmless, and the day."""
    return f"{re.sub('[^a-z0-9-]', '', work.company.company_id)}-{work.finished_at:%Y-%m-%d}.zip"


def drop_old_archives() -> None:
    """Delete what was kept long enough, and what erased companies left.  By the schedule."""
    with transaction():
        recent = sa.select(Work).join(Company).where(Work.kind == "export", Company.status != "erased")
        recent = recent.where(
            sa.or_(Work.finished_at > now() - KEPT_FOR, Work.finished_at.is_(None) & Work.failed_at.is_(None))
        )
        works = list(db.session.scalars(recent))
    kept = {work.result.get("file") for work in works}
    at_work = {work.company_id for work in works if work.is_under_way}
    for path in _folder().iterdir() if _folder().is_dir() else ():
        if path.name not in kept and int(path.name.partition("-")[0]) not in at_work:
            path.unlink(missing_ok=True)


def forget_archives(company: Company) -> None:
    """With the company goes what was taken of it."""
    for path in _folder().glob(f"{company.id}-*"):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(current_app.config["FILES_DIR"]) / "exports"

"""A company moves in from an archive."""

import secrets
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from chat.conversations.files import File
from chat.styles.sites import Site
from core.clock import now
from core.db import db, going_on, transaction
from lifecycle.opening import check_company_id
from tenants.companies.archive import Manifest, bring_in, read_manifest
from tenants.companies.company import Address, Company, SiteKey
from tenants.companies.databases import Admin
from tenants.companies.erasure import erase
from tenants.companies.schemas import Schema
from tenants.people.members import Member


class Moved(NamedTuple):
    """A company that moved in, and the sites whose key was in use here already."""

    company: Company
    new_keys: dict[str, str]


def bring_in_company(path: Path, company_id: str | None = None) -> Moved:
    """Open a company from its archive, under its own ID or another.  Fails without a trace.

    Raises Unreadable, Invalid for an ID that is taken, NoSchemaReady.
    """
    manifest = read_manifest(path)
    company = _make_room(manifest, company_id or manifest.company["company_id"])
    try:
        bring_in(Admin.configured(), path, company, company.folder)
        with company.entered() as company, going_on(), transaction():
            new_keys = _settle(company)
            company.resume()
    except BaseException:
        erase(db.session.get_one(Company, company.id), Admin.configured(), company.folder)
        raise
    return Moved(company, new_keys)


def _make_room(manifest: Manifest, company_id: str) -> Company:
    with transaction():
        check_company_id(company_id)
        details = {name: manifest.company[name] for name in ("name", "language", "time_zone")}
        company = Company(company_id=company_id, schema=Schema.claim(), created_at=now(), **details)
        # Not "opening": the schedule clears away sign-ups that take too long.
        company.suspend(because="It is being moved in.")
        db.session.add(company)
        db.session.flush()
        # All there is to know of it, before its session has gone.
        db.session.refresh(company)
    return company


def _settle(company: Company) -> dict[str, str]:
    """Enter the company in the directories, and renew what must be unique among all companies."""
    _rename_files(company)
    for member in Member.all():
        if member.email:
            Address.enter(member.email, company)
    return {site.name: site.key for site in Site.all() if _give_key(site, company)}


def _rename_files(company: Company) -> None:
    # Keys begin with the company's number, which is another one here.
    for owner, column in ((File, "key"), (Member, "photo_key")):
        for row in db.session.scalars(sa.select(owner).where(getattr(owner, column).is_not(None))):
            old = getattr(row, column)
            new = f"{company.id}-{old.partition('-')[2]}"
            path = company.folder / old
            if path.exists():
                path.rename(path.with_name(new))
            setattr(row, column, new)


def _give_key(site: Site, company: Company) -> bool:
    """Enter a site's key; a new one, and True, if another company has it."""
    is_taken = db.session.get(SiteKey, site.key) is not None
    if is_taken:
        site.key = secrets.token_hex(8)
    db.session.add(SiteKey(key=site.key, company_id=company.id))
    return is_taken

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from core.db import db, going_on, transaction
from lifecycle.erasing import StillInUse, erase_company
from lifecycle.moving_in import bring_in_company
from lifecycle.opening import Opening
from saas.app import create_app
from saas.cli.migrate import take_along, workers_option
from tenants.audit import audit
from tenants.audit.audit_chain import verify
from tenants.companies.archive import export as export_archive
from tenants.companies.checkup import check_schema
from tenants.companies.company import Company
from tenants.companies.databases import Admin
from tenants.companies.schemas import Schema
from tenants.signing_in.networks import AllowList

path_type = click.Path(dir_okay=False, path_type=Path)


@click.group()
def company() -> None:
    """Companies."""


@company.command("open")
@click.argument("company_id")
@click.option("--name", required=True)
@click.option("--administrator", required=True, help="The administrator's name.")
@click.option("--email", required=True, help="The administrator's e-mail address.")
@click.option("--language", default="en", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True)
def open_(company_id: str, **details: str) -> None:
    """Open a company.  Prints the administrator's password, this once."""
    password = secrets.token_urlsafe(12)
    with create_app().app_context():
        opened, owner = Opening(company_id, password=password, **details).run()
        click.echo(f"{opened.name} is open. Company ID {opened.company_id}, agent number {owner.number}, password {password}")


@company.command("list")
def list_() -> None:
    """All companies: their state, place and revision."""
    table = Table("company ID", "name", "status", "schema", "database", "revision", "opened")
    with create_app().app_context():
        for each in db.session.scalars(sa.select(Company).where(Company.status != "erased").order_by(Company.company_id)):
            place = each.schema.name, each.schema.database, each.schema.revision
            table.add_row(each.company_id, each.name, each.status, *place, f"{each.created_at:%Y-%m-%d}")
    Console().print(table)


@company.command()
@click.argument("company_id")
@click.option("--because", required=True, help="Why; the company's administrator is told.")
def suspend(company_id: str, because: str) -> None:
    """Lock a company out.  Its data stays."""
    with the(company_id) as found, transaction():
        found.suspend(because)
    click.echo(f"{company_id} is suspended.")


@company.command()
@click.argument("company_id")
def resume(company_id: str) -> None:
    """Let a suspended company in again."""
    with the(company_id) as found, transaction():
        if found.status != "suspended":
            raise click.ClickException(f"{company_id} is {found.status}, not suspended.")
        found.resume()
    click.echo(f"{company_id} is open.")


@company.command()
@click.argument("company_id", required=False)
@workers_option
def migrate(company_id: str | None, workers: int) -> None:
    """Bring one company's tables, or everybody's, to the newest revision."""
    take_along(company_id, workers)


@company.command()
@click.argument("company_id", required=False)
def check(company_id: str | None) -> None:
    """Look whether one company's place, or everybody's, is in order."""
    with create_app().app_context():
        places = _places(company_id)
        troubled = sum(_check(*place) for place in places)
    if troubled:
        raise click.ClickException(f"{troubled} of {len(places)} are not in order.")
    click.echo(f"All is well with {len(places)}.")


def _places(company_id: str | None) -> list[tuple[str, str, str]]:
    query = sa.select(Company.company_id, Schema.name, Schema.database).join(Schema).where(Schema.state == "taken")
    if company_id:
        query = query.where(Company.company_id == company_id)
    places = [tuple(row) for row in db.session.execute(query.order_by(Company.id))]
    if company_id and not places:
        raise click.ClickException(f"There is no company {company_id}.")
    return places


def _check(company_id: str, schema: str, database: str) -> bool:
    problems = check_schema(Admin.configured(), schema, database)
    for problem in problems:
        click.echo(f"{company_id} ({schema}): {problem}", err=True)
    return bool(problems)


@company.command("open-networks")
@click.argument("company_id")
def open_networks(company_id: str) -> None:
    """Let a company's people in from anywhere again, when its list of networks has locked everybody out."""
    with the(company_id) as found, found.entered(), transaction():
        audit.note("security.changed", allowed_networks=f"{', '.join(str(AllowList.current()).splitlines()) or '–'} → –")
        AllowList([]).put_in_force()
    click.echo(f"{company_id} lets its people in from anywhere.")


@company.command("verify-audit")
@click.argument("company_id", required=False)
def verify_audit(company_id: str | None) -> None:
    """Check that nobody has tampered with one company's audit log, or with anybody's."""
    with create_app().app_context():
        with transaction():
            companies = [found for found in Company.all_open() if company_id in (None, found.company_id)]
        if company_id and not companies:
            raise click.ClickException(f"There is no open company {company_id}.")
        broken = [found.company_id for found in companies if not _audit_is_whole(found)]
    if broken:
        raise click.ClickException(f"Tampered with: {', '.join(broken)}.")


def _audit_is_whole(found: Company) -> bool:
    with found.entered(), transaction():
        verdict = verify()
    click.echo(f"{found.company_id}: {verdict}")
    return verdict.is_whole


@company.command()
@click.argument("company_id")
@click.argument("to", type=path_type)
def export(company_id: str, to: Path) -> None:
    """Write a company with all its files into one archive."""
    with the(company_id) as found:
        manifest = export_archive(Admin.configured(), found, found.folder, to)
    rows = sum(table.rows for table in manifest.tables)
    click.echo(f"{rows} rows and {len(manifest.files)} files written to {to}.")


@company.command("import")
@click.argument("archive", type=path_type)
@click.option("--as", "company_id", help="Another company ID than the archive's.")
def import_(archive: Path, company_id: str | None) -> None:
    """Open a company from an archive, here or on another server.  Its plan and vouchers do not come along."""
    with create_app().app_context():
        moved = bring_in_company(archive, company_id)
    click.echo(f"{moved.company.name} is open as {moved.company.company_id}.")
    for site, key in moved.new_keys.items():
        click.echo(f"The site {site} has a new key, because its old one is in use here: {key}. Change its embed code.")


@company.command()
@click.argument("company_id")
@click.option("--yes-erase", "typed", help="The company ID once more, so that nobody asks for it.")
@click.option("--even-open", is_flag=True, help="Even while its people work there.")
def erase(company_id: str, typed: str | None, even_open: bool) -> None:
    """Erase a company for good: tables, role, files and directory entries.  It cannot be brought back."""
    with the(company_id) as found:
        if found.is_open and not even_open:
            raise click.ClickException(f"Nothing was erased. {StillInUse()} Or add --even-open.")
        if typed is None:
            typed = click.prompt(
                f"{found.name} is erased for good. Type its company ID", default="", show_default=False, err=True
            )
        if typed.strip() != found.company_id:
            raise click.ClickException(f"Nothing was erased: that is not its company ID, {found.company_id}.")
        left = erase_company(found, even_open)
    if left:
        raise click.ClickException(f"Still there: {', '.join(left)}. Run this again.")
    click.echo(f"{company_id} is erased; nothing of it is left.")


@contextmanager
def the(company_id: str) -> Iterator[Company]:
    """The company, within the app."""
    with create_app().app_context(), going_on():
        found = Company.called(company_id)
        if found is None:
            raise click.ClickException(f"There is no company {company_id}.")
        yield found

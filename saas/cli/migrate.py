import click
from rich.console import Console
from rich.progress import track

from core.db import PLATFORM as PLATFORM_BIND
from core.db import db, transaction
from lifecycle.works import Work
from saas import config
from saas.app import create_app
from tenants.companies.company import Company
from tenants.companies.databases import Admin
from tenants.companies.migrations import PLATFORM, TENANT, as_owner, migrate_platform
from tenants.companies.rollout import Outcome, behind, migrate_companies

workers_option = click.option("--workers", default=2, show_default=True, help="How many companies at a time.")


@click.group()
def migrate() -> None:
    """Bring tables to the newest revision."""


@migrate.command()
def platform() -> None:
    """The platform's tables."""
    click.echo(f"The platform is on revision {migrate_platform(admin())}.")


@migrate.command()
@workers_option
def companies(workers: int) -> None:
    """The tables of every company, and of the schemas standing ready."""
    take_along(None, workers)


@migrate.command()
@click.argument("history", type=click.Choice(["platform", "tenant"]))
@click.argument("sentence")
def draft(history: str, sentence: str) -> None:
    """Write a revision from the difference between models and tables.  Read it before you keep it."""
    with create_app().app_context():
        schema, metadata = _where(history)
        with as_owner(admin(), schema) as connection:
            line = PLATFORM if history == "platform" else TENANT
            click.echo(line.draft(sentence, connection, metadata))


def admin() -> str:
    """The admin login.  Raises when this environment has none."""
    url = config.read()["DATABASE_URL"]
    if not url:
        raise click.ClickException("DATABASE_URL is not set: this needs the login that may change tables.")
    return url


def take_along(company_id: str | None, workers: int) -> None:
    """Migrate with a progress bar, and say who failed and why.  Exits with 1 if anybody did."""
    url = admin()
    total = len(behind(url, company_id))
    outcomes = track(
        migrate_companies(url, company_id, workers),
        total=total,
        description=f"To revision {TENANT.head}",
        console=Console(stderr=True),
        disable=not total,
    )
    with create_app().app_context():
        failed = [outcome for outcome in map(_noted, outcomes) if outcome.failure]
    click.echo(f"{total - len(failed)} of {total} schemas brought to revision {TENANT.head}.")
    for outcome in failed:
        click.echo(f"  {_who(outcome)}: {outcome.failure}", err=True)
    if failed:
        raise click.ClickException(f"{len(failed)} not migrated. They go on working as before; run this again.")


def _noted(outcome: Outcome) -> Outcome:
    """The company's timeline tells it."""
    with transaction():
        company = Company.called(outcome.schema.company_id or "")
        if company is not None:
            Work.note(company, "migrate", "saas.cli", outcome.failure or "", revision=TENANT.head)
    return outcome


def _who(outcome: Outcome) -> str:
    return outcome.schema.company_id or f"{outcome.schema.name} (standing ready)"


def _where(history: str):
    if history == "platform":
        return "platform", db.metadatas[PLATFORM_BIND]
    with Admin(admin()).connect() as connection:
        newest = "SELECT name FROM platform.schema WHERE state = 'ready' AND revision = %s LIMIT 1"
        row = connection.execute(newest, [TENANT.head]).fetchone()
    if row is None:
        raise click.ClickException("No schema stands ready to compare with. Run `schemas ready` first.")
    return row[0], db.metadatas[None]

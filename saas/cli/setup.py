import json

import click
from flask import current_app

from saas.app import create_app
from saas.cli.database import prepare_from_environment
from saas.demo import facts, make_demo
from tenants.companies.migrations import migrate_platform
from tenants.companies.rollout import migrate_companies
from tenants.companies.schemas import keep_ready
from tenants.people.seats import settle_seats


@click.command()
def setup() -> None:
    """Everything from an empty server to the demo: prepare, migrate, keep schemas ready, open the demo company.

    Prints one JSON object a line: what is there, its address, its accounts.  Doing so again is quick and harmless.
    """
    prepare_from_environment()
    with create_app().app_context():
        _migrate(current_app.config["DATABASE_URL"])
        keep_ready()
        settle_seats()
        if current_app.config["DEMO"]:
            make_demo()
            for fact in facts():
                click.echo(json.dumps(fact, ensure_ascii=False))


def _migrate(admin: str) -> None:
    migrate_platform(admin)
    for outcome in migrate_companies(admin):
        if outcome.failure:
            click.echo(f"{outcome.schema.name} keeps its older tables: {outcome.failure}", err=True)

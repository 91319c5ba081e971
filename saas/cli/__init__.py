"""The operator's command line: `python -m saas.cli --help`."""

import click
import psycopg

from core.errors import Invalid, Refusal
from saas.cli.company import company
from saas.cli.database import database
from saas.cli.keys import keys
from saas.cli.migrate import migrate
from saas.cli.operator import operator
from saas.cli.schemas import schemas
from saas.cli.setup import setup
from tenants.companies.archive import Unreadable
from tenants.companies.databases import Unprepared
from tenants.companies.rollout import AlreadyRunning

EXPECTED = (Refusal, Unprepared, Unreadable, AlreadyRunning)


class ClearWords(click.Group):
    """Says what is expected to go wrong in one sentence, without a traceback."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except Invalid as reason:
            raise click.ClickException(" ".join(map(str, reason.fields.values()))) from reason
        except EXPECTED as reason:
            raise click.ClickException(str(reason)) from reason
        except psycopg.OperationalError as reason:
            raise click.ClickException(f"The database does not answer. It says: {reason}") from reason


@click.group(cls=ClearWords)
def cli() -> None:
    """Look after a Laike installation: its database, its companies, its demo."""


for command in (database, migrate, schemas, company, operator, keys, setup):
    cli.add_command(command)

import click

from saas.app import create_app
from tenants.companies.schemas import drop_abandoned, keep_ready


@click.group()
def schemas() -> None:
    """Schemas that wait for companies."""


@schemas.command()
def ready() -> None:
    """Make schemas until READY_SCHEMAS stand ready, and drop those that failed sign-ups left."""
    with create_app().app_context():
        click.echo(f"{len(drop_abandoned())} schemas dropped, {keep_ready()} made.")

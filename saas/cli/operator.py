import click
from rich.console import Console
from rich.table import Table

from core.db import transaction
from core.errors import Invalid
from core.pages import LANGUAGES
from core.text import is_email, tidy, tidy_email
from operators import access
from operators.audit import note, verify
from operators.links import OperatorLink
from operators.mails import portal_address, tell_change
from operators.operator import Operator
from operators.roles import TITLES
from saas.app import create_app


@click.group()
def operator() -> None:
    """The people who run the platform."""


@operator.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(list(TITLES)), default="owner", show_default=True)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
def create(email: str, name: str, role: str, language: str) -> None:
    """Let somebody in.  Prints a link to set a password and a second factor, this once; it works once, for three days."""
    email = tidy_email(email)
    if not is_email(email):
        raise Invalid(email="Enter an e-mail address like name@example.com.")
    with create_app().app_context(), transaction():
        made = Operator.add(email, tidy(name, 80), role, language=language)
        note("operator.invited", None, subject=f"operator:{made.id}", email=email, role=role)
        link = _link_for(made)
    click.echo(f"{made.name} ({role}) comes in here: {link}")


@operator.command("list")
def list_() -> None:
    """All operators and their state."""
    table = Table("e-mail", "name", "role", "state", "since")
    with create_app().app_context():
        for each in Operator.all():
            state, since = _state_of(each)
            table.add_row(each.email, each.name, each.role, state, f"{since:%Y-%m-%d %H:%M}")
    Console().print(table)


@operator.command()
@click.argument("email")
def disable(email: str) -> None:
    """Shut somebody out at once, wherever he is signed in."""
    with create_app().app_context(), transaction():
        found = _the(email)
        access.disable(found)
        note("operator.disabled", None, subject=f"operator:{found.id}", email=found.email)
        tell_change(found, "disabled")
    click.echo(f"{found.email} is disabled.")


@operator.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let somebody in again who was disabled."""
    with create_app().app_context(), transaction():
        found = _the(email)
        access.enable(found)
        note("operator.enabled", None, subject=f"operator:{found.id}", email=found.email)
        tell_change(found, "enabled")
    click.echo(f"{found.email} is enabled.")


@operator.command()
@click.argument("email")
def reset(email: str) -> None:
    """For who has lost password or second factor: both are removed, all sessions end.  Prints a new link, this once."""
    with create_app().app_context(), transaction():
        found = _the(email)
        access.reset(found, even_the_last=True)
        note("operator.reset", None, subject=f"operator:{found.id}", email=found.email)
        link = _link_for(found)
    click.echo(f"{found.name} comes in here: {link}")


@operator.command("verify-audit")
@click.option("--mark", "marks", multiple=True, help="An end that was logged, as NUMBER:HASH; may be given several times.")
def verify_audit(marks: tuple[str, ...]) -> None:
    """Check that nobody has tampered with the operators' audit log."""
    with create_app().app_context(), transaction():
        verdict = verify(dict(map(_mark, marks)))
    click.echo(str(verdict))
    if not verdict.is_whole:
        raise click.ClickException("Tampered with.")


def _the(email: str) -> Operator:
    found = Operator.known_as(tidy_email(email))
    if found is None:
        raise click.ClickException(f"There is no operator {email}.")
    return found


def _link_for(found: Operator) -> str:
    return portal_address("invitations.edit", token=OperatorLink.make(found))


def _state_of(each: Operator) -> tuple:
    if each.disabled_at:
        return "disabled", each.disabled_at
    return ("active", each.joined_at) if each.joined_at else ("invited", each.created_at)


def _mark(text: str) -> tuple[int, str]:
    number, _colon, mark = text.partition(":")
    if not number.isdecimal() or not mark:
        raise click.BadParameter(f"{text}: expected NUMBER:HASH as the log has it")
    return int(number), mark

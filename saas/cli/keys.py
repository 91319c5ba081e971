from collections import Counter

import click

from core.db import PlatformModel, TenantModel, going_on, transaction
from core.errors import Refusal
from core.sealed import seal_anew
from saas.app import create_app
from tenants.companies.company import Company


@click.group()
def keys() -> None:
    """What SECRET_KEY protects."""


@keys.command("reseal")
def reseal() -> None:
    """Bring all sealed secrets under today's SECRET_KEY; those of before must be in SECRET_KEY_FALLBACKS.

    May run beside everything else, and again.
    """
    with create_app().app_context(), going_on():
        told, left_out = seal_anew(PlatformModel), []
        with transaction():
            companies = Company.all_with_people()
        for company in companies:
            try:
                with company.entered():
                    told += seal_anew(TenantModel)
            except Refusal:
                left_out.append(company.company_id)
    _say(told, left_out)


def _say(told: Counter, left_out: list[str]) -> None:
    click.echo("\n".join(f"{count} {outcome}" for outcome, count in sorted(told.items())) or "Nothing is sealed here.")
    if left_out:
        raise click.ClickException(f"Nothing can be written now for {', '.join(left_out)}. Run this again.")

"""A look at one company's own data, which may be out of reach while the platform knows of it."""

import logging
from collections.abc import Callable
from typing import TypeVar

import psycopg
import sqlalchemy as sa

from core.db import transaction
from tenants.companies.company import Company

log = logging.getLogger(__name__)

Seen = TypeVar("Seen")


def look_inside(company: Company, look: Callable[[Company], Seen]) -> Seen | None:
    """What `look` finds with the company in force; None when its schema cannot be reached or is not what it should be.

    For numbers and names that the page shows as they are: nothing is written.
    """
    if not company.schema.is_within_reach:
        return None
    try:
        with company.entered() as entered, transaction():
            return look(entered)
    except (psycopg.Error, sa.exc.SQLAlchemyError) as error:
        log.warning("company cannot be looked at company=%s error=%r", company.id, error)
        return None

"""Working off companies' outboxes: at a hint from RQ, and by the sweep that needs no hint."""

import logging

from flask import current_app

from core.db import Place, transaction
from core.jobs import JobWritten, run_due
from core.redis import queue
from tenants.company import Company

log = logging.getLogger(__name__)


def hurry(event: JobWritten) -> None:
    """Ask RQ to look at this company's outbox now.  Only a hint: while Redis is away the sweep comes by."""
    try:
        queue().enqueue(work_off, *event.place)
    except Exception as error:
        log.warning("no hint to the worker place=%s error=%r", event.place, error)


def work_off(schema: str, database: str) -> None:
    """Run what is due in the company that lives there."""
    with current_app.app_context():
        with transaction():
            company = Company.living_in(Place(schema, database))
        if company is not None:
            with company.entered():
                run_due()


def sweep() -> None:
    """Run what is due in every open company: what a dead worker or a lost hint left behind."""
    with transaction():
        places = [company.place for company in Company.all_open()]
    for place in places:
        work_off(*place)

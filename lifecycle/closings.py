"""What follows from a closing that was scheduled: its owners hear of it in time, the day comes, and in the end it is erased."""

import logging

import sqlalchemy as sa
from flask import current_app

from core.db import db, going_on, lock, transaction
from core.jobs import OutboxRow
from lifecycle.mails import mail_owners_of_closing
from lifecycle.works import AlreadyAtWork, Work
from tenants.companies.closing import Closing, NotClosing
from tenants.companies.company import Company

log = logging.getLogger(__name__)


def cancel_closing(company: Company) -> None:
    """Everything goes on, also when it was to be erased at any moment.  Raises NotClosing."""
    lock(company)
    closing = Closing.of(company)
    if closing is None:
        raise NotClosing
    closing.cancel()
    erasure = Work.under_way(company)
    if erasure is not None and erasure.kind == "erase":
        erasure.call_off()


def look_after_closings() -> None:
    """By the schedule.  May come late, twice, or die in between."""
    with transaction():
        ids = Closing.to_look_at()
    for id in ids:
        try:
            with current_app.app_context():
                look_after_closing(id)
        except Exception:
            log.exception("closing not looked after closing=%s", id)


def look_after_closing(id: int) -> None:
    with transaction():
        closing = db.session.get_one(Closing, id)
        closing.take_effect()
    if closing.company.lets_in and not closing.company.moving_at:
        tell_owners(closing)
    if closing.is_to_be_erased:
        _erase(closing)


def tell_owners(closing: Closing) -> None:
    """Write the latest news into the company's outbox, once: the row there is what makes it once."""
    with closing.company.entered(), going_on(), transaction():
        _wait_for_others(closing)
        about = {"closing_id": closing.id, "news": closing.news}
        told = sa.select(OutboxRow.id).where(
            OutboxRow.job == mail_owners_of_closing.__name__, OutboxRow.arguments.contains(about)
        )
        if db.session.scalar(told.limit(1)) is None:
            mail_owners_of_closing.later(**about)


def _wait_for_others(closing: Closing) -> None:
    # Two who look at the same time would both find the row missing.
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"closing:{closing.id}", 0))))


def _erase(closing: Closing) -> None:
    try:
        with transaction():
            lock(closing.company)
            db.session.refresh(closing)
            if closing.is_to_be_erased:
                Work.ask(closing.company, "erase")
    except AlreadyAtWork:
        return

"""Working off companies' outboxes: at a hint from RQ, and by the sweep that needs no hint."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Place, PlatformModel, db, going_on, transaction
from core.jobs import JobWritten, Waiting, run_due, waiting
from core.redis import queue
from tenants.companies.company import Company
from tenants.companies.failures import FailedWork

log = logging.getLogger(__name__)

# What is done also in a company that is suspended or closed: its own people's mails, and what lets conversations end.
# All else waits until it is open again.
AT_STANDSTILL = (
    "send_account_data",
    "send_password_link",
    "send_password_changed",
    "send_new_device",
    "send_second_factor_changed",
    "send_passkey_changed",
    "send_networks_link",
    "mail_payers",
    "mail_payer",
    "mail_owners_of_closing",
    "mail_owner_of_closing",
    "tell_administrator",
    "announce_offline_message",
    "mail_offline_message",
    "put_back_overdue",
    "end_unanswered",
    "forget_files",
)


class OutOfReach(Exception):
    """Companies whose outboxes nobody could look into."""


class WaitingWork(PlatformModel):
    """What a company still had to do after the last sweep.  Companies with nothing to do have no row."""

    __tablename__ = "waiting_work"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.company.id"), primary_key=True)
    waiting: Mapped[int]
    oldest_due_at: Mapped[datetime]

    @classmethod
    def publish(cls, found: Mapping[int, Waiting]) -> None:
        """Replace what the last sweep found."""
        db.session.execute(sa.delete(cls))
        db.session.add_all(
            cls(company_id=id, waiting=left.count, oldest_due_at=left.since) for id, left in found.items() if left.count
        )


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
        if company is not None and not company.moving_at:
            with company.entered(), going_on():
                run_due(gave_up=FailedWork.note, only=_jobs_of(company))


def sweep() -> None:
    """Run what is due in every company: what a dead worker or a lost hint left behind.  Publishes what remains.

    A company whose place is in trouble keeps nobody else waiting.  Raises OutOfReach when all others are done.
    """
    with transaction():
        companies = [company for company in Company.all_with_people() if not company.moving_at]
    found, out_of_reach = {}, []
    for company in companies:
        try:
            found[company.id] = _swept(company)
        except Exception as error:
            log.warning("outbox not swept company=%s error=%r", company.id, error)
            out_of_reach.append(company.id)
    with transaction():
        WaitingWork.publish(found)
    if out_of_reach:
        raise OutOfReach(f"companies={out_of_reach}")


def _swept(company: Company) -> Waiting:
    only = _jobs_of(company)
    with current_app.app_context(), company.entered(), going_on():
        left = _waiting(only)
        if left.due:
            run_due(gave_up=FailedWork.note, only=only)
            left = _waiting(only)
        return left


def _waiting(only: Collection[str] | None) -> Waiting:
    with transaction():
        return waiting(only)


def _jobs_of(company: Company) -> Collection[str] | None:
    """Those that are done for it now; None: all."""
    return None if company.is_open else AT_STANDSTILL

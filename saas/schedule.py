"""What happens by the clock.  Everything here may run twice or late without harm."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from billing import stripe_events
from billing.edges import tell_changed_rights
from billing.notices import tell_all_payers
from billing.reconciliation import fetch_undelivered, reconcile_when_due
from billing.recurring_changes import note_recurring
from billing.refunds import send_wanted_refunds
from billing.shelving import make_ready
from billing.subscription_changes import tell_pending_changes
from billing.trials import TrialClaim
from billing.voucher_batches import forget_codes
from chat.conversations.integrity import check_companies
from chat.reception.rounds import look_everywhere
from core.clock import now
from core.db import db, transaction
from core.faults import told
from core.readings import Reading
from lifecycle.closings import look_after_closings
from lifecycle.exports import drop_old_archives
from lifecycle.works import take_up_works
from operators.audit import anchor_operators
from operators.mails import send_operator_mails
from operators.once import forget_old_forms
from saas import standing
from saas.measuring import measure
from sms.bursts import look_at_sms
from sms.sending import send_due
from tenants.abuse.mail_volume import look_at_mail_volume
from tenants.abuse.sign_ups import forget_old_sign_ups
from tenants.audit.audit_chain import anchor_companies
from tenants.companies.company import Company
from tenants.companies.outboxes import sweep
from tenants.companies.schemas import drop_abandoned, keep_ready
from tenants.platform.announcements import tell_what_begins_and_ends

log = logging.getLogger(__name__)

HALF_OPEN = timedelta(minutes=10)


def forget_half_open_companies() -> None:
    """Free the company IDs of sign-ups that died half-way.  Their schemas are never used again."""
    with transaction():
        stuck = sa.select(Company).where(Company.status == "opening", Company.created_at < now() - HALF_OPEN)
        for company in db.session.scalars(stuck):
            company.status, company.company_id = "erased", f"{company.company_id}~{company.id}"
            TrialClaim.forget_half_open(company)


PLAN: list[tuple[int, Callable[[], None]]] = [
    (5, keep_ready),
    (5, send_operator_mails),
    (5, tell_changed_rights),
    (5, tell_what_begins_and_ends),
    (15, measure),
    (20, sweep),
    (20, send_due),
    (20, take_up_works),
    (30, standing.publish),
    (60, look_everywhere),
    (60, stripe_events.sweep),
    (60, send_wanted_refunds),
    (60, tell_pending_changes),
    (60, make_ready),
    (60, forget_codes),
    (300, forget_half_open_companies),
    (300, look_after_closings),
    (300, look_at_sms),
    (300, look_at_mail_volume),
    (600, drop_abandoned),
    (600, tell_all_payers),
    (3600, check_companies),
    (3600, anchor_companies),
    (3600, anchor_operators),
    (3600, drop_old_archives),
    (3600, fetch_undelivered),
    (3600, reconcile_when_due),
    (3600, note_recurring),
    (3600, forget_old_sign_ups),
    (3600, forget_old_forms),
]


class Schedule:
    """Runs each function of PLAN every so many seconds, one after another, in one thread, and publishes how that went."""

    def __init__(self, app: Flask, plan: list[tuple[int, Callable[[], None]]] = PLAN):
        self._app, self._plan = app, plan
        self._due = [0.0] * len(plan)
        self._stop = threading.Event()
        self._doing = ""

    def run(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        signal.signal(signal.SIGINT, lambda *_: self._stop.set())
        while not self._stop.is_set():
            self.run_due()
            self._stop.wait(1)

    def run_due(self) -> None:
        for index, (seconds, function) in enumerate(self._plan):
            if time.monotonic() >= self._due[index]:
                self._run(seconds, function)
                self._due[index] = time.monotonic() + seconds

    def figures(self) -> dict:
        """What its heartbeat tells: what it is at, and what it should do how often."""
        return {"doing": self._doing, "plan": {name_of(function): seconds for seconds, function in self._plan}}

    def _run(self, seconds: int, function: Callable[[], None]) -> None:
        self._doing, began, failed = name_of(function), time.monotonic(), {}
        try:
            with self._app.app_context():
                function()
        except Exception as error:
            log.exception("schedule failed function=%s", self._doing)
            failed = {"error": told(error), "failed_at": now().isoformat()}
        took = round(time.monotonic() - began, 3)
        self._publish(every=seconds, took=took, is_failing=bool(failed), **failed)
        self._doing = ""

    def _publish(self, **figures) -> None:
        try:
            with self._app.app_context(), transaction():
                Reading.publish(f"sweep:{self._doing}", **figures)
        except sa.exc.SQLAlchemyError as error:
            log.warning("not published function=%s error=%r", self._doing, error)


def name_of(function: Callable[[], None]) -> str:
    return f"{function.__module__}.{function.__name__}"

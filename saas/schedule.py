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
from billing.refunds import send_wanted_refunds
from billing.subscription_changes import tell_pending_changes
from billing.trials import TrialClaim
from chat.integrity import check_companies
from chat.rounds import look_everywhere
from core.clock import now
from core.db import db, transaction
from sms.sending import send_due
from tenants.audit_chain import anchor_companies
from tenants.company import Company
from tenants.outboxes import sweep
from tenants.schemas import drop_abandoned, keep_ready

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
    (5, tell_changed_rights),
    (20, sweep),
    (20, send_due),
    (60, look_everywhere),
    (60, stripe_events.sweep),
    (60, send_wanted_refunds),
    (60, tell_pending_changes),
    (300, forget_half_open_companies),
    (600, drop_abandoned),
    (600, tell_all_payers),
    (3600, check_companies),
    (3600, anchor_companies),
    (3600, fetch_undelivered),
    (3600, reconcile_when_due),
]


class Schedule:
    """Runs each function of PLAN every so many seconds, one after another, in one thread."""

    def __init__(self, app: Flask, plan: list[tuple[int, Callable[[], None]]] = PLAN):
        self._app, self._plan = app, plan
        self._due = [0.0] * len(plan)
        self._stop = threading.Event()

    def run(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        signal.signal(signal.SIGINT, lambda *_: self._stop.set())
        while not self._stop.is_set():
            self.run_due()
            self._stop.wait(1)

    def run_due(self) -> None:
        for index, (seconds, function) in enumerate(self._plan):
            if time.monotonic() >= self._due[index]:
                self._run(function)
                self._due[index] = time.monotonic() + seconds

    def _run(self, function: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                function()
        except Exception:
            log.exception("schedule failed function=%s", function.__name__)

"""What the schedule measures about the platform and publishes, so that a page or Prometheus need not look at everything itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import sqlalchemy as sa
from flask import current_app
from psycopg.rows import dict_row

from billing.stripe_events import StripeEvent
from core.clock import now
from core.db import db, transaction
from core.heartbeats import Heartbeat
from core.readings import Reading
from sms.messages import Sms
from tenants.companies.company import Company
from tenants.companies.databases import connect
from tenants.companies.failures import FailedWork
from tenants.companies.outboxes import WaitingWork
from tenants.companies.schemas import Schema
from tenants.companies.standing import newest_revision

log = logging.getLogger(__name__)

# Seen by the login that may see everybody's sessions.
_DATABASE = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       current_setting('max_connections')::int AS connections_at_most,
       (SELECT COALESCE(extract(epoch FROM max(now() - xact_start)), 0)::float FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL) AS longest_transaction,
       (SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS waiting_for_locks,
       pg_database_size(current_database()) AS size,
       (SELECT count(*) FROM pg_stat_replication) AS replicas,
       (SELECT COALESCE(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint FROM pg_stat_replication) AS behind
"""


def measure() -> None:
    """Take every reading.  One that fails is missing, and its tile says since when."""
    for name, look in READINGS.items():
        try:
            with transaction():
                Reading.publish(name, **look())
        except (sa.exc.SQLAlchemyError, psycopg.Error):
            log.exception("reading failed name=%s", name)
    with transaction():
        Heartbeat.forget_old()


def database() -> dict:
    with connect(current_app.config["DATABASE_URL"]) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_DATABASE).fetchone()


def outboxes() -> dict:
    waiting = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(WaitingWork.waiting), 0), sa.func.min(WaitingWork.oldest_due_at)
    )
    companies, count, oldest = db.session.execute(waiting).one()
    return {"companies": companies, "waiting": int(count), "oldest": _text(oldest), "failed": FailedWork.count_failed()}


def schemas() -> dict:
    head = newest_revision()
    counts = sa.select(Schema.state, Schema.revision, sa.func.count()).where(Schema.state.in_(("ready", "taken")))
    rows = db.session.execute(counts.group_by(Schema.state, Schema.revision)).all()
    return {
        "head": head,
        "revisions": {revision or "": count for state, revision, count in rows if state == "taken"},
        "behind": sum(count for _state, revision, count in rows if revision != head),
        "ready": sum(count for state, _revision, count in rows if state == "ready"),
        "wanted": current_app.config["READY_SCHEMAS"],
    }


def companies() -> dict:
    rows = db.session.execute(sa.select(Company.status, sa.func.count()).group_by(Company.status)).all()
    return {"statuses": dict(map(tuple, rows))}


def stripe() -> dict:
    unsettled = ("new", "failed", "dead")
    counts = sa.select(StripeEvent.status, sa.func.count(), sa.func.min(StripeEvent.received_at))
    rows = db.session.execute(counts.where(StripeEvent.status.in_(unsettled)).group_by(StripeEvent.status)).all()
    oldest = min((since for status, _count, since in rows if status != "dead"), default=None)
    return dict.fromkeys(unsettled, 0) | {status: count for status, count, _since in rows} | {"oldest": _text(oldest)}


def sms() -> dict:
    waiting = Sms.state.in_(("written", "sending", "unclear"))
    count, unclear, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Sms.state == "unclear"), sa.func.min(Sms.created_at)).where(waiting)
    ).one()
    lately = Sms.state.in_(("refused", "expired")) & (Sms.ended_at > now() - timedelta(days=1))
    refused = db.session.scalar(sa.select(sa.func.count()).where(lately))
    return {"waiting": count, "unclear": unclear, "oldest": _text(oldest), "refused": refused}


READINGS: dict[str, Callable[[], dict]] = {
    look.__name__: look for look in (database, outboxes, schemas, companies, stripe, sms)
}


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

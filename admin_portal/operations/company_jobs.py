"""One company's work: what failed, what waits, and what went out last."""

import sqlalchemy as sa
from flask import Blueprint, render_template

from admin_portal.doors import company_called, company_entered
from admin_portal.operations.failed import KINDS
from core.db import db, transaction
from core.jobs import OutboxRow, waiting
from operators.current import needs
from tenants.companies.failures import FailedWork

company_jobs = Blueprint("company_jobs", __name__, url_prefix="/companies/<company_id>/jobs")

NEWEST = 30


@company_jobs.get("")
@needs("operations.see")
def show(company_id):
    """Names of jobs and their times; nothing that the company wrote."""
    company = company_called(company_id)
    with transaction():
        rows = [row for kind in KINDS.values() for row in kind.newest(company)]
        settled = FailedWork.settled_of(company, NEWEST)
    with company_entered(company_id), transaction():
        left = waiting()
        newest = sa.select(
            OutboxRow.id, OutboxRow.job, OutboxRow.created_at, OutboxRow.done_at, OutboxRow.given_up_at, OutboxRow.tries
        )
        jobs = db.session.execute(newest.order_by(OutboxRow.id.desc()).limit(NEWEST)).all()
    return render_template(
        "admin_portal/operations/company_jobs.html",
        company=company,
        rows=rows,
        settled=settled,
        left=left,
        jobs=jobs,
        KINDS=KINDS,
    )

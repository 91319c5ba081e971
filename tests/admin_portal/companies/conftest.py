from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from tenants.companies.company import Company
from tenants.companies.schemas import Schema
from tenants.companies.standing import CompanyStanding, newest_revision


@pytest.fixture
def listed(cast):
    """`listed("initech", name=…, plan=…)` is a company that only the platform knows of, with what was published of it."""

    def add(company_id: str, name: str = "", status: str = "open", revision: str = "", days: int = 0, **standing) -> Company:
        with transaction():
            schema = Schema(state="taken", revision=revision or newest_revision())
            company = Company(company_id=company_id, name=name or company_id.title(), schema=schema, status=status)
            company.created_at = now() - timedelta(days=days)
            db.session.add(company)
            db.session.flush()
            told = {"measured_at": now(), "day_ends_at": now() + timedelta(hours=3)} | standing
            db.session.add(CompanyStanding(company_id=company.id, **told))
        return company

    yield add
    with transaction():
        # No schema of theirs was ever made: the next test must not be given one.
        db.session.execute(sa.update(Schema).where(Schema.made_at.is_(None)).values(state="erased"))


@pytest.fixture
def queries():
    """`with queries() as asked: …`: the statements that were sent meanwhile."""
    from contextlib import contextmanager

    @contextmanager
    def counting():
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        engines = set(db.engines.values())
        for engine in engines:
            sa.event.listen(engine, "before_cursor_execute", note)
        yield asked
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)

    return counting

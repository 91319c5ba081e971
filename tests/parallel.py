"""Things done at the same time, as two tabs or two agents do them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from core.db import db, transaction
from tenants.companies.company import Company
from tenants.companies.databases import connect


def in_parallel(app: Flask, company: Company, deeds: list[Callable]) -> list:
    """Run deeds at the same time, each in its own transaction; give back what each returned or raised."""

    def run(deed):
        with app.app_context(), company.entered():
            try:
                with transaction():
                    return deed()
            except Exception as error:
                return error

    db.session.commit()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def until_somebody_waits(app: Flask) -> None:
    """For a lock.  A test that looks in vain is stopped by its time limit."""
    with connect(app.config["DATABASE_URL"]) as administrator:
        while administrator.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            pass

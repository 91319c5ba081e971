"""A job that takes a while, and counts how often it was done."""

import os
import time
from pathlib import Path

import sqlalchemy as sa

from core.db import db
from core.jobs import job

SECONDS = 0.4
# As the administrator makes it in each company: done within the job's own transaction, so once or not at all.
TABLE = "CREATE TABLE {schema}.chore_done (key text NOT NULL); GRANT INSERT ON {schema}.chore_done TO {schema}"


@job
def do_chore(key: str) -> None:
    begun = Path(os.environ["CHORES_BEGUN"], str(os.getpid()))
    begun.write_text(key)
    time.sleep(SECONDS)
    db.session.execute(sa.text("INSERT INTO chore_done (key) VALUES (:key)"), {"key": key})
    begun.unlink(missing_ok=True)

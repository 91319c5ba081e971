"""Each form once: sent twice, by a double click or from two tabs, it happens once."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db, transaction
from core.errors import BadRequest

_LONGEST = 100
# Longer than any page of the portal can be sent: its form is too old by then.
_KEPT = timedelta(days=7)


class OperatorForm(PlatformModel):
    """A form that was sent.  Its key was made with the page it stood on."""

    __tablename__ = "operator_form"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, server_default=sa.func.now())


def sent_before(key: str) -> bool:
    """Whether a form with this key was sent before; from now on it was, if the running transaction is committed.

    Of two at the same moment the second waits here for the first one's commit.  Raises BadRequest without a key.
    """
    if not key or len(key) > _LONGEST:
        raise BadRequest
    first = insert(OperatorForm).values(key=key).on_conflict_do_nothing().returning(OperatorForm.key)
    return db.session.scalar(first) is None


def forget_old_forms() -> None:
    """By the schedule."""
    with transaction():
        db.session.execute(sa.delete(OperatorForm).where(OperatorForm.at < now() - _KEPT))

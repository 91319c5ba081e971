"""Numbers that want no SMS from here, whoever it is from: they share our sender, so one "STOP" counts for all."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import PlatformModel, db
from core.errors import Refusal
from core.tokens import fingerprint

STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "td", "t", "退订", "退訂", "停止"}
START = {"start", "unstop", "yes", "恢复", "恢復"}


class OptedOut(Refusal):
    code = "opted_out"
    message = _l("This number wants no SMS from us. Its owner can answer START to an earlier one.")


class OptOut(PlatformModel):
    """One such number, kept as a fingerprint: who asks to be left alone is not listed."""

    __tablename__ = "sms_opt_out"

    number_hash: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def hear(cls, number: str, words: str) -> None:
        """Somebody answered one of our SMS."""
        said = words.strip().casefold()
        if said in STOP:
            values = {"number_hash": fingerprint(number), "since": now()}
            db.session.execute(insert(cls).values(values).on_conflict_do_nothing())
        elif said in START:
            db.session.execute(sa.delete(cls).where(cls.number_hash == fingerprint(number)))

    @classmethod
    def check(cls, number: str) -> None:
        """Raises OptedOut."""
        if db.session.get(cls, fingerprint(number)) is not None:
            raise OptedOut

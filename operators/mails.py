"""Mails to operators.  Each waits as a row until it was handed over; links with a secret are made while sending."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import mail
from core.clock import now
from core.db import PlatformModel, db, identity, lock, transaction
from core.errors import NotNow
from core.pages import address_at
from operators.links import OperatorLink
from operators.operator import Operator

log = logging.getLogger(__name__)

TRIES = 8
AT_ONCE = 50
# What a mail of the kind "changed" tells.
CHANGES = {
    "password": _l("Your password for the operators' portal was changed"),
    "app": _l("An authenticator app was set up for your operator account"),
    "passkey_added": _l("A passkey was added to your operator account"),
    "passkey_removed": _l("A passkey of your operator account was removed"),
    "recovery_codes": _l("New recovery codes were made for your operator account"),
    "role": _l("Your role in the operators' portal was changed"),
    "disabled": _l("Your operator account was disabled"),
    "enabled": _l("Your operator account was enabled again"),
}


class OperatorMail(PlatformModel):
    """One still to be sent, sent, or given up after TRIES.  `kind` is a template in operators/mail."""

    __tablename__ = "operator_mail"
    __table_args__ = (
        sa.Index("ix_operator_mail_due", "due_at", postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL")),
    )

    id: Mapped[int] = identity()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("platform.operator.id"))
    kind: Mapped[str]
    details: Mapped[dict] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)

    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def next_due(cls) -> "OperatorMail | None":
        """The oldest one that nobody else is sending, locked until the transaction ends."""
        due = sa.select(cls).where(cls.sent_at.is_(None), cls.given_up_at.is_(None), cls.due_at <= now())
        return db.session.scalar(due.order_by(cls.due_at).limit(1).with_for_update(of=cls, skip_locked=True))

    def send(self) -> None:
        self.tries += 1
        try:
            with db.session.begin_nested():
                mail.send(self._written())
            self.sent_at = now()
        except NotNow as refusal:
            self.tries, self.due_at = self.tries - 1, now() + timedelta(seconds=refusal.retry_after)
        except Exception:
            log.exception("mail to operator failed mail=%s try=%s", self.id, self.tries)
            self.due_at = now() + timedelta(seconds=min(5 * 4 ** (self.tries - 1), 3600))
            self.given_up_at = now() if self.tries >= TRIES else None

    @classmethod
    def given_up(cls, at_most: int = 200) -> "list[OperatorMail]":
        """Those that are not tried any more, newest first."""
        query = sa.select(cls).where(cls.given_up_at.is_not(None), cls.sent_at.is_(None))
        return list(db.session.scalars(query.order_by(cls.given_up_at.desc()).limit(at_most)))

    def replay(self, seen: int) -> bool:
        """Try it again.  False if somebody was quicker: `seen` is its number of tries."""
        if not self._is_still_given_up(seen):
            return False
        self.given_up_at, self.tries, self.due_at = None, 0, now()
        return True

    def discard(self, seen: int) -> bool:
        """Never send it.  False as with `replay`."""
        if not self._is_still_given_up(seen):
            return False
        db.session.delete(self)
        return True

    def _is_still_given_up(self, seen: int) -> bool:
        lock(self)
        return self.given_up_at is not None and self.tries == seen

    def _written(self) -> mail.EmailMessage:
        with force_locale(self.operator.language):
            about = {"operator": self.operator, "link": self._link(), "at": self.created_at, "CHANGES": CHANGES}
            written = render_template(f"operators/mail/{self.kind}.txt", **about, **self.details)
        subject, _, text = written.partition("\n\n")
        return mail.compose(self.operator.email, subject, text.strip() + "\n")

    def _link(self) -> str:
        if self.kind in ("invitation", "reset"):
            return portal_address("invitations.edit", token=OperatorLink.make(self.operator))
        return portal_address("security.show")


def tell(operator: Operator, kind: str, **details) -> None:
    """Have a mail sent to an operator, after the commit.  `details` are plain values, never secrets."""
    db.session.add(OperatorMail(operator_id=operator.id, kind=kind, details=details))


def tell_change(operator: Operator, what: str) -> None:
    """Something about his account is different now; `what` is a key of CHANGES."""
    tell(operator, "changed", what=what)


def send_operator_mails() -> None:
    """Send what is due, each in its own transaction."""
    for _number in range(AT_ONCE):
        with transaction():
            waiting = OperatorMail.next_due()
            if waiting is None:
                return
            waiting.send()


def portal_address(endpoint: str, **values) -> str:
    """The public address of a page of the portal."""
    return address_at(current_app.config["OPERATOR_URL"], f"admin_portal.{endpoint}", **values)

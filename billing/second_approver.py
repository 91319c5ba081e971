"""When a second person must agree to what an operator does, and what became of it.

The limit is on all that one operator does for one company within a day: what is split counts together.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from billing.accounts import BillingAccount
from billing.money import spoken
from core.clock import now
from core.db import db
from core.errors import Refusal
from core.text import tidy_lines

WITHIN = timedelta(hours=24)


class NeedsAnotherPerson(Refusal):
    code = "needs_another_person"
    message = _l("Whoever asked for this cannot approve it too. Ask a colleague.")


class AlreadyDecided(Refusal):
    code = "already_decided"
    message = _l("This was decided already.")


class SecondApprover:
    """Somebody who agrees or not to what is worth much.  Part of OperatorAction."""

    decided_by: Mapped[str | None]
    decided_because: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]

    @property
    def is_waiting(self) -> bool:
        return self.status == "waiting"

    @property
    def needs_second_person(self) -> bool:
        return self.worth + self.done_alone_before >= self._limit

    @property
    def why_second_person(self) -> str:
        """Why one is asked, with the numbers."""
        told = {"worth": spoken(self.worth, self.currency), "limit": spoken(self._limit, self.currency)}
        if self.worth >= self._limit:
            return _("This is worth %(worth)s. From %(limit)s on a second person must agree.", **told)
        return _(
            "This is worth %(worth)s. With what the same operator did for this company within 24 hours it makes %(sum)s, and"
            " from %(limit)s on a second person must agree.",
            sum=spoken(self.worth + self.done_alone_before, self.currency),
            **told,
        )

    @property
    def done_alone_before(self) -> int:
        """What its operator did for this company within a day before it, and nobody else agreed to, is worth together."""
        model = type(self)
        alone = sa.select(sa.func.coalesce(sa.func.sum(model.worth), 0)).where(
            model.company_id == self.company_id,
            model.operator == self.operator,
            model.status == "done",
            model.decided_by.is_(None),
            # Numbers are drawn under the company's lock; the clocks of two machines may differ.
            model.id < self.id,
            model.done_at > self.created_at - WITHIN,
        )
        return int(db.session.scalar(alone))

    def approve(self, by: str, because: str = "") -> None:
        """A second person agrees, and it is done.  Raises NeedsAnotherPerson, AlreadyDecided, and what doing it raises."""
        self._decide(by, because)
        self.carry_out()

    def decline(self, by: str, because: str = "") -> None:
        """A second person does not agree.  Raises NeedsAnotherPerson, AlreadyDecided."""
        self._decide(by, because)
        self.status = "declined"

    def _decide(self, by: str, because: str) -> None:
        BillingAccount.locked(self.company_id)
        db.session.refresh(self)
        if not self.is_waiting:
            raise AlreadyDecided
        if by == self.operator:
            raise NeedsAnotherPerson
        self.decided_by, self.decided_at, self.decided_because = by, now(), tidy_lines(because, 2000)

    @property
    def _limit(self) -> int:
        return current_app.config["SECOND_APPROVER_FROM"][self.currency]

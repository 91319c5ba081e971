"""What becomes of an SMS once the gateway has spoken: charged and counted once, free again, tried again, or asked about."""

from datetime import timedelta

from billing.purses import SMS_USED, Hold
from core.clock import now
from core.db import db
from sms.counts import SmsCount
from sms.gateways import gateway
from sms.gateways.gateway import Accepted, Report
from sms.numbers import country_of

TRIES = 6
UNCLEAR_AT_MOST = timedelta(hours=24)


class Settled:
    """How an SMS is settled.  Part of Sms."""

    @property
    def is_charged(self) -> bool:
        return self.state in ("sent", "delivered", "lost")

    def accepted(self, answer: Accepted) -> None:
        """The gateway took it: charge what was held, once."""
        if self._hold.capture(self.credits, SMS_USED, "sms", memo=self.purpose):
            self._end("sent", "")
            self._taken(answer, self.credits)

    def refused(self, reason: str, state: str = "refused") -> None:
        """It was not taken, or nobody can say any more: the credits are free again."""
        if self._hold.release():
            self._end(state, reason)

    def put_off(self, reason: str) -> None:
        """The gateway was not reached: try again later, at most TRIES times."""
        if self.tries >= TRIES:
            self.refused(reason)
        else:
            self.state, self.reason = "written", reason[:300]
            self.due_at = now() + timedelta(seconds=15 * 3 ** (self.tries - 1))

    def unclear(self, reason: str) -> None:
        """Nobody knows: the credits stay held while the gateway is asked; after a day they are free, and we are told."""
        if now() - self.created_at > UNCLEAR_AT_MOST:
            self.refused(reason, state="expired")
        else:
            self.state, self.reason, self.due_at = "unclear", reason[:300], now() + timedelta(minutes=5)

    def reported(self, report: Report) -> None:
        """What the telephone network says.  It was taken, so it is charged, whether or not it arrived.

        One that was given up stays free for the company; the gateway charges us for it all the same.
        """
        if self.state == "expired" and self.sent_at is None:
            self._taken(Accepted(""), credits=0)
        elif not self.is_charged:
            self.accepted(Accepted(""))
        if self.state in ("sent", "lost"):
            self.state, self.reason = "delivered" if report.delivered else "lost", report.reason

    @property
    def _hold(self) -> Hold:
        return db.session.get_one(Hold, self.reference)

    def _taken(self, answer: Accepted, credits: int) -> None:
        self.sent_at, self.gateway_id = now(), answer.gateway_id
        # What it says it sent is what it charges us for.
        segments = answer.segments or self.segments
        SmsCount.add(self.company_id, country_of(self.number), gateway().name, segments, credits)

    def _end(self, state: str, reason: str) -> None:
        self.state, self.reason, self.ended_at, self.sealed_text = state, reason[:300], now(), None

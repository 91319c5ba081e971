"""Ratings: what a visitor thinks of how he was served, asked or unasked (W-09, W-10)."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped

from core.clock import now
from core.db import lock, record
from core.errors import Invalid, Refusal
from core.events import dataclass_event
from core.text import tidy_lines
from tenants.companies.company import current_company
from tenants.companies.settings import Settings

SCORES = range(1, 6)
ASKED_LATELY = timedelta(minutes=1)


@dataclass_event
class ConversationRated:
    company_id: int
    conversation_id: int


@dataclass_event
class RatingAsked:
    company_id: int
    conversation_id: int


class NoRatings(Refusal):
    code = "no_ratings"
    message = _l("This company does not take ratings.")


class RatingAskedAlready(Refusal):
    code = "rating_asked_already"
    message = _l("You asked for a rating a moment ago. Give the visitor a minute.")


class Ratings:
    """How the visitor rates a conversation.  Part of Conversation."""

    rating_score: Mapped[int | None]
    rating_comment: Mapped[str | None]
    rated_at: Mapped[datetime | None]
    rating_asked_at: Mapped[datetime | None]

    def rate(self, score: int, comment: str = "") -> None:
        """Say how it was.  Saying it again replaces what was said.  Raises NoRatings, Invalid(score=…)."""
        _check_ratings_are_on()
        if type(score) is not int or score not in SCORES:
            raise Invalid(score=_("Choose one to five stars."))
        lock(self)
        self.rating_score, self.rating_comment, self.rated_at = score, tidy_lines(comment, 1000), now()
        record(ConversationRated(current_company().id, self.id))

    def ask_rating(self) -> None:
        """Ask the visitor how it was.  Raises NoRatings, RatingAskedAlready."""
        _check_ratings_are_on()
        lock(self)
        if self.rating_asked_at and now() - self.rating_asked_at < ASKED_LATELY:
            raise RatingAskedAlready
        self.rating_asked_at = now()
        record(RatingAsked(current_company().id, self.id))

    @property
    def rating(self) -> dict | None:
        """{"score", "comment", "at"}, or None until the visitor has rated."""
        if self.rating_score is None:
            return None
        return {"score": self.rating_score, "comment": self.rating_comment, "at": self.rated_at.isoformat()}


def _check_ratings_are_on() -> None:
    if not Settings.current().takes_ratings:
        raise NoRatings

"""What the company says by itself at certain moments (M-01…M-12).  An empty text says nothing (M-09).

The texts and times are a style's; an agent may have words of his own for those that are said in his name, on whichever
computer he works (M-11, CF-17).  When each is said: chat/automatic/moments.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from chat.styles.sites import Site
from chat.styles.styles import Part, Style
from core.db import TenantModel, db
from core.errors import Invalid
from core.pages import language_of
from core.text import tidy_lines
from tenants.companies.company import current_company
from tenants.companies.settings import Settings
from tenants.people.members import Member

AT_MOST = 1000
# Those an agent may say in his own words.
SPOKEN = ("greeting", "after_connect", "unanswered", "repeated", "no_reaction")
_PLACEHOLDER = re.compile(r"\{(agent|company|visitor)\}")


@dataclass(frozen=True)
class Prompts(Part, name="prompts", title=_l("Prompts")):
    """The texts of one style, and when those are said that wait for their time."""

    greeting: str = ""
    busy: str = ""
    closing: str = ""
    offline_message: str = ""
    registration: str = ""
    after_connect: str = ""
    after_connect_seconds: int = 30
    unanswered: str = ""
    unanswered_minutes: int = 5
    repeated: str = ""
    repeated_seconds: int = 60
    repeated_at_most: int = 3
    no_reaction: str = ""
    no_reaction_minutes: int = 15

    LABELS: ClassVar = {
        "greeting": _l("Greeting"),
        "busy": _l("When everybody is busy"),
        "closing": _l("At the end"),
        "offline_message": _l("Above the message form"),
        "registration": _l("Above the registration form"),
        "after_connect": _l("A moment after the connection"),
        "after_connect_seconds": _l("Seconds after the connection"),
        "unanswered": _l("When a visitor waits for an answer"),
        "unanswered_minutes": _l("Minutes after the visitor's last message"),
        "repeated": _l("Repeated while a visitor waits for an answer"),
        "repeated_seconds": _l("Seconds between two"),
        "repeated_at_most": _l("How often at most"),
        "no_reaction": _l("When the visitor does not react, at the end"),
        "no_reaction_minutes": _l("Minutes after the agent's last message"),
    }
    # At least and at most.  No clock that a message starts may run out before the alarm looks again (automatic_alarm).
    TIMES: ClassVar = {
        "after_connect_seconds": (1, 3600),
        "unanswered_minutes": (1, 720),
        "repeated_seconds": (30, 7200),
        "repeated_at_most": (1, 20),
        "no_reaction_minutes": (1, 1440),
    }

    @classmethod
    def at_first(cls) -> Self:
        return cls(offline_message=Settings.current().offline_intro)

    @classmethod
    def texts(cls) -> list[str]:
        return [field.name for field in fields(cls) if field.type is str]

    @property
    def are_silent(self) -> bool:
        """Whether nothing is ever said of itself."""
        return not any(getattr(self, name) for name in SPOKEN)

    def spoken_by(self, own: "OwnPrompts | None") -> "Prompts":
        """With an agent's own words, where he has some."""
        words = {name: getattr(own, name) for name in SPOKEN if own is not None and getattr(own, name)}
        return replace(self, **words)

    def check(self) -> None:
        faults = {name: _too_long() for name in self.texts() if len(getattr(self, name)) > AT_MOST}
        for name, (least, most) in self.TIMES.items():
            if not least <= getattr(self, name) <= most:
                faults[name] = _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most)
        if faults:
            raise Invalid(**faults)

    def as_seen(self) -> dict:
        """`StyleTexts` in frontend/src/shared/style.ts.  Nobody has accepted the visitor yet: there is no agent to name."""
        seen = {name: getattr(self, name) for name in ("busy", "closing", "offline_message", "registration")}
        return {name: filled(text, current_company().name) for name, text in seen.items()}


class OwnPrompts(TenantModel):
    """An agent's own words.  An empty one: as the style says."""

    __tablename__ = "own_prompts"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    greeting: Mapped[str] = mapped_column(default="")
    after_connect: Mapped[str] = mapped_column(default="")
    unanswered: Mapped[str] = mapped_column(default="")
    repeated: Mapped[str] = mapped_column(default="")
    no_reaction: Mapped[str] = mapped_column(default="")

    @classmethod
    def by_member(cls) -> "dict[int, OwnPrompts]":
        """Those of everybody who has any."""
        return {own.member_id: own for own in db.session.scalars(sa.select(cls))}

    @classmethod
    def keep(cls, member: Member, texts: dict[str, str]) -> None:
        """Say these from now on.  Raises Invalid for what is too long."""
        texts = {name: tidy_lines(texts.get(name), AT_MOST + 1) for name in SPOKEN}
        faults = {name: _too_long() for name, text in texts.items() if len(text) > AT_MOST}
        if faults:
            raise Invalid(**faults)
        row = sa.dialects.postgresql.insert(cls).values(member_id=member.id, **texts)
        db.session.execute(row.on_conflict_do_update(index_elements=[cls.member_id], set_=texts))


def prompts_for(conversation, own: Mapping[int, OwnPrompts] | None = None) -> Prompts:
    """What is said in a conversation: as its site's style says, in the words of the agent who has it.

    `own` is everybody's words, if they are at hand.
    """
    own = OwnPrompts.by_member() if own is None else own
    prompts = Style(db.session.get_one(Site, conversation.site_id)).in_force(Prompts)
    return prompts.spoken_by(own.get(conversation.assigned_to_id))


def filled_for(conversation, text: str) -> str:
    """A text with the names of those who talk, in the visitor's language where there is no name to say.

    The visitor's is said only to whom he has given it: what agents call somebody else is not for his eyes.
    """
    visitor, agent = conversation.visitor, conversation.assigned_to
    gave_his_name = visitor.is_verified or visitor.registered_at is not None
    with force_locale(language_of(visitor.language)):
        return filled(text, current_company().name, agent.name if agent else "", visitor.name if gave_his_name else "")


def filled(text: str, company: str, agent: str = "", visitor: str = "") -> str:
    """A text with {company}, {agent} and {visitor} replaced.  What stands in a name is never replaced again."""
    names = {"company": company, "agent": agent or company, "visitor": visitor or _("visitor")}
    return _PLACEHOLDER.sub(lambda found: names[found[1]], text)


def _too_long() -> str:
    return _("At most %(most)s characters fit in.", most=AT_MOST)

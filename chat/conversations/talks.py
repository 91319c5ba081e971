"""Talks: what colleagues say to each other, two of them or a group (A-36)."""

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat.conversations.drafts import FileNotFound
from chat.conversations.files import File
from core.clock import now
from core.db import TenantModel, db, identity, lock, record
from core.errors import BadRequest, Invalid, NotFound
from core.events import dataclass_event
from core.text import tidy
from tenants.companies.company import current_company
from tenants.people.members import Member

PAGE = 200
AT_MOST_SHOWN = 100
LARGEST_GROUP = 50


@dataclass_event
class TalkOpened:
    company_id: int
    talk_id: int


@dataclass_event
class TalkMessagePosted:
    company_id: int
    talk_message_id: int


@dataclass_event
class TalkRead:
    company_id: int
    talk_id: int
    member_id: int
    seq: int


class TalkMember(TenantModel):
    """A colleague in a talk, and how far he has read."""

    __tablename__ = "talk_member"

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    read_seq: Mapped[int] = mapped_column(default=0, server_default="0")

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class Talk(TenantModel):
    """Two colleagues, who have one talk for ever, or a group with a title.  Only its members know of it."""

    __tablename__ = "talk"

    id: Mapped[int] = identity()
    title: Mapped[str] = mapped_column(default="")
    # The two members' numbers, "3:7": however many tabs open it at once, there is one.
    pair: Mapped[str | None] = mapped_column(unique=True)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    last_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    last_message_at: Mapped[datetime | None]

    places: Mapped[list[TalkMember]] = relationship(lazy="selectin", order_by=TalkMember.member_id)

    @classmethod
    def open_for(cls, member: Member, others: list[Member], title: str = "") -> "Talk":
        """His talk with one colleague, or a group with several.  Raises Invalid(members=…, title=…)."""
        if not others:
            raise Invalid(members=_("Choose at least one colleague."))
        return cls._of_pair(member, others[0]) if len(others) == 1 else cls._group(member, others, title)

    @classmethod
    def of_member(cls, member: Member) -> list["Talk"]:
        """The talks he is in, the newest first."""
        latest = sa.func.coalesce(cls.last_message_at, cls.opened_at)
        mine = sa.select(cls).join(TalkMember).where(TalkMember.member_id == member.id)
        return list(db.session.scalars(mine.order_by(latest.desc(), cls.id.desc()).limit(AT_MOST_SHOWN)))

    @property
    def present(self) -> list[Member]:
        """Those in it who still work here: they hear what happens."""
        return [place.member for place in self.places if place.member.removed_at is None]

    def post(self, by: Member, client_id: str, text: str = "", file_id: int | None = None) -> "TalkMessage":
        """Say something.  Saying it again, by `client_id`, gives what was said.  Raises FileNotFound, BadRequest."""
        lock(self)
        earlier = self._said(client_id)
        if earlier is not None:
            if earlier.author_id != by.id:
                raise BadRequest
            return earlier
        self._check_file(file_id)
        self.last_seq, self.last_message_at = self.last_seq + 1, now()
        message = TalkMessage(
            talk_id=self.id,
            seq=self.last_seq,
            client_id=uuid.UUID(client_id),
            author=by,
            body=text,
            file_id=file_id,
            created_at=self.last_message_at,
        )
        db.session.add(message)
        db.session.flush()
        record(TalkMessagePosted(current_company().id, message.id))
        return message

    def sync(self, after: int) -> dict:
        """What a client that holds `after` is missing: {"talk_id", "messages", "last_seq", "more"}."""
        later = sa.select(TalkMessage).where(TalkMessage.talk_id == self.id, TalkMessage.seq > after)
        messages = list(db.session.scalars(later.order_by(TalkMessage.seq).limit(PAGE + 1)))
        return {
            "talk_id": self.id,
            "messages": [message.as_dict() for message in messages[:PAGE]],
            "last_seq": self.last_seq,
            "more": len(messages) > PAGE,
        }

    def read(self, by: Member, seq: int) -> None:
        """Note how far he has read: never back, never beyond what was said."""
        place = sa.and_(TalkMember.talk_id == self.id, TalkMember.member_id == by.id)
        said = sa.exists().where(Talk.id == self.id, Talk.last_seq >= seq)
        moved = db.session.execute(sa.update(TalkMember).where(place, TalkMember.read_seq < seq, said).values(read_seq=seq))
        if moved.rowcount:
            record(TalkRead(current_company().id, self.id, by.id, seq))

    def as_dict(self, last: "TalkMessage | None" = None) -> dict:
        """The talk as browsers hear of it.  `last` is its last message, if there is one."""
        return {
            "id": self.id,
            "title": self.title,
            "members": [{"id": place.member.id, "name": place.member.name} for place in self.places],
            "last_seq": self.last_seq,
            "read": {str(place.member_id): place.read_seq for place in self.places},
            "last_message": {
                "text": last.body or (last.file.name if last.file else ""),
                "at": last.created_at.isoformat(),
                "author": last.author_dict,
            }
            if last
            else None,
        }

    @classmethod
    def _of_pair(cls, member: Member, other: Member) -> "Talk":
        pair = "{}:{}".format(*sorted((member.id, other.id)))
        row = insert(cls).values(pair=pair, title="", opened_by_id=member.id, opened_at=now())
        new_id = db.session.scalar(row.on_conflict_do_nothing(index_elements=[cls.pair]).returning(cls.id))
        if new_id is not None:
            cls._seat(new_id, [member, other])
        return db.session.scalars(sa.select(cls).where(cls.pair == pair)).one()

    @classmethod
    def _group(cls, member: Member, others: list[Member], title: str) -> "Talk":
        title = tidy(title, 80)
        if not title:
            raise Invalid(title=_("Give the group a name."))
        if len(others) >= LARGEST_GROUP:
            raise Invalid(members=_("A group may have at most %(count)s people.", count=LARGEST_GROUP))
        talk = cls(title=title, opened_by_id=member.id)
        db.session.add(talk)
        db.session.flush()
        cls._seat(talk.id, [member, *others])
        return talk

    @staticmethod
    def _seat(talk_id: int, members: list[Member]) -> None:
        db.session.execute(insert(TalkMember), [{"talk_id": talk_id, "member_id": member.id} for member in members])
        record(TalkOpened(current_company().id, talk_id))

    def _said(self, client_id: str) -> "TalkMessage | None":
        again = sa.select(TalkMessage).where(TalkMessage.talk_id == self.id, TalkMessage.client_id == uuid.UUID(client_id))
        return db.session.scalar(again)

    def _check_file(self, file_id: int | None) -> None:
        file = db.session.get(File, file_id) if file_id is not None else None
        if file_id is not None and (file is None or file.talk_id != self.id):
            raise FileNotFound


class TalkMessage(TenantModel):
    """One thing said in a talk.  `seq` counts without holes; `client_id` makes sending it again harmless."""

    __tablename__ = "talk_message"
    __table_args__ = (
        sa.UniqueConstraint("talk_id", "seq"),
        sa.UniqueConstraint("talk_id", "client_id", name="uq_talk_message_client_id"),
    )

    id: Mapped[int] = identity()
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    seq: Mapped[int]
    client_id: Mapped[uuid.UUID]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    body: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[File | None] = relationship(lazy="joined")

    @property
    def author_dict(self) -> dict:
        return {"id": self.author_id, "name": self.author.name}

    def as_dict(self) -> dict:
        return {
            "talk_id": self.talk_id,
            "seq": self.seq,
            "message_id": self.id,
            "client_id": str(self.client_id),
            "author": self.author_dict,
            "text": self.body,
            "file": self.file.as_dict() if self.file else None,
            "at": self.created_at.isoformat(),
        }


def talk_for(member: Member, id: int) -> Talk:
    """The door to talks: only for who is in it, whatever his role.  Raises NotFound."""
    talk = db.session.get(Talk, id) if isinstance(id, int) else None
    if talk is None or member.id not in {place.member_id for place in talk.places}:
        raise NotFound
    return talk


def colleagues_for(member: Member, ids: Iterable[int]) -> list[Member]:
    """Those he wants to talk to: people who work here, himself left out.  Raises NotFound."""
    wanted = set(ids) - {member.id}
    found = [colleague for colleague in Member.with_ids(wanted) if colleague.removed_at is None]
    if len(found) < len(wanted):
        raise NotFound
    return found


def talks_as_dicts(talks: list[Talk]) -> list[dict]:
    """Many talks as browsers hear of them, their last messages read together."""
    newest = sa.and_(TalkMessage.talk_id == Talk.id, TalkMessage.seq == Talk.last_seq)
    ids = [talk.id for talk in talks]
    messages = db.session.scalars(sa.select(TalkMessage).join(Talk, newest).where(Talk.id.in_(ids)))
    last = {message.talk_id: message for message in messages}
    return [talk.as_dict(last.get(talk.id)) for talk in talks]

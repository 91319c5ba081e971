"""A visitor's say over what is kept about him: what it is, what agents may see of it, and that it be erased."""

from collections import defaultdict

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from chat.conversations.conversations import Conversation
from chat.conversations.files import File, path_of_file
from chat.conversations.messages import Message
from chat.invitations.invitations import Invitation
from chat.offline.messages import OfflineMessage
from chat.offline.replies import OfflineReply
from chat.visitors.told import Consent
from chat.visitors.visitors import Visitor
from chat.visitors.visits import PageView, Visit
from core.db import db, record
from core.errors import Refusal
from core.events import dataclass_event
from core.jobs import job
from tenants.audit import audit
from tenants.companies.company import current_company
from tenants.companies.settings import Settings


@dataclass_event
class PrivacyChanged:
    company_id: int
    visitor_id: int
    shows_typing: bool


@dataclass_event
class VisitorErased:
    company_id: int
    visitor_id: int


class ErasingIsOff(Refusal):
    code = "erasing_is_off"
    message = _l("This company keeps its conversations. Write to its team to have yours erased.")
    status = 403


def set_privacy(visitor: Visitor, shows_typing: bool) -> None:
    """Let agents see what he is typing, or no longer."""
    visitor.shows_typing = shows_typing
    record(PrivacyChanged(current_company().id, visitor.id, shows_typing))


def data_of(visitor: Visitor) -> dict:
    """Everything the company keeps about a visitor, ready for JSON."""
    return {
        "profile": _profile(visitor),
        "consents": {"shows_typing": visitor.shows_typing, "agreed": [consent.as_dict() for consent in Consent.of(visitor)]},
        "visits": _visits(visitor),
        "conversations": _conversations(visitor),
        "invitations": [_invitation(invitation) for invitation in _all_of(Invitation, visitor)],
        "offline_messages": [_offline_message(message) for message in _all_of(OfflineMessage, visitor)],
    }


def erase(visitor: Visitor) -> None:
    """Erase him with all that hangs on him, for good.  Twice is harmless.  Raises ErasingIsOff."""
    if not Settings.current().visitors_may_erase:
        raise ErasingIsOff
    if not _still_there(visitor):
        return
    conversations, keys = _held(visitor)
    if keys:
        forget_files.later(keys=keys)
    # All the rest refers to these two with ON DELETE CASCADE.  What does not would stop us here.
    db.session.execute(sa.delete(Conversation).where(Conversation.id.in_(conversations)))
    db.session.execute(sa.delete(Visitor).where(Visitor.id == visitor.id))
    audit.note("visitor.erased", subject=f"visitor:{visitor.id}")
    record(VisitorErased(current_company().id, visitor.id))


@job
def forget_files(keys: list[str]) -> None:
    """Delete the bytes of files whose rows are gone, so that nobody can fetch them any more."""
    known = set(db.session.scalars(sa.select(File.key).where(File.key.in_(keys))))
    for key in set(keys) - known:
        path_of_file(key).unlink(missing_ok=True)


def _still_there(visitor: Visitor) -> bool:
    """Whether nobody erased him meanwhile.  From here on he begins nothing new."""
    row = sa.select(Visitor.id).where(Visitor.id == visitor.id).with_for_update()
    return db.session.scalar(row) is not None


def _held(visitor: Visitor) -> tuple[list[int], list[str]]:
    """His conversations, locked, and the keys of the files in them.

    Who is posting or uploading right now holds a conversation: once we have it, we see all there is in it.
    """
    rows = sa.select(Conversation.id).where(Conversation.visitor_id == visitor.id).order_by(Conversation.id)
    ids = list(db.session.scalars(rows.with_for_update()))
    return ids, list(db.session.scalars(sa.select(File.key).where(File.conversation_id.in_(ids))))


def _profile(visitor: Visitor) -> dict:
    return visitor.as_card() | {"identity": visitor.sub}


def _visits(visitor: Visitor) -> list[dict]:
    visits = _all_of(Visit, visitor)
    pages = defaultdict(list)
    viewed = sa.select(PageView).where(PageView.visit_id.in_([visit.id for visit in visits])).order_by(PageView.id)
    for page in db.session.scalars(viewed):
        pages[page.visit_id].append(page.as_dict())
    return [_visit(visit) | {"pages": pages[visit.id]} for visit in visits]


def _visit(visit: Visit) -> dict:
    told = ("ip", "user_agent", "referrer", "language", "zone", "screen")
    moments = {name: getattr(visit, name).isoformat() for name in ("began_at", "last_seen_at")}
    return moments | {name: getattr(visit, name) for name in told}


def _conversations(visitor: Visitor) -> list[dict]:
    conversations = _all_of(Conversation, visitor)
    ids = [conversation.id for conversation in conversations]
    said = defaultdict(list)
    messages = sa.select(Message).where(Message.conversation_id.in_(ids)).order_by(Message.conversation_id, Message.seq)
    for message in db.session.scalars(messages):
        said[message.conversation_id].append(_message(message))
    files = defaultdict(list)
    for file in db.session.scalars(sa.select(File).where(File.conversation_id.in_(ids)).order_by(File.id)):
        files[file.conversation_id].append({"name": file.name, "size": file.size, "address": file.address})
    return [_conversation(one) | {"messages": said[one.id], "files": files[one.id]} for one in conversations]


def _conversation(conversation: Conversation) -> dict:
    return {
        "opened_at": conversation.opened_at.isoformat(),
        "closed_at": conversation.closed_at.isoformat() if conversation.closed_at else None,
        "agent": conversation.assigned_to.name if conversation.assigned_to else None,
        "rating": conversation.rating,
    }


def _message(message: Message) -> dict:
    return {
        "at": message.created_at.isoformat(),
        "by": "you" if message.author_kind == "visitor" else message.author_name,
        "text": message.body,
        "file": message.file.name if message.file else None,
    }


def _offline_message(message: OfflineMessage) -> dict:
    told = ("text", "name", "email", "phone", "answers", "page_url", "referrer", "ip")
    mails = [_mail(reply) for reply in message.replies]
    return {"at": message.created_at.isoformat()} | {name: getattr(message, name) for name in told} | {"mails": mails}


def _mail(reply: OfflineReply) -> dict:
    by = reply.author.name if reply.author else "you"
    return {"at": reply.created_at.isoformat(), "by": by, "text": reply.text}


def _invitation(invitation: Invitation) -> dict:
    return {
        "at": invitation.made_at.isoformat(),
        "agent": invitation.by.name if invitation.by else None,
        "title": invitation.title,
        "text": invitation.text,
        "answer": invitation.ended_because,
    }


def _all_of(model, visitor: Visitor) -> list:
    return list(db.session.scalars(sa.select(model).where(model.visitor_id == visitor.id).order_by(model.id)))

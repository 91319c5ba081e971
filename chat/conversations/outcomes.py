"""What became of drafts, and how browsers hear of it."""

from typing import NamedTuple

from chat.conversations.drafts import ConversationIsClosed, ConversationNotFound, Draft, FileNotFound
from chat.conversations.files import describe
from chat.conversations.rooms import hearing_rooms
from core.errors import BadRequest, NotAllowed, Refusal
from core.realtime.push import Push

REFUSALS = {refusal.code: refusal for refusal in (ConversationNotFound, ConversationIsClosed, FileNotFound, NotAllowed)}


class Outcome(NamedTuple):
    """What became of a draft.  `is_new` is false for a message that had been posted before."""

    refusal: str | None
    seq: int | None
    message_id: int | None
    at: str | None
    is_new: bool
    visitor_id: int | None
    assigned_to_id: int | None
    file: list | None


def push_of(draft: Draft, outcome: Outcome) -> Push:
    """The posted message as browsers hear of it, addressed to everybody in the conversation."""
    rooms = hearing_rooms(draft.company_id, draft.conversation_id, outcome.visitor_id, outcome.assigned_to_id)
    head = draft.company_id, draft.conversation_id, outcome.seq
    return Push.of(rooms, "message_posted", message_of(draft, outcome), head=head)


def message_of(draft: Draft, outcome: Outcome) -> dict:
    """The same as Message.as_dict, without reading the row back."""
    return {
        "conversation_id": draft.conversation_id,
        "seq": outcome.seq,
        "message_id": outcome.message_id,
        "client_id": draft.client_id,
        "author": {"kind": draft.author_kind, "id": draft.author_id, "name": draft.author_name},
        "text": draft.text,
        "file": describe(*outcome.file) if outcome.file else None,
        "at": outcome.at,
    }


def refusal_of(outcome: Outcome) -> Refusal:
    """Why a draft was not posted, for people."""
    return REFUSALS.get(outcome.refusal, BadRequest)()


def answer_of(outcome: Outcome) -> dict | Refusal:
    """What who sent the message hears."""
    if outcome.refusal is not None:
        return refusal_of(outcome)
    return {"seq": outcome.seq, "message_id": outcome.message_id, "at": outcome.at}

"""Files an agent sends into a conversation of his own, or into a talk with colleagues."""

from flask import Blueprint, jsonify, request

from chat.conversations.access import conversation_for
from chat.conversations.drafts import ConversationIsClosed
from chat.conversations.files import File
from chat.conversations.talks import talk_for
from core.db import transaction
from core.errors import BadRequest, NotFound
from core.limits import count_try
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.signing_in.current import current_member, needs

files = Blueprint("files", __name__)


@files.post("/files")
@needs("conversations.answer")
def create():
    """Keep a file for the conversation or talk named in the address; posting a message with its id shows it."""
    member = current_member()
    count_try("60 per 5 minutes", "console files", member.id)
    upload = request.files.get("file")
    if upload is None:
        raise BadRequest
    with transaction():
        file = File.keep(upload.read(), upload.filename or "", **_place_for(member))
        return jsonify(ok=True, file=file.as_dict())


def _place_for(member: Member) -> dict:
    """Where it goes: {"conversation": …} or {"talk": …}.  Raises NotFound, ConversationIsClosed, CompanySuspended."""
    if "talk_id" in request.args:
        # Conversations may still end in peace; what colleagues have to say to each other waits.
        if standstill := current_company().standstill:
            raise standstill.refusal
        return {"talk": talk_for(member, request.args.get("talk_id", type=int))}
    conversation = conversation_for(member, request.args.get("conversation_id", type=int))
    if conversation.assigned_to_id != member.id:
        raise NotFound
    if not conversation.is_open:
        raise ConversationIsClosed
    return {"conversation": conversation}

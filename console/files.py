"""Files an agent sends into a conversation of his own."""

from flask import Blueprint, jsonify, request

from chat.access import conversation_for
from chat.conversations import ConversationIsClosed
from chat.files import File
from core.db import transaction
from core.errors import BadRequest, NotFound
from core.limits import count_try
from tenants.current import current_member, needs

files = Blueprint("files", __name__)


@files.post("/files")
@needs("conversations.answer")
def create():
    """Keep a file for the conversation named in the address; posting a message with its id shows it to the visitor."""
    member = current_member()
    count_try("60 per 5 minutes", "console files", member.id)
    upload, conversation_id = request.files.get("file"), request.args.get("conversation_id", type=int)
    if upload is None:
        raise BadRequest
    with transaction():
        conversation = conversation_for(member, conversation_id)
        if conversation.assigned_to_id != member.id:
            raise NotFound
        if not conversation.is_open:
            raise ConversationIsClosed
        file = File.keep(upload.read(), upload.filename or "", conversation)
        return jsonify(ok=True, file=file.as_dict())

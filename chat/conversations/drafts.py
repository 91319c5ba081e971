"""Messages that somebody wants to post, before they have a number, and why they may be refused."""

import re
import time
from collections.abc import Callable

from flask_babel import lazy_gettext as _l

from chat.conversations.messages import AT_MOST
from core.db import Place
from core.errors import BadRequest, NotFound, Refusal
from core.realtime.caller import Caller

_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Busy(Refusal):
    code = "busy"
    message = _l("The service is busy right now. Your message will be sent again in a moment.")
    status = 503


class ConversationNotFound(NotFound):
    code = "conversation_not_found"
    message = _l("We could not find this conversation. It may be with another agent now.")


class ConversationIsClosed(Refusal):
    code = "conversation_closed"
    message = _l("This conversation has ended.")


class FileNotFound(NotFound):
    code = "file_not_found"
    message = _l("We could not find this file. Send it again.")


class MessageTooLong(Refusal):
    code = "message_too_long"
    message = _l("A message may have at most {at_most} characters.")
    status = 422


class MessageIsEmpty(Refusal):
    code = "message_is_empty"
    message = _l("Write something first.")
    status = 422


class Draft:
    """A message somebody wants to post: it has no number yet."""

    __slots__ = (
        "answer", "author_id", "author_kind", "author_name", "born", "client_id", "company_id",
        "conversation_id", "file_id", "is_uncertain", "place", "text", "tries",
    )  # fmt: skip

    def __init__(self, company_id, place, conversation_id, client_id, author, text="", file_id=None, answer=None):
        self.company_id: int = company_id
        self.place: Place = place
        self.conversation_id: int = conversation_id
        self.client_id: str = client_id
        self.author_kind, self.author_id, self.author_name = author
        self.text: str = text
        self.file_id: int | None = file_id
        self.answer: Callable[[dict | Refusal], None] | None = answer
        self.born, self.tries, self.is_uncertain = time.monotonic(), 0, False

    @classmethod
    def from_request(cls, caller: Caller, request: dict, answer=None) -> "Draft":
        """What a browser asks to post.  Raises a Refusal for what the database need not see."""
        text, file_id = request.get("text") or "", request.get("file_id")
        check_text(text, file_id)
        return cls(
            caller.company_id,
            caller.place,
            _number(request.get("conversation_id")),
            client_id_from(request.get("client_id")),
            (caller.kind, caller.id, caller.name),
            text,
            None if file_id is None else _number(file_id),
            answer,
        )

    @property
    def row(self) -> tuple:
        return (
            self.conversation_id, self.client_id, self.author_kind, self.author_id, self.author_name, self.text, self.file_id,
        )  # fmt: skip


def check_text(text, file_id) -> None:
    """Raises BadRequest, MessageTooLong, MessageIsEmpty: a message needs words or a file."""
    if not isinstance(text, str) or "\0" in text or not _is_unicode(text):
        raise BadRequest
    if len(text) > AT_MOST:
        raise MessageTooLong(at_most=AT_MOST)
    if file_id is None and not text.strip():
        raise MessageIsEmpty


def _is_unicode(text: str) -> bool:
    """Half of a surrogate pair is no character: neither UTF-8 nor the database can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value) -> int:
    if type(value) is not int or not 0 < value < 2**63:
        raise BadRequest
    return value


def client_id_from(value) -> str:
    """The UUID a browser made for its message.  Raises BadRequest."""
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise BadRequest
    return value.lower()

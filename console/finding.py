"""What a search found, as the console hears of it."""

from chat.conversations.conversations import as_dicts
from chat.conversations.talks import talks_as_dicts
from chat.search import Hit, Search
from chat.visitors.visitors import Visitor
from console.state import ConsoleState
from tenants.companies.company import current_company
from tenants.people.members import Member


def found_by(member: Member, text: str) -> dict:
    """All kinds of what the member finds; nothing for what is too short to mean anything."""
    search, state = Search(member, text), ConsoleState(current_company(), member)
    if not search.is_enough:
        return {"visitors": [], "conversations": [], "offline_messages": [], "talks": [], "colleagues": []}
    return {
        "visitors": [_visitor(visitor) for visitor in search.visitors],
        "conversations": _placed("conversation", as_dicts, search.conversations),
        "offline_messages": [message.as_dict() for message in search.offline_messages],
        "talks": _placed("talk", talks_as_dicts, search.talks),
        "colleagues": [state.as_colleague(colleague) for colleague in search.colleagues],
    }


def _visitor(visitor: Visitor) -> dict:
    return visitor.as_dict() | {"email": visitor.email, "phone": visitor.phone, "company": visitor.company}


def _placed(kind: str, as_dicts, hits: list[Hit]) -> list[dict]:
    described = as_dicts([hit.where for hit in hits])
    return [{kind: one, "seq": hit.seq, "excerpt": hit.excerpt} for one, hit in zip(described, hits, strict=True)]

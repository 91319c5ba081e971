"""What a console asks about talks of colleagues (A-36)."""

from chat.conversations.drafts import check_text, client_id_from
from chat.conversations.talks import Talk, colleagues_for, talk_for, talks_as_dicts
from console.agent import Agent
from console.asked import number_in, numbers_in, text_in
from console.door import console_door
from core.errors import TooFast
from core.realtime.limits import Buckets

# As fast as one may write to visitors.
_writers = Buckets(per_second=2, burst=20)


@console_door.on("open_talk")
def open_talk(agent: Agent, request: dict) -> dict:
    """One's talk with a colleague, there already or not; or a new group."""
    member = agent.member
    others = colleagues_for(member, numbers_in(request, "member_ids"))
    talk = Talk.open_for(member, others, text_in(request, "title"))
    return {"talk": talks_as_dicts([talk])[0]}


@console_door.on("post_to_talk")
def post_to_talk(agent: Agent, request: dict) -> dict:
    """Like `post_message`, but to colleagues, who write seldom enough to need no batches."""
    member, text, file_id = agent.member, request.get("text") or "", request.get("file_id")
    check_text(text, file_id)
    if not _writers.take(agent.rate_key):
        raise TooFast
    talk = talk_for(member, number_in(request, "talk_id"))
    message = talk.post(
        by=member,
        client_id=client_id_from(request.get("client_id")),
        text=text,
        file_id=None if file_id is None else number_in(request, "file_id"),
    )
    return {"seq": message.seq, "message_id": message.id, "at": message.created_at.isoformat()}


@console_door.on("sync_talk")
def sync_talk(agent: Agent, request: dict) -> dict:
    return talk_for(agent.member, number_in(request, "talk_id")).sync(number_in(request, "after", least=0))


@console_door.on("read_talk")
def read_talk(agent: Agent, request: dict) -> dict:
    member = agent.member
    talk_for(member, number_in(request, "talk_id")).read(by=member, seq=number_in(request, "seq", least=0))
    return {}

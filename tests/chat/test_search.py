"""What a search finds, and for whom."""

import uuid

import pytest

from chat.conversations.access import conversation_for
from chat.conversations.conversations import Conversation
from chat.conversations.messages import Message
from chat.conversations.talks import Talk
from chat.offline.messages import OfflineMessage
from chat.search import Search, excerpt
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.errors import NotFound
from tenants.people.members import Member
from tenants.people.roles import Role


def say(conversation: Conversation, *texts: str) -> None:
    with transaction():
        for text in texts:
            conversation.last_seq += 1
            message = Message(conversation_id=conversation.id, seq=conversation.last_seq, client_id=uuid.uuid4(),
                              author_kind="visitor", author_id=conversation.visitor_id, body=text)  # fmt: skip
            db.session.add(message)


def a_conversation(cast, *texts: str, with_: Member | None = None, ended: bool = False) -> Conversation:
    with transaction():
        conversation = Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)
        conversation.assigned_to = with_
    say(conversation, *texts)
    if ended:
        with transaction():
            conversation.close(by=conversation.visitor)
    return conversation


def found(member: Member, text: str) -> list[tuple[int, int]]:
    return [(hit.where.id, hit.seq) for hit in Search(member, text).conversations]


@pytest.mark.parametrize("ended", [False, True], ids=["going on", "ended"])
@pytest.mark.parametrize(
    "text", ["退", "退货", "货运费谁", "ab-1042", "ＡＢ-1042", "AB", "order ab", "100%", "c:\\new_file", "_"]
)
def test_finds_words_in_any_language_and_width(cast, ended, text):
    said = "请问退货运费谁承担 Order AB-1042 at 100% in C:\\new_file"
    conversation = a_conversation(cast, "hello", said, "thanks", ended=ended)
    a_conversation(cast, "Something else, order 1043, 1000 and c:/new.file 货退", ended=ended)

    assert (conversation.id, 2) in found(cast.olga, text)
    assert len(found(cast.olga, text)) == (2 if text == "退" else 1)


def test_finds_full_width_for_half_width(cast):
    conversation = a_conversation(cast, "订单号ＡＢ１０４２", ended=True)

    assert found(cast.olga, "ab1042") == [(conversation.id, 1)]


@pytest.mark.parametrize("text", ["%", "%%%", "a%c", "__", "\\", "\\\\", "' OR 1=1 --", "\0abc", "%s %(x)s {x}"])
def test_signs_mean_themselves(cast, text):
    a_conversation(cast, "abc and nothing more", ended=True)

    assert found(cast.olga, text) == ([] if text != "\0abc" else found(cast.olga, "abc"))


@pytest.mark.parametrize(("text", "is_enough"), [("", False), (" a ", False), ("订", True), ("ab", True), ("7", False)])
def test_one_letter_is_not_enough_one_character_is(cast, text, is_enough):
    assert Search(cast.olga, text).is_enough is is_enough


def test_what_is_said_after_a_search_is_found_and_the_newest_place_counts(cast):
    conversation = a_conversation(cast, "the parcel", "and again the parcel")
    assert found(cast.olga, "parcel") == [(conversation.id, 2)]

    say(conversation, "a third parcel")

    assert found(cast.olga, "parcel") == [(conversation.id, 3)]


def test_the_newest_first_and_at_most_twenty(cast):
    ids = [a_conversation(cast, "parcel", ended=number % 2 == 0).id for number in range(22)]

    assert [id for id, _ in found(cast.olga, "parcel")] == ids[:1:-1]


def test_nobody_finds_a_conversation_that_is_closed_to_him(cast):
    """Every role, every conversation: what is found is what the guarded door opens."""
    with transaction():
        people = {"administrator": cast.olga, "agent": cast.nina}
        for name, permissions in {
            "own only": ["conversations.answer"],
            "watcher": ["conversations.answer", "visitors.see"],
            "nothing": [],
            "manager": ["management.enter", "conversations.see_all", "offline_messages.handle", "visitors.see"],
        }.items():
            role = Role(name=name, permissions=permissions)
            people[name] = Member.add(name, f"{name[:3]}@acme.example", role)
    alone = people["own only"]
    conversations = [
        a_conversation(cast, "the secret parcel", with_=owner, ended=ended)
        for owner in (None, alone, cast.adam, cast.nina)
        for ended in (False, True)
    ]

    for member in people.values():
        opens = [one.id for one in conversations if _opens(member, one)]
        assert sorted(id for id, _ in found(member, "parcel")) == sorted(opens), member.name
    assert len(found(alone, "parcel")) == 4
    assert found(people["nothing"], "parcel") == found(people["manager"], "parcel") == []


def _opens(member: Member, conversation: Conversation) -> bool:
    try:
        return conversation_for(member, conversation.id) is conversation
    except NotFound:
        return False


def test_visitors_by_all_that_is_known_and_by_number(cast):
    with transaction():
        cast.visitor.name, cast.visitor.phone = "陈晓雨", "+86 138-0000-1111"
        cast.visitor.email, cast.visitor.company = "chen@tea.example", "Acme Tea"
        Visitor.recognise(None, cast.site)

    for text in ("晓", "Chen@TEA", "0000-11", "acme t", f"{cast.visitor.id:0>3}"):
        assert Search(cast.olga, text).visitors == [cast.visitor], text
    assert Search(cast.olga, "nobody").visitors == []


def test_without_the_site_only_visitors_one_has_met(cast):
    with transaction():
        role = Role(name="Newcomer", permissions=["conversations.answer"])
        cast.adam.move_to(role)
        cast.visitor.name = "Marta"
        cast.question.accept(by=cast.nina)

    assert Search(cast.nina, "marta").visitors == [cast.visitor]
    assert Search(cast.adam, "marta").visitors == []


def test_offline_messages_are_for_who_handles_them(cast):
    with transaction():
        role = Role(name="Newcomer", permissions=["conversations.answer"])
        cast.adam.move_to(role)
        left = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "订单寄错地址了", {"email": "v@mail.example"})

    assert Search(cast.nina, "寄错").offline_messages == [left]
    assert Search(cast.nina, "v@mail").offline_messages == [left]
    assert Search(cast.adam, "寄错").offline_messages == []


def test_talks_are_for_who_is_in_them(cast):
    with transaction():
        talk = Talk.open_for(cast.adam, [cast.nina])
        talk.post(cast.nina, str(uuid.uuid4()), "Who takes 王女士?")
        talk.post(cast.adam, str(uuid.uuid4()), "I do")
        group = Talk.open_for(cast.adam, [cast.nina, cast.olga], "王女士's parcel")

    assert {(hit.where.id, hit.seq) for hit in Search(cast.adam, "王女").talks} == {(talk.id, 1), (group.id, 0)}
    assert [hit.where.id for hit in Search(cast.olga, "王女").talks] == [group.id]


def test_colleagues_by_name_or_number(cast):
    assert Search(cast.adam, "NIN").colleagues == [cast.nina]
    assert Search(cast.adam, cast.olga.number).colleagues == [cast.olga]
    with transaction():
        cast.nina.remove()
    assert Search(cast.adam, "nin").colleagues == []


def test_another_company_finds_nothing(cast):
    a_conversation(cast, "the parcel", ended=True)

    with cast.globex.entered():
        eve = Member.all()[0]
        assert found(eve, "parcel") == []
        assert Search(eve, "nina").colleagues == []


def test_the_excerpt_is_what_stands_around():
    long = "前" * 200 + " 退货 " + "后" * 200

    assert excerpt(long, "退货") == "…" + "前" * 39 + " 退货 " + "后" * 39 + "…"
    assert excerpt("a\n退货", "退货") == "a 退货"

from datetime import timedelta

import pytest

from chat.conversations.conversations import Conversation
from chat.conversations.earlier import PAGE, conversation_shown_to, earlier_conversations_of, readable_conversation_of
from chat.visitors.visitors import Visitor
from core.clock import now
from core.db import transaction
from core.errors import NotFound
from tenants.companies.settings import Settings


@pytest.fixture
def ended_long_ago(cast) -> Conversation:
    with transaction():
        cast.question.close(by=cast.adam)
        cast.question.closed_at = now() - timedelta(days=3)
    return cast.question


@pytest.fixture
def without_former_chats(cast):
    with transaction():
        Settings.current().show_last_conversation = False


def test_his_ended_ones_newest_first_page_by_page(cast):
    with transaction():
        cast.question.close(by=cast.adam)
        for _ in range(PAGE):
            Conversation.open_for(cast.visitor, cast.site).close(by=cast.visitor)
        open_now = Conversation.open_for(cast.visitor, cast.site)

    first = earlier_conversations_of(cast.visitor)
    second = earlier_conversations_of(cast.visitor, before=first["conversations"][-1]["id"])

    ids = [one["id"] for one in first["conversations"] + second["conversations"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), first["more"], second["more"]) == (PAGE + 1, True, False)
    assert open_now.id not in ids


def test_nobody_elses(cast, ended_long_ago):
    assert earlier_conversations_of(Visitor.recognise(None, cast.site)) == {"conversations": [], "more": False}


def test_he_may_read_them_again(cast, ended_long_ago):
    assert readable_conversation_of(cast.visitor, ended_long_ago.id) is ended_long_ago


def test_none_where_the_company_shows_none(cast, ended_long_ago, without_former_chats):
    assert earlier_conversations_of(cast.visitor) == {"conversations": [], "more": False}
    with pytest.raises(NotFound):
        readable_conversation_of(cast.visitor, ended_long_ago.id)


def test_who_comes_back_begins_anew_there(cast, without_former_chats):
    with transaction():
        cast.question.close(by=cast.adam)

    assert conversation_shown_to(cast.visitor) is None


def test_but_what_was_just_said_is_never_lost(cast, without_former_chats):
    with transaction():
        cast.question.close(by=cast.adam)
    assert readable_conversation_of(cast.visitor, cast.question.id) is cast.question

    with transaction():
        cast.question.last_seq = 1
        cast.question.closed_at = now() - timedelta(days=3)
    assert readable_conversation_of(cast.visitor, cast.question.id) is cast.question
    assert conversation_shown_to(cast.visitor) is cast.question

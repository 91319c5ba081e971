"""Posting, on tables of its own and with real connections beside each other."""

import threading
import uuid
from collections import Counter

import psycopg
import pytest
from engine.fixtures import companies

from chat.conversations import outcomes, posting
from chat.conversations.drafts import (
    Busy,
    ConversationIsClosed,
    ConversationNotFound,
    Draft,
    FileNotFound,
    MessageIsEmpty,
    MessageTooLong,
)
from chat.conversations.posting import Writer, post_now
from core.db import Place
from core.errors import BadRequest, NotAllowed, Refusal
from core.realtime.caller import Caller
from core.realtime.convoy import Convoy, TripFailed

__all__ = ["companies"]

VISITOR, AGENT = ("visitor", 1, "Visitor 1"), ("member", 2, "Adam")


class Desk:
    """A writer with a connection of its own, what it told, and what senders were answered."""

    def __init__(self, companies):
        self.companies, self.told = companies, []
        self.writer = Writer(Convoy(companies.url), self._tell)

    def post(self, conversation: int, text: str = "hello", author=VISITOR, company: int = 1, **more) -> list:
        """Put a message on the desk.  The list holds its answers, once there are any."""
        answers = []
        client_id = more.pop("client_id", None) or str(uuid.uuid4())
        place = self.companies.places[company]
        self.writer.add(Draft(company, place, conversation, client_id, author, text, answer=answers.append, **more))
        return answers

    def write(self) -> None:
        while self.writer.is_at_work:
            self.writer.write_batch()

    def _tell(self, settled) -> None:
        self.told += [(draft.text, outcome.seq, outcome.is_new) for draft, outcome in settled if outcome.refusal is None]
        for draft, outcome in settled:
            draft.answer(outcomes.answer_of(outcome))


@pytest.fixture
def desk(companies):
    desk = Desk(companies)
    yield desk
    desk.writer.stop()


def test_numbers_messages_in_the_order_they_came(desk, companies):
    one, two = companies.open_conversation(), companies.open_conversation()

    answers = [desk.post(one, "1a"), desk.post(two, "2a"), desk.post(one, "1b", AGENT), desk.post(two, "2b", AGENT)]
    desk.write()

    assert [answer[0]["seq"] for answer in answers] == [1, 1, 2, 2]
    assert companies.messages(1, one) == [(1, "1a"), (2, "1b")]
    assert companies.ask(1, "SELECT last_seq, last_message_at IS NOT NULL FROM {}.conversation WHERE id = %s", one) == [
        (2, True)
    ]


def test_many_companies_are_written_together_and_stay_apart(desk, companies):
    conversations = {company: companies.open_conversation(company) for company in (1, 2, 3)}

    for company, conversation in conversations.items():
        desk.post(conversation, f"of {company}", company=company)
    desk.write()

    for company, conversation in conversations.items():
        assert companies.messages(company, conversation) == [(1, f"of {company}")]


def test_sending_again_gets_the_first_number_and_is_told_once(desk, companies):
    conversation, client_id = companies.open_conversation(), str(uuid.uuid4())

    answers = [desk.post(conversation, client_id=client_id), desk.post(conversation, client_id=client_id)]
    desk.write()
    answers.append(desk.post(conversation, client_id=client_id))
    desk.write()

    assert answers[0] == answers[1] == answers[2]
    assert [is_new for *_, is_new in desk.told] == [True, False, False]
    assert companies.messages(1, conversation) == [(1, "hello")]


def test_sending_again_after_the_end_still_gets_the_number(desk, companies):
    conversation, client_id = companies.open_conversation(), str(uuid.uuid4())
    desk.post(conversation, client_id=client_id)
    desk.write()
    companies.close_conversation(1, conversation)

    again = desk.post(conversation, client_id=client_id)
    desk.write()

    assert again[0]["seq"] == 1


@pytest.mark.parametrize(
    "author", [("visitor", 9, "Eve"), ("member", 9, "Eve"), ("visitor", 2, "Adam"), ("member", 1, "Visitor")]
)
def test_nobody_writes_into_a_conversation_that_is_not_his(desk, companies, author):
    conversation = companies.open_conversation()

    answers = desk.post(conversation, author=author)
    desk.write()

    assert isinstance(answers[0], ConversationNotFound)
    assert companies.messages(1, conversation) == []


@pytest.mark.parametrize(
    "loss", ["UPDATE {}.member SET role_id = 2 WHERE id = 2", "UPDATE {}.member SET removed_at = now() WHERE id = 2"]
)
def test_who_lost_the_right_to_answer_writes_no_more(desk, companies, loss):
    conversation = companies.open_conversation()
    companies.ask(1, loss)

    answers = desk.post(conversation, author=AGENT)
    desk.write()

    assert isinstance(answers[0], NotAllowed)
    assert companies.messages(1, conversation) == []


def test_nobody_writes_into_another_companys_conversation(desk, companies):
    conversation = max(companies.open_conversation(1) for _ in range(20))

    answers = desk.post(conversation, company=2)
    desk.write()

    assert isinstance(answers[0], ConversationNotFound)
    assert companies.messages(1, conversation) == []


def test_agents_wait_until_a_conversation_is_theirs(desk, companies):
    conversation = companies.open_conversation(agent=None)

    answers = [desk.post(conversation, author=AGENT), desk.post(conversation)]
    desk.write()

    assert isinstance(answers[0][0], ConversationNotFound)
    assert answers[1][0]["seq"] == 1


def test_after_the_end_nobody_writes_any_more(desk, companies):
    conversation = companies.open_conversation()
    companies.close_conversation(1, conversation)

    answers = [desk.post(conversation), desk.post(conversation, author=AGENT)]
    desk.write()

    assert all(isinstance(answer[0], ConversationIsClosed) for answer in answers)


def test_a_file_must_belong_to_the_conversation(desk, companies):
    here, elsewhere = companies.open_conversation(), companies.open_conversation()
    insert = "INSERT INTO {}.file (key, conversation_id, name, media_type, size) VALUES ('k', %s, 'a.png', 'image/png', 9) RETURNING id"
    (own,), (other,) = companies.ask(1, insert, here)[0], companies.ask(1, insert, elsewhere)[0]

    answers = [desk.post(here, "", file_id=own), desk.post(here, "", file_id=other)]
    desk.write()

    assert answers[0][0]["seq"] == 1
    assert isinstance(answers[1][0], FileNotFound)


def test_what_is_shown_is_what_was_posted(companies):
    conversation = companies.open_conversation()
    insert = "INSERT INTO {}.file (key, conversation_id, name, media_type, size) VALUES ('1-k', %s, 'a.png', 'image/png', 9) RETURNING id"
    ((file_id,),) = companies.ask(1, insert, conversation)
    draft = Draft(1, companies.places[1], conversation, str(uuid.uuid4()), VISITOR, "Look: 😀", file_id)
    with psycopg.connect(companies.url) as connection:
        connection.execute('SET LOCAL ROLE "t_900001"')
        (outcome,) = post_now(connection, [draft])

    push = outcomes.push_of(draft, outcome)
    message = outcomes.message_of(draft, outcome)

    assert push.rooms == ("1:visitor:1", "1:member:2", f"1:conversation:{conversation}")
    assert push.head == (1, conversation, 1)
    assert message == {
        "conversation_id": conversation,
        "seq": 1,
        "message_id": outcome.message_id,
        "client_id": draft.client_id,
        "author": {"kind": "visitor", "id": 1, "name": "Visitor 1"},
        "text": "Look: 😀",
        "file": {"id": file_id, "name": "a.png", "size": 9, "media_type": "image/png", "url": "/files/1-k", "is_picture": True},
        "at": outcome.at,
    }


def test_while_nobody_has_the_conversation_all_agents_hear_it(companies):
    outcome = outcomes.Outcome(None, 1, 1, "", True, 7, None, None)
    draft = Draft(1, companies.places[1], 5, str(uuid.uuid4()), VISITOR, "hello")

    assert outcomes.push_of(draft, outcome).rooms == ("1:visitor:7", "1:agents", "1:conversation:5")


def test_the_systems_messages_need_nobodys_right(companies):
    conversation = companies.open_conversation()
    companies.close_conversation(1, conversation)
    draft = Draft(1, companies.places[1], conversation, str(uuid.uuid4()), ("system", None, ""), "Adam has left.")

    with psycopg.connect(companies.url) as connection:
        connection.execute('SET LOCAL ROLE "t_900001"')
        (outcome,) = post_now(connection, [draft])

    assert (outcome.refusal, outcome.seq) == (None, 1)
    assert companies.messages(1, conversation) == [(1, "Adam has left.")]


def test_one_message_the_database_cannot_take_costs_only_itself(desk, companies):
    one, two = companies.open_conversation(), companies.open_conversation()

    good = [desk.post(one, "a"), desk.post(two, "b")]
    bad = desk.post(one, "poison")
    good += [desk.post(one, "c"), desk.post(companies.open_conversation(2), "d", company=2)]
    desk.write()

    assert isinstance(bad[0], Busy)
    assert all("seq" in answer[0] for answer in good)
    assert [text for _, text in companies.messages(1, one)] == ["a", "c"]
    assert [seq for seq, _ in companies.messages(1, one)] == [1, 2]


def test_a_company_that_is_gone_holds_up_nobody(desk, companies):
    lost = []
    place = Place("t_404")
    desk.writer.add(Draft(404, place, 1, str(uuid.uuid4()), VISITOR, "hello", answer=lost.append))
    fine = desk.post(companies.open_conversation())

    desk.write()

    assert isinstance(lost[0], Busy)
    assert fine[0]["seq"] == 1


def test_a_lost_connection_loses_and_doubles_nothing(desk, companies):
    conversation = companies.open_conversation()
    desk.post(conversation, "before")
    desk.write()
    companies.cut_connections()

    answers = desk.post(conversation, "after")
    desk.write()

    assert [answer["seq"] for answer in answers] == [2]
    assert companies.messages(1, conversation) == [(1, "before"), (2, "after")]


def test_when_the_answer_to_the_commit_is_lost_the_message_is_still_shown(desk, companies, monkeypatch):
    conversation = companies.open_conversation()
    run = desk.writer._convoy.run
    failures = [psycopg.OperationalError("the connection was lost after the commit")]

    def run_and_lose(trips):
        result = run(trips)
        if failures:
            raise failures.pop()
        return result

    monkeypatch.setattr(desk.writer._convoy, "run", run_and_lose)
    draft_answers = desk.post(conversation)
    desk.write()

    assert [answer["seq"] for answer in draft_answers] == [1]
    assert companies.messages(1, conversation) == [(1, "hello")]


def test_nothing_is_acknowledged_before_the_disk_has_it(desk, companies, monkeypatch):
    order = []
    conversation = companies.open_conversation(2)
    convoy = desk.writer._convoy
    run, make_durable = convoy.run, convoy.make_durable
    monkeypatch.setattr(convoy, "run", lambda trips: (order.append("commit"), run(trips))[1])
    monkeypatch.setattr(convoy, "make_durable", lambda: (order.append("disk"), make_durable())[1])
    monkeypatch.setattr(desk.writer, "_tell", lambda settled: order.append("told"))

    desk.post(conversation, company=2)
    desk.post(99_999_999, company=3)
    desk.write()
    desk.post(99_999_999, company=3)
    desk.post(conversation, company=2)
    desk.write()

    # The last trip of the first batch found no conversation, so it wrote nothing and its commit waited for nothing.
    assert order == ["commit", "disk", "told", "commit", "told"]


def test_while_the_database_is_away_senders_are_told_to_come_back(desk, companies, monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE", 0.2)
    monkeypatch.setattr(desk.writer, "_convoy", Convoy("postgresql://nobody@127.0.0.1:1/nowhere"))

    answers = desk.post(companies.open_conversation())
    desk.write()

    assert isinstance(answers[0], Busy)


def test_too_many_waiting_are_refused(desk, companies, monkeypatch):
    monkeypatch.setattr(posting, "MAX_WAITING", 3)
    conversation = companies.open_conversation()
    for _ in range(3):
        desk.post(conversation)

    with pytest.raises(Busy):
        desk.post(conversation)


def test_two_processes_write_into_the_same_conversations_without_holes_or_standstill(companies):
    conversations = [companies.open_conversation() for _ in range(5)]
    shared = [str(uuid.uuid4()) for _ in range(40)]
    desks = [Desk(companies) for _ in range(3)]

    def work(desk: Desk, turn: int) -> None:
        order = conversations if turn % 2 else list(reversed(conversations))
        for n in range(40):
            for conversation in order:
                desk.post(conversation, f"{turn}:{n}")
            # The same message through every process at once, as after a reconnect to another one.
            desk.post(conversations[0], f"shared {n}", client_id=shared[n])
            desk.write()

    threads = [threading.Thread(target=work, args=(desk, turn)) for turn, desk in enumerate(desks)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    [desk.writer.stop() for desk in desks]

    for conversation in conversations:
        numbers = [seq for seq, _ in companies.messages(1, conversation)]
        assert numbers == list(range(1, len(numbers) + 1))
    texts = Counter(text for _, text in companies.messages(1, conversations[0]))
    assert len(texts) == 3 * 40 + 40
    assert set(texts.values()) == {1}
    told = [text for desk in desks for text, _, is_new in desk.told if is_new and text.startswith("shared")]
    assert sorted(told) == sorted(f"shared {n}" for n in range(40))


CALLER = Caller(company_id=1, place=Place("t_900001"), kind="visitor", id=1, name="Visitor 1")
GOOD = {"conversation_id": 1, "client_id": "7f3c1de4-97a4-4f0a-9d53-7f6c1e1c7a11", "text": "hello"}


def test_a_request_becomes_a_draft():
    draft = Draft.from_request(CALLER, GOOD | {"client_id": GOOD["client_id"].upper(), "file_id": 3})

    assert draft.row == (1, GOOD["client_id"], "visitor", 1, "Visitor 1", "hello", 3)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"text": "a\0b"}, BadRequest),
        ({"text": ["a"]}, BadRequest),
        ({"text": "\ud800"}, BadRequest),
        ({"text": "x" * 4001}, MessageTooLong),
        ({"text": " \n "}, MessageIsEmpty),
        ({"text": None}, MessageIsEmpty),
        ({"client_id": "7f3c1de4"}, BadRequest),
        ({"client_id": None}, BadRequest),
        ({"client_id": GOOD["client_id"] + "\n"}, BadRequest),
        ({"conversation_id": "1"}, BadRequest),
        ({"conversation_id": True}, BadRequest),
        ({"conversation_id": -1}, BadRequest),
        ({"conversation_id": 2**63}, BadRequest),
        ({"file_id": "1"}, BadRequest),
        ({"file_id": 1.5}, BadRequest),
    ],
)
def test_what_the_database_need_not_see_is_refused(change, refusal):
    with pytest.raises(refusal):
        Draft.from_request(CALLER, GOOD | change)


def test_a_refusal_has_a_sentence_for_people(app):
    with app.app_context():
        for refusal in (Busy(), ConversationIsClosed(), ConversationNotFound(), FileNotFound(), MessageTooLong(at_most=4000)):
            assert isinstance(refusal, Refusal)
            assert str(refusal)
            assert "{" not in str(refusal)


def test_failures_say_what_the_database_said():
    assert str(TripFailed("42501", "permission denied")) == "42501 permission denied"

"""Answers to offline messages by mail, and what comes back (L-07, L-09, L-13)."""

import smtplib
import uuid
from datetime import timedelta

import pytest
import time_machine
from cast import count
from letters import answer_to, caught_for
from parallel import in_parallel

from chat.offline.incoming_mails import receive
from chat.offline.mail_threads import Thread
from chat.offline.messages import OfflineMessage, offline_message_for
from chat.offline.replies import NoAddress, OfflineReply
from core import mail
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, NotFound
from core.jobs import run_due
from core.limits import TooManyTries
from tenants.companies.settings import Settings
from tenants.people.members import Member

LI = "li@mail.example"


@pytest.fixture
def message(cast) -> OfflineMessage:
    with transaction():
        Settings.current().mail_offline_messages = False
        cast.visitor.language = "zh-CN"
        return OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "帽子有货吗？", {"name": "Li", "email": LI})


@pytest.fixture
def answered(message, cast) -> OfflineMessage:
    """Nina has answered, and the mail has gone out."""
    reply(message, cast.nina)
    run_due()
    return message


def reply(
    message: OfflineMessage, by: Member, client_id: uuid.UUID | None = None, text: str = "Yes, in all sizes."
) -> OfflineReply:
    with transaction():
        return message.reply(by, client_id or uuid.uuid4(), text)


def states(cast, message: OfflineMessage) -> list[str]:
    cast.refresh()
    return [reply["state"] for reply in message.as_dict()["replies"]]


def fail_with(monkeypatch, error: Exception) -> None:
    def refuse(letter) -> None:
        raise error

    monkeypatch.setattr(mail, "send", refuse)


def test_l13_an_agents_answer_goes_out_by_mail(cast, answered):
    [sent] = caught_for(LI)

    assert sent.get_content().startswith("Yes, in all sizes.")
    assert "Nina, Acme" in sent.get_content()
    assert "> 帽子有货吗？" in sent.get_content()
    assert sent["From"].addresses[0].display_name == "Acme (Laike)"
    assert sent["Auto-Submitted"] is None
    assert states(cast, answered) == ["sent"]


def test_it_is_on_its_way_until_then(cast, message):
    reply(message, cast.nina)

    assert states(cast, message) == ["sending"]


def test_l07_who_left_no_address_cannot_be_answered_by_mail(cast):
    with transaction():
        message = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Call me", {"phone": "123"})

    with pytest.raises(NoAddress):
        message.reply(cast.nina, uuid.uuid4(), "Hello")


def test_an_empty_answer_is_none(cast, message):
    with pytest.raises(Invalid):
        message.reply(cast.nina, uuid.uuid4(), " \n ")


def test_whose_it_is_after_an_answer(cast, message):
    reply(message, cast.nina)
    reply(message, cast.adam)

    assert message.assigned_to is cast.nina


def test_the_same_answer_again_is_sent_once(cast, message):
    same = uuid.uuid4()
    assert reply(message, cast.nina, same).id == reply(message, cast.nina, same).id
    run_due()

    assert len(caught_for(LI)) == 1


def test_an_answers_number_opens_no_other_message(cast, message):
    same = uuid.uuid4()
    reply(message, cast.nina, same)
    with transaction():
        other = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Another", {"email": LI})

    with pytest.raises(NotFound):
        other.reply(cast.nina, same, "Hello")


def test_two_agents_who_answer_at_once_both_send_and_each_once(app, cast, message):
    ids = {cast.adam.id: uuid.uuid4(), cast.nina.id: uuid.uuid4()}

    def answering(id: int):
        def answer() -> int:
            member = db.session.get_one(Member, id)
            return offline_message_for(member, message.id).reply(member, ids[id], f"I am {member.name}").id

        return answer

    given = in_parallel(app, cast.acme, [answering(cast.adam.id), answering(cast.nina.id)] * 3)
    run_due()

    assert len(set(given)) == 2
    assert len(caught_for(LI)) == 2
    assert states(cast, message) == ["sent", "sent"]


def test_the_same_job_twice_at_once_sends_once(app, cast, message):
    id = reply(message, cast.nina).id

    in_parallel(app, cast.acme, [lambda: db.session.get_one(OfflineReply, id).send()] * 4)

    assert len(caught_for(LI)) == 1


def test_what_fails_for_now_is_tried_again_until_it_has_failed(cast, message, monkeypatch):
    fail_with(monkeypatch, ConnectionRefusedError())
    reply(message, cast.nina)
    run_due()
    assert states(cast, message) == ["sending"]

    with time_machine.travel(now(), tick=False) as time:
        for _ in range(10):
            time.shift(timedelta(hours=5))
            run_due()

    assert states(cast, message) == ["failed"]
    assert "ConnectionRefusedError" in message.replies[0].failure


def test_what_a_mail_server_refuses_for_good_has_failed_at_once(cast, message, monkeypatch):
    fail_with(monkeypatch, smtplib.SMTPRecipientsRefused({LI: (550, b"no such user")}))
    reply(message, cast.nina)
    run_due()

    assert states(cast, message) == ["failed"]


def test_asking_again_tries_once_more_what_has_failed(cast, message, monkeypatch):
    same = uuid.uuid4()
    with monkeypatch.context() as broken:
        fail_with(broken, smtplib.SMTPRecipientsRefused({LI: (550, b"no such user")}))
        reply(message, cast.nina, same)
        run_due()

    reply(message, cast.nina, same)
    run_due()

    assert states(cast, message) == ["sent"]
    assert len(caught_for(LI)) == 1


def test_what_comes_back_stands_in_the_thread(cast, answered):
    [sent] = caught_for(LI)

    assert receive(answer_to(sent, "好的，谢谢"))

    cast.refresh()
    last = answered.as_dict()["replies"][-1]
    assert (last["state"], last["author"], last["text"], last["sender"]) == ("received", None, "好的，谢谢", "")


def test_it_is_to_be_handled_again(cast, answered):
    with transaction():
        answered.handle(cast.nina, "answered")

    receive(answer_to(caught_for(LI)[0], "One more thing"))

    cast.refresh()
    assert answered.handled_at is None
    assert OfflineMessage.unhandled_count() == 1
    assert answered.handling_note == "answered"


def test_the_same_mail_delivered_twice_is_there_once(app, cast, answered):
    raw = answer_to(caught_for(LI)[0], "Thank you")

    in_parallel(app, cast.acme, [lambda: receive(raw)] * 4)

    assert states(cast, answered) == ["sent", "received"]


def test_a_mail_without_a_number_is_known_by_what_it_says(cast, answered):
    raw = answer_to(caught_for(LI)[0], "Thank you", Message_ID=None)
    receive(raw)
    receive(raw)

    assert states(cast, answered) == ["sent", "received"]


def test_the_next_answer_continues_the_thread_in_a_mail_program(cast, answered):
    receive(answer_to(caught_for(LI)[0], "And the price?"))
    reply(answered, cast.nina, text="Nine.")
    run_due()

    sent = caught_for(LI)[-1]
    assert sent["In-Reply-To"] == "<answer-1@mail.example>"
    assert sent["Reply-To"] == caught_for(LI)[0]["Reply-To"]


def test_a_hostile_number_stays_out_of_our_headers(cast, answered):
    receive(answer_to(caught_for(LI)[0], "Hi", Message_ID="<a b@x> Bcc: eve@globex.example"))
    reply(answered, cast.nina, text="Nine.")
    run_due()

    assert caught_for(LI)[-1]["In-Reply-To"] == caught_for(LI)[0]["Message-ID"]


def test_who_writes_from_elsewhere_is_told_apart(cast, answered):
    receive(answer_to(caught_for(LI)[0], "It is me", From="Li <other@mail.example>"))

    cast.refresh()
    assert answered.as_dict()["replies"][-1]["sender"] == "other@mail.example"


def test_an_answer_is_found_by_the_mail_it_answers(cast, answered):
    """The address is lost where a mail program answers to From."""
    assert receive(answer_to(caught_for(LI)[0], "Hi", To="no-reply@localhost"))


def test_also_when_a_mail_server_has_changed_the_case(cast, answered):
    to = caught_for(LI)[0]["Reply-To"].upper()

    assert receive(answer_to(caught_for(LI)[0], "Hi", To=to, In_Reply_To=None))


def test_without_attachments(cast, answered):
    sent = caught_for(LI)[0]
    raw = (
        f"From: {LI}\r\nTo: {sent['Reply-To']}\r\nMessage-ID: <x@y>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee picture\r\n"
        "--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=x.html\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n"
    )

    receive(raw.encode())

    cast.refresh()
    assert answered.replies[-1].text == "See picture\n\n(Its attachments were not kept.)"


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "reply+{company}-{id}-aaaaaaaaaaaaaaaaaaaaaaaa@localhost"},
        {"To": "reply+{company}-{id}@localhost"},
        {"To": "reply@localhost"},
    ],
)
def test_cve_2026_47123_a_thread_that_was_made_up_is_nobodys(cast, answered, headers):
    made_up = {name: text.format(company=cast.acme.id, id=answered.id) for name, text in headers.items()}

    assert not receive(answer_to(caught_for(LI)[0], "I am the agent", In_Reply_To=None, **made_up))
    assert states(cast, answered) == ["sent"]


def test_another_companys_thread_leads_to_nothing_of_ours(cast, answered):
    foreign = Thread(cast.globex.id, answered.id).address

    assert not receive(answer_to(caught_for(LI)[0], "Hi", To=foreign, In_Reply_To=None))
    assert states(cast, answered) == ["sent"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "Auto-Generated; owner=x"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@mail.example"},
        {"From": "nobody"},
        {"From": None},
    ],
)
def test_what_machines_send_is_ignored(cast, answered, headers):
    assert not receive(answer_to(caught_for(LI)[0], "I am away until Monday", **headers))
    assert states(cast, answered) == ["sent"]


def test_our_own_mail_come_back_is_ignored(cast, answered):
    sent = caught_for(LI)[0]

    assert not receive(answer_to(sent, "Loop", Message_ID=sent["Message-ID"]))


def test_a_flood_of_answers_is_stopped(cast, answered):
    sent = caught_for(LI)[0]
    for number in range(60):
        receive(answer_to(sent, "x", Message_ID=f"<{number}@x>"))

    with pytest.raises(TooManyTries):
        receive(answer_to(sent, "x", Message_ID="<61@x>"))


def test_nothing_is_sent_for_who_has_erased_himself(cast, message):
    reply(message, cast.nina)
    with transaction():
        db.session.delete(db.session.get_one(OfflineMessage, message.id))
    run_due()

    assert caught_for(LI) == []
    assert count(OfflineReply) == 0


def test_where_no_mail_comes_in_answers_go_to_the_agent(app, cast, message, monkeypatch):
    monkeypatch.setitem(app.config, "REPLY_ADDRESS", "")
    reply(message, cast.nina)
    run_due()

    assert caught_for(LI)[0]["Reply-To"] == "nina@acme.example"


def test_l03_the_team_is_told_of_an_answer(cast, answered):
    with transaction():
        settings = Settings.current()
        settings.mail_offline_messages = settings.mails_assignee_only = True
    receive(answer_to(caught_for(LI)[0], "One more thing"))
    run_due()

    [told] = caught_for("nina@acme.example")
    assert "One more thing" in told.get_content()
    assert told["Auto-Submitted"] == "auto-generated"
    assert caught_for("adam@acme.example") == []

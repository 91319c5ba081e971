import email
import uuid
from email import policy

import pytest
import sqlalchemy as sa

from chat.offline.messages import OfflineMessage
from core import mail
from core.db import db, transaction
from core.jobs import OutboxRow, run_due
from tenants.companies.settings import Settings
from tenants.people.roles import Role


@pytest.fixture(autouse=True)
def no_mails_yet(cast):
    with transaction():
        db.session.execute(sa.delete(OutboxRow))
    for path in mail.caught_folder().glob("*.eml"):
        path.unlink()


def leave(cast, **more) -> OfflineMessage:
    with transaction():
        return OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "你好", {"email": "li@mail.example"} | more)


def mails() -> list:
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in mail.caught_folder().glob("*.eml")]


def test_everybody_who_handles_messages_hears_of_a_new_one(cast):
    leave(cast)
    run_due()

    assert {mail["To"] for mail in mails()} == {"olga@acme.example", "adam@acme.example", "nina@acme.example"}
    assert "你好" in mails()[0].get_content()
    assert mails()[0]["Reply-To"] == "li@mail.example"


def test_nobody_is_told_when_the_company_does_not_want_it(cast):
    with transaction():
        Settings.current().mail_offline_messages = False
    leave(cast)
    run_due()

    assert mails() == []


def test_l03_only_who_has_it_is_told_where_the_company_wants_that(cast):
    with transaction():
        Settings.current().mails_assignee_only = True
    first, second = leave(cast), leave(cast)
    with transaction():
        second.assign(cast.nina)
    run_due()

    told = sorted(mail["To"] for mail in mails())
    assert first.assigned_to is None
    assert told == ["adam@acme.example", "nina@acme.example", "nina@acme.example", "olga@acme.example"]


def test_no_answering_machine_answers_it(cast):
    leave(cast)
    run_due()

    assert {mail["Auto-Submitted"] for mail in mails()} == {"auto-generated"}


def test_who_may_not_handle_them_is_not_told(cast):
    with transaction():
        Role.keyed("agent").permissions = ["conversations.answer"]
    leave(cast)
    run_due()

    assert {mail["To"] for mail in mails()} == {"olga@acme.example"}


def test_what_has_been_handled_meanwhile_is_not_told(cast):
    message = leave(cast)
    with transaction():
        message.handle(cast.adam)
    run_due()

    assert mails() == []


def test_hostile_text_stays_text(cast):
    leave(cast, text="Hi\r\nBcc: eve@globex.example", name="<b>Li</b>\r\nX: y")
    run_due()

    assert all(mail["Bcc"] is None and mail["X"] is None for mail in mails())
    assert "<b>Li</b> X: y" in mails()[0].get_content()

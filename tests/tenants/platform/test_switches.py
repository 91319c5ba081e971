"""Each switch is seen where it matters, for all or for one company, and comes back on."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from provisioning import Directory
from stripe_fixtures import double, stripe  # noqa: F401 - fixtures

from billing import payments
from chat.automatic import messages as automatic_messages
from chat.conversations.files import File
from chat.invitations.invitations import Invitation
from chat.visitors.visits import Visit
from core import brief, mail
from core.clock import now
from core.db import db, transaction
from core.errors import NotNow
from core.jobs import OutboxRow, job, run_due
from sms.messages import Sms
from sms.sending import send_due
from tenants.platform import switches
from tenants.platform.switches import SWITCHES, SwitchedOff, SwitchOff, is_off, switch_off, switch_on

REASON = {"by": "ops@laike.example", "reason": "a test"}


@job
def write_a_letter() -> None:
    mail.send(mail.compose("somebody@else.example", "Hello", "How are you?"))


def off(name: str, company=None, **more) -> None:
    with transaction():
        switch_off(name, company=company, **REASON, **more)


def test_is_on_unless_somebody_switched_it_off(cast):
    assert not any(is_off(name) for name in SWITCHES)


def test_for_one_company_the_others_are_not_affected(cast):
    off("uploads", company=cast.globex)

    assert is_off("uploads", cast.globex.id)
    assert not is_off("uploads", cast.acme.id)


def test_comes_back_by_itself(cast):
    off("uploads", until=now() - timedelta(seconds=1))

    assert not is_off("uploads")
    assert SwitchOff.in_force() == []


def test_switched_off_anew_the_earlier_time_ends(cast):
    off("uploads")
    off("uploads", until=now() + timedelta(hours=1))

    assert [one.until is not None for one in SwitchOff.in_force()] == [True]
    with transaction():
        assert switch_on("uploads", "ops@laike.example")
        assert not switch_on("uploads", "ops@laike.example")
    assert not is_off("uploads")
    assert len(SwitchOff.past()) == 2


def test_stays_as_it_was_known_while_the_database_is_away(app, cast, monkeypatch):
    off("uploads")
    assert is_off("uploads")
    monkeypatch.setattr(brief, "FRESH_SECONDS", 0)

    def nobody_answers():
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(switches._off, "_ask", nobody_answers)

    assert is_off("uploads")
    assert not is_off("mail")


def test_nobody_signs_up(cast, client):
    off("sign_up")

    assert client.get("/sign-up").status_code == 503
    refused = client.post("/sign-up", data={"company_id": "hats"})
    assert refused.status_code == 503
    assert "switched off" in refused.text


def test_nobody_is_sent_to_pay(cast, stripe):  # noqa: F811
    off("payments", company=cast.acme)

    with pytest.raises(SwitchedOff):
        payments.open_session("key", mode="payment")


def test_no_sms_is_written_and_those_written_wait(cast):
    with transaction():
        sms = Sms(company_id=cast.acme.id, key="k", purpose="trial", number="", shown_text="", sealed_text=None, segments=1,
                  credits=0, reference=uuid4())  # fmt: skip
        db.session.add(sms)
    off("sms", company=cast.acme)

    with pytest.raises(SwitchedOff), transaction():
        Sms.write(cast.acme, "other", "trial", "+886912345678", "Hello")
    assert send_due() == 0
    assert Sms.keyed(cast.acme, "k").state == "written"


def test_mails_wait_without_losing_a_try(cast):
    run_due()
    off("mail")
    with transaction():
        write_a_letter.later()

    run_due()

    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "write_a_letter")).one()
    assert (row.tries, row.done_at, row.given_up_at) == (0, None, None)
    assert row.due_at > now()


def test_nobody_sends_files(cast):
    off("uploads")

    with pytest.raises(SwitchedOff, match="Files: switched off"), transaction():
        File.keep(b"x", "x.txt", cast.question)


def test_no_visitor_is_invited(cast):
    off("invitations", company=cast.acme)

    with pytest.raises(SwitchedOff), transaction():
        Invitation.make(Visit.last_of(cast.visitor), timedelta(minutes=1))


def test_nothing_is_said_automatically(cast):
    off("automatic_messages")

    with transaction():
        assert automatic_messages._next_words([cast.question]) == {cast.question.id: None}


def test_directories_are_asked_to_come_back(app, cast):
    directory = Directory.of(app, cast.acme, cast.olga)
    off("provisioning", company=cast.acme)

    answer = directory.get("/Users")

    assert answer.status_code == NotNow.status
    assert answer.headers["Retry-After"]


def test_nobody_is_sent_to_a_provider(app, cast, client, monkeypatch):
    monkeypatch.setitem(app.config, "IDENTITY_PROVIDERS", {"google": {"title": "Google", "issuer": "https://accounts.example", "client_id": "x", "client_secret": "x"}})  # fmt: skip
    off("single_sign_on")

    answer = client.get("/sign-in/with/google")

    assert answer.status_code == 503
    assert "switched off" in answer.text


def test_no_table_leaves_as_a_file(cast, signed_in):
    off("exports", company=cast.acme)

    assert signed_in(cast.olga).get("/manage/audit/export.csv").status_code == 503
    assert signed_in(cast.eve).get("/manage/audit/export.csv").status_code == 200


def test_every_view_of_the_centre_that_gives_a_file_away_is_called_export(app):
    """The switch knows them by their names."""
    giving = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("manage.") and any(word in rule.rule for word in (".csv", ".xlsx", "csv, xlsx"))
    ]

    assert giving
    assert all(endpoint.rpartition(".")[2].startswith("export") for endpoint in giving)

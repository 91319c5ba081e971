"""The mails a company's people were to get, sent again; and seats left behind, released (G-08)."""

from visiting import form

from chat.styles.sites import Site
from core import mail
from core.db import db, transaction
from core.jobs import TRIES, OutboxRow, job_called
from tenants.audit.audit import AuditEntry
from tenants.people.company_mails import MAILS, company_mails

MAILS_PAGE = "/operator/companies/acme/help/mails"


def test_every_mail_in_the_table_is_a_job(app):
    assert [name for name in MAILS if not job_called(name)] == []


def test_shows_what_became_of_each_mail_and_never_a_whole_address(cast, operator, mailed):
    mailed()
    with transaction():
        job_called("send_password_changed").later(member_id=cast.adam.id)
        db.session.add(
            OutboxRow(job="send_invitation", arguments={"member_id": cast.nina.id}, tries=TRIES, last_error="OSError()")
        )
        db.session.flush()
        company_mails()[0].row.given_up_at = company_mails()[0].row.created_at
    [sent] = mailed()

    page = operator.get(MAILS_PAGE).text

    assert "a•••@acme.example" in page
    assert "OSError()" in page
    assert "adam@acme.example" not in page
    assert sent["Message-ID"] in operator.get(f"{MAILS_PAGE}/export.csv").text
    assert "Invitation" in operator.get(f"{MAILS_PAGE}?state=failed").text
    assert "Password changed" not in operator.get(f"{MAILS_PAGE}?state=failed").text


def test_a_mail_goes_again_once_for_each_form_to_who_was_to_get_it(cast, operator, mailed):
    mailed()
    with transaction():
        job_called("send_password_changed").later(member_id=cast.adam.id)
    mailed()
    row, sent = company_mails()[0].row, form()
    for _again in range(2):
        operator.post(f"{MAILS_PAGE}/{row.id}/again", data=sent | {"to": "mallory@evil.example"})

    assert [mail["To"] for mail in mailed()] == ["adam@acme.example"] * 2
    assert AuditEntry.before(None, "mail.sent_again")[0].details["mail"] == "send_password_changed"


def test_what_is_no_mail_to_the_companys_people_is_not_sent_again(cast, operator):
    with transaction():
        row = OutboxRow(job="forget_files", arguments={"keys": []})
        db.session.add(row)

    assert operator.post(f"{MAILS_PAGE}/{row.id}/again", data=form()).status_code == 404


def test_the_account_data_goes_again_to_an_administrator(cast, operator, mailed):
    mailed()
    operator.post(f"{MAILS_PAGE}/account-data", data=form(member=str(cast.olga.id)))
    refused = operator.post(f"{MAILS_PAGE}/account-data", data=form(member=str(cast.adam.id)))

    assert refused.status_code == 422
    account_data = mailed()[-1]
    assert account_data["To"] == "olga@acme.example"
    assert Site.all()[0].key in account_data.get_content()


def test_a_seat_is_released_and_nothing_else_ends(cast, signed_in, operator):
    adam = signed_in(cast.adam)
    cast.acme.take_seat(cast.adam)
    cast.acme.take_seat(cast.nina)

    answer = operator.post(f"/operator/companies/acme/help/seats/{cast.adam.id}", data=form())

    assert answer.status_code == 302
    assert cast.acme.seated == {cast.nina.id}
    assert adam.get("/manage/me").status_code == 200
    entry = AuditEntry.before(None, "seat.released")[0]
    assert (entry.details["name"], entry.author) == ("Adam", "Platform operator Otto")
    assert operator.post(f"/operator/companies/acme/help/seats/{cast.adam.id}", data=form()).status_code == 404


def test_masked_addresses_stay_with_what_was_sent(cast):
    with mail.noted() as sent:
        mail.send(mail.compose("olga@acme.example", "Hello", "Hello"))

    assert [one["to"] for one in sent] == ["o•••@acme.example"]

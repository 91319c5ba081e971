"""Asking a company for its consent, and giving it back."""

from visiting import come_in, consent, form

from core.db import db, transaction
from tenants.audit.audit import AuditEntry
from tenants.support.support import PublishedGrant, SupportGrant

ASK = "/operator/companies/acme/help/consent"


def test_administrators_are_asked_by_mail_and_agents_are_not(cast, operator, mailed):
    answer = operator.post(ASK, data=form(hours="4", writes="yes"))

    assert answer.status_code == 302
    [mail] = mailed()
    assert mail["To"] == "olga@acme.example"
    assert "/manage/support-access" in mail.get_content()
    assert "The chat window stays white" in mail.get_content()
    cast.refresh()
    asked = SupportGrant.waiting()
    assert (asked.operator_name, asked.ticket, asked.hours, asked.writes) == ("Otto", "T-812", 4, True)
    assert AuditEntry.before(None, "support.asked")[0].author == "Platform operator Otto"


def test_wants_a_reason_and_a_ticket(cast, operator):
    for lacking in ("reason", "ticket"):
        assert operator.post(ASK, data=form(**{lacking: ""})).status_code == 422

    assert SupportGrant.waiting() is None


def test_is_asked_once_until_it_is_answered(cast, operator):
    operator.post(ASK, data=form())

    again = operator.post(ASK, data=form())

    assert again.status_code == 409
    assert "was asked already" in again.text


def test_finance_may_not_ask(cast, portal):
    assert portal("finance").post(ASK, data=form()).status_code == 403


def test_a_request_is_taken_back_and_a_consent_given_back(cast, operator):
    operator.post(ASK, data=form())
    cast.refresh()
    asked = SupportGrant.waiting()
    operator.post(f"/operator/looking-inside/consents/{asked.key}/end")
    cast.refresh()
    assert SupportGrant.waiting() is None

    consent(cast.acme, cast.olga)
    come_in(operator, "acme")
    operator.post(f"/operator/looking-inside/consents/{SupportGrant.in_force().key}/end")

    assert operator.get("/manage/members").status_code == 410
    cast.refresh()
    assert PublishedGrant.all_open() == []


def test_of_a_company_that_was_moved_only_the_copy_is_left(cast, operator):
    grant = consent(cast.acme, cast.olga)
    cast.refresh()
    with transaction():
        db.session.delete(SupportGrant.keyed(grant.key))

    operator.post(f"/operator/looking-inside/consents/{grant.key}/end")

    cast.refresh()
    assert PublishedGrant.keyed(grant.key) is None

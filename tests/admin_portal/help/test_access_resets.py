"""G-10: an administrator who cannot get in is sent a link, to the address on file and nowhere else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from visiting import form

from core.clock import now
from core.db import db, transaction
from operators.access_resets import A_DAY
from operators.audit import OperatorEntry
from operators.sessions import OperatorSession
from tenants.audit.audit import AuditEntry
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import Session

ADDRESS = "/operator/companies/acme/help/access"


@pytest.fixture
def ona(cast) -> Member:
    """The other administrator."""
    with transaction():
        return Member.add("Ona", "ona@acme.example", Role.keyed("administrator"), password="correct horse battery staple")


def reset(operator, member, **more):
    return operator.post(ADDRESS, data=form(member=str(member.id), **more))


def test_the_link_goes_to_the_address_on_file_only(cast, ona, operator, mailed):
    answer = reset(operator, cast.olga, email="mallory@evil.example", to="mallory@evil.example")

    assert answer.status_code == 302
    mails = mailed()
    links = [mail for mail in mails if "/password/" in mail.get_content()]
    assert [mail["To"] for mail in links] == ["olga@acme.example"]
    told = [mail for mail in mails if mail["Subject"].startswith("The access of Olga")]
    assert {mail["To"] for mail in told} == {"olga@acme.example", "ona@acme.example"}
    assert all("The chat window stays white" in mail.get_content() for mail in told)
    assert not any("mallory" in str(mail) for mail in mails)


def test_neither_the_address_nor_the_link_is_shown(cast, operator):
    pages = operator.get(ADDRESS).text + operator.get("/operator/companies/acme/help").text
    pages += reset(operator, cast.olga).text + operator.get("/operator/companies/acme/help").text

    assert "o•••@acme.example" in pages
    assert "olga@acme.example" not in pages
    assert "/password/" not in pages


def test_the_second_factor_stays_unless_it_is_ticked(cast, ona, operator):
    with transaction():
        db.session.add(SecondFactor(member_id=cast.olga.id, sealed_secret="", confirmed_at=sa.func.now()))
        db.session.add(Passkey(member_id=cast.olga.id, credential_id=b"x", public_key=b"", name="key"))
        Session.open(cast.olga, remember=False, ip="", device="")

    reset(operator, cast.olga)
    assert SecondFactor.of(cast.olga) is not None
    assert Session.of_member(cast.olga)

    reset(operator, cast.olga, second_factor="yes")
    cast.refresh()
    assert SecondFactor.of(cast.olga) is None
    assert Passkey.of(cast.olga) == []
    assert Session.of_member(cast.olga) == []


def test_both_logs_say_who_and_why(cast, operator):
    reset(operator, cast.olga)

    company = AuditEntry.before(None, "access.reset")[0]
    assert (company.operator_id, company.author) == (operator.operator.id, "Platform operator Otto")
    assert company.details["reason"] == "The chat window stays white"
    portal = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action == "access.reset")).one()
    assert (portal.company_id, portal.subject, portal.reason) == (
        cast.acme.id,
        f"member:{cast.olga.id}",
        company.details["reason"],
    )


def test_wants_a_reason_and_a_person_and_happens_once_for_a_form(cast, operator, mailed):
    assert operator.post(ADDRESS, data=form(member=str(cast.olga.id), reason=" ")).status_code == 422
    assert operator.post(ADDRESS, data=form()).status_code == 422
    assert operator.post(ADDRESS, data=form(member=str(cast.olga.id), form_key="")).status_code == 400
    sent = form(member=str(cast.olga.id))
    for _again in range(2):
        assert operator.post(ADDRESS, data=sent).status_code == 302

    assert [mail["Subject"] for mail in mailed()].count("A new password for Acme") == 1


def test_agents_and_nobody_are_no_administrators(cast, operator):
    assert reset(operator, cast.adam).status_code == 404
    assert operator.post(ADDRESS, data=form(member="9000001")).status_code == 404
    assert AuditEntry.before(None, "access.reset") == []


def test_who_has_no_address_gets_no_link(cast, operator, mailed):
    with transaction():
        Member.known_as("olga@acme.example").change_address(None)

    refused = reset(operator, cast.olga)

    assert refused.status_code == 409
    assert "no e-mail address on file" in refused.text
    assert mailed() == []


def test_a_company_is_not_flooded(cast, operator):
    for _number in range(A_DAY):
        assert reset(operator, cast.olga).status_code == 302

    assert reset(operator, cast.olga).status_code == 429


def test_wants_the_second_factor_shown_a_moment_ago(cast, operator):
    assert "Send the link" in operator.get(ADDRESS).text
    with transaction():
        db.session.execute(sa.update(OperatorSession).values(proved_at=now() - timedelta(hours=1)))

    assert "Send the link" not in operator.get(ADDRESS).text
    reset(operator, cast.olga)
    assert AuditEntry.before(None, "access.reset") == []

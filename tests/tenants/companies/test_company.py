import pytest

from core.db import NoCompany, db, going_on, transaction
from tenants.companies.company import (
    Address,
    Company,
    CompanyClosed,
    CompanyMoving,
    CompanySuspended,
    current_company,
    is_company_id,
)
from tenants.people.departments import Department
from tenants.people.members import Member


@pytest.mark.parametrize("text", ["acme", "a1b", "blue-ocean-24", "a" * 30])
def test_accepts_as_company_id(text):
    assert is_company_id(text)


@pytest.mark.parametrize(
    "text", ["", "ab", "1st", "-acme", "acme-", "ac--me", "Acme", "ac_me", "ac me", "a" * 31, "acme\n", "аcme"]
)
def test_accepts_no_other(text):
    assert not is_company_id(text)


def test_is_called_by_its_id_however_it_is_typed(cast):
    assert Company.called(" ACME ").id == cast.acme.id
    assert Company.called("initech") is None


def test_a_company_that_is_being_erased_opens_to_no_cookie_and_no_site(cast):
    with transaction():
        Company.called("acme").begin_to_erase()

    assert Company.of_token(f"{cast.acme.id}.secret") is None
    assert Company.of_site(cast.site.key) is None


@pytest.mark.parametrize(
    ("verb", "refusal"), [("suspend", CompanySuspended), ("close", CompanyClosed), ("set_out", CompanyMoving)]
)
def test_in_a_company_at_a_standstill_the_database_refuses_to_write(cast, verb, refusal):
    with transaction():
        company = Company.called("acme")
        getattr(company, verb)(*["unpaid"] * (verb == "suspend"))

    with company.entered(), pytest.raises(refusal), transaction():
        db.session.add(Department(name="Sales"))
    with company.entered(), transaction():
        assert Member.known_as("adam@acme.example").name == "Adam"


def test_what_goes_on_may_write_but_not_while_the_company_moves(cast):
    with transaction():
        company = Company.called("acme")
        company.suspend("unpaid")
    with company.entered(), going_on(), transaction():
        db.session.add(Department(name="Sales"))
    with transaction():
        company.set_out()

    with company.entered(), going_on(), pytest.raises(CompanyMoving), transaction():
        db.session.add(Department(name="Support"))


def test_resuming_a_company_lets_it_write_again(cast):
    with transaction():
        company = Company.called("acme")
        company.suspend("unpaid")
        company.resume()

    with company.entered(), transaction():
        db.session.add(Department(name="Sales"))
    assert (company.is_open, company.suspended_because) == (True, None)


@pytest.mark.parametrize("token", [None, "", "1", ".x", "x.y", "1e3.x", "١.x", "9" * 19 + ".x"])
def test_a_token_without_a_number_is_nobodys(cast, token):
    assert Company.of_token(token) is None


def test_outside_of_any_company_there_is_no_data(context):
    with pytest.raises(NoCompany):
        current_company()
    with pytest.raises(NoCompany):
        Member.all()


def test_entering_another_company_and_coming_back(cast):
    with Company.called("globex").entered():
        assert [member.name for member in Member.all()] == ["Eve"]

    assert current_company().id == cast.acme.id
    assert "Eve" not in [member.name for member in Member.all()]


def test_one_address_may_work_for_several(cast):
    with transaction():
        Address.enter("olga@acme.example", Company.called("globex"))
        Address.enter("olga@acme.example", Company.called("globex"))

    assert [company.company_id for company in Address.companies_of("olga@acme.example")] == ["acme", "globex"]

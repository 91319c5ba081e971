import pytest

from core.db import NoCompany, transaction
from tenants.company import Address, Company, current_company, is_company_id
from tenants.members import Member


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


def test_a_suspended_company_opens_to_no_cookie(cast):
    with transaction():
        Company.called("acme").suspend("unpaid")

    assert Company.of_token(f"{cast.acme.id}.secret") is None
    assert Company.of_site(cast.site.key) is None

    with transaction():
        Company.called("acme").resume()

    assert Company.of_token(f"{cast.acme.id}.secret")[0].id == cast.acme.id


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

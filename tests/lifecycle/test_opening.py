from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from cast import PASSWORD, count

from billing.grants import start_trial
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from lifecycle.opening import Opening
from saas.schedule import HALF_OPEN, forget_half_open_companies
from tenants.companies.company import Address, Company
from tenants.companies.schemas import Schema
from tenants.rights.entitlements import Grant


def open_hats(number: int = 0) -> Company:
    return Opening("hats", "Hats", "Hanna", f"hanna{number}@hats.example", PASSWORD).run()[0]


def test_a_company_begins_with_what_it_needs(context):
    company, owner = Opening(" Hats ", "Hats & Co", "Hanna", "Hanna@Hats.example", PASSWORD, "zh_Hans", "Asia/Shanghai").run()

    assert (company.company_id, company.status, company.language) == ("hats", "open", "zh_Hans")
    assert (owner.number, owner.email, owner.is_administrator) == ("1001", "hanna@hats.example", True)
    assert [found.id for found in Address.companies_of("hanna@hats.example")] == [company.id]


def test_the_professional_trial_lasts_fifteen_days(context):
    company = open_hats()
    grant = db.session.scalars(sa.select(Grant)).one()

    assert company.entitlements.seats == 10
    assert (grant.valid_until - now()).days in (14, 15)


def test_a_company_tries_it_once(context):
    company = open_hats()
    with transaction():
        start_trial(company)

    assert count(Grant) == 1


def test_one_address_may_open_several_companies(context):
    Opening("hats", "Hats", "Hanna", "hanna@hats.example", PASSWORD).run()
    Opening("gloves", "Gloves", "Hanna", "hanna@hats.example", PASSWORD).run()

    assert [company.company_id for company in Address.companies_of("hanna@hats.example")] == ["hats", "gloves"]


def test_many_choose_one_id_in_the_same_moment_and_one_gets_it(app, context):
    def try_it(number):
        with app.app_context():
            try:
                return open_hats(number)
            except Invalid as refusal:
                return set(refusal.fields)

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(try_it, range(6)))

    assert sum(isinstance(outcome, Company) for outcome in outcomes) == 1
    assert outcomes.count({"company_id"}) == 5
    assert count(Company) == 1


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"company_id": "admin"}, "company_id"), ({"company_id": "a--b"}, "company_id"), ({"company_id": "ab"}, "company_id"),
        ({"company_id": "1hats"}, "company_id"), ({"name": " "}, "name"), ({"email": "hanna"}, "email"),
        ({"password": "hatshanna1"}, "password"), ({"password": "short"}, "password"),
    ],
)  # fmt: skip
def test_says_which_field_is_wrong(context, odd, field):
    good = {"company_id": "hats", "name": "Hats", "administrator": "Hanna", "email": "hanna@hats.example", "password": PASSWORD}

    with pytest.raises(Invalid) as refusal:
        Opening(**(good | odd)).run()

    assert set(refusal.value.fields) == {field}
    assert count(Company) == 0


def test_what_died_half_way_frees_its_id(context):
    with transaction():
        db.session.add(Company(company_id="hats", name="Hats", schema=Schema.claim(), created_at=now() - 2 * HALF_OPEN))

    forget_half_open_companies()

    assert open_hats().is_open


def test_what_is_being_opened_now_is_left_alone(context):
    with transaction():
        db.session.add(Company(company_id="hats", name="Hats", schema=Schema.claim()))

    forget_half_open_companies()

    with pytest.raises(Invalid):
        open_hats()

"""An erased company leaves its records of money, which the law wants, and nothing about people."""

from pathlib import Path

import sqlalchemy as sa

from billing.accounts import BillingAccount
from billing.documents import Document
from billing.grants import start_trial
from billing.ledger import LedgerEntry
from core.db import PlatformModel, db, transaction
from tenants.companies.company import Company
from tenants.companies.erasure import emptied, erase, forgotten, traces
from tenants.companies.making import make_ready
from tenants.rights.entitlements import Grant


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_every_platform_table_of_companies_says_what_becomes_of_it():
    models = {mapper.class_ for mapper in PlatformModel.registry.mappers if issubclass(mapper.class_, PlatformModel)}
    of_companies = {model for model in models if hasattr(model, "company_id")} - {Company}

    kept = {model for model in of_companies if getattr(model, "kept_at_erasure", "")}

    assert {model.__tablename__ for model in forgotten()} >= {"address", "grant", "site_key"}
    assert of_companies == kept | set(emptied()) | set(forgotten())


def test_money_stays_and_people_go(app, cast, buy):
    buy(cast.globex, {"topup:small": 1})
    with transaction():
        BillingAccount.of(cast.globex).describe("Globex", "Somewhere", "T-1", "eve@globex.example")
    company = db.session.get_one(Company, cast.globex.id)
    was, url, files = (company.id, company.schema.name, company.schema.database), app.config["DATABASE_URL"], company.folder
    entries = count(LedgerEntry)

    erase(company, url, Path(files))

    db.session.expire_all()
    account = db.session.get_one(BillingAccount, company.id)
    assert (account.legal_name, account.address, account.tax_id, account.email) == ("", "", "", "")
    assert (count(LedgerEntry), count(Document)) == (entries, 1)
    assert db.session.scalar(sa.select(sa.func.count()).where(Grant.company_id == company.id)) == 0
    assert traces(*was, url, Path(files)) == []
    make_ready(url, 4)


def test_42_a_company_opened_anew_has_no_second_trial(app, cast):
    erase(db.session.get_one(Company, cast.globex.id), app.config["DATABASE_URL"], cast.globex.folder)

    with transaction():
        assert not start_trial(db.session.get_one(Company, cast.acme.id), email="eve+new@globex.example")
    make_ready(app.config["DATABASE_URL"], 4)

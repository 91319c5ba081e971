"""A person has one trial, under whatever address, and keeps having had it."""

import pytest
import sqlalchemy as sa

from billing.grants import start_trial
from billing.trials import TrialClaim, claim_trial, note_signs
from core.db import db, transaction
from lifecycle.opening import Opening
from tenants.abuse.mail_domains import normal_email
from tenants.companies.company import Company

PASSWORD = "three bright otters swim"


@pytest.fixture
def globex(cast) -> Company:
    return cast.globex


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        ("A.N.Other+x@GMail.com", "another@gmail.com"),
        ("an.other@googlemail.com", "another@gmail.com"),
        ("a.n.other+y@acme.example", "a.n.other@acme.example"),
        ("", ""),
    ],
)
def test_knows_an_address_by_any_of_its_aliases(typed, known_as):
    assert normal_email(typed) == known_as


def test_42_a_second_company_of_the_same_person_begins_on_the_free_edition(context):
    first, _ = Opening("one", "One", "Ann", "an.n@gmail.com", PASSWORD).run()
    second, _ = Opening("two", "Two", "Ann", "ann+two@googlemail.com", PASSWORD).run()

    assert (first.entitlements.plan, second.entitlements.plan) == ("professional", "free")
    assert second.trial_ends_at is None


def test_42_of_ten_sign_ups_at_once_one_has_the_trial(cast, together):
    with transaction():
        db.session.execute(sa.delete(TrialClaim))
    ids = [cast.acme.id, cast.globex.id]

    answers = together(10, lambda n: claim_trial(db.session.get_one(Company, ids[n % 2]), email=f"p.aul+{n}@gmail.com"))

    assert answers.count(True) == 1


def test_keeps_no_address(cast):
    hashes = list(db.session.scalars(sa.select(TrialClaim.hash)))

    assert len(hashes) == 4
    assert not any("acme" in hash or "olga" in hash for hash in hashes)


def test_a_verified_domain_and_a_card_are_remembered_too(cast, globex):
    with transaction():
        note_signs(cast.acme, domain="Acme.example", card="fp_1")
        db.session.execute(sa.delete(TrialClaim).where(TrialClaim.company_id == globex.id))

    with transaction():
        assert not claim_trial(globex, email="new@acme.example", domain="acme.example")
        assert not claim_trial(globex, email="new@acme.example", card="fp_1")
        assert claim_trial(globex, email="new@gmail.com", domain="gmail.com")


def test_a_key_that_was_replaced_still_knows(app, cast, globex, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret that only the tests know")

    with transaction():
        assert not start_trial(globex, email="olga@acme.example")

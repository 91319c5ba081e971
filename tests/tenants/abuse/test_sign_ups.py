"""Companies that come together are seen, and no more of them are let in than operators want."""

import pytest
import sqlalchemy as sa
import time_machine
from cast import PASSWORD, count
from parallel import in_parallel

from core.clock import now
from core.db import db, transaction
from core.limits import TooManyTries
from lifecycle.opening import Opening
from tenants.abuse.blocks import Block, SignUpRefused
from tenants.abuse.sign_ups import (
    KEPT_FOR,
    SignUp,
    SignUpLimit,
    TooManySignUps,
    admit,
    forget_old_sign_ups,
    note_name,
    note_sign_up,
)
from tenants.abuse.signals import Signal, signals_of
from tenants.companies.company import Company

HERE = "203.0.113.7"


@pytest.fixture
def third(cast) -> Company:
    return Opening("hats", "Hats", "Li", "li@hats.example", PASSWORD).run()[0]


def everything(model) -> list:
    return list(db.session.scalars(sa.select(model)))


def kinds_of(company: Company) -> list[str]:
    return sorted(signal.kind for signal in signals_of(company.id))


def test_two_from_one_network_are_nothing_and_the_third_marks_all(cast, third):
    note_sign_up(cast.acme, HERE, "olga@acme.example")
    note_sign_up(cast.globex, HERE, "eve@globex.example")
    assert kinds_of(cast.acme) == []

    note_sign_up(third, HERE, "li@hats.example")

    for each in (cast.acme, cast.globex, third):
        [signal] = signals_of(each.id)
        assert (signal.kind, signal.evidence["network"]) == ("same_network", HERE)
        assert signal.evidence["companies"] == [cast.acme.id, cast.globex.id, third.id]


def test_a_mail_domain_counts_unless_it_is_everybodys(cast, third):
    for number, company in enumerate((cast.acme, cast.globex, third)):
        note_sign_up(company, f"203.0.113.{number}", f"somebody-{number}@gmail.com")
    assert kinds_of(third) == []

    with transaction():
        for sign_up in everything(SignUp):
            sign_up.domain = "ring.example"
    with transaction():
        assert SignUp.beside(third.id, "same_domain")[1] == [cast.acme.id, cast.globex.id, third.id]


def test_one_person_is_known_under_all_aliases_and_his_address_is_kept_nowhere(cast):
    note_sign_up(cast.acme, "203.0.113.1", "l.i+hats@gmail.com")
    note_sign_up(cast.globex, "203.0.113.2", "LI@googlemail.com")

    assert kinds_of(cast.acme) == kinds_of(cast.globex) == ["same_address"]
    kept = [str(vars(row)) for model in (SignUp, Signal) for row in everything(model)]
    assert kept
    assert not any("li@" in row.lower() or "l.i+" in row for row in kept)


def test_companies_that_come_at_the_same_moment_are_seen(app, cast, third):
    companies = [cast.acme, cast.globex, third]

    def signs_up(company):
        def deed():
            with app.app_context():
                note_sign_up(company, HERE, f"somebody@{company.company_id}.example")

        return deed

    assert in_parallel(app, cast.acme, [signs_up(company) for company in companies]) == [None] * 3

    assert {kind for company in companies for kind in kinds_of(company)} == {"same_network"}


@pytest.mark.parametrize(
    ("email", "kinds"),
    [("li@mailinator.com", ["disposable_mail"]), ("li@x.mailinator.com", ["disposable_mail"]), ("li@hats.example", [])],
)
def test_an_address_that_is_thrown_away_is_noted(cast, email, kinds):
    note_sign_up(cast.acme, HERE, email)

    assert kinds_of(cast.acme) == kinds


def test_a_name_that_is_somebody_elses_is_noted(cast):
    cast.acme.name = "支付宝客服中心"

    with transaction():
        note_name(cast.acme, [])
        note_name(cast.globex, [])

    assert (kinds_of(cast.acme), kinds_of(cast.globex)) == (["brand"], [])


def test_as_many_as_operators_want_and_no_more(cast):
    with transaction():
        SignUpLimit.keep({"network": 2, "mail_domain": 2, "platform": 3})
    admit(HERE, HERE, "a@gmail.com")
    admit(HERE, HERE, "b@ring.example")

    with pytest.raises(TooManyTries):
        admit(HERE, HERE, "c@hats.example")
    admit("203.0.113.8", "203.0.113.8", "d@ring.example")
    with pytest.raises(TooManySignUps):
        admit("203.0.113.9", "203.0.113.9", "e@ring.example")
    with pytest.raises(TooManySignUps):
        admit("203.0.113.9", "203.0.113.9", "e@hats.example")

    assert {signal.evidence["why"] for signal in everything(Signal)} == {"too_many_tries", "too_many_sign_ups"}


def test_who_is_blocked_and_goes_on_trying_is_one_signal(cast):
    with transaction():
        Block.put("network", "203.0.113.0/24", "robots", "otto@laike.example")

    for _again in range(3):
        with pytest.raises(SignUpRefused):
            admit(HERE, HERE, "li@hats.example")

    [signal] = everything(Signal)
    assert (signal.kind, signal.company_id, signal.count) == ("refused_sign_up", None, 3)


def test_where_somebody_came_from_is_forgotten(cast):
    note_sign_up(cast.acme, HERE, "olga@acme.example")

    with time_machine.travel(now() + KEPT_FOR + KEPT_FOR):
        forget_old_sign_ups()

    assert (count(SignUp), count(Signal)) == (0, 0)

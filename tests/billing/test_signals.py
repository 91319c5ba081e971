"""Payments that fail or are disputed, and trials that somebody shares, are noted for those who watch over abuse."""

from billing.checkouts import open_checkout
from billing.orders import place_order
from billing.trials import claim_trial, note_signs
from core.db import transaction
from tenants.abuse.signals import signals_of


def seen_of(company) -> list[tuple[str, int]]:
    return sorted((signal.kind, signal.count) for signal in signals_of(company.id))


def test_payments_that_fail_in_one_month_add_up_and_one_that_succeeds_is_none(cast, buy):
    for number in range(3):
        with transaction():
            place_order(cast.acme, {"topup:small": 1 + number}, "CNY").fail()
    buy(cast.globex, {"topup:small": 1})

    assert (seen_of(cast.acme), seen_of(cast.globex)) == ([("failed_payments", 3)], [])


def test_an_order_that_was_paid_meanwhile_has_not_failed(cast, buy):
    order = buy(cast.acme, {"topup:small": 1})
    with transaction():
        order.fail()

    assert seen_of(cast.acme) == []


def test_a_card_that_pays_for_two_companies_is_noted(cast, stripe):
    for company in (cast.acme, cast.globex):
        with transaction():
            visit = open_checkout(
                company,
                place_order(company, {"professional:month": 3}, "USD"),
                "http://localhost/paid",
                "http://localhost/plan",
            )
        stripe.pay(visit.url)
        stripe.tell(duplicate=1)

    [signal] = signals_of(cast.globex.id)
    assert (signal.kind, signal.evidence["sign"], signal.count) == ("same_trial", "card", 1)
    assert seen_of(cast.acme) == []


def test_who_shares_a_card_or_a_person_with_another_company_is_noted_once(cast):
    with transaction():
        note_signs(cast.acme, card="fp_1")
    assert seen_of(cast.acme) == []

    for _again in range(2):
        with transaction():
            note_signs(cast.globex, card="fp_1")
            assert not claim_trial(cast.globex, email="OLGA+2@acme.example")

    shared = {signal.evidence["sign"]: signal.evidence["companies"] for signal in signals_of(cast.globex.id)}
    assert shared == {"card": [cast.acme.id, cast.globex.id], "email": [cast.acme.id, cast.globex.id]}
    assert seen_of(cast.globex) == [("same_trial", 1)] * 2

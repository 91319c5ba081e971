"""What operators do leaves a trace, happens once, and can be taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from books import faults

from billing.effects import preview
from billing.grants import grants_of
from billing.ledger import KeyReused
from billing.operator_actions import (
    CannotBeReversed,
    Deed,
    OperatorAction,
    RefundWanted,
    adjust_sms,
    adjust_wallet,
    comp,
    extend_trial,
    grant_rights,
    reverse,
    void_voucher,
)
from billing.orders import MoreThanPaid
from billing.products import Product
from billing.purses import NotEnough, Purse
from billing.refund_actions import refund
from billing.second_approver import AlreadyDecided, NeedsAnotherPerson
from billing.vouchers import STYLE, Voucher
from billing.wallet_purchases import buy_from_wallet
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from tenants.companies.company import Company


def deed(key: str = "form", operator: str = "ops", reason: str = "ticket 812") -> Deed:
    return Deed(operator, reason, key)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_42_nothing_happens_without_a_reason(acme, reason):
    with pytest.raises(Invalid), transaction():
        adjust_sms(acme, deed(reason=reason), 50)

    assert OperatorAction.of(acme) == []


def test_42_remembers_who_why_and_what_was_before_and_after(acme):
    with transaction():
        adjust_sms(acme, deed(), 50)

    [action] = OperatorAction.of(acme)
    assert (action.operator, action.reason, action.status) == ("ops", "ticket 812", "done")
    assert (action.before["sms"], action.after["sms"]) == (0, 50)


def test_42_a_double_click_is_one_action(acme, together):
    together(10, lambda _: adjust_sms(db.session.get_one(Company, acme.id), deed(), 50).id)

    assert Purse.sms(acme.id).balance == 50
    assert len(OperatorAction.of(acme)) == 1
    with pytest.raises(KeyReused), transaction():
        adjust_sms(acme, deed(), 51)


def test_42_a_refund_clicked_twice_is_one(acme, wallet, together):
    with transaction():
        order = buy_from_wallet(acme, {"feature:custom_logo": 1}, key="form")
    with transaction():
        refund(order, deed("a"), 100_00)
    with transaction():
        refund(order, deed("a"), 100_00)

    assert wallet.balance == 1000_00 - 198_00 + 100_00
    with pytest.raises(MoreThanPaid), transaction():
        refund(order, deed("b"), 98_01)
    assert faults() == {}


def test_a_refund_of_money_the_provider_has_is_asked_for(acme, buy, monkeypatch):
    heard = []
    monkeypatch.setattr("core.events._reactions", {RefundWanted: [heard.append]})
    order = buy(acme, {"feature:custom_logo": 1})
    with transaction():
        action = refund(order, deed(), 100_00)

    assert heard == [RefundWanted(acme.id, action.id)]
    assert order.returned == 0


def test_42_much_needs_a_second_person(acme):
    with transaction():
        action = adjust_wallet(acme, deed(), 5000_00)
    wallet = Purse.wallet(acme.id, "CNY")
    assert (action.status, wallet.balance) == ("waiting", 0)

    with pytest.raises(NeedsAnotherPerson), transaction():
        action.approve("ops")
    with transaction():
        action.approve("boss")
    with pytest.raises(AlreadyDecided), transaction():
        action.approve("boss")
    assert (action.status, action.decided_by, wallet.balance) == ("done", "boss", 5000_00)


def test_what_is_split_counts_together_also_at_the_same_moment(acme, together):
    def give(n):
        company = db.session.get_one(Company, acme.id)
        return adjust_wallet(company, deed(f"form {n}"), 300_00).status

    assert sorted(together(5, give)) == ["done"] * 3 + ["waiting"] * 2
    with transaction():
        effect = preview(adjust_sms, acme, deed("more"), 1100)
        colleague = adjust_sms(acme, deed("another", operator="boss"), 1100)
    assert (colleague.status, effect["waits"]) == ("done", True)
    assert "it makes CN¥1,010.00, and from CN¥1,000.00 on a second person must agree" in effect["because"]

    # What a second person agreed to does not count.
    with transaction():
        for waiting in OperatorAction.of(acme):
            if waiting.is_waiting:
                waiting.approve("boss")
        assert adjust_sms(acme, deed("less"), 999).status == "done"
    with time_machine.travel(now() + timedelta(hours=24)), transaction():
        assert adjust_wallet(acme, deed("next day"), 900_00).status == "done"


def test_each_currency_has_its_own_limit(acme):
    with transaction():
        action = adjust_wallet(acme, deed(), 150_00, "USD")

    assert action.status == "waiting"
    assert action.why_second_person == "This is worth $150.00. From $150.00 on a second person must agree."


def test_a_second_person_may_decline(acme):
    with transaction():
        action = adjust_wallet(acme, deed(), 5000_00)
        action.decline("boss")

    assert (action.status, Purse.wallet(acme.id, "CNY").balance) == ("declined", 0)


def test_of_ten_who_approve_one_does(acme, together):
    with transaction():
        id = adjust_wallet(acme, deed(), 5000_00).id

    answers = together(10, lambda n: db.session.get_one(OperatorAction, id).approve(f"boss {n}"))

    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyDecided"] * 9 + ["NoneType"]
    assert Purse.wallet(acme.id, "CNY").balance == 5000_00


def test_a_preview_shows_the_effect_and_changes_nothing(acme):
    before = acme.entitlements

    with transaction():
        effect = preview(grant_rights, acme, deed(), {"more_seats": 4}, days=30)

    assert (effect["before"]["entitlements"]["seats"], effect["after"]["entitlements"]["seats"]) == (10, 14)
    assert acme.entitlements == before
    assert OperatorAction.of(acme) == []


def test_42_a_comp_beside_a_paid_plan_takes_nothing_away(acme, buy):
    buy(acme, {"seats:1": 1})
    before = acme.entitlements
    with transaction():
        action = comp(acme, deed(), "seats:1", 3)
    assert acme.entitlements.seats == before.seats + 3

    with transaction():
        reverse(action, deed("back"))

    assert acme.entitlements.seats == before.seats


def test_comped_vouchers_can_be_taken_back(acme):
    with transaction():
        action = comp(acme, deed(), "style_voucher", 2)
    assert len(Voucher.in_drawer_of(acme)) == 2

    with transaction():
        reverse(action, deed("back"))

    assert Voucher.in_drawer_of(acme) == []


def test_reversing_what_was_spent_leaves_a_debt(acme):
    with transaction():
        action = adjust_sms(acme, deed(), 50)
        Purse.sms(acme.id).spend(30, "sms_used", "sent", "sms")
    with transaction():
        reverse(action, deed("back"))

    assert (Purse.sms(acme.id).balance, Purse.sms(acme.id).debt) == (0, 30)
    with pytest.raises(AlreadyDecided), transaction():
        reverse(action, deed("again"))
    assert faults() == {}


def test_takes_no_more_than_there_is(acme):
    with pytest.raises(NotEnough), transaction():
        adjust_sms(acme, deed(), -1)


def test_extends_a_trial_from_its_end(acme):
    ends = acme.trial_ends_at
    with transaction():
        extend_trial(acme, deed(), 10)

    assert (max(grant.valid_until for grant in grants_of(acme)) - ends).days == 10


def test_voids_a_voucher(acme):
    with transaction():
        Voucher.put_in_drawer(acme, 1, STYLE)
    [voucher] = Voucher.in_drawer_of(acme)
    with transaction():
        action = void_voucher(acme, deed(), voucher)

    assert voucher.state == "void"
    with pytest.raises(CannotBeReversed), transaction():
        reverse(action, deed("back"))


def test_grants_what_it_says(acme):
    with transaction():
        action = grant_rights(acme, deed(), {"more_seats": 4}, days=30)
    assert acme.entitlements.seats == 14

    with transaction():
        reverse(action, deed("back"))
    assert acme.entitlements.seats == 10


def test_nobody_deletes_an_action(acme):
    with transaction():
        adjust_sms(acme, deed(), 50)

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), transaction():
        db.session.execute(sa.delete(OperatorAction))


def test_rights_worth_much_wait_too(acme):
    with transaction():
        action = grant_rights(acme, deed(), {"plan": "professional", "rank": 1, "seats": 20}, days=30)
        again = extend_trial(acme, deed("b"), 60)

    assert (action.worth, action.status, again.status) == (20 * 99_00, "waiting", "waiting")
    assert acme.entitlements.seats == 10


def test_taking_back_what_is_worth_much_waits_as_well(acme):
    with transaction():
        action = adjust_wallet(acme, deed(), 5000_00)
        action.approve("boss")
    with transaction():
        back = reverse(action, deed("back"))

    assert (back.status, Purse.wallet(acme.id, "CNY").balance) == ("waiting", 5000_00)
    with pytest.raises(AlreadyDecided), transaction():
        reverse(action, deed("again"))


def test_a_product_is_given_as_it_was_when_it_was_asked_for(acme):
    with transaction():
        action = comp(acme, deed(), "sms:2000", 10)
        Product.change("sms:2000", gives={"SMS": 1})
        action.approve("boss")
        action = reverse(action, deed("back"))
        action.approve("boss")

    assert Purse.sms(acme.id).balance == Purse.sms(acme.id).debt == 0
    assert faults() == {}


def test_years_of_a_feature_come_after_the_one_that_was_bought(acme, buy):
    buy(acme, {"feature:custom_logo": 1})
    with transaction():
        comp(acme, deed(), "feature:custom_logo", 2)

    [first, second] = sorted(grants_of(acme, product="feature:custom_logo"), key=lambda grant: grant.valid_from)
    assert second.valid_from == first.valid_until
    assert second.valid_until.year - second.valid_from.year == 2

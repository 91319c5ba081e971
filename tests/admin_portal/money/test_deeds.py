"""Every correction through its form: shown before it is done, what is done is what was shown, once, with a reason."""

import pytest
import sqlalchemy as sa
from books import faults
from correcting import WHY, effect

from billing.effects import changes
from billing.operator_actions import Deed, OperatorAction, adjust_sms
from billing.orders import Order
from billing.purses import Purse
from billing.vouchers import STYLE, Voucher
from core.db import db, transaction
from operators.audit import OperatorEntry

DEEDS = {
    "adjust_wallet": ({"direction": "in", "amount": "12.50"}, {"Wallet": ("CN¥1,000.00", "CN¥1,012.50")}),
    "adjust_sms": ({"direction": "in", "credits": 50}, {"SMS credits": ("0", "50")}),
    "comp": ({"product": "seats:1", "quantity": 3}, {"Seats": ("10", "13")}),
    "extend_trial": ({"days": 10}, {"Trial ends": None}),
    "grant": ({"more_seats": 4, "days": 30}, {"Seats": ("10", "14")}),
}


def last_action(company) -> OperatorAction:
    db.session.commit()
    db.session.expire_all()
    return OperatorAction.of(company)[0]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_shown_is_what_is_done(cast, finance, wallet, correct, deed):
    typed, expected = DEEDS[deed]
    form = correct(finance, deed, **typed)

    shown = effect(form.look())
    assert OperatorAction.of(cast.acme) == []
    done = form.agree()

    action = last_action(cast.acme)
    done_to = changes(action.before, action.after)
    assert {title: (before or "–", after or "–") for title, before, after in done_to} == shown
    assert all(shown[title] == change for title, change in expected.items() if change)
    assert shown.keys() >= expected.keys()
    assert (action.status, action.operator, action.reason) == ("done", "finance@laike.example", WHY["reason"])
    assert "done." in done.text
    entry = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.action == f"money.{deed}")).one()
    assert (entry.operator_id, entry.company_id, entry.reason) == (finance.operator.id, cast.acme.id, WHY["reason"])
    assert faults() == {}


def test_the_company_reads_what_it_is_told_and_never_the_reason(cast, finance, signed_in, wallet, correct):
    form = correct(finance, "adjust_wallet", direction="in", amount="5")
    form.look()
    form.agree()

    statement = signed_in(cast.olga).get("/manage/plan/statement").text
    assert WHY["told"] in statement
    assert WHY["reason"] not in statement


def test_nothing_is_done_that_was_not_shown(cast, finance, wallet, correct):
    form = correct(finance, "adjust_wallet", direction="in", amount="5")
    form.shown = {"shown": "made up"}

    assert "Something has changed since you looked" in form.agree().text
    form.look()
    with transaction():
        wallet.spend(400_00, "revenue", "meanwhile", "wallet_purchase")
    again = form.agree()

    assert effect(again)["Wallet"] == ("CN¥600.00", "CN¥605.00")
    assert OperatorAction.of(cast.acme) == []


def test_sent_twice_it_happens_once_and_says_so(cast, finance, wallet, correct):
    form = correct(finance, "adjust_wallet", direction="out", amount="999")
    form.look()

    assert "done." in form.agree().text
    assert "counts once" in form.agree().text

    db.session.rollback()
    assert (wallet.balance, len(OperatorAction.of(cast.acme))) == (1_00, 1)
    assert db.session.scalar(sa.select(sa.func.count()).where(OperatorEntry.action == "money.adjust_wallet")) == 1


@pytest.mark.parametrize(
    ("deed", "typed", "said"),
    [
        ("adjust_wallet", {"direction": "in", "amount": "1,50"}, "Enter an amount such as CN¥12.00."),
        ("adjust_wallet", {"direction": "in", "amount": "0.001"}, "Enter an amount such as CN¥12.00."),
        ("adjust_wallet", {"direction": "in", "amount": "-3"}, "Enter an amount such as CN¥12.00."),
        ("adjust_wallet", {"amount": "3"}, "Choose whether it is put in or taken out."),
        ("adjust_wallet", {"direction": "out", "amount": "1000.01"}, "This takes CN¥1,000.01, and CN¥1,000.00 are there."),
        ("adjust_wallet", {"direction": "in", "amount": "3", "reason": " "}, "Say why."),
        ("adjust_sms", {"direction": "in", "credits": "1.5"}, "Enter a whole number"),
        ("comp", {"product": "topup:small", "quantity": 1}, "Choose what is given."),
        ("grant", {"days": 30}, "Choose what is granted."),
        ("grant", {"more_seats": 3}, "Enter a number of days."),
        ("extend_trial", {"days": 999}, "Enter a whole number"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(cast, finance, wallet, correct, deed, typed, said):
    form = correct(finance, deed, **typed)
    response = form.look()

    assert response.status_code in (409, 422)
    assert said in response.text
    assert WHY["told"] in response.text
    assert all(f'value="{value}"' in response.text for name, value in typed.items() if name in ("amount", "credits", "days"))
    assert OperatorAction.of(cast.acme) == []


@pytest.mark.parametrize(
    ("typed", "returned", "shown"),
    [
        (
            {"how": "whole"},
            208_00,
            {"Wallet": ("CN¥792.00", "CN¥1,000.00"), "Your own logo": None, "SMS credits": ("100", "0")},
        ),
        ({"how": "part", "amount": "8"}, 8_00, {"Wallet": ("CN¥792.00", "CN¥800.00")}),
        ({"how": "lines", "line": "sms"}, 10_00, {"Wallet": ("CN¥792.00", "CN¥802.00"), "SMS credits": ("100", "0")}),
    ],
)
def test_refunds_all_of_an_order_a_part_or_lines_of_it(cast, finance, bought, correct, typed, returned, shown):
    [sms] = [line.id for line in bought.lines if line.product.kind == "sms"]
    typed = {name: sms if value == "sms" else value for name, value in typed.items()}
    form = correct(finance, "refund", order_no=bought.order_no, **typed)

    seen = effect(form.look())
    form.agree()

    db.session.rollback()
    db.session.refresh(bought)
    assert bought.returned == returned
    assert seen.keys() == {*shown, f"Returned of order {bought.order_no}"}
    assert all(seen[title] == change for title, change in shown.items() if change)
    assert faults() == {}


def test_never_returns_more_than_was_paid(cast, finance, bought, correct):
    too_much = correct(finance, "refund", order_no=bought.order_no, how="part", amount="208.01").look()

    assert "At most CN¥208.00" in too_much.text
    assert OperatorAction.of(cast.acme) == []


def test_another_companys_things_are_not_found(cast, finance, bought):
    with transaction():
        Voucher.put_in_drawer(cast.acme, 1, STYLE)
        action = adjust_sms(cast.acme, Deed("ops@laike.example", "ticket", "key"), 50)
    [voucher] = Voucher.in_drawer_of(cast.acme)

    for deed, about in (
        ("refund", {"order_no": bought.order_no}), ("void_voucher", {"voucher": voucher.id}), ("reverse", {"action": action.id})
    ):  # fmt: skip
        address = f"/operator/companies/globex/money/{deed}"
        assert finance.get(f"{address}/new", query_string=about).status_code == 404
        assert finance.post(address, data=WHY | about | {"how": "whole", "key": "k"}).status_code == 404


def test_a_voucher_is_voided_and_an_action_taken_back(cast, finance, wallet, correct):
    with transaction():
        Voucher.put_in_drawer(cast.acme, 1, STYLE)
    [voucher] = Voucher.in_drawer_of(cast.acme)
    void = correct(finance, "void_voucher", voucher=voucher.id)
    assert effect(void.look()) == {"Vouchers in the drawer": ("1", "0")}
    void.agree()
    given = correct(finance, "adjust_sms", direction="in", credits=50)
    given.look(), given.agree()

    back = correct(finance, "reverse", action=last_action(cast.acme).id)
    assert effect(back.look()) == {"SMS credits": ("50", "0")}
    back.agree()

    db.session.rollback()
    assert Purse.sms(cast.acme.id).balance == 0
    assert Voucher.in_drawer_of(cast.acme) == []
    again = correct(finance, "reverse", action=OperatorAction.of(cast.acme)[0].id)
    assert "This cannot be reversed." in again.look().text


def test_a_company_without_a_currency_begins_with_the_chosen_one(cast, finance, correct):
    form = correct(finance, "adjust_wallet", direction="in", amount="12", currency="USD")

    assert "Currency" in form.look().text
    form.agree()

    db.session.rollback()
    assert Purse.wallet(cast.acme.id, "USD").balance == 12_00


def test_the_page_of_a_company_shows_what_can_be_corrected(cast, finance, portal, bought):
    page = finance.get("/operator/companies/acme/money").text

    assert bought.order_no in page
    assert "/operator/companies/acme/money/grant/new" in page
    assert "/operator/companies/acme/money/refund/new?order_no=" in page
    assert portal("support").get("/operator/companies/acme/money").status_code == 403
    document = finance.get(f"/operator/companies/acme/money/documents/{_document(bought)}.pdf")
    assert document.data.startswith(b"%PDF-")
    assert finance.get(f"/operator/companies/globex/money/documents/{_document(bought)}.pdf").status_code == 404
    assert "Bought from the wallet" in finance.get("/operator/companies/acme/money/statement").text


def test_the_statement_is_the_one_the_company_reads(cast, finance, signed_in, bought):
    theirs = signed_in(cast.olga).get("/manage/plan/statement/statement.csv").data
    ours = finance.get("/operator/companies/acme/money/statement.csv").data

    assert ours == theirs


def _document(order: Order) -> int:
    from billing.documents import documents_of_order

    return documents_of_order(order)[0].id

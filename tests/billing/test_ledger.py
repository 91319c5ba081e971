"""The purses and the books behind them, with everybody at once."""

import uuid
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from books import faults

from billing.ledger import Book, KeyReused, LedgerEntry, LedgerTransaction
from billing.purses import GIVEN, PROVIDER, REVENUE, SMS_USED, Hold, NotEnough, Purse
from core.db import db, transaction
from tenants.companies.databases import connect

HOUR = timedelta(hours=1)


def kinds(answers: list) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def send(purse: Purse, gateway: list) -> None:
    hold = purse.hold(uuid.uuid4(), 1, HOUR)
    gateway.append(hold.id)
    hold.capture(1, SMS_USED, "sms")


def test_8_of_fifty_sms_at_once_ten_credits_pay_ten(credits, together):
    gateway = []

    answers = together(50, lambda _: send(credits, gateway))

    assert kinds(answers) == ["NoneType"] * 10 + ["NotEnough"] * 40
    assert (len(gateway), credits.balance, credits.held) == (10, 0, 0)
    assert faults() == {}


def test_9_without_credits_the_gateway_is_never_called(acme, together):
    gateway = []

    answers = together(50, lambda _: send(Purse.sms(acme.id), gateway))

    assert set(kinds(answers)) == {"NotEnough"}
    assert gateway == []
    assert faults() == {}


def test_thirty_deliveries_of_one_top_up_pay_in_once(acme, together):
    wallet = Purse.wallet(acme.id, "USD")

    answers = together(30, lambda _: wallet.receive(50_00, PROVIDER, "topup:pi_1", "topup").id)

    assert len(set(answers)) == 1
    assert wallet.balance == 50_00
    assert faults() == {}


def test_a_key_with_other_content_is_refused(wallet):
    with pytest.raises(KeyReused), transaction():
        wallet.receive(1, GIVEN, "first", "adjustment")


def test_of_twenty_who_settle_one_does(credits, together):
    with transaction():
        hold = credits.hold(uuid.uuid4(), 3, HOUR)

    def settle(index: int) -> bool:
        mine = db.session.get_one(Hold, hold.id)
        ways = (lambda: mine.capture(2, SMS_USED, "sms"), mine.release, mine.expire)
        return ways[index % 3]()

    answers = together(20, settle)

    assert answers.count(True) == 1
    assert credits.held == 0
    assert credits.balance in (8, 10)
    assert faults() == {}


def test_the_same_hold_is_held_once(credits, together):
    id = uuid.uuid4()

    together(10, lambda _: credits.hold(id, 4, HOUR).id)

    assert (credits.held, credits.available) == (4, 6)


def test_a_hold_that_is_refused_leaves_nothing(credits):
    with transaction(), pytest.raises(NotEnough, match="This takes 11, and 10 are there"):
        credits.hold(uuid.uuid4(), 11, HOUR)

    assert (credits.held, db.session.scalar(sa.select(sa.func.count()).select_from(Hold))) == (0, 0)


def test_37_what_is_taken_back_after_it_was_spent_is_owed_and_repaid_first(wallet, together):
    with transaction():
        wallet.spend(900_00, REVENUE, "shopping", "wallet_purchase")

    together(10, lambda _: wallet.give_back(300_00, PROVIDER, "refund:re_1", "topup_returned").id)
    assert (wallet.balance, wallet.debt) == (0, 200_00)

    with transaction():
        wallet.receive(250_00, PROVIDER, "topup:pi_2", "topup")

    assert (wallet.balance, wallet.debt) == (50_00, 0)
    assert faults() == {}


def test_two_currencies_never_meet(acme):
    for unit in ("CNY", "JPY", "KWD"):
        with transaction():
            Purse.wallet(acme.id, unit).receive(1, GIVEN, f"gift:{unit}", "adjustment")

    with pytest.raises(sa.exc.IntegrityError, match="does not balance"), transaction():
        mixed, _ = LedgerTransaction.begin("mixed", "adjustment", acme.id, {})
        mixed.post({Book("wallet", "CNY", acme.id): -1, Book("wallet", "JPY", acme.id): 1})

    assert faults() == {}


def test_what_does_not_balance_cannot_be_committed(acme, wallet):
    with pytest.raises(sa.exc.IntegrityError, match="does not balance"), transaction():
        crooked, _ = LedgerTransaction.begin("crooked", "adjustment", acme.id, {})
        crooked.post({wallet.book: 500, Book(GIVEN, "CNY"): -499})

    assert wallet.balance == 1000_00


def test_the_database_forbids_overspending(acme, wallet):
    with pytest.raises(sa.exc.IntegrityError, match="never_overspent"), transaction():
        greedy, _ = LedgerTransaction.begin("greedy", "adjustment", acme.id, {})
        greedy.post({wallet.book: -1000_01, Book(REVENUE, "CNY"): 1000_01})


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), [("ledger_entry", "amount"), ("ledger_transaction", "kind")])
def test_nobody_rewrites_the_books(app, wallet, statement, table, column):
    statement = statement.format(f"platform.{table}", column, column)

    with connect(app.config["PLATFORM_DATABASE_URL"]) as login, pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(statement)
    with connect(app.config["DATABASE_URL"]) as admin, pytest.raises(psycopg.errors.RestrictViolation, match="only added to"):
        admin.execute(statement)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 2


def test_the_companies_login_never_sees_money(app, acme):
    with connect(app.config["SQLALCHEMY_DATABASE_URI"]) as login, pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute("SELECT * FROM platform.ledger_entry")

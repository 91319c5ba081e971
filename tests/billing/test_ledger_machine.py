"""Thousands of operations in orders nobody would think of; after each, the books must be right."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from books import faults
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from billing.ledger import LedgerAccount
from billing.purses import GIVEN, PROVIDER, REVENUE, SMS_USED, Hold, NotEnough, Purse
from core.db import db, transaction

AMOUNTS = st.integers(min_value=1, max_value=50)


def machine_for(company_id: int) -> type[RuleBasedStateMachine]:
    class Books(RuleBasedStateMachine):
        """A wallet, and what we believe is in it."""

        holds = Bundle("holds")
        keys = Bundle("keys")

        def __init__(self):
            super().__init__()
            # A purse of its own for each run; debts are the company's, and repaid at the end.
            self.purse = Purse(company_id, f"wallet {uuid.uuid4()}", "CNY")
            self.balance = self.debt = 0
            self.open: dict[uuid.UUID, int] = {}

        @property
        def available(self) -> int:
            return self.balance - sum(self.open.values())

        @rule(target=keys, amount=AMOUNTS)
        def receive(self, amount):
            key = f"in:{uuid.uuid4()}"
            with transaction():
                self.purse.receive(amount, PROVIDER, key, "topup")
            repaid = min(self.debt, amount)
            self.debt, self.balance = self.debt - repaid, self.balance + amount - repaid
            return key, amount

        @rule(again=keys)
        def receive_again(self, again):
            key, amount = again
            with transaction():
                self.purse.receive(amount, PROVIDER, key, "topup")

        @rule(amount=AMOUNTS)
        def spend(self, amount):
            try:
                with transaction():
                    self.purse.spend(amount, REVENUE, f"out:{uuid.uuid4()}", "wallet_purchase")
            except NotEnough:
                assert self.available < amount
            else:
                assert self.available >= amount
                self.balance -= amount

        @rule(amount=AMOUNTS)
        def give_back(self, amount):
            with transaction():
                self.purse.give_back(amount, PROVIDER, f"back:{uuid.uuid4()}", "topup_returned")
            taken = min(self.available, amount)
            self.balance, self.debt = self.balance - taken, self.debt + amount - taken

        @rule(target=holds, amount=AMOUNTS)
        def hold(self, amount):
            id = uuid.uuid4()
            try:
                with transaction():
                    self.purse.hold(id, amount, timedelta(hours=1))
            except NotEnough:
                assert self.available < amount
                return multiple()
            self.open[id] = amount
            return id

        @rule(id=holds, share=st.integers(min_value=1, max_value=50))
        def capture(self, id, share):
            held = self.open.pop(id, 0)
            captured = min(share, held) or 1
            with transaction():
                won = db.session.get_one(Hold, id).capture(captured, SMS_USED, "sms")
            assert won == bool(held)
            self.balance -= captured if won else 0

        @rule(id=holds, way=st.sampled_from(["release", "expire"]))
        def free(self, id, way):
            held = self.open.pop(id, 0)
            with transaction():
                assert getattr(db.session.get_one(Hold, id), way)() == bool(held)

        @rule(amount=AMOUNTS)
        def fail_half_way(self, amount):
            with pytest.raises(ZeroDivisionError), transaction():
                self.purse.receive(amount, GIVEN, f"never:{uuid.uuid4()}", "adjustment")
                raise ZeroDivisionError

        @invariant()
        def the_purse_is_what_we_believe(self):
            purses = sa.select(LedgerAccount.code, LedgerAccount.balance, LedgerAccount.held)
            purses = purses.where(LedgerAccount.company_id == company_id, LedgerAccount.code.in_((self.purse.code, "debt")))
            found = {code: (balance, balance - held) for code, balance, held in db.session.execute(purses)}
            assert found.get(self.purse.code, (0, 0)) == (self.balance, self.available)
            assert found.get("debt", (0, 0))[0] == -self.debt

        def teardown(self):
            with transaction():
                self.purse.receive(self.debt + 1, GIVEN, f"end:{uuid.uuid4()}", "adjustment")
            assert faults() == {}

    return Books


@pytest.mark.parametrize(("runs", "steps"), [(8, 30), pytest.param(50, 60, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_the_books_are_right_after_any_operations(acme, runs, steps):
    run_state_machine_as_test(
        machine_for(acme.id),
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )  # fmt: skip

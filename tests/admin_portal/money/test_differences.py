"""What does not add up, on a page: asked anew the ordinary way, dismissed with a reason, compared at once."""

import pytest
from stripe_fixtures import away, forget_what_was_read, order

from billing import reconciliation
from billing.checkouts import open_checkout
from billing.differences import Difference, ReconcileRun
from billing.payments import ProviderAway
from billing.purses import Purse
from core.db import db, transaction

PAGE = "/operator/reconciliation"
BACK = {"success_url": "http://localhost/paid", "cancel_url": "http://localhost/plan"}


@pytest.fixture
def untold(cast, stripe):
    """Acme has paid for a top-up, and nobody told us: a difference stands there."""
    placed = order(cast.acme, {"topup:small": 1})
    with transaction():
        visit = open_checkout(cast.acme, placed, **BACK)
    stripe.pay(visit.url)
    with transaction():
        theirs = {"status": "complete", "payment_status": "paid"}
        Difference.note("stale", visit.stripe_session_id, cast.acme.id, {"status": "open"}, theirs)
    return Difference.all_open()[0].id


def is_open(id: int) -> bool:
    forget_what_was_read()
    return db.session.get_one(Difference, id, populate_existing=True).resolved_at is None


def test_says_what_differs_and_syncs_it_the_ordinary_way(cast, finance, untold):
    page = finance.get(PAGE).text
    assert "The payment service says something newer than we know" in page
    assert "acme" in page

    said = finance.post(f"{PAGE}/{untold}/sync", data={"status": "whatever somebody types"}, follow_redirects=True)

    assert "it adds up now" in said.text
    assert not is_open(untold)
    assert Purse.wallet(cast.acme.id, "USD").balance == 20_00


def test_says_so_when_the_payment_service_does_not_answer(cast, finance, stripe, untold):
    with away(stripe):
        said = finance.post(f"{PAGE}/{untold}/sync", follow_redirects=True)
        with pytest.raises(ProviderAway):
            reconciliation.reconcile()
        page = finance.get(PAGE).text

    assert "The payment service does not answer right now." in said.text
    assert "Given up: the payment service did not answer" in page
    assert is_open(untold)


def test_what_nobody_has_to_do_is_dismissed_with_a_reason_and_comes_back_only_if_it_changes(cast, finance, untold):
    empty = finance.post(f"{PAGE}/{untold}/dismissal", data={"reason": " "})
    assert (empty.status_code, is_open(untold)) == (422, True)

    finance.post(f"{PAGE}/{untold}/dismissal", data={"reason": "A test of ours."})
    again = finance.post(f"{PAGE}/{untold}/dismissal", data={"reason": "Once more."})

    dismissed = db.session.get_one(Difference, untold, populate_existing=True)
    assert (dismissed.resolved_by, dismissed.resolved_because) == ("finance@laike.example", "A test of ours.")
    assert again.status_code == 409
    with transaction():
        Difference.note(dismissed.kind, dismissed.object_id, dismissed.company_id, dismissed.ours, dismissed.theirs)
    assert Difference.all_open() == []
    with transaction():
        Difference.note(dismissed.kind, dismissed.object_id, dismissed.company_id, dismissed.ours, {"status": "expired"})
    assert len(Difference.all_open()) == 1


def test_starts_a_comparison_unless_one_is_running(cast, finance, stripe, monkeypatch):
    started = []
    monkeypatch.setattr("admin_portal.money.differences.start", started.append)

    assert "has begun" in finance.post(f"{PAGE}/runs", data={"full": "yes"}, follow_redirects=True).text
    with transaction():
        db.session.add(ReconcileRun(since=reconciliation.now()))
    assert "is running already" in finance.post(f"{PAGE}/runs", follow_redirects=True).text

    assert started == [True]


def test_without_payments_nothing_can_be_compared(cast, finance):
    assert "nothing to compare" in finance.get(PAGE).text
    assert "not set up here" in finance.post(f"{PAGE}/runs", follow_redirects=True).text

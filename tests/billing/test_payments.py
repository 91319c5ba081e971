"""What the one module that knows Stripe promises, on the SDK and the network as they are."""

import subprocess
import sys

import pytest
from packages import PACKAGES, ROOT
from stripe_fixtures import away

from billing import payments
from billing.payments import BankAsks, CardDeclined, Gone, NotPossibleNow, PaymentsOff, ProviderAway


def customer(key="key", email="olga@acme.example"):
    return payments.create_customer(key, "Acme", email, {"company": "1"})


def test_the_same_key_asks_once(stripe):
    assert customer()["id"] == customer()["id"]
    assert len(stripe.api.customers.list().data) == 1


def test_a_lost_answer_is_asked_for_again_with_our_key(stripe):
    stripe.world.lost = 1

    made = customer()

    assert [one.id for one in stripe.api.customers.list().data] == [made["id"]]
    assert [key for _, path, _, key, _ in stripe.world.requests if path == "/v1/customers" and key] == ["key"]


def test_after_all_answers_were_lost_the_same_key_finds_what_was_made(stripe):
    stripe.world.lost = 2
    with pytest.raises(ProviderAway):
        customer()

    customer()

    assert len(stripe.api.customers.list().data) == 1


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_busy_stripe_is_asked_again(stripe, status):
    stripe.world.answers = [status]

    assert customer()["id"].startswith("cus_")


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_stripe_that_stays_busy_is_away(stripe, status):
    stripe.world.answers = [status] * 2

    with pytest.raises(ProviderAway):
        customer()


def test_a_wrong_key_is_ours_to_mend_and_not_the_companys(app, stripe):
    app.config["STRIPE_API_KEY"] = "sk_wrong"
    app.extensions.pop("stripe", None)

    with pytest.raises(ProviderAway):
        customer()


def test_a_stripe_that_does_not_answer_in_time_is_away(stripe, monkeypatch):
    monkeypatch.setattr(payments, "SECONDS", 0.2)
    monkeypatch.setattr(payments, "TRIES_AGAIN", 0)
    stripe.world.switches.slow = 1

    with pytest.raises(ProviderAway):
        customer()


def test_nobody_there_is_away(stripe):
    with away(stripe), pytest.raises(ProviderAway):
        payments.customer("cus_1")


def test_what_is_not_there_is_gone(stripe):
    with pytest.raises(Gone):
        payments.subscription("sub_nowhere")


def test_what_cannot_be_done_now_says_so(stripe):
    opened = payments.open_session(
        "s", mode="payment", success_url="http://x",
        line_items=[{"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 5, "product_data": {"name": "Tea"}}}],
    )  # fmt: skip
    payments.expire_session(opened["id"])

    with pytest.raises(NotPossibleNow):
        payments.expire_session(opened["id"])


@pytest.mark.parametrize(("code", "refusal"), [("generic_decline", CardDeclined), ("authentication_required", BankAsks)])
def test_a_declined_card_is_told_as_what_it_is(stripe, code, refusal):
    price = payments.price("tea", "Tea", "USD", 500, "month")["id"]
    made = customer()["id"]
    begun = stripe.api.subscriptions.create({"customer": made, "items": [{"price": price}]})
    stripe.world.declines = [code]

    with pytest.raises(CardDeclined) as refused:
        payments.pay_invoice(begun.latest_invoice, "pay")

    assert type(refused.value) is refusal


def test_a_price_is_made_once_and_found_again(stripe):
    first = payments.price("professional_v1", "Professional", "USD", 15_00, "month")
    assert payments.price("professional_v1", "Professional", "USD", 15_00, "month")["id"] == first["id"]
    stripe.api.prices.update(first["id"], {"active": False})

    assert payments.price("professional_v1", "Professional", "USD", 15_00, "month")["id"] != first["id"]


def test_without_a_key_nothing_is_asked(app, context):
    with pytest.raises(PaymentsOff):
        customer()


def test_nothing_of_ours_takes_an_unverified_event():
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]

    assert [path for path in sources if "without_verification" in path.read_text()] == []


@pytest.mark.parametrize("is_patched", [True, False])
def test_the_sdk_lets_others_run_while_it_waits(stripe, is_patched):
    """Pages run on eventlet, workers on threads: both must go on while Stripe takes its time."""
    script = f"""
from core.realtime import green
if {is_patched}:
    green.patch()
from billing import payments
from flask import Flask
app = Flask("x")
app.config.update(STRIPE_API_KEY="sk_test_double", STRIPE_API_BASE={stripe.address!r})
with app.app_context():
    ticks = green._ticks_during(lambda: payments.create_customer("green", "Acme", "a@b.example", {{}}))
print(green.is_patched(), ticks)
"""
    stripe.world.switches.slow = 0.5
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)

    patched, ticks = done.stdout.split()
    assert patched == str(is_patched), done.stderr
    assert int(ticks) >= 5
    assert len(stripe.api.customers.list().data) == 1

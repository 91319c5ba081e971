"""The unmodified SDK against the double: it must behave as Stripe's documentation says, and never lie about shapes."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
import requests
import stripe

from saas.stripe_double.checking import faults_of_object
from saas.stripe_double.contract import routes
from saas.stripe_double.server import Double
from saas.stripe_double.world import DAY

GOOD, DECLINED, DECLINED_LATER, ASKS = "4242424242424242", "4000000000000002", "4000000000000341", "4000002760003184"


@pytest.fixture(scope="module")
def double():
    """One that runs for all of these tests; it must not have told a lie in any."""
    running = Double().start()
    yield running
    running.stop()


@pytest.fixture
def control(double):
    def say(what, **wishes):
        return requests.post(f"{double.address}/_ctl/{what}", json=wishes, timeout=10).json()

    say("reset")
    say("switch", deliver=False)
    yield say
    state = requests.get(f"{double.address}/_ctl/state", timeout=10).json()
    assert state["dishonest"] == []


@pytest.fixture
def client(double, control):
    return stripe.StripeClient("sk_test_1", base_addresses={"api": double.address}, max_network_retries=0).v1


@pytest.fixture
def shop(client):
    product = client.products.create({"name": "Professional"}).id
    monthly = {"product": product, "currency": "usd", "unit_amount": 1999, "recurring": {"interval": "month"}}
    return SimpleNamespace(
        seat=client.prices.create(monthly | {"lookup_key": "seat"}).id,
        more=client.prices.create(monthly | {"unit_amount": 500}).id,
        once=client.prices.create({"product": product, "currency": "usd", "unit_amount": 10000}).id,
        customer=client.customers.create({"email": "olga@acme.example"}).id,
    )


@pytest.fixture
def heard():
    """A server that hears webhooks: `heard.got` is [(body, signature)], `heard.status` what it answers."""

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.got.append((body, self.headers["Stripe-Signature"]))
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    heard = SimpleNamespace(got=[], status=200, url=f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def click(url, number=GOOD, method="card", action="pay", **headers):
    form = {"number": number, "method": method, "action": action}
    return requests.post(url, data=form, allow_redirects=False, headers=headers, timeout=10)


def subscribe(client, shop, number=GOOD, quantity=3, **more):
    asked = {
        "mode": "subscription",
        "customer": shop.customer,
        "line_items": [{"price": shop.seat, "quantity": quantity}],
        "success_url": "http://app/ok?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://app/no",
    }
    session = client.checkout.sessions.create(asked | more)
    answer = click(session.url, number, action="yes" if number == ASKS else "pay")
    return client.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]}), answer


def sell(client, shop, **more):
    asked = {"mode": "payment", "customer": shop.customer, "success_url": "http://app/ok"}
    return client.checkout.sessions.create(asked | {"line_items": [{"price": shop.once, "quantity": 1}]} | more)


def types(double):
    return [type for _, type in requests.get(f"{double.address}/_ctl/state", timeout=10).json()["events"]]


def test_the_contract_is_read_out_of_the_sdk():
    found = {(route.verb, route.path) for route in routes()}

    assert len(found) > 500
    assert ("POST", "/v1/checkout/sessions") in found


def test_a_lie_would_be_noticed(client, shop, double):
    subscription = double.world.objects[subscribe(client, shop)[0].subscription.id]

    assert faults_of_object(subscription) == []
    assert faults_of_object(subscription | {"current_period_end": 1}) == [("current_period_end", "unknown")]
    assert faults_of_object(subscription | {"status": "alive"})[0][0] == "status"
    assert faults_of_object({name: value for name, value in subscription.items() if name != "customer"}) == [
        ("customer", "missing")
    ]


def test_a_paid_checkout_makes_an_active_subscription(client, shop):
    session, answer = subscribe(client, shop)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"http://app/ok?s={session.id}"
    assert (session.status, session.payment_status, session.subscription.status) == ("complete", "paid", "active")
    assert session.subscription["items"].data[0].quantity == 3
    invoice = client.invoices.retrieve(session.subscription.latest_invoice)
    assert (invoice.status, invoice.total) == ("paid", 5997)
    assert invoice.parent.subscription_details.subscription == session.subscription.id


def test_a_session_cannot_be_paid_twice(client, shop):
    session = sell(client, shop)
    click(session.url)

    assert click(session.url).status_code == 410


def test_a_declined_card_stays_on_the_page(client, shop):
    session, answer = subscribe(client, shop, DECLINED)

    assert answer.status_code == 402
    assert "Your card was declined" in answer.text
    assert (session.status, session.subscription) == ("open", None)


@pytest.mark.parametrize(("language", "words"), [("en", "Pay with"), ("zh-CN", "支付方式"), ("zh-TW", "付款方式")])
def test_the_page_speaks_three_languages(client, shop, language, words):
    page = requests.get(sell(client, shop).url, headers={"Accept-Language": language}, timeout=10)

    assert words in page.text
    assert "100.00" in page.text


def test_the_bank_asks_and_is_answered(client, shop):
    session = sell(client, shop)

    assert "Your bank asks" in click(session.url, ASKS).text
    assert client.checkout.sessions.retrieve(session.id).status == "open"
    assert click(session.url, ASKS, action="no").status_code == 402
    assert click(session.url, ASKS, action="yes").status_code == 302
    assert client.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_wallets_pay_once_but_never_again_and_again(client, shop):
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method"):
        subscribe(client, shop, allowed_payment_method_types=["alipay"])
    session = sell(client, shop, allowed_payment_method_types=["alipay"])

    assert click(session.url, method="alipay", action="yes").status_code == 302
    assert client.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_wechat_pay_needs_to_know_where_it_is_shown(client, shop):
    with pytest.raises(stripe.InvalidRequestError, match="client"):
        sell(client, shop, allowed_payment_method_types=["wechat_pay"])


def test_a_wallet_may_complete_first_and_pay_later(client, shop, control, double):
    session = sell(client, shop)
    click(session.url, method="wechat_pay", action="later")
    session = client.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")

    control("advance", seconds=601)

    assert client.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert types(double)[-1] == "checkout.session.async_payment_succeeded"


def test_a_one_off_sale_may_come_with_an_invoice(client, shop):
    session = sell(client, shop, invoice_creation={"enabled": True})
    click(session.url)

    session = client.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    assert session.invoice.status == "paid"
    payments = client.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": session.payment_intent}})
    assert payments.data[0].invoice == session.invoice.id


def test_a_trial_without_a_card_ends_as_was_wished(client, shop, control, double):
    ending = {"end_behavior": {"missing_payment_method": "cancel"}}
    asked = {"customer": shop.customer, "items": [{"price": shop.seat}], "trial_period_days": 15, "trial_settings": ending}
    subscription = client.subscriptions.create(asked)
    assert subscription.status == "trialing"

    control("advance", seconds=12 * DAY + 5)
    assert "customer.subscription.trial_will_end" in types(double)
    control("advance", seconds=3 * DAY)

    assert client.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_failed_renewal_is_tried_again_and_given_up(client, shop, control):
    id = subscribe(client, shop, DECLINED_LATER)[0].subscription.id

    control("advance", seconds=32 * DAY)
    assert client.subscriptions.retrieve(id).status == "past_due"
    control("advance", seconds=16 * DAY)

    subscription = client.subscriptions.retrieve(id)
    assert (subscription.status, subscription.cancellation_details.reason) == ("canceled", "payment_failed")


def test_an_open_invoice_is_paid_on_its_page(client, shop, control):
    id = subscribe(client, shop, DECLINED_LATER)[0].subscription.id
    control("advance", seconds=32 * DAY)
    invoice = client.invoices.list({"subscription": id, "status": "open"}).data[0]

    assert click(invoice.hosted_invoice_url, DECLINED).status_code == 402
    click(invoice.hosted_invoice_url)

    assert client.invoices.retrieve(invoice.id).status == "paid"
    assert client.subscriptions.retrieve(id).status == "active"


def test_a_bank_that_asks_at_renewal_needs_the_person(client, shop, control, double):
    id = subscribe(client, shop, ASKS)[0].subscription.id

    control("advance", seconds=32 * DAY)

    assert "invoice.payment_action_required" in types(double)
    assert client.subscriptions.retrieve(id).status == "past_due"


def test_the_portal_changes_the_card(client, shop, double):
    id = subscribe(client, shop, DECLINED_LATER)[0].subscription.id
    portal = client.billing_portal.sessions.create({"customer": shop.customer, "return_url": "http://app/plan"})

    assert click(portal.url, action="save").headers["Location"] == "http://app/plan"

    assert "payment_method.attached" in types(double)
    assert client.customers.retrieve(shop.customer).invoice_settings.default_payment_method
    assert client.subscriptions.retrieve(id).status == "active"


def change(client, id, quantity, **more):
    item = client.subscriptions.retrieve(id)["items"].data[0].id
    wishes = {"items": [{"id": item, "quantity": quantity}], "proration_behavior": "always_invoice"}
    return client.subscriptions.update(id, wishes | {"payment_behavior": "error_if_incomplete"} | more)


def test_what_a_change_costs_is_what_was_previewed(client, shop, control):
    id = subscribe(client, shop)[0].subscription.id
    control("advance", seconds=10 * DAY)
    item = client.subscriptions.retrieve(id)["items"].data[0].id
    at = requests.get(f"{client_address(client)}/_ctl/state", timeout=10).json()["now"]
    details = {"items": [{"id": item, "quantity": 5}], "proration_date": at}
    preview = client.invoices.create_preview({"subscription": id, "subscription_details": details})

    changed = change(client, id, 5, proration_date=at)

    assert client.invoices.retrieve(changed.latest_invoice).total == preview.total > 0


def client_address(client):
    return client._requestor.base_addresses["api"]


def test_fewer_become_credit(client, shop, control):
    id = subscribe(client, shop)[0].subscription.id
    control("advance", seconds=10 * DAY)

    change(client, id, 1)

    assert client.customers.retrieve(shop.customer).balance < 0


def test_no_money_no_change(client, shop):
    id = subscribe(client, shop, DECLINED_LATER)[0].subscription.id

    with pytest.raises(stripe.CardError):
        change(client, id, 50)

    assert client.subscriptions.retrieve(id)["items"].data[0].quantity == 3


def test_several_items(client, shop):
    id = subscribe(client, shop)[0].subscription.id

    two = client.subscriptions.update(id, {"items": [{"price": shop.more, "quantity": 1}]})
    assert len(two["items"].data) == 2
    one = client.subscriptions.update(id, {"items": [{"id": two["items"].data[1].id, "deleted": True}]})
    assert len(one["items"].data) == 1


def test_ends_at_the_end_of_the_period_unless_taken_back(client, shop, control):
    id = subscribe(client, shop)[0].subscription.id

    client.subscriptions.update(id, {"cancel_at_period_end": True})
    assert client.subscriptions.update(id, {"cancel_at_period_end": False}).cancel_at is None
    client.subscriptions.update(id, {"cancel_at_period_end": True})
    control("advance", seconds=32 * DAY)

    assert client.subscriptions.retrieve(id).status == "canceled"


def test_a_deleted_customer_takes_the_subscriptions_along(client, shop, double):
    id = subscribe(client, shop)[0].subscription.id

    client.customers.delete(shop.customer)

    assert client.customers.retrieve(shop.customer).deleted
    assert client.subscriptions.retrieve(id).status == "canceled"
    assert {"customer.deleted", "customer.subscription.deleted"} <= set(types(double))


def test_an_unfinished_subscription_expires_and_its_invoice_is_void(client, shop, control):
    subscription = client.subscriptions.create({"customer": shop.customer, "items": [{"price": shop.seat}]})
    assert subscription.status == "incomplete"

    control("advance", seconds=23 * 3600 + 1)

    expired = client.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (expired.status, expired.latest_invoice.status) == ("incomplete_expired", "void")


def test_a_session_expires(client, shop, control):
    session = sell(client, shop)

    control("advance", seconds=DAY + 1)

    assert client.checkout.sessions.retrieve(session.id).status == "expired"


def test_the_same_key_does_it_once_and_only_for_the_same(client):
    first = client.customers.create({"email": "a@b.example"}, {"idempotency_key": "k"})
    again = client.customers.create({"email": "a@b.example"}, {"idempotency_key": "k"})

    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        client.customers.create({"email": "other@b.example"}, {"idempotency_key": "k"})


def test_unknown_things_are_refused(client, double, control):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.customers.create({"emial": "x"})
    assert (refusal.value.param, refusal.value.code) == ("emial", "parameter_unknown")
    with pytest.raises(stripe.APIError):
        client.subscription_schedules.create({"from_subscription": "sub_x"})
    assert double.world.unimplemented == ["POST /v1/subscription_schedules"]
    older = stripe.StripeClient("sk_test_1", base_addresses={"api": double.address}, stripe_version="2024-06-20")
    with pytest.raises(stripe.InvalidRequestError, match="speaks"):
        older.v1.customers.create({})
    assert requests.get(f"{double.address}/v1/nothing", headers=_headers(), timeout=10).status_code == 404


def _headers():
    return {"Authorization": "Bearer sk_test_1", "Stripe-Version": stripe.api_version}


def test_no_more_is_refunded_than_was_paid(client, shop):
    session = sell(client, shop)
    click(session.url)
    intent = client.checkout.sessions.retrieve(session.id).payment_intent

    client.refunds.create({"payment_intent": intent, "amount": 4000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.refunds.create({"payment_intent": intent, "amount": 6001})
    client.refunds.create({"payment_intent": intent})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"


def test_a_refund_may_come_back(client, shop, control):
    control("switch", refunds_pend=True)
    session = sell(client, shop)
    click(session.url)
    refund = client.refunds.create({"payment_intent": client.checkout.sessions.retrieve(session.id).payment_intent})
    assert refund.status == "pending"

    control("settle_refund", refund=refund.id, arrives=False)

    assert client.refunds.retrieve(refund.id).status == "failed"
    assert client.charges.retrieve(refund.charge).amount_refunded == 0


def test_a_disputed_charge_is_not_refunded_until_it_is_won(client, shop, control):
    session = sell(client, shop)
    click(session.url)
    charge = client.payment_intents.retrieve(client.checkout.sessions.retrieve(session.id).payment_intent).latest_charge
    dispute = control("dispute", charge=charge)

    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.refunds.create({"charge": charge})
    control("close_dispute", dispute=dispute, won=True)

    assert client.disputes.retrieve(dispute).status == "won"
    assert client.refunds.create({"charge": charge}).status == "succeeded"


def test_webhooks_are_signed_repeated_shuffled_and_tried_again(client, shop, control, heard):
    endpoint = client.webhook_endpoints.create({"url": heard.url, "enabled_events": ["*"]})
    subscribe(client, shop)
    heard.status = 500
    assert set(control("deliver", order="last")) == {500}
    count = len(heard.got)
    heard.got.clear()
    heard.status = 200

    assert control("deliver") == []
    control("advance", seconds=3601)
    assert control("deliver", order="shuffle", duplicate=1, seed=7, parallel=4) == [200] * (2 * count)

    events = [stripe.Webhook.construct_event(body, signature, endpoint.secret) for body, signature in heard.got]
    assert len({event.id for event in events}) == count
    body, signature = heard.got[0]
    for odd in [(body + b" ", signature), (body, re.sub(r"t=\d+", "t=1700000000", signature)), (body, "t=1,v1=00")]:
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(*odd, endpoint.secret)


def test_both_secrets_sign_while_one_is_rolled(client, shop, control, heard):
    endpoint = client.webhook_endpoints.create({"url": heard.url, "enabled_events": ["*"]})
    new = control("roll_secret", endpoint=endpoint.id)
    client.customers.create({"email": "x@y.example"})

    control("deliver")

    for secret in (endpoint.secret, new):
        assert stripe.Webhook.construct_event(*heard.got[0], secret).type == "customer.created"


def test_what_was_lost_can_be_listed(client, shop, control, heard):
    client.webhook_endpoints.create({"url": heard.url, "enabled_events": ["customer.created"]})
    for number in range(5):
        client.customers.create({"email": f"{number}@y.example"})

    control("deliver", drop=2, seed=1)

    assert len(heard.got) == 3
    missed = client.events.list({"delivery_success": False, "types": ["customer.created"]}).data
    assert {json.loads(body)["id"] for body, _ in heard.got}.isdisjoint({event.id for event in missed})
    assert len(missed) == 2


def test_a_lost_answer_is_asked_for_again_with_the_same_key(client, double, control):
    patient = stripe.StripeClient("sk_test_1", base_addresses={"api": double.address}, max_network_retries=2).v1
    control("lose", answers=1)
    patient.customers.create({"email": "lost@x.example"})
    assert len(client.customers.list({"email": "lost@x.example"}).data) == 1

    control("lose", answers=1)
    with pytest.raises(stripe.APIConnectionError):
        client.customers.create({"email": "again@x.example"})
    client.customers.create({"email": "again@x.example"})
    assert len(client.customers.list({"email": "again@x.example"}).data) == 2

    control("answer", statuses=[429, 503])
    patient.customers.create({"email": "busy@x.example"})
    assert len(client.customers.list({"email": "busy@x.example"}).data) == 1


def test_nobody_answers_while_it_is_down(client, control):
    control("switch", down=True)

    with pytest.raises(stripe.APIConnectionError):
        client.customers.list()


def test_it_remembers_what_it_wrote_down(tmp_path):
    file = tmp_path / "stripe.json"
    first = Double(file=file).start()
    client = stripe.StripeClient("sk_test_1", base_addresses={"api": first.address}).v1
    id = client.customers.create({"email": "a@b.example"}).id
    first.stop()

    second = Double(file=file).start()
    client = stripe.StripeClient("sk_test_1", base_addresses={"api": second.address}).v1
    assert client.customers.retrieve(id).email == "a@b.example"
    second.stop()

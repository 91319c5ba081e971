"""Payers are told what they should know: in time, once, and nobody else."""

import email
from datetime import timedelta
from email.policy import default

import pytest
import time_machine
from stripe_fixtures import ASKS, DECLINED_LATER, GOOD

from billing.accounts import BillingAccount
from billing.checkouts import open_checkout
from billing.grants import grant, revoke
from billing.notices import tell_all_payers, tell_payers
from billing.orders import place_order
from billing.plans import PROFESSIONAL_TRIAL
from billing.subscription_changes import cancel
from billing.subscriptions import Subscription
from core.clock import now
from core.db import db, transaction
from core.jobs import run_due
from core.mail import caught_folder

BACK = {"success_url": "http://localhost/back", "cancel_url": "http://localhost/back"}
DAY = timedelta(days=1)


@pytest.fixture
def told(acme):
    """`told()` looks, sends, and gives the subjects of what is new, as (address, subject)."""
    seen = set(caught_folder().glob("*.eml"))

    def look() -> list[tuple[str, str]]:
        db.session.commit()
        db.session.expire_all()
        tell_payers(acme.id)
        for _round in range(3):
            run_due()
        new = sorted(set(caught_folder().glob("*.eml")) - seen)
        seen.update(new)
        mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in new]
        return [(mail["To"], mail["Subject"]) for mail in mails]

    run_due()
    look()
    return look


@pytest.fixture
def subscribe(acme, stripe):
    def subscribe(number: str = GOOD) -> None:
        with transaction():
            visit = open_checkout(acme, place_order(acme, {"professional:month": 3}, "USD"), **BACK)
        stripe.pay(visit.url, number)
        stripe.tell()

    return subscribe


def test_a_receipt_comes_once_to_who_may_manage_money(acme, told, buy):
    order = buy(acme, {"topup:small": 1})

    assert told() == [("olga@acme.example", f"Acme: receipt for order {order.order_no}")]
    assert told() == []


def test_the_address_for_invoices_gets_it_too(acme, told, buy):
    with transaction():
        BillingAccount.of(acme).email = "books@acme.example"
    buy(acme, {"topup:small": 1})

    assert {address for address, _subject in told()} == {"olga@acme.example", "books@acme.example"}


def test_two_who_look_at_once_tell_once(app, acme, told, buy):
    from stripe_fixtures import in_parallel

    buy(acme, {"topup:small": 1})

    def look():
        with app.app_context():
            tell_payers(acme.id)

    in_parallel([look] * 8)

    assert len(told()) == 1


def test_what_nobody_noticed_for_days_is_told_no_more(acme, told, buy):
    with time_machine.travel(now() - 5 * DAY):
        buy(acme, {"topup:small": 1})

    assert told() == []


def test_a_trial_announces_its_end_and_tells_it(acme, told):
    with time_machine.travel(now() + 11 * DAY):
        assert told() == []
    with time_machine.travel(now() + 12 * DAY + timedelta(hours=1)):
        [(_olga, subject)] = told()
        assert subject.startswith("Acme: your trial ends on")
        assert told() == []
    with time_machine.travel(now() + 16 * DAY):
        assert [subject for _to, subject in told()] == ["Acme: your trial has ended"]
        assert told() == []


def test_who_has_subscribed_hears_nothing_of_the_trial(acme, told, subscribe):
    subscribe()
    told()

    with time_machine.travel(now() + 13 * DAY):
        assert told() == []


def test_28_a_payment_that_fails_is_told_on_the_first_fourth_and_seventh_day(acme, told, subscribe, stripe):
    subscribe(DECLINED_LATER)
    told()
    renewal = Subscription.running_of(acme.id).period_end
    subjects = []

    stripe.pass_time(seconds=(renewal - now()).total_seconds() + 60)
    stripe.tell()
    for _day in range(7):
        subjects.append([subject for _to, subject in told()])
        stripe.pass_time(days=1)

    failed = ["Acme: your card could not be charged"]
    assert subjects[0] == failed
    assert [day for day, said in enumerate(subjects) if said == failed] == [0, 3, 6]


def test_29_a_bank_that_asks_is_told_with_the_link(acme, told, subscribe, stripe):
    subscribe(ASKS)
    told()

    stripe.pass_time(days=31)
    stripe.tell()

    assert [subject for _to, subject in told()] == ["Acme: your bank wants you to confirm a payment"]


def test_a_renewal_is_told_with_its_invoice(acme, told, subscribe, stripe):
    subscribe()
    told()

    stripe.pass_time(days=31)
    stripe.tell()

    assert [subject for _to, subject in told()] == ["Acme: subscription paid"]
    assert told() == []


def test_the_end_of_a_subscription_is_told(acme, told, subscribe, stripe):
    subscribe()
    told()
    with transaction():
        cancel(acme)

    stripe.pass_time(days=31)
    stripe.tell()

    assert "Acme: your subscription has ended" in [subject for _to, subject in told()]


def test_what_was_paid_ahead_is_reminded_of_fourteen_seven_and_one_day_before(acme, told):
    with transaction():
        revoke(acme, PROFESSIONAL_TRIAL.code)
        for number in range(2):
            grant(acme, f"order:1/{number}", {"flags": ["reports"]}, until=now() + 31 * DAY, product=f"feature:{number}")
    days = []
    for day in range(31):
        with time_machine.travel(now() + day * DAY + timedelta(hours=1)):
            days += [31 - day] * len(told())

    assert days == [14, 7, 1]


def test_what_was_extended_does_not_end(acme, told):
    begin = now()
    with transaction():
        for since, until in ((0, 10), (10, 375)):
            given = {"flags": ["custom_logo"]}
            grant(
                acme,
                f"order:1/{since}",
                given,
                since=begin + since * DAY,
                until=begin + until * DAY,
                product="feature:custom_logo",
            )

    with time_machine.travel(begin + 9 * DAY):
        assert told() == []


def test_a_short_trial_of_a_style_is_announced_a_day_before_only(acme, cast, told):
    from billing.styles import try_first_style

    with transaction():
        try_first_style(acme, cast.site.id)
    days = []
    for day in range(7):
        with time_machine.travel(now() + day * DAY + timedelta(hours=1)):
            days += [7 - day] * len([subject for _to, subject in told() if "ends on" in subject])

    assert days == [1]


def test_the_schedule_finds_every_company_it_concerns(cast, acme, told, buy):
    with cast.globex.entered(), transaction():
        place_order(cast.globex, {"topup:small": 1}, "USD").fulfil("pi_globex")
    buy(acme, {"topup:small": 1})

    tell_all_payers()

    run_due(), run_due()
    with cast.globex.entered():
        run_due(), run_due()
    texts = [path.read_text() for path in caught_folder().glob("*.eml")]
    assert sum("To: eve@globex.example" in text and "receipt" in text for text in texts) == 1
    assert sum("To: olga@acme.example" in text and "receipt" in text for text in texts) == 1


def test_every_mail_is_written_in_the_readers_language(acme, cast, told, buy):
    with transaction():
        cast.olga.language = "zh_Hans"
    buy(acme, {"feature:custom_logo": 1})

    told()

    [newest] = sorted(caught_folder().glob("*.eml"))[-1:]
    text = email.message_from_bytes(newest.read_bytes(), policy=default).get_content()
    assert "¥198.00" in text
    assert "CN¥" not in text

"""Credits are held, charged and freed so that nobody ever pays twice, or nothing (billing scenarios 8, 9, 10)."""

import email
import threading
from datetime import timedelta
from email import policy

import pytest
import sqlalchemy as sa
import time_machine

from billing.purses import NotEnough
from core.clock import now
from core.db import db, transaction
from core.jobs import run_due
from core.limits import TooManyTries
from core.mail import caught_folder
from sms.counts import SmsCount
from sms.gateways.gateway import Accepted, NotReached, Refused, Report, Unclear
from sms.messages import Sms, SmsIsOff
from sms.opt_outs import OptedOut, OptOut
from sms.sending import send_due

NUMBER = "+8613800138000"


def write(cast, key="one", number=NUMBER, text="Hello", **more) -> Sms:
    with transaction():
        return Sms.write(cast.acme, key, "trial", number, text, **more)


def again(sms: Sms) -> Sms:
    db.session.expire_all()
    return db.session.get_one(Sms, sms.id)


def counted() -> list[tuple]:
    """Country, gateway, segments and credits of each row."""
    rows = sa.select(SmsCount.country, SmsCount.gateway, SmsCount.segments, SmsCount.credits)
    return [tuple(row) for row in db.session.execute(rows)]


def later(minutes: float):
    return time_machine.travel(now() + timedelta(minutes=minutes))


def test_writing_holds_sending_charges(cast, told, credits):
    purse = credits(10)
    sms = write(cast)
    assert (purse.balance, purse.held) == (10, 1)

    assert send_due() == 1

    assert (purse.balance, purse.held) == (9, 0)
    assert again(sms).state == "sent"
    assert told.sent[0].text == "Hello"
    assert again(sms).sealed_text is None


def test_the_same_key_is_one_sms(cast, told, credits):
    purse = credits(10)
    assert write(cast).id == write(cast).id
    send_due()
    assert write(cast).state == "sent"
    assert (len(told.sent), purse.balance) == (1, 9)


def test_fifty_at_once_with_ten_credits_are_ten(app, cast, told, credits, monkeypatch):
    monkeypatch.setattr("sms.messages.PER_NUMBER", ())
    purse, outcomes = credits(10), []

    def one(number: int) -> None:
        with app.app_context(), cast.acme.entered():
            try:
                write(cast, key=f"race:{number}")
                outcomes.append("written")
            except NotEnough:
                outcomes.append("refused")

    threads = [threading.Thread(target=one, args=[number]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes.count("written"), outcomes.count("refused")) == (10, 40)
    send_due()
    assert len(told.sent) == 10
    assert (purse.balance, purse.held) == (0, 0)


def test_without_credits_the_gateway_never_hears_of_it(cast, told):
    with pytest.raises(NotEnough):
        write(cast)
    assert send_due() == 0
    assert told.sent == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Sms)) == 0


def test_refused_is_not_charged(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    told.answers = [Refused("no such number")]
    send_due()
    assert (again(sms).state, again(sms).reason) == ("refused", "no such number")
    assert (purse.balance, purse.held) == (5, 0)
    assert counted() == []


def test_not_reached_is_tried_again_and_charged_once(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    told.answers = [NotReached("down"), NotReached("down")]
    send_due()
    assert (again(sms).state, purse.held) == ("written", 1)
    with later(1):
        send_due()
    with later(10):
        send_due()
    assert (again(sms).state, len(told.sent), purse.balance) == ("sent", 3, 4)
    assert counted() == [("CN", "told", 1, 1)]


def test_never_reached_gives_the_credits_back(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    told.answers = [NotReached("down")] * 20
    for hour in range(12):
        with later(60 * hour):
            send_due()
    assert (again(sms).state, purse.balance, purse.held) == ("refused", 5, 0)


def test_a_lost_answer_is_asked_about_never_sent_again(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    told.answers = [Unclear("timed out")]
    send_due()
    assert (again(sms).state, purse.held) == ("unclear", 1)

    told.answers = [Accepted("gw-7", segments=2)]
    with later(6):
        send_due()

    assert (len(told.sent), len(told.asked)) == (1, 1)
    assert (again(sms).state, again(sms).gateway_id, purse.balance, purse.held) == ("sent", "gw-7", 4, 0)
    assert counted() == [("CN", "told", 2, 1)]


def test_an_answer_that_says_never_taken_sends_it(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    told.answers = [Unclear("timed out"), None]
    send_due()
    with later(6):
        send_due()
    with later(20):
        send_due()
    assert (len(told.sent), again(sms).state, purse.balance) == (2, "sent", 4)


def test_a_worker_that_dies_between_sending_and_charging(cast, told, credits):
    """Claimed and sent, but nobody wrote it down: after two minutes it is asked about."""
    purse = credits(5)
    sms = write(cast)
    with transaction():
        assert Sms.claim_due().id == sms.id
    assert send_due() == 0
    told.answers = [Accepted("gw-1")]
    with later(3):
        send_due()
    assert (told.sent, len(told.asked), again(sms).state, purse.balance) == ([], 1, "sent", 4)


def test_after_a_day_of_not_knowing_the_credits_are_free_and_somebody_is_told(cast, told, credits, caplog):
    purse = credits(5)
    sms = write(cast)
    told.answers = [Unclear("timed out")] * 2
    send_due()
    with later(25 * 60):
        send_due()
    assert (again(sms).state, purse.balance, purse.held) == ("expired", 5, 0)
    assert "sms expired" in caplog.text

    for _ in range(2):
        with transaction():
            Sms.referred(sms.reference).reported(Report(delivered=True))

    assert (again(sms).state, purse.balance, counted()) == ("expired", 5, [("CN", "told", 1, 0)])


def test_two_workers_send_each_once(app, cast, told, credits):
    purse = credits(20)
    for number in range(12):
        write(cast, key=f"many:{number}", number=f"+86138001380{number:02}")

    def work() -> None:
        with app.app_context():
            send_due()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({letter.reference for letter in told.sent}) == len(told.sent) == 12
    assert (purse.balance, purse.held) == (8, 0)
    assert counted() == [("CN", "told", 12, 12)]


def test_a_report_before_the_answer_charges_once(cast, told, credits):
    purse = credits(5)
    sms = write(cast)
    with transaction():
        Sms.claim_due()
    for _ in range(2):
        with transaction():
            Sms.referred(sms.reference).reported(Report(delivered=True))
    with transaction():
        Sms.referred(sms.reference).accepted(Accepted("late"))
    assert (again(sms).state, purse.balance, purse.held) == ("delivered", 4, 0)
    assert counted() == [("CN", "told", 1, 1)]


def test_secrets_are_in_no_list(cast, told, credits):
    credits(5)
    sms = write(cast, text="123456 is your code", secret="123456")
    assert sms.shown_text == "•••••• is your code"
    assert "123456" not in sms.sealed_text
    send_due()
    assert told.sent[0].text == "123456 is your code"


def test_one_that_nobody_can_read_any_more_holds_up_no_other(cast, told, credits):
    purse = credits(5)
    lost, other = write(cast), write(cast, key="two", text="World")
    with transaction():
        again(lost).sealed_text = "sealed by another installation"
    send_due()
    assert (again(lost).state, again(other).state, purse.balance, purse.held) == ("refused", "sent", 4, 0)
    assert [letter.text for letter in told.sent] == ["World"]


def test_who_said_stop_gets_none_until_he_says_start(cast, told, credits):
    credits(5)
    with transaction():
        OptOut.hear(NUMBER, " 退订 ")
    with pytest.raises(OptedOut):
        write(cast)
    with transaction():
        OptOut.hear(NUMBER, "Start")
    assert write(cast).state == "written"


def test_one_number_is_not_flooded(cast, told, credits):
    credits(50)
    for number in range(6):
        write(cast, key=str(number))
    with pytest.raises(TooManyTries):
        write(cast, key="one too many")


def test_without_a_gateway_there_is_none(app, cast, credits, monkeypatch):
    credits(5)
    monkeypatch.setitem(app.extensions, "sms_gateway", None)
    with pytest.raises(SmsIsOff):
        write(cast)
    assert send_due() == 0


def test_a_mail_before_credits_run_out(cast, told, credits):
    credits(12)
    write(cast)
    run_due()
    assert not _low_mails()
    write(cast, key="two")
    run_due()
    [mail] = _low_mails()
    assert mail["To"] == "olga@acme.example"
    assert "10 SMS credits are left" in mail["Subject"]


def _low_mails() -> list:
    mails = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in caught_folder().glob("*.eml")]
    return [mail for mail in mails if "SMS" in mail["Subject"]]

"""A number is bound by the code that was sent to it, and to one member only."""

import re
from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.db import transaction
from core.errors import Invalid
from sms.mobiles import Mobile, WrongCode
from sms.sending import send_due

NUMBER = "+8613800138000"


def bind(member, number=NUMBER) -> Mobile:
    with transaction():
        return Mobile.bind(member, number)


def code_in(told) -> str:
    send_due()
    return re.match(r"\d{6}", told.sent[-1].text)[0]


def confirm(mobile: Mobile, code: str) -> None:
    with transaction():
        mobile.confirm(code)


def test_the_code_that_was_sent_binds_the_number(cast, told, credits):
    credits(5)
    mobile = bind(cast.adam)
    assert Mobile.verified(NUMBER) is None
    confirm(mobile, code_in(told))
    assert Mobile.verified(NUMBER).member_id == cast.adam.id


def test_a_code_works_once_and_for_ten_minutes(cast, told, credits):
    credits(5)
    mobile = bind(cast.adam)
    code = code_in(told)
    with time_machine.travel(now() + timedelta(minutes=11)), pytest.raises(WrongCode):
        confirm(mobile, code)
    confirm(mobile, code)
    with pytest.raises(WrongCode):
        confirm(mobile, code)


def test_after_five_wrong_guesses_the_right_one_is_too_late(cast, told, credits):
    credits(5)
    mobile = bind(cast.adam)
    code = code_in(told)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        with transaction():
            with pytest.raises(WrongCode):
                mobile.confirm(wrong)
    with pytest.raises(WrongCode):
        confirm(mobile, code)


def test_a_new_number_must_prove_itself_again(cast, told, credits):
    credits(5)
    mobile = bind(cast.adam)
    confirm(mobile, code_in(told))
    bind(cast.adam, "+8613900139000")
    assert Mobile.verified(NUMBER) is None
    assert not Mobile.of(cast.adam).is_verified


def test_a_number_opens_one_account(cast, told, credits):
    credits(5)
    confirm(bind(cast.adam), code_in(told))
    with pytest.raises(Invalid) as refused:
        bind(cast.nina)
    assert "colleague" in str(refused.value.fields["number"])


def test_two_who_bind_the_same_number_at_once_are_one(cast, told, credits):
    """Both got codes while it was free; the second to confirm is refused."""
    credits(5)
    first, second = bind(cast.adam), bind(cast.nina)
    send_due()
    codes = [re.match(r"\d{6}", letter.text)[0] for letter in told.sent]
    confirm(first, codes[0])
    with pytest.raises(Invalid):
        confirm(second, codes[1])

import pytest

from core.errors import Invalid
from sms.numbers import country_of, e164, masked


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("138 0013 8000", "zh_Hans", "+8613800138000"),
        ("+86 (138) 0013-8000", "en", "+8613800138000"),
        ("0912 345 678", "zh_Hant", "+886912345678"),
        ("+1 415 555 2671", "zh_Hans", "+14155552671"),
    ],
)
def test_what_people_type_becomes_one_form(context, typed, language, number):
    assert e164(typed, language) == number


@pytest.mark.parametrize("typed", ["", "12345", "010 6552 9988", "abc", "+86 138 0013 800", "+999 123456789", "1" * 400])
def test_what_gets_no_sms_is_refused(context, typed):
    with pytest.raises(Invalid) as refused:
        e164(typed, "zh_Hans")
    assert "mobile number" in str(refused.value.fields["number"])


def test_masked_shows_enough_to_recognise():
    assert masked("+8613800138000") == "+86 •••• 8000"
    assert country_of("+886912345678") == "TW"
    assert country_of("") == ""

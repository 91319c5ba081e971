"""Telephone numbers as the world writes them (E.164), from what people type."""

import phonenumbers
from flask_babel import gettext as _

from core.errors import Invalid

# Where a number without a country code is at home, by the language it was typed in.
HOME = {"zh_Hans": "CN", "zh_Hant": "TW", "en": "CN"}


def e164(typed: str, language: str = "en") -> str:
    """ "138 0013 8000" → "+8613800138000".  Raises Invalid(number=…) for what is no mobile number."""
    try:
        number = phonenumbers.parse(typed, HOME.get(language, "CN"))
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number) or not _takes_sms(number):
        raise Invalid(number=_("Enter a mobile number with its country code, like +86 138 0013 8000."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(number: str) -> str:
    """The two letters of the country a number (E.164) belongs to; "" for one of no country, or that was erased."""
    if not number:
        return ""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""


def masked(number: str) -> str:
    """Enough to recognise one's own number by, not enough to call it: "+86 •••• 8000"."""
    if not number:
        return ""
    code = phonenumbers.parse(number).country_code
    return f"+{code} •••• {number[-4:]}"


def _takes_sms(number: phonenumbers.PhoneNumber) -> bool:
    mobile = phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    return phonenumbers.number_type(number) in mobile

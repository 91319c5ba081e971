import pytest

from billing.money import typed_amount


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("12", "CNY", 12_00),
        (" 12.5 ", "CNY", 12_50),
        ("0.07", "USD", 7),
        ("1,234,567.89", "CNY", 1_234_567_89),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1_234),
    ],
)
def test_reads_what_people_type(text, unit, amount):
    assert typed_amount(text, unit) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [("", "CNY"), ("1,50", "CNY"), ("1.505", "CNY"), ("500.0", "JPY"), ("-3", "CNY"), ("1e3", "CNY"), ("12,34.00", "CNY"),
     ("１２", "CNY"), ("$5", "USD"), ("5.", "USD"), (".5", "USD"), ("9" * 13, "CNY")],
)  # fmt: skip
def test_never_guesses(text, unit):
    assert typed_amount(text, unit) is None

"""What gateways charge: as it is known now for each day, whatever was known before."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from core.db import db, transaction
from sms.costs import Costs, SmsCost, changes_to, micros_in

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
LAST_OF_APRIL = date(2026, 4, 30)
CN, OTHERS, IN_YUAN = ("twilio", "CN", "USD"), ("twilio", "", "USD"), ("twilio", "CN", "CNY")


def say(wanted: dict, since: date) -> None:
    with transaction():
        db.session.add_all(changes_to(Costs.known(), wanted, since, "Fay", "invoice"))


def cost(day: date, country: str = "CN", currency: str = "USD", gateway: str = "twilio") -> tuple[str, int] | None:
    found = Costs.known().at(gateway, country, day, currency)
    return found and (found.currency, found.micros)


def test_the_newest_row_of_the_last_day_reached_counts(context):
    say({CN: 7_500}, APRIL)
    say({CN: 9_000}, MAY)
    say({CN: 8_000}, MAY)
    say({CN: 7_700}, APRIL)

    assert [cost(day) for day in (date(2026, 3, 31), APRIL, LAST_OF_APRIL, MAY, JUNE)] == [
        None, ("USD", 7_700), ("USD", 7_700), ("USD", 8_000), ("USD", 8_000),
    ]  # fmt: skip
    assert [row.micros for row in SmsCost.versions("twilio", "CN")] == [8_000, 9_000, 7_700, 7_500]
    assert [row.micros for row in Costs.known().to_come(LAST_OF_APRIL)] == [8_000]


def test_unknown_is_none_and_nothing_is_nothing(context):
    say({OTHERS: 40_000, CN: 0}, APRIL)
    say({CN: None}, MAY)

    assert cost(APRIL) == ("USD", 0)
    assert cost(MAY) == cost(MAY, "KE") == ("USD", 40_000)
    assert cost(MAY, gateway="mitake") is None
    assert [row.country for row in Costs.known().in_force(MAY)] == [""]


def test_each_currency_stands_by_itself_and_another_is_better_than_none(context):
    say({CN: 7_500, IN_YUAN: 54_000}, APRIL)

    assert (cost(APRIL, currency="CNY"), cost(APRIL, currency="USD")) == (("CNY", 54_000), ("USD", 7_500))
    assert cost(APRIL, currency="EUR") == ("CNY", 54_000)


def test_what_is_known_already_is_not_said_again(context):
    say({CN: 7_500}, APRIL)

    assert changes_to(Costs.known(), {CN: 7_500, OTHERS: None}, MAY) == []


@pytest.mark.parametrize(
    ("typed", "micros"),
    [("0.0075", 7_500), ("12", 12_000_000), ("1000", 10**9), ("1000.1", None), ("0.0000001", None), ("1,5", None)],
)
def test_a_cost_is_typed_in_whole_units(typed, micros):
    assert micros_in(typed) == micros


def test_a_cost_can_never_be_rewritten(context):
    say({CN: 7_500}, APRIL)

    for statement in (sa.update(SmsCost).values(micros=1), sa.delete(SmsCost)):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            db.session.execute(statement)

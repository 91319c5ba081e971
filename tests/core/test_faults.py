import json

import psycopg
import sqlalchemy as sa

from core.faults import told

WRITTEN = "what a visitor wrote"


def fault_of(deed) -> str:
    try:
        deed()
    except Exception as error:
        return told(error)
    raise AssertionError("it did not fail")


def test_says_what_and_where_and_nothing_that_was_written():
    def deed():
        raise ValueError(WRITTEN)

    assert fault_of(deed) == f"ValueError at tests/core/test_faults.py:{deed.__code__.co_firstlineno + 1}"


def test_says_where_in_our_code_it_came_from():
    fault = fault_of(lambda: json.loads(WRITTEN))

    assert fault.startswith("JSONDecodeError at tests/core/test_faults.py:")


def test_says_what_the_database_calls_it():
    error = sa.exc.IntegrityError("INSERT", {"text": WRITTEN}, psycopg.errors.UniqueViolation(WRITTEN))

    assert told(error) == "IntegrityError 23505"

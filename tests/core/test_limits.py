from concurrent.futures import ThreadPoolExecutor

import pytest

from core.limits import TooManyTries, count_try, failures_counted, forget_tries

RULE = "3 per 5 minutes"


def test_refuses_one_try_too_many(context):
    for _ in range(3):
        count_try(RULE, "sign-in", "adam")

    with pytest.raises(TooManyTries, match="Wait 5 min"):
        count_try(RULE, "sign-in", "adam")


def test_counts_each_key_by_itself(context):
    for name in ("adam", "nina", "olga", "eve"):
        count_try(RULE, "sign-in", name)


def test_starts_anew_after_a_success(context):
    for _ in range(3):
        count_try(RULE, "sign-in", "adam")
    forget_tries(RULE, "sign-in", "adam")

    count_try(RULE, "sign-in", "adam")


def test_counts_in_this_process_while_redis_is_away(app, context):
    from core.limits import Limits

    working = app.extensions["limits"]
    app.extensions["limits"] = Limits("redis://127.0.0.1:1/0")
    for _ in range(3):
        count_try(RULE, "sign-in", "adam")

    with pytest.raises(TooManyTries):
        count_try(RULE, "sign-in", "adam")

    app.extensions["limits"] = working


def test_what_ends_well_is_not_counted_and_many_at_once_get_no_more(app, context):
    for _ in range(9):
        with failures_counted(RULE, "office"):
            pass

    def fail(_number: int) -> type:
        with app.app_context():
            try:
                with failures_counted(RULE, "office"):
                    raise ZeroDivisionError
            except (ZeroDivisionError, TooManyTries) as error:
                return type(error)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fail, range(12))).count(ZeroDivisionError) == 3

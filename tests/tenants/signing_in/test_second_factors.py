"""The app's code and the recovery codes: each opens once, under any number of hands, and guessing is slow."""

import threading

import pyotp
import pytest
import time_machine

from core.clock import now
from core.db import db, transaction
from core.limits import TooManyTries
from core.one_time_codes import RECOVERY_CODES, WrongCode
from tenants.signing_in.second_factors import RecoveryCode, SecondFactor


@pytest.fixture
def factor(cast) -> SecondFactor:
    """Adam's, not confirmed yet."""
    with transaction():
        return SecondFactor.begin(cast.adam)


def code_of(factor: SecondFactor, later: int = 0) -> str:
    return pyotp.TOTP(factor.secret).generate_otp(int(now().timestamp()) // 30 + later)


def confirm(cast, factor, later=0) -> list[str]:
    with transaction():
        return factor.confirm(cast.adam, code_of(factor, later))


def test_is_asked_for_only_once_it_was_shown_to_work(cast, factor):
    assert SecondFactor.of(cast.adam) is None
    confirm(cast, factor)
    assert SecondFactor.of(cast.adam) is factor


def test_beginning_again_shows_the_same_secret(cast, factor):
    assert SecondFactor.begin(cast.adam).secret == factor.secret
    assert f"secret={factor.secret}" in factor.address(cast.adam)


def test_the_database_alone_does_not_tell_the_secret(factor):
    assert factor.secret not in factor.sealed_secret


def test_a_code_opens_once(cast, factor):
    confirm(cast, factor)

    with pytest.raises(WrongCode), transaction():
        factor.use(code_of(factor))


def test_an_older_code_than_the_last_does_not_open(cast, factor):
    confirm(cast, factor, later=1)

    with pytest.raises(WrongCode), transaction():
        factor.use(code_of(factor))


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_may_go_wrong_by_one_step(factor, later):
    with transaction():
        factor.use(code_of(factor, later))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "1" * 500])
def test_nonsense_does_not_open(factor, code):
    with pytest.raises(WrongCode), transaction():
        factor.use(code)


def test_two_with_the_same_code_are_not_both_let_in(app, cast, factor):
    confirm(cast, factor, later=-1)
    code, results, together = code_of(factor, 1), [], threading.Barrier(4)

    def use():
        with app.app_context(), cast.acme.entered():
            together.wait()
            try:
                with transaction():
                    SecondFactor.of(cast.adam).use(code)
                results.append("in")
            except WrongCode:
                results.append("out")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["in", "out", "out", "out"]


def test_guessing_is_slow(factor):
    for _ in range(5):
        with pytest.raises(WrongCode), transaction():
            factor.use("000000")
    with pytest.raises(TooManyTries), transaction():
        factor.use(code_of(factor))


def test_a_recovery_code_opens_once_however_it_is_written(cast, factor):
    first, second, *_ = confirm(cast, factor)

    with transaction():
        assert RecoveryCode.use(cast.adam, f" {first.upper()} ") == RECOVERY_CODES - 1
    with pytest.raises(WrongCode), transaction():
        RecoveryCode.use(cast.adam, first)
    with transaction():
        assert RecoveryCode.use(cast.adam, second.replace("-", "")) == RECOVERY_CODES - 2


def test_a_colleagues_recovery_code_opens_nothing(cast, factor):
    [first, *_] = confirm(cast, factor)

    with pytest.raises(WrongCode), transaction():
        RecoveryCode.use(cast.nina, first)


def test_new_ones_end_the_old(cast, factor):
    [first, *_] = confirm(cast, factor)
    with transaction():
        RecoveryCode.make(cast.adam)

    with pytest.raises(WrongCode), transaction():
        RecoveryCode.use(cast.adam, first)


def test_one_recovery_code_in_four_hands_opens_once(app, cast, factor):
    [first, *_] = confirm(cast, factor)
    results, together = [], threading.Barrier(4)

    def use():
        with app.app_context(), cast.acme.entered():
            together.wait()
            try:
                with transaction():
                    RecoveryCode.use(cast.adam, first)
                results.append("in")
            except WrongCode:
                results.append("out")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["in", "out", "out", "out"]


def test_removed_the_password_is_enough_again(cast, factor):
    confirm(cast, factor)
    with transaction():
        SecondFactor.remove(cast.adam)

    db.session.expire_all()
    assert SecondFactor.of(cast.adam) is None
    assert RecoveryCode.left(cast.adam) == 0


def test_a_secret_outlives_a_new_key(app, cast, factor, monkeypatch):
    before, old = factor.secret, app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret that only the tests know, longer")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [old])

    assert factor.secret == before


def test_tomorrow_todays_codes_are_worth_nothing(cast, factor):
    code = code_of(factor)

    with time_machine.travel(now().timestamp() + 120), pytest.raises(WrongCode), transaction():
        factor.use(code)


def test_brought_in_from_another_installation_no_code_opens(app, factor, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret that only the tests know, longer")

    assert factor.secret == ""
    with pytest.raises(WrongCode), transaction():
        factor.use("123456")

"""Opal, an owner of the platform, who comes in by herself: with password and app."""

import pyotp
from flask.testing import FlaskClient
from soft_key import SoftKey

from core.clock import now
from core.db import transaction
from core.one_time_codes import current_step
from operators.operator import Operator
from operators.second_factors import OperatorApp, OperatorRecoveryCode

PASSWORD = "nine lanterns on a river"


class Opal:
    """An owner with an app and recovery codes."""

    email, password = "opal@laike.example", PASSWORD

    def __init__(self):
        with transaction():
            self.operator = Operator.add(self.email, "Opal", "owner", joined_at=now())
            self.operator.change_password(PASSWORD)
            self.app = OperatorApp.begin(self.operator)
            self.app.confirmed_at = now()
            self.codes = OperatorRecoveryCode.make(self.operator)

    def code(self, later: int = 0) -> str:
        return pyotp.TOTP(self.app.secret).generate_otp(current_step() + later)

    def wrong_code(self) -> str:
        right = {self.code(later) for later in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)

    def first_step(self, browser: FlaskClient, password: str = PASSWORD, **more):
        return browser.post("/operator/sign-in", data={"email": self.email, "password": password, **more})

    def second_step(self, browser: FlaskClient, code: str):
        return browser.post("/operator/second-step", data={"code": code})

    def sign_in(self, browser: FlaskClient, later: int = 0) -> FlaskClient:
        self.first_step(browser)
        assert self.second_step(browser, self.code(later)).status_code == 302
        return browser

    def add_passkey(self, browser: FlaskClient) -> SoftKey:
        key = SoftKey()
        options = browser.post("/operator/security/passkeys/options").json
        browser.post("/operator/security/passkeys", data={"credential": key.make(options)})
        return key


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/operator/security").status_code == 200

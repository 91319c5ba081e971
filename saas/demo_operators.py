"""The demo's operators, and a page that shows what their authenticator app would: only where DEMO=yes.

Password and secret are known to everybody, so that a newcomer comes in with a browser alone.
"""

import pyotp
from flask import Flask, current_app, render_template

from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.one_time_codes import SEALED, SLACK, STEP_SECONDS, current_step
from core.tokens import seal
from operators.operator import Operator
from operators.second_factors import OperatorApp

SECRET = "LAIKEDEMOLAIKEDEMOLAIKEDEMOLAIKE"  # noqa: S105 - known to everybody, on purpose
PEOPLE = (("opal@laike.example", "Opal", "owner"), ("sam@laike.example", "Sam", "support"))


def install(app: Flask) -> None:
    app.add_url_rule("/dev/operator-code", "operator_code", show)


def make_operators(password: str) -> None:
    """Those of PEOPLE that are not there yet."""
    with transaction():
        for email, name, role in PEOPLE:
            if Operator.known_as(email) is None:
                operator = Operator.add(email, name, role, joined_at=now())
                operator.change_password(password)
                db.session.add(OperatorApp(operator_id=operator.id, sealed_secret=seal(SEALED, SECRET), confirmed_at=now()))


def show():
    """For each of them a code that was not used yet, if there is one.  Raises NotFound outside of the demo."""
    if not current_app.config["DEMO"]:
        raise NotFound
    with transaction():
        people = [Operator.known_as(email) for email, _name, _role in PEOPLE]
        shown = [(operator, _code_of(OperatorApp.of(operator))) for operator in people if operator]
    seconds = STEP_SECONDS - int(now().timestamp()) % STEP_SECONDS
    return render_template("admin_portal/identity/demo_code.html", shown=shown, seconds=seconds)


def _code_of(app: OperatorApp | None) -> str:
    """ "" for who has set up an app of his own, or must wait for the next one."""
    if app is None or app.secret != SECRET:
        return ""
    unused = [step for step in (current_step(), current_step() + SLACK) if step > app.last_step]
    return pyotp.TOTP(SECRET).generate_otp(unused[0]) if unused else ""

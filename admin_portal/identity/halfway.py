"""Half signed in: the password was right, the second factor is still to come."""

import time

from flask import session

from core.db import db, transaction
from core.tokens import fingerprint
from operators.operator import Operator

LASTS = 600
_KEPT = "operator_halfway"


def begin_halfway(operator: Operator, next_page: str) -> None:
    """What a sign-in before had begun is forgotten.  In the signed cookie: nobody can make it up."""
    session.clear()
    session[_KEPT] = {
        "who": operator.id,
        # Who has changed the password since begins again.
        "password": _mark(operator),
        "next": next_page,
        "until": time.time() + LASTS,
    }


def halfway() -> tuple[Operator, str] | None:
    """Who proved the password a moment ago, and where he wants to go; None for who did not, or took too long."""
    kept = session.get(_KEPT)
    if not kept or kept["until"] < time.time():
        return None
    with transaction():
        operator = db.session.get(Operator, kept["who"])
    if operator is None or not operator.is_active or not operator.has_joined or _mark(operator) != kept["password"]:
        return None
    return operator, kept["next"]


def _mark(operator: Operator) -> str:
    return fingerprint(operator.password_hash or "")[:16]

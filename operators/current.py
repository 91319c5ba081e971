"""Which operator is asking, during a request in the portal, and what a view wants of him."""

from collections.abc import Callable
from functools import wraps

from flask import g
from flask_babel import lazy_gettext as _l

from core.cookies import private_name
from core.errors import NotSignedIn, Refusal
from operators.operator import Operator
from operators.sessions import OperatorSession

SESSION_COOKIE = "laike-operator"


class OperatorNotSignedIn(NotSignedIn):
    pass


class ProofWanted(Refusal):
    """The second factor must be shown once more first.  The portal asks for it, and then goes on with what was sent."""

    code = "proof_wanted"
    message = _l("Show your second factor once more first.")
    status = 403


def cookie_name() -> str:
    """The session cookie's name, as browsers send it."""
    return private_name(SESSION_COOKIE)


def current_operator_session() -> OperatorSession:
    """Raises OperatorNotSignedIn."""
    session = g.get("operator_session")
    if session is None:
        raise OperatorNotSignedIn
    return session


def current_operator() -> Operator:
    """Raises OperatorNotSignedIn."""
    return current_operator_session().operator


def needs(permission: str, proof: bool = False) -> Callable:
    """A view only for operators with this permission ("": for any operator); with `proof`, only just after showing the second factor."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args, **kwargs):
            if permission:
                current_operator().need(permission)
            else:
                current_operator()
            if proof and not current_operator_session().is_proved:
                raise ProofWanted
            return view(*args, **kwargs)

        guarded.permission, guarded.wants_proof = permission, proof
        return guarded

    return decorate

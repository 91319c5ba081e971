"""How operators come and go: invited, joined, given another role, disabled, reset.  Who does it notes it.

There is always an owner who can come in: whoever would take the last one away waits for whoever does so at the same moment.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from core.clock import now
from core.db import db, lock
from core.errors import Refusal
from operators.links import OperatorLink
from operators.operator import Operator
from operators.second_factors import remove_factors
from operators.sessions import end_sessions


class LastOwner(Refusal):
    code = "last_owner"
    message = _l("The platform needs an owner who can sign in. Make somebody else an owner first.")


def change_role(operator: Operator, role: str) -> None:
    """Raises LastOwner."""
    if role != "owner":
        _keep_an_owner(besides=operator)
    operator.role = role


def disable(operator: Operator) -> None:
    """From this moment on he is out, and no link lets him in.  Raises LastOwner."""
    _keep_an_owner(besides=operator)
    operator.disabled_at = operator.disabled_at or now()
    end_sessions(operator)
    OperatorLink.end_all(operator)


def enable(operator: Operator) -> None:
    """He comes in again as he did before."""
    operator.disabled_at = None


def reset(operator: Operator, even_the_last: bool = False) -> None:
    """For who has lost phone or password: nothing of what he had opens any more, only a new link.

    Raises LastOwner, unless the link is in the hands of who asks, as on the command line.
    """
    if not even_the_last:
        _keep_an_owner(besides=operator)
    end_sessions(operator)
    remove_factors(operator)
    operator.password_hash = operator.joined_at = None
    OperatorLink.end_all(operator)


def join(link: OperatorLink) -> None:
    """He has set a password and a second factor: from now on he signs in with them."""
    lock(link.operator)
    link.used_at = link.operator.joined_at = now()


def _keep_an_owner(besides: Operator) -> None:
    # Two owners who disable each other queue here; the second no longer finds himself among them.
    owners = sa.select(Operator.id).where(
        Operator.role == "owner", Operator.disabled_at.is_(None), Operator.joined_at.is_not(None)
    )
    able = set(db.session.scalars(owners.order_by(Operator.id).with_for_update()))
    db.session.refresh(besides)
    if able == {besides.id}:
        raise LastOwner

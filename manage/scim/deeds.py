"""What a directory did, written down; and its turn to do it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request
from scim2_models import UnauthorizedException

from core.db import TenantModel
from tenants.audit import audit


@contextmanager
def writing() -> Iterator[None]:
    """What two requests write comes one after the other.  Raises UnauthorizedException when the token was revoked meanwhile."""
    if not g.provisioning_token.hold():
        raise UnauthorizedException
    yield


def noted(action: str, subject: TenantModel, **details) -> None:
    """Note a deed of the directory, in the running transaction."""
    name = f"{subject.__tablename__}:{subject.id}"
    audit.note(action, subject=name, ip=request.remote_addr or "", **details, token=g.provisioning_token.name)

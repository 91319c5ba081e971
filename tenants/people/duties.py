"""What a member must do before anything else: set up a second factor where his company wants one, or choose a new password
once the old one is too old (off by default: OWASP ASVS 6.2.10 advises against it)."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from core.clock import now
from core.errors import Refusal
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import Session

# Whom a company may want a second factor of.
SECOND_FACTOR_OF = {
    "optional": _l("nobody: everybody decides for themselves"),
    "administrators": _l("administrators"),
    "roles": _l("these roles"),
    "everybody": _l("everybody"),
}


class DutyFirst(Refusal):
    """`name` says which duty."""

    code = "duty_first"
    message = _l("Your company asks for something before you go on. Open the management centre; it will lead you there.")
    status = 403

    def __init__(self, name: str):
        super().__init__()
        self.name = name


def duty_of(session: Session) -> str | None:
    """What the member of this session must do first: "second_factor", "password", or None."""
    due = second_factor_due(session.member)
    # Whoever came by single sign-on proved there what the company asks there.
    if due is not None and due <= now() and session.method != "sso":
        return "second_factor"
    return "password" if _password_is_too_old(session.member) else None


def do_duty_first(session: Session | None) -> None:
    """Before pages and sockets of who signed in.  Raises DutyFirst."""
    duty = duty_of(session) if session is not None and not session.is_visit else None
    if duty is not None:
        raise DutyFirst(duty)


def second_factor_due(member: Member) -> datetime | None:
    """From when on he must have one, while he has none; None: he has, or need not."""
    settings = Settings.current()
    if not must_have_second_factor(member, settings) or has_second_factor(member):
        return None
    return settings.second_factor_from or member.created_at


def must_have_second_factor(member: Member, settings: Settings) -> bool:
    if settings.second_factor == "roles":
        return member.role_id in settings.second_factor_roles
    return settings.second_factor == "everybody" or (settings.second_factor == "administrators" and member.is_administrator)


def has_second_factor(member: Member) -> bool:
    """An app or a passkey."""
    return SecondFactor.of(member) is not None or bool(Passkey.of(member))


def _password_is_too_old(member: Member) -> bool:
    days = Settings.current().password_days
    changed_at = member.password_changed_at
    return bool(days and member.password_hash and changed_at and now() - changed_at > timedelta(days=days))

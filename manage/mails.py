"""Mails to a company's people.  Links with a secret are made while sending, so that no secret waits in the outbox."""

from core.db import db
from core.devices import device_name
from core.jobs import job
from core.limits import count_try
from core.pages import address_of
from tenants.companies.company import current_company
from tenants.people.links import Link
from tenants.people.mails import mail_member
from tenants.people.members import Member
from tenants.signing_in.networks import AllowList
from tenants.signing_in.sessions import Session

MAILS_TO_ONE = "5 per hour"
MAILS_FROM_ONE_COMPANY = "200 per day"


@job
def send_invitation(member_id: int, invited_by_id: int | None = None) -> None:
    member = db.session.get_one(Member, member_id)
    if member.email and not member.has_joined:
        inviter = db.session.get(Member, invited_by_id) if invited_by_id else None
        token = Link.make("invitation", member)
        _send(member, "invitation", inviter=inviter, link=address_of("manage.invitations.edit", token=token))


@job
def send_password_link(member_id: int) -> None:
    """A link to choose a new password; for somebody who never had one, the invitation again."""
    member = db.session.get_one(Member, member_id)
    if not member.has_joined:
        send_invitation(member_id=member_id)
    elif member.email:
        token = Link.make("password", member)
        _send(member, "password_link", link=address_of("manage.password_resets.edit", token=token))


@job
def send_password_changed(member_id: int) -> None:
    member = db.session.get_one(Member, member_id)
    if member.email:
        _send(member, "password_changed", link=address_of("manage.password_resets.new"))


@job
def send_new_device(member_id: int, session_id: int) -> None:
    """Somebody has signed in as him where he never did: he should know (ASVS 6.3.5)."""
    member, session = db.session.get_one(Member, member_id), db.session.get(Session, session_id)
    if member.email and session is not None:
        where = {"device": device_name(session.device).text, "ip": session.ip, "at": session.created_at}
        _send(member, "new_device", **where, link=address_of("manage.own_sessions.index"))


@job
def send_codes_tried(member_id: int) -> None:
    member = db.session.get_one(Member, member_id)
    if member.email:
        _send(member, "codes_tried", link=address_of("manage.password_resets.new"))


@job
def send_second_factor_changed(member_id: int, is_on: bool) -> None:
    member = db.session.get_one(Member, member_id)
    if member.email:
        _send(member, "second_factor_changed", is_on=is_on, link=address_of("manage.password_resets.new"))


@job
def send_passkey_changed(member_id: int, is_new: bool) -> None:
    member = db.session.get_one(Member, member_id)
    if member.email:
        _send(member, "passkey_changed", is_new=is_new, link=address_of("manage.password_resets.new"))


@job
def send_networks_link(member_id: int) -> None:
    """To who would lock himself out: a link that does it nevertheless."""
    member, proposed = db.session.get_one(Member, member_id), AllowList.proposed()
    if member.email and proposed is not None:
        token = Link.make("networks", member)
        _send(member, "networks_link", networks=proposed, link=address_of("manage.network_confirmations.edit", token=token))


def count_mail_to(member: Member) -> None:
    """Before somebody has a mail sent: nobody's mailbox is flooded from here.  Raises TooManyTries."""
    company = current_company()
    count_try(MAILS_TO_ONE, "mail-to", company.id, member.id)
    count_try(MAILS_FROM_ONE_COMPANY, "mails-from", company.id)


def _send(member: Member, name: str, **more) -> None:
    mail_member(member, f"manage/mail/{name}.txt", **more)

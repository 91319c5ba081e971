"""People, as a directory reads and writes them (RFC 7644, 3.2 to 3.6)."""

import sqlalchemy as sa
from flask import Blueprint
from scim2_models import Context, InvalidValueException

from core.db import transaction
from core.text import is_email, tidy, tidy_email
from manage.scim.deeds import noted, writing
from manage.scim.filters import number
from manage.scim.messages import answer, found, operations, patch, sent_as
from manage.scim.shapes import Email, Name, User
from tenants.people.members import Member
from tenants.signing_in.provisioned_members import (
    Described,
    ProvisionedMember,
    add_person,
    change_person,
    people,
    person_numbered,
    remove_person,
)

scim_users = Blueprint("scim_users", __name__, url_prefix="/Users")

# With many, comparing each with each takes seconds at each operation; one is kept.
EMAILS_AT_MOST = 20

_ADDRESS = Member.email
COMPARISONS = {
    "username": lambda text: ProvisionedMember.user_key_of() == text.casefold(),
    "externalid": lambda text: ProvisionedMember.external_id == text,
    "emails": lambda text: text.casefold() == _ADDRESS,
    "emails.value": lambda text: text.casefold() == _ADDRESS,
    # All we know are for work, and the only ones.
    "emails.type": lambda text: sa.literal(text.lower() == "work"),
    "emails.primary": lambda text: sa.literal(text.lower() == "true"),
    "active": lambda text: Member.removed_at.is_(None) if text.lower() == "true" else Member.removed_at.is_not(None),
    "id": number(Member.id),
}


@scim_users.get("")
def index():
    return found(User, people(), Member.id, COMPARISONS, User.of)


@scim_users.get("/<int:member_id>")
def show(member_id):
    return answer(User.of(*person_numbered(member_id)))


@scim_users.post("")
def create():
    described = _described(sent_as(User, Context.RESOURCE_CREATION_REQUEST))
    with transaction(), writing():
        member = add_person(described)
        noted("provisioning.member_added", member, name=member.name, email=member.email or "", role=member.role.title)
    return answer(User.of(*person_numbered(member.id)), 201)


@scim_users.put("/<int:member_id>")
def replace(member_id):
    wanted = sent_as(User, Context.RESOURCE_REPLACEMENT_REQUEST)
    with transaction(), writing():
        _change(person_numbered(member_id)[0], wanted)
    return show(member_id)


@scim_users.patch("/<int:member_id>")
def update(member_id):
    asked = operations()
    with transaction(), writing():
        member, told = person_numbered(member_id)
        wanted = User.of(member, told)
        for operation in asked:
            patch(wanted, operation)
            _check_emails(wanted)
        _change(member, wanted)
    return show(member_id)


@scim_users.delete("/<int:member_id>")
def destroy(member_id):
    with transaction(), writing():
        member, _told = person_numbered(member_id)
        remove_person(member)
        noted("provisioning.member_removed", member, name=member.name)
    return "", 204


def _change(member: Member, wanted: User) -> None:
    was_active = member.removed_at is None
    details = change_person(member, _described(wanted))
    if not details:
        return
    is_active = member.removed_at is None
    deed = "changed" if was_active == is_active else "reactivated" if is_active else "deactivated"
    noted(f"provisioning.member_{deed}", member, **{"name": member.name} | details)


def _check_emails(user: User) -> None:
    if len(user.emails or []) > EMAILS_AT_MOST:
        raise InvalidValueException(detail=f"Somebody has more than {EMAILS_AT_MOST} e-mail addresses.")


def _described(user: User) -> Described:
    """What was said, made fit to keep.  Raises InvalidValueException."""
    _check_emails(user)
    user_name, name = tidy(user.user_name, 254), user.name or Name()
    if not user_name:
        raise InvalidValueException(detail="userName is missing.")
    return Described(
        user_name=user_name,
        external_id=tidy(user.external_id, 254) or None,
        display_name=tidy(user.display_name, 80),
        formatted_name=tidy(name.formatted, 80),
        given_name=tidy(name.given_name, 40),
        family_name=tidy(name.family_name, 40),
        email=_address(user.emails or [], user_name),
        active=user.active is not False,
    )


def _address(emails: list[Email], user_name: str) -> str:
    """The first for work, else the primary, else any; a user name may be one too."""
    known = sorted((one for one in emails if one.value), key=lambda one: (one.type != "work", not one.primary))
    address = tidy_email(known[0].value if known else user_name)
    if not is_email(address):
        if known:
            raise InvalidValueException(detail=f"{address} is no e-mail address.")
        return ""
    return address

"""Groups, as a directory reads and writes them (RFC 7644, 3.2 to 3.6): what they are here, tenants/signing_in/provisioned_groups.py says."""

import sqlalchemy as sa
from flask import Blueprint
from scim2_models import Context, InvalidPathException, InvalidValueException, Path
from scim2_models.path import CompareOperator, Comparison, ValuePath

from core.db import transaction
from core.text import tidy
from manage.scim.deeds import noted, writing
from manage.scim.filters import number
from manage.scim.messages import answer, found, operations, patch, sent_as, wants
from manage.scim.shapes import Group, GroupMember
from tenants.people.members import Member
from tenants.signing_in.provisioned_groups import AT_MOST, ProvisionedGroup, provisioned_group_member

scim_groups = Blueprint("scim_groups", __name__, url_prefix="/Groups")


def _has(text: str) -> sa.ColumnElement[bool]:
    table = provisioned_group_member
    return sa.exists().where(table.c.group_id == ProvisionedGroup.id, number(table.c.member_id)(text))


COMPARISONS = {
    "displayname": lambda text: ProvisionedGroup.name_key == text.casefold(),
    "externalid": lambda text: ProvisionedGroup.external_id == text,
    "id": number(ProvisionedGroup.id),
    "members": _has,
    "members.value": _has,
}


@scim_groups.get("")
def index():
    return found(Group, sa.select(ProvisionedGroup), ProvisionedGroup.id, COMPARISONS, _shown)


@scim_groups.get("/<int:group_id>")
def show(group_id):
    return answer(_shown(ProvisionedGroup.numbered(group_id)))


@scim_groups.post("")
def create():
    wanted = sent_as(Group, Context.RESOURCE_CREATION_REQUEST)
    with transaction(), writing():
        group = ProvisionedGroup.add(_name(wanted), _external_id(wanted), _ids(wanted.members))
        noted("provisioning.group_added", group, name=group.name, people=_names(group.member_ids))
    return answer(_shown(group), 201)


@scim_groups.put("/<int:group_id>")
def replace(group_id):
    wanted = sent_as(Group, Context.RESOURCE_REPLACEMENT_REQUEST)
    with transaction(), writing():
        _change(ProvisionedGroup.numbered(group_id), wanted, _ids(wanted.members))
    return show(group_id)


@scim_groups.patch("/<int:group_id>")
def update(group_id):
    asked = operations()
    with transaction(), writing():
        group = ProvisionedGroup.numbered(group_id)
        # Its people are a set of numbers: comparing each with each as the library does takes minutes for a thousand.
        wanted, ids = Group.of(group, set()), group.member_ids
        for operation in asked:
            ids = _members_after(operation, ids)
            if operation:
                patch(wanted, operation)
        _change(group, wanted, ids)
    return show(group_id)


@scim_groups.delete("/<int:group_id>")
def destroy(group_id):
    with transaction(), writing():
        group = ProvisionedGroup.numbered(group_id)
        group.remove()
        noted("provisioning.group_removed", group, name=group.name)
    return "", 204


def _shown(group: ProvisionedGroup) -> Group:
    return Group.of(group, group.member_ids if wants("members") else set())


def _change(group: ProvisionedGroup, wanted: Group, ids: set[int]) -> None:
    before, name = group.member_ids, group.name
    if len(ids) > AT_MOST:
        raise InvalidValueException(detail=f"A group has {AT_MOST} members at most.")
    group.change(_name(wanted), _external_id(wanted), ids)
    details = {"people_added": _names(ids - before), "people_gone": _names(before - ids)}
    details = {key: value for key, value in details.items() if value}
    if details or name != group.name:
        noted("provisioning.group_changed", group, name=name if name == group.name else f"{name} → {group.name}", **details)


def _members_after(operation: dict, ids: set[int]) -> set[int]:
    """The group's people after an operation; what it says of them is taken out of it.

    Directories remove by a filter (Okta), by values (Entra ID), or all at once, and add with the path or without it.
    """
    op, path, value = str(operation.get("op")).lower(), operation.get("path"), operation.get("value")
    if path is None and isinstance(value, dict):
        named = next((name for name in value if name.lower() == "members"), None)
        return _after(op, ids, _ids_in(value.pop(named))) if named else ids
    if not isinstance(path, str) or not path.lower().startswith("members"):
        return ids
    operation.clear()
    filtered = _id_in(path)
    if filtered is not None and op != "remove":
        raise InvalidPathException(detail="Only remove takes a filter of members.")
    if op == "remove" and filtered is None and value is None:
        return set()
    return _after(op, ids, _ids_in(value) if filtered is None else {filtered})


def _after(op: str, ids: set[int], named: set[int]) -> set[int]:
    match op:
        case "add":
            return ids | named
        case "remove":
            return ids - named
        case "replace":
            return named
    raise InvalidValueException(detail="An operation is add, remove or replace.")


def _id_in(path: str) -> int | None:
    """The one that `members[value eq "7"]` names, None for `members` alone.  Raises InvalidPathException."""
    if path.lower() == "members":
        return None
    if len(path) < 100:
        match Path(path).ast:
            case ValuePath(val_filter=Comparison(op=CompareOperator.eq, value=str() as text)):
                return _number(text)
    raise InvalidPathException(detail='Name members by members[value eq "7"].')


def _ids_in(value) -> set[int]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise InvalidValueException(detail="members is a list of objects with a value.")
    return _ids([GroupMember.model_validate({"value": one.get("value"), "type": one.get("type")}) for one in values])


def _ids(members: list[GroupMember] | None) -> set[int]:
    if any((one.type or "User").lower() != "user" for one in members or []):
        raise InvalidValueException(detail="Groups in groups are not kept here.")
    return {_number(one.value) for one in members or []}


def _number(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise InvalidValueException(detail=f"There is nobody with the ID {text}.")
    return int(text)


def _name(group: Group) -> str:
    name = tidy(group.display_name, 80)
    if not name:
        raise InvalidValueException(detail="displayName is missing.")
    return name


def _external_id(group: Group) -> str | None:
    return tidy(group.external_id, 254) or None


def _names(ids: set[int]) -> str:
    """For the audit log: not a thousand of them."""
    names = [member.name for member in Member.with_ids(sorted(ids)[:20])]
    return ", ".join(names) + (" …" if len(ids) > len(names) else "")

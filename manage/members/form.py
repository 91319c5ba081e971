"""The form about a colleague: what is filled in, what stood there before, what is different."""

from flask_babel import gettext as _

from core.forms import Form
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role


def show(member: Member) -> Form:
    """The form as it stands now."""
    return Form(
        {
            "name": member.name,
            "number": member.number,
            "email": member.email or "",
            "phone": member.phone,
            "role": member.role_id,
            "departments": [department.id for department in member.departments],
            "receives": "yes" if member.receives else "",
            "conversation_limit": member.conversation_limit or "",
        }
    )


def filled_in(form: Form, by: Member) -> dict:
    """What somebody filled in, as `Member.add` and `Member.change` take it.  Faults stay in the form.

    Raises BeyondOwnRights for a role that permits more than `by` may.
    """
    role = Role.numbered(form.id("role"))
    by.need_all_of(role)
    chosen = form.ids("departments")
    return {
        "name": form.text("name", missing=_("Enter a name.")),
        "number": form.text("number", 20, missing=_("Enter an agent number.")),
        "email": form.email("email"),
        "phone": form.text("phone", 40),
        "role": role,
        "departments": [department for department in Department.all() if department.id in chosen],
        "receives": form.yes("receives"),
        "conversation_limit": form.whole_number("conversation_limit", 1, 100),
    }


def changes_to(member: Member, fields: dict) -> dict[str, str]:
    """What is about to become different, as the audit log keeps it: {"role": "Agent → Administrator"}."""
    before = {name: _said(getattr(member, name)) for name in fields}
    after = {name: _said(value) for name, value in fields.items()}
    return {name: f"{before[name]} → {after[name]}" for name in fields if before[name] != after[name]}


def _said(value) -> str:
    if isinstance(value, Role):
        return value.title
    if isinstance(value, list):
        return ", ".join(sorted(one.name for one in value))
    return "" if value is None else str(value)

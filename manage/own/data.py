"""One's own data, to take away (GDPR Art. 15 and 20, PIPL Art. 45)."""

import json

from flask import Blueprint, Response

from core.clock import now
from core.db import transaction
from core.limits import count_try
from manage.deeds import noted
from tenants.audit.audit import AuditQuery
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.signing_in.current import current_member
from tenants.signing_in.known_devices import KnownDevice
from tenants.signing_in.passkeys import Passkey
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

own_data = Blueprint("own_data", __name__, url_prefix="/manage/me/data")

AT_MOST = 10_000


@own_data.get("/my-data.json")
def show():
    """Everything the company keeps about who asks, but for what he wrote as its agent: that is the company's."""
    member = current_member()
    count_try("10 per hour", "own data", current_company().id, member.id)
    with transaction():
        data = data_of(member)
        noted("own_data.taken", member)
    response = Response(json.dumps(data, ensure_ascii=False, indent=1, default=str), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{now():%Y-%m-%d}.json"'
    return response


def data_of(member: Member) -> dict:
    """As plain values; times in UTC."""
    factor = SecondFactor.of(member)
    profile = ("number", "name", "email", "phone", "language", "time_zone", "created_at", "joined_at", "password_changed_at")
    return {
        "company": current_company().name,
        "profile": {name: getattr(member, name) for name in profile}
        | {"role": member.role.title, "departments": [department.name for department in member.departments]},
        "sessions": [
            _picked(session, "created_at", "last_used_at", "expires_at", "ip", "device")
            for session in Session.of_member(member)
        ],
        "devices": [_picked(one, "device", "ip", "first_seen_at", "last_seen_at") for one in KnownDevice.all_of(member)],
        "second_factor_since": factor.confirmed_at if factor else None,
        "passkeys": [_picked(one, "name", "created_at", "last_used_at") for one in Passkey.of(member)],
        "sign_ins": [
            _picked(entry, "at", "method", "result", "ip", "device")
            for entry in SignInQuery(member_id=member.id).entries(at_most=AT_MOST)
        ],
        "deeds": [
            _picked(entry, "at", "action", "subject", "details", "ip")
            for entry in AuditQuery(member_id=member.id).entries(at_most=AT_MOST)
        ],
    }


def _picked(row, *names: str) -> dict:
    return {name: getattr(row, name) for name in names}

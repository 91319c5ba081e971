"""Mails to a company's administrators about what operators do or want, each a job of its own."""

from datetime import datetime

from flask_babel import format_datetime

from core.db import db
from core.jobs import job
from core.pages import address_of
from tenants.people.mails import mail_member
from tenants.people.members import Member
from tenants.people.roles import Role


def administrators() -> list[Member]:
    """Of the company in force."""
    return Member.with_role(Role.keyed("administrator"))


def tell_administrators(name: str, **facts) -> None:
    """One mail to each who has an address: operators/mail/<name>.txt, with these plain values; `until` as ISO text."""
    for member in administrators():
        if member.email:
            tell_administrator.later(name=name, member_id=member.id, facts=facts)


@job
def tell_administrator(name: str, member_id: int, facts: dict) -> None:
    if "until" in facts:
        facts = facts | {"until": _moment(facts["until"])}
    member = db.session.get_one(Member, member_id)
    mail_member(member, f"operators/mail/{name}.txt", link=address_of("manage.support_access.index"), **facts)


def _moment(text: str) -> str:
    # Of nobody's zone: a mail is read anywhere.
    return format_datetime(datetime.fromisoformat(text), "long", rebase=False)

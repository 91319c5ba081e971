"""SMS credits: how many are left, and a mail before they run out."""

from flask import current_app, render_template
from flask_babel import force_locale

from billing.purses import Purse
from core import mail
from core.db import db
from core.jobs import job
from tenants.companies.company import Company, current_company
from tenants.people.members import Member

THRESHOLDS = (50, 10, 0)


def credits_left(company: Company) -> int:
    """What is neither spent nor held."""
    return Purse.sms(company.id).available


def warn_when_low(company: Company, just_held: int) -> None:
    """Once for each threshold that the last SMS crossed."""
    left = credits_left(company)
    if any(left <= threshold < left + just_held for threshold in THRESHOLDS):
        mail_low_credits.later(left=left)


@job
def mail_low_credits(left: int) -> None:
    """To everybody who may buy more."""
    for member in Member.all():
        if member.has_joined and member.email and member.may("billing.manage"):
            mail_low_credits_to.later(left=left, member_id=member.id)


@job
def mail_low_credits_to(left: int, member_id: int) -> None:
    company, member = current_company(), db.session.get_one(Member, member_id)
    with force_locale(member.language or company.language):
        page = f"{current_app.config['PUBLIC_URL']}/manage/plan"
        written = render_template("sms/mail/low_credits.txt", company=company, member=member, left=left, page=page)
    subject, _, text = written.partition("\n\n")
    mail.send(mail.compose(member.email, subject, text.strip() + "\n"))

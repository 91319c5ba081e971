"""A mail to one of a company's people, in his language."""

from flask import render_template
from flask_babel import force_locale

from core import mail
from tenants.companies.company import current_company
from tenants.people.members import Member


def mail_member(member: Member, template: str, **facts) -> None:
    """Send what the template writes: its first line is the subject.  Nothing for who is gone or has no address."""
    company = current_company()
    if member.removed_at is not None or not member.email:
        return
    with force_locale(member.language or company.language):
        written = render_template(template, member=member, company=company, **facts)
    subject, _, text = written.partition("\n\n")
    mail.send(mail.compose(member.email, subject, text.strip() + "\n"))

"""What a company's administrator is told of its opening and of its end."""

from flask import current_app

from chat.styles.sites import Site, snippet
from core.db import db
from core.jobs import job
from tenants.companies.closing import Closing
from tenants.companies.company import current_company
from tenants.people.links import Link
from tenants.people.mails import mail_member
from tenants.people.members import Member


@job
def send_account_data(member_id: int) -> None:
    """After opening: what the company is called here and where everything is (O-01).

    Never a password: who has none yet, because an operator opened the company, gets a link to choose one.
    """
    member = db.session.get_one(Member, member_id)
    mail_member(
        member,
        "lifecycle/mail/account_data.txt",
        choose_password="" if member.has_joined else _page(f"/invitations/{Link.make('invitation', member)}"),
        sign_in=_page(f"/sign-in?company_id={current_company().company_id}"),
        management=_page("/manage"),
        console=_page("/console"),
        snippet=snippet(Site.all()[0]),
    )


@job
def mail_owners_of_closing(closing_id: int, news: str) -> None:
    """That the company will be closed, that it soon will, that it is, or that it goes on: one mail to each administrator."""
    for member in Member.all():
        if member.is_administrator and member.has_joined and member.email:
            mail_owner_of_closing.later(closing_id=closing_id, news=news, member_id=member.id)


@job
def mail_owner_of_closing(closing_id: int, news: str, member_id: int) -> None:
    closing, member = db.session.get_one(Closing, closing_id), db.session.get_one(Member, member_id)
    mail_member(member, f"lifecycle/mail/closing_{news}.txt", closing=closing, management=_page("/manage"))


def _page(path: str) -> str:
    return current_app.config["PUBLIC_URL"] + path

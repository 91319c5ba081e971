"""Mails about money, to everybody who may manage it and to the address for invoices.

Each mail is a job of its own, so that trying one again doubles no other.  What it says is read when it is sent.
"""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app, render_template
from flask_babel import force_locale

from billing.accounts import BillingAccount
from billing.effects import changes
from billing.grants import grants_of
from billing.ledger import LedgerEntry, LedgerTransaction
from billing.money import spoken
from billing.operator_actions import OperatorAction
from billing.orders import Order
from billing.reasons import title_of
from billing.subscriptions import Subscription
from core import mail
from core.db import db
from core.jobs import job
from tenants.companies.company import Company, current_company
from tenants.people.members import Member
from tenants.rights.entitlements import Grant


@job
def mail_payers(name: str, about: str, facts: dict) -> None:
    """One mail to each.  `about` is what billing/notices.py knows it again by."""
    payers = [member for member in Member.all() if member.has_joined and member.email and member.may("billing.manage")]
    for member in payers:
        mail_payer.later(name=name, facts=facts, member_id=member.id)
    account = db.session.get(BillingAccount, current_company().id)
    if account and account.email and account.email not in {member.email for member in payers}:
        mail_payer.later(name=name, facts=facts, member_id=None)


@job
def mail_payer(name: str, facts: dict, member_id: int | None) -> None:
    """To a member, or without one to the address for invoices."""
    company = current_company()
    member = db.session.get(Member, member_id) if member_id else None
    if member is not None and (member.removed_at or not member.email):
        return
    address = member.email if member else db.session.get_one(BillingAccount, company.id).email
    with force_locale(member.language if member and member.language else company.language):
        said = FACTS[name](company, **facts)
        written = render_template(f"billing/mail/{name}.txt", company=company, member=member, page=_page, **said)
    subject, _, text = written.partition("\n\n")
    mail.send(mail.compose(address, subject, text.strip() + "\n"))


def _page(path: str = "") -> str:
    """The address of a page of "Plan & account"."""
    return f"{current_app.config['PUBLIC_URL']}/manage/plan{path}"


def _receipt(company: Company, order_no: str) -> dict:
    order = Order.numbered(order_no)
    return {"order": order, "total": spoken(order.total, order.currency)}


def _renewal(company: Company, transaction_id: int) -> dict:
    entry = sa.select(LedgerEntry).where(LedgerEntry.transaction_id == transaction_id, LedgerEntry.amount > 0)
    paid = db.session.scalars(entry).one()
    return {
        "total": spoken(paid.amount, paid.unit),
        "invoice": db.session.get_one(LedgerTransaction, transaction_id).memo,
        "subscription": Subscription.running_of(company.id),
    }


def _payment_failed(company: Company, subscription_id: str) -> dict:
    subscription = db.session.get_one(Subscription, subscription_id)
    due = spoken(subscription.invoice_due, subscription.currency) if subscription.invoice_due else ""
    grants = grants_of(company, reasons=f"subscription:{subscription_id}")
    return {"subscription": subscription, "due": due, "until": grants[0].valid_until if grants else None}


def _ending(company: Company, grant_ids: list[int]) -> dict:
    grants = list(db.session.scalars(sa.select(Grant).where(Grant.id.in_(grant_ids)).order_by(Grant.id)))
    return {"titles": [title_of(grant) for grant in grants], "until": grants[0].valid_until}


def _correction(company: Company, action_id: int) -> dict:
    action = db.session.get_one(OperatorAction, action_id)
    paid = action.paid
    amount = spoken(action.arguments["amount"], paid.currency) if paid else ""
    changed = changes(action.before, action.after)
    return {"told": action.told, "changes": changed, "order": action.order, "invoice": action.invoice, "amount": amount}


FACTS = {
    "receipt": _receipt,
    "renewal": _renewal,
    "payment_failed": _payment_failed,
    "subscription_ended": lambda company: {},
    "trial_ending": lambda company, ends_at: {"ends_at": datetime.fromisoformat(ends_at)},
    "trial_ended": lambda company: {},
    "ending": _ending,
    "correction": _correction,
}

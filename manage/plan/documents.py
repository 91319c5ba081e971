"""Receipts, invoices and credit notes to download; the provider's own invoices of the subscription beside them."""

from flask import Blueprint, Response, g, render_template

from billing import payments
from billing.accounts import BillingAccount
from billing.documents import document_of, documents_of
from billing.money import spoken
from billing.payments import Gone, PaymentsOff, ProviderAway
from core.db import db, transaction
from tenants.signing_in.current import needs

plan_documents = Blueprint("plan_documents", __name__, url_prefix="/manage/plan/documents")


@plan_documents.get("")
@needs("billing.manage")
def index():
    account = db.session.get(BillingAccount, g.company.id)
    return render_template(
        "manage/plan_documents/index.html",
        documents=documents_of(g.company),
        has_invoices=bool(account and account.stripe_customer_id and payments.are_on()),
        spoken=spoken,
    )


@plan_documents.get("/<int:document_id>.pdf")
@needs("billing.manage")
def show(document_id):
    with transaction():
        document = document_of(g.company, document_id)
        headers = {"Content-Disposition": f'attachment; filename="{document.name}.pdf"'}
        return Response(document.as_pdf(), mimetype="application/pdf", headers=headers)


@plan_documents.get("/invoices")
@needs("billing.manage")
def invoices():
    """The part of the page that has to ask the provider, and is fetched after the rest."""
    account = db.session.get(BillingAccount, g.company.id)
    try:
        found = payments.invoices_of(account.stripe_customer_id) if account and account.stripe_customer_id else []
    except (ProviderAway, PaymentsOff, Gone):
        found = None
    return render_template("manage/plan_documents/_invoices.html", invoices=found, moment_of=payments.moment, spoken=spoken)

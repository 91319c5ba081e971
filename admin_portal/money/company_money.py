"""One company's money at a glance, with everything that can be corrected about it."""

from flask import Blueprint, Response, render_template

from admin_portal.doors import company_called
from admin_portal.money.deed_forms import FORMS
from admin_portal.money.glance import MoneyGlance
from billing.documents import document_of
from billing.money import spoken
from billing.operator_actions import STATUSES
from billing.operator_deeds import DEEDS
from billing.reasons import in_words, title_of
from billing.state_names import DOCUMENT_KINDS, ORDER_STATES, SUBSCRIPTION_STATES, TONES
from core.db import transaction
from operators.current import needs

company_money = Blueprint("company_money", __name__, url_prefix="/companies/<company_id>/money")


@company_money.get("")
@needs("money.see")
def show(company_id):
    company = company_called(company_id)
    with transaction():
        return render_template(
            "admin_portal/money/show.html",
            company=company,
            glance=MoneyGlance(company),
            FORMS=FORMS,
            DEEDS=DEEDS,
            DOCUMENT_KINDS=DOCUMENT_KINDS,
            ORDER_STATES=ORDER_STATES,
            STATUSES=STATUSES,
            SUBSCRIPTION_STATES=SUBSCRIPTION_STATES,
            TONES=TONES,
            in_words=in_words,
            spoken=spoken,
            title_of=title_of,
        )


@company_money.get("/documents/<int:document_id>.pdf")
@needs("money.see")
def document(company_id, document_id):
    with transaction():
        found = document_of(company_called(company_id), document_id)
        headers = {"Content-Disposition": f'attachment; filename="{found.name}.pdf"'}
        return Response(found.as_pdf(), mimetype="application/pdf", headers=headers)

"""Everything that can be done to a company as a whole, how it stands, and what is being done to it now."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from admin_portal.doors import company_called
from admin_portal.lifecycle.timeline import WORK_NAMES
from core.db import transaction
from lifecycle.exports import expires_at, is_kept
from lifecycle.moves import ways_from
from lifecycle.works import Work
from operators.current import needs
from tenants.companies.closing import Closing

company_life = Blueprint("company_life", __name__, url_prefix="/companies/<company_id>/manage")

LATEST = 10
WORK_STEPS = {
    "writing": _l("is being written"),
    "copying": _l("is being copied and compared"),
    "switching": _l("goes on at its new place"),
    "erasing": _l("is being erased"),
}


@company_life.get("")
@needs("companies.see")
def show(company_id):
    with transaction():
        company = company_called(company_id)
        works = Work.of(company, at_most=LATEST)
        return render_template(
            "admin_portal/lifecycle/show.html",
            company=company,
            closing=Closing.of(company),
            works=works,
            under_way=next((work for work in works if work.is_under_way), None),
            archives=[(work, expires_at(work)) for work in Work.of(company, "export") if is_kept(work)],
            databases=ways_from(company),
            WORK_NAMES=WORK_NAMES,
            WORK_STEPS=WORK_STEPS,
        )

"""What a company may use, why and until when; the grants behind it, its styles, its vouchers, and where its data lies."""

from flask import Blueprint, render_template

from admin_portal.companies.inside import look_inside
from admin_portal.doors import company_called
from billing.grants import all_grants_of
from billing.reasons import in_words, title_of
from billing.rights import Rights
from billing.styles import StyleTerm
from billing.vouchers import Voucher
from billing.words import voucher_in_words
from chat.styles.sites import Site
from core.clock import now
from operators.current import needs
from tenants.companies.standing import newest_revision

company_rights = Blueprint("company_rights", __name__, url_prefix="/companies/<company_id>/rights")


@company_rights.get("")
@needs("companies.see")
def show(company_id):
    company = company_called(company_id)
    sites = look_inside(company, lambda _entered: Site.all())
    return render_template(
        "admin_portal/companies/rights.html",
        company=company,
        rights=Rights(company),
        grants=all_grants_of(company),
        sites=sites,
        shown=company.entitlements.styles_shown(site.id for site in sites or ()),
        terms=StyleTerm.by_style(company),
        vouchers=Voucher.in_drawer_of(company),
        newest=newest_revision(),
        moment_now=now(),
        title_of=title_of,
        in_words=in_words,
        voucher_in_words=voucher_in_words,
    )

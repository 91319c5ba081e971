"""Open pages follow their site's style within seconds: when it was changed, and when rights begin or end."""

from flask import current_app

from chat.dress import dress_of
from chat.styles.sites import Site
from chat.styles.styles import StyleChanged
from core.db import db, transaction
from core.realtime.pushes import push
from tenants.companies.company import Company
from tenants.rights.entitlements import EntitlementsChanged
from widget.guest import site_room


def style_changed(event: StyleChanged) -> None:
    with transaction():
        _dress(event.company_id, db.session.get_one(Site, event.site_id))


def rights_changed(event: EntitlementsChanged) -> None:
    """What the parts may show may be different now.  In whichever company it happened."""
    with current_app.app_context():
        with transaction():
            company = Company.numbered(event.company_id)
        if company is None or not company.lets_in:
            return
        with company.entered(), transaction():
            for site in Site.all():
                _dress(company.id, site)


def _dress(company_id: int, site: Site) -> None:
    push(site_room(company_id, site.key), "style_changed", {"style": dress_of(site)})

"""The page inside of the frame: the visitor's window.  Only the site's own domains may show it."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, render_template, request
from flask_babel import lazy_gettext as _l

from chat.conversations.files import max_upload_mb
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.db import transaction
from core.errors import Refusal
from core.pages import live_sources
from tenants.companies.company import current_company
from widget.guest import company_of_site, frame_token, site_keyed

frames = Blueprint("frames", __name__)


class NotAllowedHere(Refusal):
    code = "not_allowed_here"
    message = _l("This chat may not be shown on this site. Its owner can allow the site in the management centre.")
    status = 403


@frames.get("/f/<site_key>")
def show(site_key: str):
    with company_of_site(site_key).entered(), transaction():
        site = site_keyed(site_key)
        _check_referrer(site)
        page = render_template(
            "widget/frame.html",
            site=site,
            company=current_company(),
            look=Style(site).in_force(WindowStyle).as_seen(),
            frame_token=frame_token(site),
            max_upload=max_upload_mb() * 1024 * 1024,
        )
    response = make_response(page)
    response.headers.update(
        {
            "Content-Security-Policy": _policy(site),
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Permissions-Policy": "geolocation=(), payment=()",
            "Cache-Control": "no-store",
        }
    )
    return response


def _check_referrer(site: Site) -> None:
    """Browsers keep to frame-ancestors; this also tells others, and the owner, what is wrong.  No referrer, no complaint.

    As a page of its own it may be linked from anywhere (Y-20).
    """
    if request.headers.get("Sec-Fetch-Dest") == "document":
        return
    referrer = urlsplit(request.referrer or "")
    origin = f"{referrer.scheme}://{referrer.netloc}"
    own = urlsplit(current_app.config["PUBLIC_URL"]).netloc
    if not site.allowed_domains or not referrer.netloc or referrer.netloc == own:
        return
    if not any(_covers(allowed, origin) for allowed in site.allowed_domains):
        raise NotAllowedHere


def _covers(allowed: str, origin: str) -> bool:
    """As browsers read a host source: `https://*.shop.example` covers every subdomain, not the domain itself."""
    scheme, _, host = allowed.partition("://")
    if not host.startswith("*."):
        return allowed == origin
    return origin.startswith(f"{scheme}://") and origin.endswith(host[1:])


def _policy(site: Site) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {live_sources()}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {site.frame_ancestors}",
        ]
    )

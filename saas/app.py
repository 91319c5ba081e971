"""The application.  Read this first: it names everything there is, in the order it is put together."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect
from jinja2 import FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import billing.documents
import billing.operator_actions
import billing.trials  # noqa: F401
import chat.offline.mails  # noqa: F401 - the jobs that only a worker runs
import sms.gateways
from chat.places import places
from core import assets, brief, db, limits, metrics, pages, redis
from core.db import engine_options
from core.events import react
from core.realtime import pushes
from saas import (
    config,
    demo_operators,
    error_pages,
    greyed,
    headers,
    health,
    languages,
    logs,
    notices,
    operator_door,
    prometheus,
    routes,
    support_visits,
    tenancy,
)
from saas.reactions import REACTIONS
from tenants.companies import directory
from tenants.platform import load, switches
from tenants.signing_in import passwords

ROOT = Path(__file__).resolve().parent.parent
# Besides the doors, whose blueprints bring their own.
WITH_TEMPLATES = ("core", "operators", "chat", "billing", "sms", "lifecycle")
csrf = CSRFProtect()


def create_app(settings: Mapping | None = None) -> Flask:
    """The application with `settings` (as `saas.config.read` gives them), or those of the environment."""
    app = Flask("laike", root_path=str(ROOT), static_folder=None)
    app.jinja_loader = FileSystemLoader([ROOT / package / "templates" for package in WITH_TEMPLATES])
    configure(app, settings if settings is not None else config.read())
    logs.install(app)
    db.install(app)
    redis.install(app)
    load.install(app)
    brief.install(app)
    limits.install(app)
    languages.install(app)
    metrics.install(app)
    headers.install(app)
    error_pages.install(app)
    assets.install(app)
    pages.install(app)
    csrf.init_app(app)
    app.before_request(number_request)
    directory.install(app)
    places.install(app)
    passwords.install(app)
    operator_door.install(app)
    tenancy.install(app)
    greyed.install(app)
    support_visits.install(app)
    sms.gateways.install(app)
    switches.install(app)
    routes.install(app, csrf)
    demo_operators.install(app)
    health.install(app)
    prometheus.install(app)
    pushes.install(app)
    react(REACTIONS)
    notices.install()
    return app


def configure(app: Flask, settings: Mapping) -> None:
    app.config.from_mapping(settings)
    app.config["ROOT"] = ROOT
    secure = app.config["PUBLIC_URL"].startswith("https:")
    app.config.update(
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        SQLALCHEMY_BINDS=databases(app.config),
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=(app.config["MAX_UPLOAD_MB"] + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)


def databases(settings: Mapping) -> dict:
    """Besides the first one of the companies: the platform's, and the further ones that companies may live in."""
    elsewhere = {f"tenants@{name}": url for name, url in settings.get("OTHER_TENANT_DATABASE_URLS", {}).items()}
    return {
        name: {"url": url, **engine_options()}
        for name, url in {db.PLATFORM: settings["PLATFORM_DATABASE_URL"], **elsewhere}.items()
    }


def number_request() -> None:
    g.request_id = secrets.token_hex(8)

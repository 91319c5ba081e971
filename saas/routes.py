"""All the doors, and where they are."""

from flask import Flask, jsonify, redirect, url_for
from flask_wtf.csrf import CSRFProtect

import admin_portal
import manage
from billing.stripe_hooks import WITHOUT_FORMS, stripe_hooks
from chat.offline.incoming_mails import incoming_mails
from console.routes import console
from saas import operator_door
from sms.reports import sms_reports
from widget.routes import widget

# Visitors carry tokens in headers, not cookies: nobody can be made to send one.  And looking at a password does nothing;
# it may come in the moment after signing up has ended what the form was signed with.
# Gateways and mail servers sign what they send; directories carry a token, and their door reads no cookies.
HARMLESS_TO_FORGE = (
    "incoming_mails.create",
    "sms_reports.create",
    "sms_reports.answer",
    "widget.calls.create",
    "widget.files.create",
    "manage.sign_ups.look_at_password",
    "scim.nothing",
    "scim.scim_users.create",
    "scim.scim_users.replace",
    "scim.scim_users.update",
    "scim.scim_users.destroy",
    "scim.scim_groups.create",
    "scim.scim_groups.replace",
    "scim.scim_groups.update",
    "scim.scim_groups.destroy",
)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Open every door of a web process."""
    app.register_blueprint(widget)
    app.register_blueprint(console)
    manage.install(app)
    admin_portal.install(app)
    app.register_blueprint(sms_reports)
    app.register_blueprint(incoming_mails)
    app.register_blueprint(stripe_hooks)
    for endpoint in (*HARMLESS_TO_FORGE, *WITHOUT_FORMS):
        csrf.exempt(app.view_functions[endpoint])
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/ping", "ping", ping)


def home():
    """Who comes without knowing where to go: his company's home, or signing in; at the portal's own host the portal."""
    in_portal = operator_door.has_host_of_its_own() and operator_door.is_at_its_host()
    return redirect(url_for("admin_portal.companies.index" if in_portal else "manage.home.index"))


def ping():
    """Alive: says nothing of what lies behind."""
    return jsonify(ok=True)

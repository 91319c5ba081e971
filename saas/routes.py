"""All the doors, and where they are."""

from flask import Flask, jsonify, redirect, url_for
from flask_wtf.csrf import CSRFProtect

import manage
from billing.stripe_hooks import WITHOUT_FORMS, stripe_hooks
from console.routes import console
from sms.reports import sms_reports
from widget.routes import widget

# Visitors carry tokens in headers, not cookies: nobody can be made to send one.  And looking at a password does nothing;
# it may come in the moment after signing up has ended what the form was signed with.
# Gateways sign what they send.
HARMLESS_TO_FORGE = (
    "sms_reports.create",
    "sms_reports.answer",
    "widget.calls.create",
    "widget.files.create",
    "manage.sign_ups.look_at_password",
)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Open every door of a web process."""
    app.register_blueprint(widget)
    app.register_blueprint(console)
    manage.install(app)
    app.register_blueprint(sms_reports)
    app.register_blueprint(stripe_hooks)
    for endpoint in (*HARMLESS_TO_FORGE, *WITHOUT_FORMS):
        csrf.exempt(app.view_functions[endpoint])
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/ping", "ping", ping)


def home():
    """Who comes without knowing where to go: his company's home, or signing in."""
    return redirect(url_for("manage.home.index"))


def ping():
    """Alive: says nothing of what lies behind."""
    return jsonify(ok=True)

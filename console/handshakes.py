"""The token a page shows when it connects, made anew while the page stays open."""

from flask import Blueprint, jsonify
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from console.agent import handshake_for
from tenants.companies.company import current_company
from tenants.signing_in.current import current_session, needs

handshakes = Blueprint("handshakes", __name__)


@handshakes.get("/handshake")
@needs("conversations.answer")
def show():
    """Only our own pages can read the answer: other origins are not let in, and may not send it along unread."""
    token = handshake_for(current_session(), current_company(), str(get_locale()))
    return jsonify(ok=True, handshake=token, csrf=generate_csrf())

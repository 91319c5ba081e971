"""Where gateways call back: what became of an SMS, and what people answered."""

import uuid

from flask import Blueprint, abort, request

from core.db import transaction
from core.tokens import read_signed
from sms.gateways import gateway
from sms.gateways.gateway import Refused
from sms.gateways.twilio import Twilio
from sms.messages import Sms
from sms.opt_outs import OptOut
from sms.sending import REPORT

sms_reports = Blueprint("sms_reports", __name__, url_prefix="/sms")


@sms_reports.post("/reports/<token>")
def create(token: str):
    """A report on one SMS.  The same one again changes nothing."""
    reference = read_signed(REPORT, token)
    if gateway() is None or not isinstance(reference, str):
        abort(404)
    try:
        report = gateway().read_report(request)
    except Refused:
        abort(403)
    with transaction():
        sms = Sms.referred(uuid.UUID(reference))
        if sms is not None and report is not None:
            sms.reported(report)
    return "", 204


@sms_reports.post("/answers")
def answer():
    """Somebody answered: STOP and START are heard (Twilio alone tells us)."""
    used = gateway()
    if not isinstance(used, Twilio):
        abort(404)
    if not used.signed(request):
        abort(403)
    with transaction():
        OptOut.hear(request.form.get("From", ""), request.form.get("Body", ""))
    return "<Response/>", {"Content-Type": "text/xml"}

"""Sending what was written: at a hint from RQ, and by the schedule, which needs no hint.

The gateway is asked between two transactions, never inside of one: a slow gateway holds no lock.
"""

import logging
from collections.abc import Callable
from functools import partial

from flask import current_app

from core.db import transaction
from core.pages import address_of
from core.redis import queue
from core.tokens import sign
from sms.gateways import gateway
from sms.gateways.gateway import Accepted, Gateway, Letter, NotReached, Refused, Unclear
from sms.messages import Sms, SmsWritten
from tenants.platform.switches import is_off

log = logging.getLogger(__name__)

REPORT = "sms report"


def hurry(event: SmsWritten) -> None:
    """Ask RQ to send now.  Only a hint."""
    try:
        queue().enqueue(send_all_due)
    except Exception as error:
        log.warning("no hint to the worker sms=%s error=%r", event.sms_id, error)


def send_all_due() -> None:
    """What RQ calls, outside of any request."""
    with current_app.app_context():
        send_due()


def send_due(at_most: int = 50) -> int:
    """Send what is due, and ask about what is unclear.  Returns how many were tried."""
    used = gateway()
    for done in range(at_most):
        if used is None or is_off("sms") or not send_next(used):
            return done
    return at_most


def send_next(used: Gateway) -> bool:
    """Send or ask about one.  False when none is due."""
    with transaction():
        sms = Sms.claim_due()
        if sms is None:
            return False
        if sms.obstacle:
            # It must not stand before all others for ever.
            sms.refused(sms.obstacle)
            return True
        reference, letter = sms.reference, sms.letter(report_address(sms))
        ask = used.ask_about if sms.state == "unclear" else used.send
    settle = outcome_of(ask, letter)
    with transaction():
        sms = Sms.referred(reference)
        settle(sms)
        if sms.state in ("unclear", "expired"):
            log.warning("sms %s sms=%s company=%s reason=%s", sms.state, sms.id, sms.company_id, sms.reason)
    return True


def outcome_of(ask: Callable[[Letter], Accepted | None], letter: Letter) -> Callable[[Sms], None]:
    """Speak to the gateway, and say what that means for the SMS."""
    try:
        answer = ask(letter)
    except Refused as refusal:
        return partial(Sms.refused, reason=str(refusal))
    except NotReached as problem:
        return partial(Sms.put_off, reason=str(problem))
    except Unclear as problem:
        return partial(Sms.unclear, reason=str(problem))
    return partial(Sms.accepted, answer=answer) if answer else partial(Sms.put_off, reason="it was never taken")


def report_address(sms: Sms) -> str:
    """Where the gateway tells what became of it.  Nobody else knows this address, so it proves who is calling."""
    return address_of("sms_reports.create", token=sign(REPORT, str(sms.reference)))

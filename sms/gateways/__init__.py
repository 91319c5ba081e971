"""Gateways: the one thing that is different about each is how it is spoken to.

`SMS_URL` chooses: `twilio://ACCOUNT:TOKEN@+15005550006`, `mitake://USER:PASSWORD@smsapi.example.com`, `catcher:` for
development, or nothing: then no SMS is sent and pages say so.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app

from sms.gateways.catcher import Catcher
from sms.gateways.gateway import Gateway
from sms.gateways.mitake import Mitake
from sms.gateways.twilio import Twilio

KINDS = {"twilio": Twilio, "mitake": Mitake, "catcher": Catcher}


def install(app: Flask) -> None:
    """Open the gateway that SMS_URL names.  Raises ValueError for one we do not know."""
    url = app.config["SMS_URL"]
    scheme = urlsplit(url).scheme
    if url and scheme not in KINDS:
        raise ValueError(f"SMS_URL begins with {scheme}:, expected one of {', '.join(KINDS)}")
    app.extensions["sms_gateway"] = KINDS[scheme].from_url(url) if url else None


def gateway() -> Gateway | None:
    """The gateway in use, or None where SMS is off."""
    return current_app.extensions["sms_gateway"]

"""Twilio, through its own SDK (K-05)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

import requests
from flask import current_app
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sms.gateways.gateway import Accepted, Letter, NotReached, Refused, Report, Unclear

SECONDS = 10
# The list of messages is in order of time; ours is among the last.
LOOK_BACK = timedelta(hours=25)
_ENDED = {"delivered": True, "read": True, "undelivered": False, "failed": False, "canceled": False}


class Twilio:
    """`twilio://ACCOUNT_SID:AUTH_TOKEN@SENDER`; the sender is a number, or a messaging service ("MG…")."""

    name = "twilio"

    def __init__(self, account: str, token: str, sender: str, http_client=None):
        # No retries of its own: after a lost answer a second try would be a second SMS.
        http_client = http_client or TwilioHttpClient(timeout=SECONDS, max_retries=0)
        self._client = Client(account, token, http_client=http_client)
        self._validator = RequestValidator(token)
        self._from = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}

    @classmethod
    def from_url(cls, url: str) -> "Twilio":
        account, _, rest = urlsplit(url).netloc.partition(":")
        token, _, sender = rest.rpartition("@")
        return cls(unquote(account), unquote(token), unquote(sender))

    def send(self, letter: Letter) -> Accepted:
        try:
            sent = self._client.messages.create(to=letter.to, body=letter.text, status_callback=letter.report_to, **self._from)
        except TwilioRestException as error:
            raise _what(error) from error
        except requests.ConnectTimeout as error:
            raise NotReached(str(error)) from error
        except (requests.RequestException, TwilioException) as error:
            raise Unclear(str(error)) from error
        return _accepted(sent)

    def ask_about(self, letter: Letter) -> Accepted | None:
        """Twilio knows no reference of ours: the same text to the same number within the last day is the one."""
        try:
            lately = self._client.messages.list(to=letter.to, date_sent_after=datetime.now(UTC) - LOOK_BACK, limit=50)
        except (requests.RequestException, TwilioException) as error:
            raise Unclear(str(error)) from error
        return next((_accepted(message) for message in lately if message.body == letter.text), None)

    def read_report(self, request) -> Report | None:
        if not self.signed(request):
            raise Refused("not signed by Twilio")
        status = request.form.get("MessageStatus", "")
        return Report(_ENDED[status], request.form.get("ErrorCode", "")) if status in _ENDED else None

    def signed(self, request) -> bool:
        """Whether Twilio made this request, to this public address."""
        address = current_app.config["PUBLIC_URL"] + request.full_path.rstrip("?")
        return self._validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", ""))


def _accepted(message) -> Accepted:
    return Accepted(message.sid, int(message.num_segments or 0) or None)


def _what(error: TwilioRestException) -> Exception:
    # https://www.twilio.com/docs/usage/requests-to-twilio: 429 was turned away, 5xx may have been taken.
    if error.status == 429:
        return NotReached(str(error))
    return Unclear(str(error)) if error.status >= 500 else Refused(f"{error.code}: {error.msg}")

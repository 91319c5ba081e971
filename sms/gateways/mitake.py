"""A gateway of plain HTTP forms, as Mitake (三竹) and its like offer (K-05).

One form to `/api/mtk/SmSend`; the answer is lines of `name=value` under a heading.  `clientid` is ours: the same one
within twelve hours is not sent twice but answered with the first number, so asking is sending again.  Written after the
vendor's public description; not tried against the vendor.
"""

from urllib.parse import unquote, urlsplit

import requests

from sms.gateways.gateway import Accepted, Letter, NotReached, Refused, Report, Unclear

SECONDS = 10
_TAKEN = {"0", "1", "2", "4"}
_BUSY = {"*", "a", "b"}
_DELIVERED = "4"
_FAILED = {"5", "6", "7", "8"}


class Mitake:
    """`mitake://USER:PASSWORD@HOST`, spoken to over HTTPS."""

    name = "mitake"

    def __init__(self, user: str, password: str, origin: str):
        self._login = {"username": user, "password": password}
        self._address = f"{origin}/api/mtk/SmSend?CharsetURL=UTF8"

    @classmethod
    def from_url(cls, url: str) -> "Mitake":
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return cls(unquote(parts.username or ""), unquote(parts.password or ""), f"https://{parts.hostname}{port}")

    def send(self, letter: Letter) -> Accepted:
        form = self._login | {
            "dstaddr": letter.to,
            "smbody": letter.text.replace("\n", chr(6)),
            "clientid": letter.reference,
            "response": letter.report_to,
        }
        try:
            answer = requests.post(self._address, data=form, timeout=SECONDS)
        except requests.ConnectTimeout as error:
            raise NotReached(str(error)) from error
        except requests.RequestException as error:
            raise Unclear(str(error)) from error
        if answer.status_code != 200:
            raise Unclear(f"answered {answer.status_code}")
        return _accepted(_values(answer.text))

    def ask_about(self, letter: Letter) -> Accepted | None:
        try:
            return self.send(letter)
        except NotReached as error:
            raise Unclear(str(error)) from error
        except Refused:
            return None

    def read_report(self, request) -> Report | None:
        """Its reports carry no signature: the signed address they come to is their proof."""
        status = request.values.get("statuscode", "")
        if status != _DELIVERED and status not in _FAILED:
            return None
        return Report(status == _DELIVERED, "" if status == _DELIVERED else status)


def _values(text: str) -> dict[str, str]:
    return dict(line.strip().split("=", 1) for line in text.splitlines() if "=" in line)


def _accepted(values: dict[str, str]) -> Accepted:
    status = values.get("statuscode", "")
    if status in _TAKEN and values.get("msgid"):
        return Accepted(values["msgid"])
    if status in _BUSY:
        raise NotReached(f"status {status}")
    if not status:
        raise Unclear("no status in the answer")
    raise Refused(f"status {status}")

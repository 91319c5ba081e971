"""Each gateway speaks as its vendor writes, and every way in which sending may end is told apart.

Twilio is asked through its own SDK, whose network is replaced; Mitake through a server on this machine.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
import requests
from twilio.http.response import Response
from twilio.request_validator import RequestValidator

from sms.gateways.gateway import Accepted, Letter, NotReached, Refused, Unclear
from sms.gateways.mitake import Mitake
from sms.gateways.twilio import Twilio
from sms.messages import Sms
from sms.opt_outs import OptedOut, OptOut
from sms.sending import report_address

LETTER = Letter("11111111-2222-3333-4444-555555555555", "+8613800138000", "你好", "https://laike.example/sms/reports/x")
MESSAGE = {
    "sid": "SM1", "status": "queued", "body": "你好", "num_segments": "1", "to": LETTER.to, "from": "+15005550006",
    "account_sid": "AC1", "date_created": "Sun, 22 Nov 2026 10:00:00 +0000",
}  # fmt: skip


class Network:
    """What the SDK's requests meet."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def request(self, method, url, params=None, data=None, **more):
        self.requests.append((method, url, params, data))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return Response(status, json.dumps(body))


def twilio(*answers) -> tuple[Twilio, Network]:
    network = Network(*answers)
    return Twilio("AC1", "token", "+15005550006", http_client=network), network


def test_twilio_is_asked_as_its_sdk_asks():
    gateway, network = twilio((201, MESSAGE))
    assert gateway.send(LETTER) == Accepted("SM1", 1)
    method, url, _, data = network.requests[0]
    assert (method, url) == ("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json")
    assert data == {"To": LETTER.to, "From": "+15005550006", "Body": "你好", "StatusCallback": LETTER.report_to}


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ((400, {"code": 21211, "message": "not a number", "status": 400}), Refused),
        ((401, {"code": 20003, "message": "wrong token", "status": 401}), Refused),
        ((429, {"code": 20429, "message": "too many", "status": 429}), NotReached),
        ((503, {"message": "down", "status": 503}), Unclear),
        (requests.ConnectTimeout(), NotReached),
        (requests.ReadTimeout(), Unclear),
        (requests.ConnectionError("reset"), Unclear),
    ],
)
def test_twilio_ends_in_one_of_three_ways(answer, end):
    gateway, _ = twilio(answer)
    with pytest.raises(end):
        gateway.send(LETTER)


@pytest.mark.parametrize(("body", "found"), [("你好", Accepted("SM1", 1)), ("another", None)])
def test_twilio_is_asked_for_the_same_text_to_the_same_number(body, found):
    page = {"messages": [MESSAGE | {"body": body}], "page": 0, "page_size": 50, "uri": "/x", "first_page_uri": "/x"}
    gateway, network = twilio((200, page))
    assert gateway.ask_about(LETTER) == found
    assert network.requests[0][2]["To"] == LETTER.to


@pytest.fixture
def mitake():
    """`mitake("[1]\\nmsgid=7\\nstatuscode=1")` answers so; `.asked` is the form it got."""
    servers = []

    def open_with(text: str, status: int = 200):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.asked = {name: values[0] for name, values in parse_qs(form).items()}
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Mitake("user", "password", f"http://127.0.0.1:{server.server_port}"), server

    yield open_with
    for server in servers:
        server.shutdown()
        server.server_close()


def test_mitake_gets_a_form_with_our_number_for_it(mitake):
    gateway, server = mitake("[1]\r\nmsgid=0000000007\r\nstatuscode=1\r\nAccountPoint=98\r\n")
    assert gateway.send(LETTER) == Accepted("0000000007")
    assert server.asked == {
        "username": "user", "password": "password", "dstaddr": LETTER.to, "smbody": "你好", "clientid": LETTER.reference,
        "response": LETTER.report_to,
    }  # fmt: skip
    assert gateway.ask_about(LETTER) == Accepted("0000000007")


@pytest.mark.parametrize(
    ("text", "status", "end"),
    [
        ("[1]\nstatuscode=v\nError=number", 200, Refused),
        ("[1]\nstatuscode=*", 200, NotReached),
        ("", 200, Unclear),
        ("oops", 500, Unclear),
    ],
)
def test_mitake_ends_in_one_of_three_ways(mitake, text, status, end):
    gateway, _ = mitake(text, status)
    with pytest.raises(end):
        gateway.send(LETTER)


def test_addresses_of_gateways_are_read():
    gateway = Mitake.from_url("mitake://u%40x:p%3Aw@sms.example:8443")
    assert gateway._address == "https://sms.example:8443/api/mtk/SmSend?CharsetURL=UTF8"
    assert gateway._login == {"username": "u@x", "password": "p:w"}
    assert Twilio.from_url("twilio://AC1:secret@MG123")._from == {"messaging_service_sid": "MG123"}
    assert Twilio.from_url("twilio://AC1:secret@+15005550006")._from == {"from_": "+15005550006"}


class TestCallbacks:
    @pytest.fixture
    def sms(self, cast, told, credits):
        credits(5)
        sms = Sms.write(cast.acme, "one", "trial", LETTER.to, "Hello")
        sms.accepted(Accepted("SM1"))
        from core.db import db

        db.session.commit()
        return sms

    @pytest.fixture
    def used(self, app, monkeypatch):
        gateway, _ = twilio()
        monkeypatch.setitem(app.extensions, "sms_gateway", gateway)

    def post(self, client, path, form, signature=None):
        address = "http://localhost:8000" + path
        signature = signature or RequestValidator("token").compute_signature(address, form)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def test_a_signed_report_is_believed(self, client, sms, used, cast):
        path = report_address(sms).removeprefix("http://localhost:8000")
        assert self.post(client, path, {"MessageSid": "SM1", "MessageStatus": "delivered"}).status_code == 204
        cast.refresh()
        assert sms.state == "delivered"

    def test_a_forged_one_is_not(self, client, sms, used, cast):
        path = report_address(sms).removeprefix("http://localhost:8000")
        assert self.post(client, path, {"MessageStatus": "failed"}, signature="forged").status_code == 403
        assert self.post(client, "/sms/reports/forged", {"MessageStatus": "failed"}).status_code == 404
        cast.refresh()
        assert sms.state == "sent"

    def test_stop_is_heard_from_twilio_alone(self, client, sms, used):
        form = {"From": LETTER.to, "Body": "STOP"}
        assert self.post(client, "/sms/answers", form, signature="forged").status_code == 403
        OptOut.check(LETTER.to)
        assert self.post(client, "/sms/answers", form).status_code == 200
        with pytest.raises(OptedOut):
            OptOut.check(LETTER.to)

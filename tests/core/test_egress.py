"""Addresses somebody typed are asked with care: public, HTTPS, by the address that was checked, and not for long."""

import http.server
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import egress
from core.db import db, transaction
from core.egress import EgressRefused, go_out
from core.networks import is_public
from tenants.companies.settings import Settings


@pytest.fixture
def outside(app, monkeypatch):
    """A session as in production."""
    monkeypatch.setitem(app.config, "EGRESS_TO_ANYWHERE", False)
    with app.app_context():
        yield go_out(requests.Session())


@pytest.fixture
def server(tmp_path):
    """`idp.example` with a certificate of its own, on this machine: (port, certificate)."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("idp.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_port, str(pem)
    listening.shutdown()


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "https://127.0.0.1/secret")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (egress.LARGEST + 10) if self.path == "/large" else self.headers["Host"].encode())

    def log_message(self, *_arguments):
        pass


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://2130706433/", "https://0x7f.1/",
        "https://100.64.0.1/", "https://224.0.0.1/", "https://[64:ff9b::127.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[::10.0.0.1]/",
        "https://[2002:7f00:1::]/", "https://[fec0::1]/", "https://[ff0e::1]/", "https://[fe80::1%25lo]/",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_asked(outside, address):
    with pytest.raises(EgressRefused):
        outside.get(address)


def test_only_https_is_spoken(outside):
    with pytest.raises(EgressRefused, match="https"):
        outside.get("http://93.184.215.14/")


def test_one_private_address_among_public_ones_is_enough(outside, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *_arguments: found)

    with pytest.raises(EgressRefused, match="not a public server"):
        outside.get("https://idp.example/")


def test_speaks_with_the_address_that_was_checked_under_the_name_that_was_asked(outside, server, monkeypatch):
    port, certificate = server
    monkeypatch.setattr(egress, "_public_address", lambda host, port: "127.0.0.1")

    answer = outside.get(f"https://idp.example:{port}/", verify=certificate)

    assert answer.text == f"idp.example:{port}"


def test_another_name_than_the_certificates_is_refused(outside, server, monkeypatch):
    port, certificate = server
    monkeypatch.setattr(egress, "_public_address", lambda host, port: "127.0.0.1")

    with pytest.raises(requests.exceptions.SSLError):
        outside.get(f"https://other.example:{port}/", verify=certificate)


def test_does_not_follow_and_reads_no_more_than_it_must(outside, server, monkeypatch):
    port, certificate = server
    monkeypatch.setattr(egress, "_public_address", lambda host, port: "127.0.0.1")

    with pytest.raises(requests.TooManyRedirects):
        outside.get(f"https://idp.example:{port}/away", verify=certificate)
    with pytest.raises(EgressRefused, match="too large"):
        outside.get(f"https://idp.example:{port}/large", verify=certificate)


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::93.184.215.14"])
def test_what_is_public_is_asked_also_through_a_gateway(ip):
    assert is_public(ip)


def test_a_slow_server_keeps_no_connection_of_ours_waiting(cast, outside, server, monkeypatch):
    port, certificate = server
    monkeypatch.setattr(egress, "_public_address", lambda host, port: "127.0.0.1")
    Settings.current()
    assert db.session.registry().in_transaction()

    outside.get(f"https://idp.example:{port}/", verify=certificate)

    assert not db.session.registry().in_transaction()
    with pytest.raises(RuntimeError, match="within a transaction"), transaction():
        outside.get(f"https://idp.example:{port}/", verify=certificate)

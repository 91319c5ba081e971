"""The door for mails that come in: signed by the mail server, or shut."""

import subprocess
import uuid
from pathlib import Path

import pytest
from letters import answer_to, caught_for

from chat.offline import incoming_mails
from chat.offline.incoming_mails import FRESH_SECONDS, signature_of
from chat.offline.mail_threads import Thread
from chat.offline.messages import OfflineMessage
from core.clock import now
from core.db import transaction
from core.jobs import run_due

SECRET = "what only the mail server knows, 32 letters"
DOOR = "/mail/incoming"
SCRIPT = Path(__file__).parents[3] / "deploy" / "mail" / "hand-over"


@pytest.fixture(autouse=True)
def secret(app, monkeypatch):
    monkeypatch.setitem(app.config, "INCOMING_MAIL_SECRET", SECRET)


@pytest.fixture
def sent(cast):
    """A mail of ours that can be answered."""
    with transaction():
        message = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Hats?", {"email": "li@mail.example"})
        message.reply(cast.nina, uuid.uuid4(), "Yes")
    run_due()
    return caught_for("li@mail.example")[0]


def hand_over(client, raw: bytes, signature: str | None = None):
    signature = signature_of(raw, int(now().timestamp()), SECRET) if signature is None else signature
    return client.post(DOOR, data=raw, headers={"Laike-Signature": signature})


def answers(cast) -> list[str]:
    cast.refresh()
    return [reply.text for message in OfflineMessage.recent() for reply in message.replies if reply.state == "received"]


def test_takes_what_is_signed(cast, client, sent):
    assert hand_over(client, answer_to(sent, "Thank you")).status_code == 204
    assert answers(cast) == ["Thank you"]


def test_is_done_with_what_is_no_answer_too(cast, client, sent):
    """Who bounced it would write to whoever a forger names."""
    assert hand_over(client, b"nonsense").status_code == 204
    assert hand_over(client, answer_to(sent, "x", To="reply@localhost", In_Reply_To=None)).status_code == 204
    assert answers(cast) == []


@pytest.mark.parametrize("seconds", [-FRESH_SECONDS - 5, FRESH_SECONDS + 5])
def test_an_old_signature_opens_nothing(cast, client, sent, seconds):
    raw = answer_to(sent, "Again")

    assert hand_over(client, raw, signature_of(raw, int(now().timestamp()) + seconds, SECRET)).status_code == 403
    assert answers(cast) == []


@pytest.mark.parametrize("signature", ["", "x", "t=1,v1=", "t=9999999999999999999,v1=x", "t=²,v1=x", "v1=x", "t=1=2,v1=é"])
def test_a_signature_that_is_none_opens_nothing(cast, client, sent, signature):
    assert hand_over(client, answer_to(sent, "Hi"), signature).status_code == 403
    assert answers(cast) == []


def test_a_signature_is_for_one_mail(cast, client, sent):
    at = int(now().timestamp())

    assert hand_over(client, answer_to(sent, "Hi"), signature_of(b"another", at, SECRET)).status_code == 403
    assert hand_over(client, answer_to(sent, "Hi"), signature_of(answer_to(sent, "Hi"), at, "x" * 40)).status_code == 403


def test_a_mail_too_big_for_us_is_refused_unread(client, monkeypatch, cast, sent):
    monkeypatch.setattr(incoming_mails, "LARGEST", 1000)

    assert hand_over(client, b"x" * 1001).status_code == 413


def test_is_shut_where_nobody_set_it_up(app, client, cast, sent, monkeypatch):
    monkeypatch.setitem(app.config, "INCOMING_MAIL_SECRET", "")

    assert hand_over(client, answer_to(sent, "Hi")).status_code == 404


def test_a_threads_address_fits_a_mail_server(cast):
    thread = Thread(10**15, 10**15)
    name, _, _domain = thread.address.partition("@")

    assert len(name) <= 64
    assert name == name.lower()
    assert Thread.named_in(f"<{thread.address.upper()}>") == thread


def test_a_threads_mark_survives_a_new_key(app, cast, monkeypatch):
    token = Thread(1, 2).token
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret, just as long as the first one")

    assert Thread.named_in(token) == (1, 2)
    assert Thread(1, 2).token != token


def test_the_mail_servers_script_signs_as_we_read_it(tmp_path):
    """deploy/mail/hand-over, with a curl that only notes what it was given."""
    fake = tmp_path / "curl"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\nprintf 204\n')
    fake.chmod(0o755)
    raw = b"From: a@b.example\r\n\r\nHello\n"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LAIKE_URL": "https://x.example", "INCOMING_MAIL_SECRET": SECRET}

    done = subprocess.run([SCRIPT], input=raw, env=environment, capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")
    [header] = [line for line in (tmp_path / "asked").read_text().split("\n") if line.startswith("Laike-Signature")]
    signature = header.partition(": ")[2]
    at = int(signature.split(",")[0].removeprefix("t="))
    assert signature == signature_of(raw, at, SECRET)


@pytest.mark.parametrize(("answer", "code"), [("204", 0), ("413", 65), ("403", 75), ("429", 75), ("502", 75), ("000", 75)])
def test_the_script_has_the_mail_server_try_again_unless_the_mail_is_too_big(tmp_path, answer, code):
    fake = tmp_path / "curl"
    fake.write_text(f"#!/bin/sh\nprintf {answer}\n")
    fake.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LAIKE_URL": "https://x.example", "INCOMING_MAIL_SECRET": SECRET}

    assert subprocess.run([SCRIPT], input=b"x", env=environment, capture_output=True).returncode == code

import email
from email import policy

import pytest

from core import mail


def caught() -> list:
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(mail.caught_folder().glob("*.eml"))
    ]


def test_a_mail_is_caught_in_development(context):
    mail.send(mail.compose("olga@acme.example", "你好", "Welcome"))

    assert caught()[-1]["Subject"] == "你好"
    assert caught()[-1].get_content() == "Welcome\n"


def test_a_hostile_subject_adds_no_header(context):
    mail.send(mail.compose("olga@acme.example", "Hello\r\nBcc: eve@globex.example", "text"))

    assert caught()[-1]["Bcc"] is None


def test_a_hostile_address_adds_no_header(context):
    with pytest.raises(ValueError, match="linefeed"):
        mail.compose("olga@acme.example\r\nBcc: eve@globex.example", "Hello", "text")

"""Operators write the block lists, and cannot shut out themselves or everybody by mistake."""

import io

import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import db
from operators.audit import OperatorEntry
from tenants.abuse.blocks import Block
from tenants.abuse.sign_ups import note_sign_up, sign_up_limits

LIST, HERE = "/operator/abuse/blocks", "127.0.0.1"


@pytest.fixture
def otto(portal):
    """`otto(address, value="…")` sends a form by an operator at HERE; without fields it opens the page."""
    browser = portal("operations")

    def send(address: str, **fields):
        where = {"environ_base": {"REMOTE_ADDR": HERE}}
        return browser.post(address, data=fields, **where) if fields else browser.get(address, **where)

    return send


def standing() -> list[tuple[str, str, str]]:
    db.session.expire_all()
    return [(block.kind, block.value, block.covers) for block in reversed(Block.standing())]


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(OperatorEntry.action).order_by(OperatorEntry.id)))


def test_puts_on_the_list_and_takes_off_and_notes_both(context, otto):
    otto(LIST, kind="network", value="198.51.100.9/24", covers="everything", lasts="7", reason="Robots")
    [block] = Block.standing()
    assert standing() == [("network", "198.51.100.0/24", "everything")]
    assert 6 < (block.expires_at - now()).total_seconds() / 86400 <= 7

    otto(f"{LIST}/{block.id}/lift", sent="yes")
    otto(f"{LIST}/{block.id}/lift", sent="yes")

    assert standing() == []
    assert actions() == ["block.put", "block.lifted"]


@pytest.mark.parametrize(
    ("kind", "value"), [("network", "127.0.0.0/24"), ("network", "198.0.0.0/8"), ("mail_domain", "gmail.com")]
)
def test_asks_once_more_before_what_shuts_out_oneself_or_many(context, otto, kind, value):
    asked = {"kind": kind, "value": value, "covers": "sign_up", "lasts": "", "reason": "Robots"}

    answer = otto(LIST, **asked)
    assert answer.status_code == 422
    assert 'name="sure"' in answer.text
    assert standing() == []

    assert otto(LIST, **asked, sure="yes").status_code == 302
    assert standing() == [(kind, value, "sign_up")]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"value": "0.0.0.0/0", "sure": "yes"}, "a part of the world"),
        ({"value": "hats"}, "is no network"),
        ({"reason": ""}, "Write why"),
        ({"lasts": "day", "expires_on": "2020-01-01"}, "Enter a day to come"),
        ({"lasts": "day", "expires_on": "soon"}, "Enter a day to come"),
    ],
)
def test_refuses_what_cannot_be_meant(context, otto, fields, fault):
    asked = {"kind": "network", "value": "198.51.100.0/24", "lasts": "", "reason": "Robots"} | fields

    answer = otto(LIST, **asked)

    assert (answer.status_code, fault in answer.text, standing()) == (422, True, [])


def test_what_was_taken_away_can_be_taken_in_again(context, otto):
    otto(LIST, kind="sms_prefix", value="+86 138", lasts="", reason="SMS pumping")
    otto(LIST, kind="mail_domain", value="spam.example", lasts="day", expires_on="2199-12-31", reason="=Spam, of course")
    exported, kept = otto(f"{LIST}/export.csv").data, standing()
    for block in Block.standing():
        otto(f"{LIST}/{block.id}/lift", sent="yes")

    otto("/operator/abuse/block-imports", file=(io.BytesIO(exported), "blocks.csv"))

    assert sorted(standing()) == sorted(kept)
    assert {block.reason for block in Block.standing()} == {"SMS pumping", "=Spam, of course"}


def test_takes_in_all_of_a_list_or_nothing(context, otto):
    lines = "network,198.51.100.0/24\nnetwork,hats\nmail,x.example\nnetwork,127.0.0.0/24"

    answer = otto("/operator/abuse/block-imports", lines=lines)

    assert answer.status_code == 422
    assert all(words in answer.text for words in ("Line 2: ", "Line 3: ", "Line 4: You are in this network"))
    assert standing() == []
    otto("/operator/abuse/block-imports", lines="network,198.51.100.0/24,everything,,Robots\n" * 2)
    otto("/operator/abuse/block-imports", lines="network,198.51.100.0/24\nmail_domain,spam.example")
    assert standing() == [("network", "198.51.100.0/24", "everything"), ("mail_domain", "spam.example", "sign_up")]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("::ffff:198.51.100.7", "Blocked by 198.51.100.0/24: Robots"),
        ("li@mail.spam.example", "Blocked by spam.example"),
        ("spam.example", "Blocked by spam.example"),
        ("+8613800138000", "Blocked by +86138"),
        ("198.51.101.7", "is not blocked"),
        ("<b>", "&lt;b&gt; is not blocked"),
    ],
)
def test_says_what_is_blocked_and_why(context, otto, asked, answer):
    otto(LIST, kind="network", value="198.51.100.0/24", lasts="", reason="Robots")
    otto(LIST, kind="mail_domain", value="spam.example", lasts="", reason="Robots")
    otto(LIST, kind="sms_prefix", value="+86138", lasts="", reason="Robots")

    page = otto(f"/operator/abuse/block-checks?asked={asked.replace('+', '%2B')}").text

    assert answer in page


def test_changes_how_many_may_sign_up_and_shows_how_many_have(cast, otto):
    note_sign_up(cast.acme, HERE, "li@ring.example")

    answer = otto("/operator/abuse/sign-up-limits", network="3", mail_domain="0", platform="100", reason="Robots")
    assert answer.status_code == 422
    otto("/operator/abuse/sign-up-limits", network="3", mail_domain="4", platform="100", reason="Robots")

    assert sign_up_limits() == {"network": 3, "mail_domain": 4, "platform": 100}
    page = otto(LIST).text
    assert all(words in page for words in ("1 sign-up today", f"From {HERE}", "With ring.example", "at most 3"))
    assert actions() == ["sign_up_limits.changed"]

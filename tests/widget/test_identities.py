"""Signed identities at the widget's door."""

import json
import time

import pytest
from cast import count
from joserfc import jws
from joserfc.jwk import OctKey

from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from chat.visitors.identities import IdentitySecret
from chat.visitors.visitors import Visitor
from core.db import db, transaction


@pytest.fixture
def sign(cast):
    """`sign("user-17")` is the token the customer's server makes for him."""
    with transaction():
        secret = IdentitySecret.add(cast.site).text

    def sign(sub: str, **claims) -> str:
        payload = json.dumps({"sub": sub, "exp": int(time.time()) + 600} | claims)
        return jws.serialize_compact({"alg": "HS256"}, payload, OctKey.import_key(secret), algorithms=["HS256"])

    return sign


@pytest.fixture
def required(cast):
    with transaction():
        db.session.get_one(Site, cast.site.id).requires_identity = True


def test_his_history_is_on_every_device(cast, window, sign, adam_is_online):
    window.ask("state")
    window.identity = sign("user-17")
    conversation = window.ask("open_conversation")["conversation"]

    window.token = ""
    elsewhere = window.ask("state")

    assert elsewhere["visitor"]["verified"]
    assert elsewhere["conversation"]["id"] == conversation["id"]
    assert elsewhere["identity_refused"] is None


def test_who_was_anonymous_here_becomes_him(cast, window, sign):
    window.token = cast.visitor.token(cast.site)
    window.identity = sign("user-17")

    welcome = window.ask("state")

    assert welcome["visitor"]["id"] == cast.visitor.id
    assert welcome["conversation"]["id"] == cast.question.id


def test_the_token_of_who_used_this_browser_before_reads_nothing_more(cast, window, sign):
    old = window.token = cast.visitor.token(cast.site)
    window.identity = sign("user-17")
    window.ask("state")

    window.identity, window.token = "", old
    assert window.ask("sync", conversation_id=cast.question.id, after=0)["error"]["code"] == "frame_expired"
    assert window.ask("state")["visitor"]["id"] != cast.visitor.id


def test_after_signing_out_he_is_somebody_new(cast, window, sign):
    window.identity = sign("user-17")
    signed_in = window.ask("state")["visitor"]

    window.identity = window.token = ""
    signed_out = window.ask("state")["visitor"]

    assert signed_out["id"] != signed_in["id"]
    assert not signed_out["verified"]


def test_what_is_not_believed_is_told_and_chat_goes_on(cast, window, sign):
    window.identity = sign("user-17", exp=0)

    welcome = window.ask("state")

    assert "expired" in welcome["identity_refused"]
    assert not welcome["visitor"]["verified"]
    assert window.ask("view_page", url="https://shop.example/", title="x")["ok"]


def test_but_never_as_somebody_a_signature_once_named(cast, window, sign):
    window.identity = sign("user-17")
    signed_in = window.ask("state")["visitor"]

    window.identity = sign("user-18", exp=int(time.time()) - 600)
    other = window.ask("state")["visitor"]

    assert other["id"] != signed_in["id"]
    assert not other["verified"]


def test_a_page_that_stayed_open_goes_on(cast, window, sign):
    window.identity = sign("user-17")
    signed_in = window.ask("state")["visitor"]

    window.identity = sign("user-17", exp=int(time.time()) - 600)

    assert window.ask("state")["visitor"] == signed_in


@pytest.mark.parametrize("identity", ["", "nonsense"])
def test_a_site_may_let_in_nobody_else(cast, window, sign, required, identity):
    before = count(Visitor)
    window.identity = identity

    error = window.ask("state")["error"]

    assert error["code"] == ("identity_refused" if identity else "identity_required")
    assert count(Visitor) == before


def test_nor_anybody_with_a_token_alone(cast, window, sign, required):
    window.identity = sign("user-17")
    assert window.ask("state")["visitor"]["verified"]

    window.identity = ""
    assert window.ask("state")["error"]["code"] == "identity_required"
    assert window.ask("view_page", url="https://shop.example/", title="x")["error"]["code"] == "identity_required"


def test_who_is_vouched_for_gets_in_there(cast, window, sign, required, adam_is_online):
    window.identity = sign("user-17", name="Li Wei")

    window.ask("state")
    window.ask("open_conversation")

    visitor = db.session.query(Visitor).where(Visitor.sub == "user-17").one()
    assert visitor.name == "Li Wei"
    assert Conversation.of_visitor(visitor).site_id == cast.site.id


def test_a_long_token_is_refused_not_cut(cast, window, sign):
    window.identity = sign("user-17") + "A" * 5000

    assert "4096" in window.ask("state")["identity_refused"]

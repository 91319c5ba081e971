"""What is blocked is kept out at each door, whatever it comes dressed as, until its time is over."""

from datetime import timedelta

import pytest
from parallel import in_parallel

from core.clock import now
from core.db import transaction
from core.errors import Invalid
from tenants.abuse.block_values import read_value, warnings
from tenants.abuse.blocks import Block, BlockList, ChatRefused, Line, NumberRefused, SignInRefused, SignUpRefused, blocks


def listed(*lines: tuple) -> BlockList:
    """`(kind, value, covers, expires_at)`, the last two as usual if they are missing."""
    return BlockList(Line(number, *line, *("everything", None)[len(line) - 2 :]) for number, line in enumerate(lines))


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("203.0.113.0/24", "203.0.113.255", "203.0.114.0"),
        ("203.0.113.7/32", "::ffff:203.0.113.7", "203.0.113.8"),
        ("2001:db8:1::/48", "2001:db8:1:ffff::1", "2001:db8:2::1"),
        ("203.0.113.0/24", "203.0.113.1", "2001:db8::1"),
    ],
)
def test_a_network_keeps_out_all_that_is_in_it(network, inside, outside):
    found = listed(("network", network))

    for check, refused in ((found.check_chat, ChatRefused), (found.check_sign_in, SignInRefused)):
        with pytest.raises(refused):
            check(inside)
        check(outside)
        check("no address")
    with pytest.raises(SignUpRefused):
        found.check_sign_up(inside, "li@hats.example")


def test_one_that_covers_signing_up_lets_visitors_and_agents_in():
    found = listed(("network", "203.0.113.0/24", "sign_up"), ("network", "203.0.113.0/28", "everything"))

    found.check_chat("203.0.113.200")
    found.check_sign_in("203.0.113.200")
    with pytest.raises(ChatRefused):
        found.check_chat("203.0.113.1")
    with pytest.raises(SignUpRefused):
        found.check_sign_up("203.0.113.200", "")


def test_one_whose_time_is_over_counts_no_more():
    found = listed(("network", "203.0.113.0/24", "everything", now() - timedelta(seconds=1)))

    found.check_chat("203.0.113.1")


@pytest.mark.parametrize("email", ["li@mail.spam.example", "LI@Spam.Example", "b.a.d+7@gmail.com"])
def test_mail_keeps_from_signing_up_under_any_alias(email):
    found = listed(("mail_domain", "spam.example"), ("mail_address", "bad@gmail.com"))

    with pytest.raises(SignUpRefused) as refused:
        found.check_sign_up("198.51.100.1", email)
    # Which of all lists it was is nobody's business.
    assert str(refused.value) == str(SignUpRefused())
    found.check_sign_up("198.51.100.1", "li@notspam.example")


def test_a_range_of_numbers_gets_no_sms():
    found = listed(("sms_prefix", "+86138"))

    with pytest.raises(NumberRefused):
        found.check_number("+8613800138000")
    found.check_number("+8613900138000")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("network", " 203.0.113.9/24 ", "203.0.113.0/24"),
        ("network", "::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("network", "2001:DB8::1", "2001:db8::1/128"),
        ("mail_domain", "*.Spam.Example", "spam.example"),
        ("mail_domain", "@坏.example", "坏.example"),
        ("mail_address", "B.a.d+x@GoogleMail.com", "bad@gmail.com"),
        ("sms_prefix", "+86 138-00", "+8613800"),
    ],
)
def test_reads_what_operators_write(kind, typed, value):
    assert read_value(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("network", "0.0.0.0/0"),
        ("network", "::/0"),
        ("network", "0.0.0.0/1"),
        ("network", "::ffff:0:0/96"),
        ("network", "hats"),
        ("mail_domain", "com"),
        ("mail_domain", "a b.example"),
        ("mail_address", "spam.example"),
        ("sms_prefix", "86138"),
        ("sms_prefix", "+"),
    ],
)
def test_refuses_what_is_everything_or_nothing(app, kind, typed):
    with app.test_request_context(), pytest.raises(Invalid):
        read_value(kind, typed)


def test_warns_of_shutting_out_oneself_and_many(app):
    with app.test_request_context():
        assert "203.0.113.7" in warnings("network", "203.0.113.0/24", "::ffff:203.0.113.7")[0]
        assert len(warnings("network", "198.0.0.0/8", "203.0.113.7")) == 1
        assert len(warnings("network", "10.1.0.0/16", "203.0.113.7")) == 1
        assert len(warnings("mail_domain", "gmail.com", "")) == len(warnings("sms_prefix", "+86", "")) == 1
        assert warnings("network", "198.51.100.0/24", "203.0.113.7") == warnings("mail_domain", "spam.example", "") == []


def test_of_two_who_block_the_same_one_does(app, cast):
    deeds = [lambda: Block.put("mail_domain", "spam.example", "spam", "otto@laike.example").id] * 4

    answers = in_parallel(app, cast.acme, deeds)

    assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "Invalid", "Invalid", "int"]
    assert blocks().mail("li@spam.example")


def test_what_was_lifted_or_has_ended_can_be_blocked_again(cast):
    with transaction():
        first = Block.put("mail_domain", "spam.example", "spam", "otto@laike.example")
    assert blocks().mail("li@spam.example")

    with transaction():
        assert (first.lift("otto@laike.example"), first.lift("otto@laike.example")) == (True, False)
    assert not blocks().mail("li@spam.example")

    with transaction():
        second = Block.put("mail_domain", "spam.example", "again", "otto@laike.example", expires_at=now() - timedelta(days=1))
        third = Block.put("mail_domain", "spam.example", "still", "otto@laike.example")
    assert [block.id for block in Block.standing()] == [third.id] != [second.id]
    assert blocks().mail("li@spam.example")

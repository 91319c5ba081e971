import pytest

from core.text import is_email, tidy, tidy_email, tidy_lines


def test_one_line_stays_one_line():
    assert tidy("  Olga\r\n\x00 Owner ", 80) == "Olga Owner"


def test_cuts_to_what_there_is_room_for():
    assert tidy("x" * 100, 10) == "x" * 10


def test_lines_keep_their_breaks():
    assert tidy_lines("one\r\ntwo\x07\n", 100) == "one\ntwo"


def test_addresses_compare_without_case():
    assert tidy_email(" Olga@Acme.Example ") == "olga@acme.example"


@pytest.mark.parametrize("text", ["olga@acme.example", "o.l+g@sub.acme.cn"])
def test_addresses(text):
    assert is_email(text)


@pytest.mark.parametrize("text", ["", "olga", "olga@acme", "a b@acme.cn", "a@b@c.cn", "a@acme.cn\nBcc: x@y.cn", "<a@b.cn>"])
def test_no_addresses(text):
    assert not is_email(text)

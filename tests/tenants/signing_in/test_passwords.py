from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import Invalid
from tenants.signing_in import passwords

GOOD = "three bright otters swim"


def test_matches_only_the_right_one(app):
    kept = passwords.hash_password(GOOD)

    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + " ")


def test_nobody_has_no_password(app):
    assert not passwords.matches(None, "nobody has this password")


def test_does_not_match_what_is_no_hash(app):
    assert not passwords.matches("plain text", "plain text")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "at least 10 characters"),
        ("x" * 129, "at most 128 characters"),
        ("password1234", "easily guessed"),
        ("1234567890", "easily guessed"),
        ("blueocean1", "easily guessed"),
    ],
)
def test_refuses_what_is_guessed_first(context, password, fault):
    with pytest.raises(Invalid) as refusal:
        passwords.check_strength(password, "Olga", "olga@acme.example", "Blue Ocean")

    assert fault in str(refusal.value.fields["password"])


def test_accepts_unrelated_words(context):
    passwords.check_strength(GOOD, "Olga", "olga@acme.example", "Acme")


def test_a_password_that_is_longer_than_can_be_judged_is_judged_by_its_beginning(context):
    assert passwords.strength("a" * 5000) < 2


def test_each_is_judged_by_the_words_of_its_own_person(context):
    with ThreadPoolExecutor(4) as pool:
        scores = list(pool.map(lambda name: passwords.strength("quetzalcoatl1", name), ["quetzalcoatl", "olga"] * 50))

    assert set(scores[::2]) == {1}
    assert set(scores[1::2]) == {passwords.strength("quetzalcoatl1", "olga")} != {1}

"""The command line about operators: the first one comes in by it, and nobody is locked out for good."""

import re

import pytest
from opal import Opal, is_in

from core.db import db
from operators.audit import EntryQuery
from operators.operator import Operator
from operators.second_factors import OperatorApp


def link_in(result) -> str:
    return re.search(r"http://localhost:8000(/operator/invitations/\S+)", result.stdout)[1]


def test_makes_the_first_owner_with_a_link_and_no_password(client, say):
    result = say("operator create --email Olive@Laike.example --name Olive")

    assert "password" not in result.stdout.lower()
    assert "Welcome, Olive" in client.get(link_in(result)).text
    olive = Operator.known_as("olive@laike.example")
    assert (olive.role, olive.has_joined, olive.password_hash) == ("owner", False, None)
    [entry] = EntryQuery().entries()
    assert (entry.action, entry.operator_id) == ("operator.invited", None)
    assert "olive@laike.example" in say("operator list").stdout


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("operator create --email opal@laike.example --name Opal", "has or had this address"),
        ("operator create --email nobody --name Opal", "Enter an e-mail address"),
        ("operator disable nobody@laike.example", "There is no operator nobody@laike.example."),
        ("operator disable opal@laike.example", "The platform needs an owner who can sign in."),
        ("operator verify-audit --mark x", "expected NUMBER:HASH"),
    ],
)
def test_refuses_in_one_sentence(say, command, sentence):
    db.session.commit()
    Opal()

    result = say(command)

    assert result.exit_code != 0
    assert sentence in result.stderr


def test_resets_even_the_last_owner(client, say):
    opal = Opal()
    opal.sign_in(client)

    link = link_in(say(f"operator reset {opal.email}"))

    db.session.expire_all()
    assert not is_in(client)
    assert OperatorApp.of(opal.operator) is None
    assert client.get(link).status_code == 200


def test_disables_and_enables(client, say, portal):
    portal("owner", "olive")
    opal = Opal()
    opal.sign_in(client)

    say(f"operator disable {opal.email}")
    db.session.expire_all()
    assert not is_in(client)
    say(f"operator enable {opal.email}")
    db.session.expire_all()
    assert opal.first_step(client).status_code == 302


def test_verifies_the_log_also_against_a_mark_from_the_process_log(say):
    say("operator create --email olive@laike.example --name Olive")
    head = EntryQuery().entries()[0].hash

    whole, marked, other = (say(f"operator verify-audit{mark}") for mark in ("", f" --mark 1:{head}", f" --mark 1:{'f' * 64}"))

    assert (whole.exit_code, marked.exit_code, other.exit_code) == (0, 0, 1)
    assert "1 entries" in whole.stdout
    assert "BROKEN at entry 1" in other.stdout

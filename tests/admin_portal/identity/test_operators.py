"""Operators look after operators: with a reason, never after themselves, and never without an owner who can come in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from opal import is_in

from core.db import db, transaction
from operators.access import LastOwner, change_role, disable
from operators.audit import EntryQuery
from operators.operator import Operator
from operators.second_factors import OperatorApp, OperatorPasskey, OperatorRecoveryCode

BECAUSE = {"reason": "Left the team"}


@pytest.fixture
def olive(portal):
    """Another owner's browser."""
    return portal("owner", "olive")


def about(opal, what: str) -> str:
    return f"/operator/operators/{opal.operator.id}/{what}"


def last_entry():
    return EntryQuery().entries(at_most=1)[0]


def test_lists_everybody_with_state(opal, olive, portal):
    portal("support", "sam")
    with transaction():
        disable(Operator.known_as("sam@laike.example"))
        Operator.add("finn@laike.example", "Finn", "finance")

    page = olive.get("/operator/operators").text

    for text in ("opal@laike.example", "finn@laike.example", "disabled", "invited", "active"):
        assert text in page


def test_an_address_is_given_once(opal, olive):
    again = {"name": "Opal", "email": "OPAL@laike.example", "role": "owner", "reason": "x"}

    answer = olive.post("/operator/operators", data=again)

    assert answer.status_code == 422
    assert "has or had this address" in answer.text


def test_disabling_ends_all_at_once_and_enabling_gives_back_no_session(client, opal, olive, told):
    opal.sign_in(client)

    assert olive.post(about(opal, "disable"), data=BECAUSE).status_code == 302
    assert not is_in(client)
    entry = last_entry()
    assert (entry.action, entry.reason, entry.subject) == (
        "operator.disabled", "Left the team", f"operator:{opal.operator.id}",
    )  # fmt: skip
    olive.post(about(opal, "enable"), data=BECAUSE)

    assert not is_in(client)
    opal.sign_in(client, later=1)
    assert is_in(client)
    subjects = [mail["Subject"] for mail in told(opal.email)]
    assert subjects == ["Your operator account was disabled", "Your operator account was enabled again"]


def test_a_new_role_counts_at_once(client, opal, olive):
    opal.sign_in(client)
    olive.post(about(opal, "role"), data=BECAUSE | {"role": "support"})

    assert client.get("/operator/operators").status_code == 403
    assert client.get("/operator/companies").status_code == 200
    assert last_entry().details == {"role": "owner → support", "email": opal.email}


def test_a_reset_leaves_nothing_that_opens(client, opal, olive, told):
    opal.sign_in(client)
    olive.post(about(opal, "reset"), data=BECAUSE)

    assert not is_in(client)
    assert opal.first_step(client).status_code == 422
    assert OperatorApp.of(opal.operator) is None
    assert OperatorPasskey.of(opal.operator) == []
    assert OperatorRecoveryCode.left(opal.operator) == 0
    assert "/operator/invitations/" in told(opal.email)[-1].get_content()


def test_signs_another_out_everywhere(client, opal, olive):
    opal.sign_in(client)
    olive.post(about(opal, "sessions/end"), data=BECAUSE)
    assert not is_in(client)


@pytest.mark.parametrize("what", ["disable", "enable", "reset", "sessions/end", "role"])
def test_wants_a_reason_and_somebody_else(opal, olive, what):
    answer = olive.post(about(opal, what), data={"role": "support", "reason": " "})
    oneself = f"/operator/operators/{olive.operator.id}/{what}"
    to_oneself = olive.post(oneself, data=BECAUSE | {"role": "support"})

    assert (answer.status_code, to_oneself.status_code) == (422, 403)
    assert is_in(olive)
    assert EntryQuery().entries() == []


def test_the_last_owner_stays(opal, portal):
    sam = portal("support", "sam")

    for deed in (disable, lambda operator: change_role(operator, "support")):
        with pytest.raises(LastOwner), transaction():
            deed(opal.operator)
    with transaction():
        disable(sam.operator)


def test_of_two_owners_who_disable_each_other_one_stays(app, opal, olive):
    pairs = [(disable, opal.operator.id), (lambda one: change_role(one, "support"), olive.operator.id)]
    db.session.commit()

    def do(pair):
        deed, id = pair
        with app.app_context():
            try:
                with transaction():
                    deed(Operator.numbered(id))
            except LastOwner:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(do, pairs)) == ["done", "refused"]


def test_roles_are_a_table_that_can_be_read_aloud(portal):
    page = portal("support").get("/operator/roles").text

    assert "Suspend and resume companies" in page
    assert page.count('<span class="visually-hidden">Yes</span>') > 30
    assert '<th scope="row">' in page

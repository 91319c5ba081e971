"""People, as Entra ID, Okta and the RFC write them."""

import threading
from unittest.mock import Mock

import pytest
from parallel import in_parallel
from provisioning import ENTERPRISE, Directory, fault_of, person
from queueing import agent_of, come_online

from chat.conversations.conversations import Conversation
from console.agent import Agent
from console.events import console_door
from core.db import db, fresh_transaction, transaction
from core.errors import Invalid
from core.realtime.sessions import end_lines
from tenants.audit import audit
from tenants.audit.audit_chain import verify
from tenants.companies.company import Address
from tenants.people.links import Link
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in import provisioned_members
from tenants.signing_in.callers import ended_sessions
from tenants.signing_in.provisioned_members import ProvisionedMember
from tenants.signing_in.provisioning import ProvisioningToken
from tenants.signing_in.sessions import Session
from tenants.signing_in.single_sign_on import SingleSignOn

DEACTIVATE = {"op": "Replace", "path": "active", "value": "False"}
ACTIVATE = {"op": "Replace", "path": "active", "value": "True"}
# RFC 7644, 3.3: the example, with an address of its own.
RFC = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "bjensen",
    "externalId": "bjensen",
    "name": {"formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara"},
}
ENTRA = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "Zoe@acme.example",
    "active": True,
    "addresses": None,
    "displayName": "Zoe Zhang",
    "emails": [{"type": "work", "value": "Zoe@acme.example", "primary": True}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Zoe Zhang", "familyName": "Zhang", "givenName": "Zoe"},
    "roles": [],
    ENTERPRISE: {"employeeNumber": "7", "department": "Sales"},
}
OKTA = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "zoe@acme.example",
    "name": {"givenName": "Zoe", "familyName": "Zhang"},
    "emails": [{"primary": True, "value": "zoe@acme.example", "type": "work"}],
    "displayName": "Zoe Zhang",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


def added(directory: Directory, sent: dict) -> Member:
    response = directory.post("/Users", sent)
    assert response.status_code == 201, response.text
    return db.session.get_one(Member, int(response.json["id"]))


def deeds() -> list[str]:
    return [entry.action for entry in audit.AuditQuery().entries() if entry.action.startswith("provisioning.")]


@pytest.mark.parametrize(
    ("sent", "name", "email"),
    [
        (RFC, "Ms. Barbara J Jensen III", None),
        (ENTRA, "Zoe Zhang", "zoe@acme.example"),
        (OKTA, "Zoe Zhang", "zoe@acme.example"),
        (person("wang", name={"familyName": "王", "givenName": "小明"}), "王小明", None),
        (person("lee@acme.example"), "lee", "lee@acme.example"),
    ],
)
def test_adds(cast, directory, sent, name, email):
    response = directory.post("/Users", sent)
    member = db.session.get_one(Member, int(response.json["id"]))

    assert response.status_code == 201
    assert (
        response.headers["Location"] == response.json["meta"]["location"] == f"http://localhost:8000/scim/v2/Users/{member.id}"
    )
    assert (member.name, member.email, member.role.key) == (name, email, "agent")
    assert (response.json["userName"], response.json["active"]) == (sent["userName"], True)
    assert response.json.get("externalId") == sent.get("externalId")
    assert directory.get(f"/Users/{member.id}").json == response.json
    assert directory.found("/Users", f'userName eq "{sent["userName"].upper()}"') == [str(member.id)]
    assert deeds() == ["provisioning.member_added"]


def test_the_audit_log_names_its_author(cast, directory, signed_in):
    added(directory, ENTRA)

    page = signed_in(cast.olga).get("/manage/audit").text

    assert "Agent added by provisioning" in page
    assert "<td>Provisioning</td>" in page
    assert "Entra ID" in page
    with transaction():
        assert verify().is_whole


def test_nothing_more_can_be_assigned(cast, directory):
    """Passwords, roles, numbers and whatever else is not said here: dropped, not kept (Budibase CVE-2026-46425)."""
    administrator = str(Role.keyed("administrator").id)
    greedy = {
        "password": "correct horse battery staple", "roles": [{"value": "administrator", "primary": True}], "role_id": administrator,
        "role": administrator, "number": "9999", "id": str(cast.olga.id), "member_id": cast.olga.id, "removed_at": None,
        "entitlements": [{"value": "administrator"}], "userType": "administrator", "groups": [{"value": "1"}], "presence": "x",
    }  # fmt: skip
    member = added(directory, person("mal@acme.example") | greedy)
    directory.patch(
        f"/Users/{member.id}",
        *({"op": "add", "path": name, "value": value} for name, value in greedy.items() if name not in ("id", "removed_at")),
    )
    directory.patch(
        f"/Users/{member.id}", {"op": "replace", "value": {name: value for name, value in greedy.items() if name != "id"}}
    )
    directory.put(f"/Users/{member.id}", person("mal@acme.example") | greedy)

    db.session.refresh(member)
    assert member.id != cast.olga.id
    assert (member.role.key, member.password_hash, member.presence) == ("agent", None, "online")
    assert member.number != "9999"


def test_begins_with_the_role_set_for_single_sign_on(cast, directory):
    with transaction():
        leader = Role.add("Leader", ["conversations.answer", "agents.monitor"])
        db.session.add(SingleSignOn(id=1, role_id=leader.id))

    assert added(directory, ENTRA).role_id == leader.id


def test_nobody_begins_as_an_administrator(cast, directory):
    with transaction():
        db.session.add(SingleSignOn(id=1, role_id=Role.keyed("administrator").id))

    assert added(directory, ENTRA).role.key == "agent"


@pytest.mark.parametrize("taken", ["adam@acme.example", "ADAM@ACME.EXAMPLE"])
def test_a_taken_user_name_is_refused(cast, directory, taken):
    assert fault_of(directory.post("/Users", person(taken))) == (409, "uniqueness")


def test_a_taken_address_is_refused(cast, directory):
    sent = person("adam2", emails=[{"value": "adam@acme.example", "type": "work"}])

    assert fault_of(directory.post("/Users", sent)) == (409, "uniqueness")
    assert fault_of(directory.put(f"/Users/{cast.nina.id}", sent)) == (409, "uniqueness")
    assert fault_of(directory.patch(f"/Users/{cast.nina.id}", {"op": "replace", "path": "userName", "value": "adam@acme.example"})) == (409, "uniqueness")  # fmt: skip


def test_takes_over_who_works_here_already(cast, directory):
    [id] = directory.found("/Users", 'userName eq "adam@acme.example"')

    directory.put(f"/Users/{id}", person("adam@acme.example", externalId="E-1", displayName="Adam Ant"))

    assert directory.found("/Users", 'externalId eq "E-1"') == [str(cast.adam.id)]
    assert (Member.known_as("adam@acme.example").id, Member.known_as("adam@acme.example").name) == (cast.adam.id, "Adam Ant")


@pytest.mark.parametrize(
    ("operations", "name", "email"),
    [
        ([{"op": "Replace", "path": "displayName", "value": "Zoe Z."}], "Zoe Z.", "zoe@acme.example"),
        ([{"op": "Add", "path": 'emails[type eq "work"].value', "value": "z@acme.example"}], "Zoe Zhang", "z@acme.example"),
        ([{"op": "Replace", "path": 'emails[type eq "work"].value', "value": "Z@acme.example"}], "Zoe Zhang", "z@acme.example"),
        ([{"op": "replace", "value": {"displayName": "Zo", "name.familyName": "X"}}], "Zo", "zoe@acme.example"),
        (
            [{"op": "remove", "path": "displayName"}, {"op": "replace", "path": "name.formatted", "value": "Z"}],
            "Z",
            "zoe@acme.example",
        ),
        ([{"op": "Add", "path": f"{ENTERPRISE}:department", "value": "IT"}], "Zoe Zhang", "zoe@acme.example"),
        ([{"op": "Add", "value": {ENTERPRISE: {"department": "IT"}, "displayName": "Zo"}}], "Zo", "zoe@acme.example"),
        ([{"op": "remove", "path": "emails"}], "Zoe Zhang", "zoe@acme.example"),
    ],
)
def test_changes(cast, directory, operations, name, email):
    member = added(directory, ENTRA)

    response = directory.patch(f"/Users/{member.id}", *operations)

    db.session.refresh(member)
    assert response.status_code == 200, response.text
    assert (member.name, member.email) == (name, email)
    assert Address.companies_of(email) == [cast.acme]


def test_a_new_address_ends_links_to_the_old(cast, directory):
    with transaction():
        Link.make("password", cast.adam)

    directory.patch(
        f"/Users/{cast.adam.id}", {"op": "replace", "path": 'emails[type eq "work"].value', "value": "a@acme.example"}
    )

    assert db.session.query(Link).filter_by(member_id=cast.adam.id, used_at=None).count() == 0
    assert Address.companies_of("adam@acme.example") == []


@pytest.mark.parametrize(
    "operation",
    [
        DEACTIVATE,
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "value": {"active": "false"}},
        {"op": "add", "path": "active", "value": "False"},
    ],
)
def test_deactivating_takes_him_from_work_at_once(cast, directory, operation):
    cookie = cast.cookie_of(cast.adam)
    session = Session.of_member(cast.adam)[0]
    come_online(cast.adam)
    with transaction():
        cast.acme.take_seat(cast.adam)
    with transaction():
        cast.question.accept(by=cast.adam)
        Link.make("password", cast.adam)

    response = directory.patch(f"/Users/{cast.adam.id}", operation)

    assert response.json["active"] is False
    assert Session.of_token(cookie.partition(".")[2]) is None
    assert ended_sessions({cast.acme.place: {session.id}})[cast.acme.place] == {session.id}
    assert cast.adam.id not in cast.acme.seated
    assert agent_of(cast.question) is None
    assert Member.known_as("adam@acme.example") is None
    assert Address.companies_of("adam@acme.example") == []
    assert directory.found("/Users", 'userName eq "adam@acme.example" and active eq false') == [str(cast.adam.id)]
    assert deeds() == ["provisioning.member_deactivated"]


def test_an_open_console_may_do_nothing_more_and_is_hung_up(cast, directory):
    with transaction():
        session, _cookie = Session.open(cast.adam, remember=False, ip="", device="")
        cast.acme.take_seat(cast.adam)
    agent, line = Agent.of(session, cast.acme), Mock()
    line.caller = agent

    directory.patch(f"/Users/{cast.adam.id}", DEACTIVATE)
    answer = console_door.call(agent, "accept_conversation", {"conversation_id": cast.question.id})
    # What each live process does with its own lines, every four seconds.
    end_lines([line], ended_sessions)

    assert answer["error"]["code"] == "not_signed_in"
    line.push.assert_called_once_with("session_ended", {"reason": "ended"})
    line.hang_up.assert_called_once_with()


def test_who_comes_back_is_the_same(cast, directory, signed_in):
    before = (cast.adam.id, cast.adam.number, cast.adam.role_id)
    directory.patch(f"/Users/{cast.adam.id}", DEACTIVATE)
    assert "Adam" in signed_in(cast.olga).get("/manage/security/provisioning").text

    response = directory.patch(f"/Users/{cast.adam.id}", ACTIVATE)

    back = Member.known_as("adam@acme.example")
    assert response.json["active"] is True
    assert (back.id, back.number, back.role_id) == before
    assert Address.companies_of("adam@acme.example") == [cast.acme]
    assert ProvisionedMember.deactivated() == []
    assert deeds() == ["provisioning.member_reactivated", "provisioning.member_deactivated"]


@pytest.mark.parametrize("taken", ["number", "email"])
def test_who_comes_back_takes_nothing_from_others(cast, directory, taken):
    number, email = cast.adam.number, cast.adam.email
    directory.patch(f"/Users/{cast.adam.id}", DEACTIVATE)
    with transaction():
        Member.add("New", email if taken == "email" else None, Role.keyed("agent"), number=number if taken == "number" else "")

    assert fault_of(directory.patch(f"/Users/{cast.adam.id}", ACTIVATE)) == (409, "uniqueness")
    assert directory.get(f"/Users/{cast.adam.id}").json["active"] is False


def test_saying_it_again_changes_nothing(cast, directory):
    for _ in range(2):
        directory.patch(f"/Users/{cast.adam.id}", DEACTIVATE)

    assert deeds() == ["provisioning.member_deactivated"]


def test_somebody_may_be_added_who_does_not_work_here_yet(cast, directory):
    id = directory.post("/Users", person("later@acme.example", active=False)).json["id"]

    assert Member.known_as("later@acme.example") is None
    assert directory.patch(f"/Users/{id}", ACTIVATE).json["active"] is True
    assert str(Member.known_as("later@acme.example").id) == id


def test_deleting_forgets_him_but_not_what_he_did(cast, directory):
    assert directory.delete(f"/Users/{cast.adam.id}").status_code == 204

    assert fault_of(directory.get(f"/Users/{cast.adam.id}")) == (404, None)
    assert fault_of(directory.delete(f"/Users/{cast.adam.id}")) == (404, None)
    assert fault_of(directory.patch(f"/Users/{cast.adam.id}", ACTIVATE)) == (404, None)
    assert directory.found("/Users", 'userName eq "adam@acme.example"') == []
    assert db.session.get(Member, cast.adam.id).name == "Adam"
    assert added(directory, person("adam@acme.example")).id != cast.adam.id
    assert deeds() == ["provisioning.member_added", "provisioning.member_removed"]


def test_who_was_deactivated_can_be_deleted(cast, directory):
    directory.patch(f"/Users/{cast.adam.id}", DEACTIVATE)

    assert directory.delete(f"/Users/{cast.adam.id}").status_code == 204
    assert fault_of(directory.get(f"/Users/{cast.adam.id}")) == (404, None)


def test_the_last_administrator_stays(cast, directory):
    for response in (
        directory.patch(f"/Users/{cast.olga.id}", DEACTIVATE),
        directory.put(f"/Users/{cast.olga.id}", person("olga@acme.example", active=False)),
        directory.delete(f"/Users/{cast.olga.id}"),
    ):
        assert fault_of(response) == (409, None)
        assert "at least one administrator" in response.json["detail"]
    assert Member.known_as("olga@acme.example").removed_at is None


def both(app, *deeds) -> list:
    """Requests that begin at the same moment; what each was answered."""
    gate, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        gate.wait()
        answers[place] = deed()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def quietly(directory: Directory, app, method: str, path: str, sent):
    """In a thread of its own, which has no session to refresh."""
    return lambda: app.test_client().open(f"/scim/v2{path}", method=method, json=sent, headers=directory.headers)


def test_of_two_with_the_same_user_name_one_is_added(app, cast, directory):
    db.session.commit()

    answers = both(app, *[quietly(directory, app, "POST", "/Users", person("zoe@acme.example")) for _ in range(4)])

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len([member for member in Member.all() if member.email == "zoe@acme.example"]) == 1


def test_several_can_be_added_at_the_same_time(app, cast, directory):
    db.session.commit()

    answers = both(app, *[quietly(directory, app, "POST", "/Users", person(f"p{i}@acme.example")) for i in range(4)])

    assert [answer.status_code for answer in answers] == [201] * 4


def test_of_two_administrators_one_stays(app, cast, directory):
    with transaction():
        bo = Member.add("Bo", "bo@acme.example", Role.keyed("administrator"), password="correct horse battery staple")

    answers = both(app, *[quietly(directory, app, "DELETE", f"/Users/{id}", None) for id in (bo.id, cast.olga.id)])

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len([member for member in Member.all() if member.is_administrator]) == 1


@pytest.mark.parametrize("round", range(4))
def test_what_he_accepts_while_he_is_taken_off_waits_again(app, cast, directory, round):
    with transaction():
        session, _cookie = Session.open(cast.adam, remember=False, ip="", device="")
        cast.acme.take_seat(cast.adam)
    agent, id = Agent.of(session, cast.acme), cast.question.id
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [DEACTIVATE]}

    def accept():
        with app.app_context():
            return console_door.call(agent, "accept_conversation", {"conversation_id": id})

    answers = both(app, accept, quietly(directory, app, "PATCH", f"/Users/{cast.adam.id}", patch))

    cast.refresh()
    assert answers[1].status_code == 200
    assert db.session.get_one(Conversation, id).assigned_to_id is None


def test_who_was_taken_off_while_he_waited_for_the_row_accepts_nothing(app, cast):
    """His session was good when he asked, and is not when it is his turn."""

    def accept_late():
        conversation, adam = db.session.get_one(Conversation, cast.question.id), Member.known_as("adam@acme.example")
        with fresh_transaction():
            Member.known_as("adam@acme.example").remove()
        assert adam.removed_at is None
        conversation.accept(by=adam)

    [error] = in_parallel(app, cast.acme, [accept_late])

    assert error.code == "not_signed_in"
    assert agent_of(cast.question) is None


def test_a_lost_race_against_somebody_by_hand_is_a_conflict(cast, directory, monkeypatch):
    """The database decides who was first."""

    def too_late(*args):
        raise Invalid(email="Another colleague uses this address.")

    monkeypatch.setattr(provisioned_members.Member, "add", too_late)

    assert fault_of(directory.post("/Users", ENTRA)) == (409, "uniqueness")


def test_when_it_was_last_used_is_noted(cast, directory):
    assert ProvisioningToken.valid()[0].last_used_at is None

    directory.get("/Users")

    assert ProvisioningToken.valid()[0].last_used_at is not None

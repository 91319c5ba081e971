"""Groups, as Entra ID, Okta and the RFC write them: departments, and those that give a role."""

import json

import pytest
from provisioning import Directory, fault_of, group

from core.db import db, transaction
from tenants.audit import audit
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.provisioned_groups import ProvisionedGroup
from tenants.signing_in.single_sign_on import SingleSignOn


@pytest.fixture
def ids(cast) -> tuple[str, str]:
    return str(cast.adam.id), str(cast.nina.id)


@pytest.fixture
def leader(cast) -> Role:
    """Whom the groups "Leaders" and the one with the ID G-1 make a leader, and "Bosses" an administrator."""
    with transaction():
        role = Role.add("Leader", ["conversations.answer", "agents.monitor"])
        boss = Role.keyed("administrator")
        db.session.add(SingleSignOn(id=1, group_roles=[["Bosses", boss.id], ["Leaders", role.id], ["G-1", role.id]]))
    return role


def added(directory: Directory, sent: dict) -> str:
    response = directory.post("/Groups", sent)
    assert response.status_code == 201, response.text
    return response.json["id"]


def people_in(name: str) -> set[str]:
    return {member.name for member in Member.all() if name in {one.name for one in member.departments}}


def members_of(directory: Directory, id: str) -> set[str]:
    return {one["value"] for one in directory.get(f"/Groups/{id}").json.get("members", [])}


def test_is_a_department(cast, directory, ids):
    response = directory.post("/Groups", group("Returns", *ids, externalId="8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"))
    id = response.json["id"]

    assert response.headers["Location"] == f"http://localhost:8000/scim/v2/Groups/{id}"
    assert people_in("Returns") == {"Adam", "Nina"}
    assert members_of(directory, id) == set(ids)
    assert directory.found("/Groups", 'displayName eq "returns"') == [id]
    assert directory.found("/Groups", 'externalId eq "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"') == [id]
    assert directory.found("/Groups", f'id eq "{id}" and members eq "{ids[0]}"') == [id]
    assert directory.found("/Groups", f'members.value eq "{cast.olga.id}"') == []
    assert "members" not in directory.get(f"/Groups/{id}", excludedAttributes="members").json
    assert "members" not in directory.get("/Groups", excludedAttributes="members").json["Resources"][0]


def test_takes_over_the_department_of_its_name(cast, directory, ids):
    with transaction():
        department = Department.add("Returns")
        cast.nina.departments.append(department)

    added(directory, group("returns", ids[0]))

    assert [one.name.casefold() for one in Department.all()].count("returns") == 1
    assert {member.name for member in Member.all() if department.id in {one.id for one in member.departments}} == {
        "Adam",
        "Nina",
    }


def test_another_of_its_name_is_refused(cast, directory):
    added(directory, group("Returns"))
    other = added(directory, group("Sales"))

    assert fault_of(directory.post("/Groups", group("RETURNS"))) == (409, "uniqueness")
    assert fault_of(directory.put(f"/Groups/{other}", group("Returns"))) == (409, "uniqueness")


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ({"op": "Add", "path": "members", "value": [{"$ref": None, "value": "{nina}"}]}, {"Adam", "Nina"}),
        ({"op": "add", "value": {"members": [{"value": "{nina}"}]}}, {"Adam", "Nina"}),
        ({"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "{adam}"}]}, set()),
        ({"op": "remove", "path": 'members[value eq "{adam}"]'}, set()),
        ({"op": "remove", "path": 'members[value eq "{nina}"]'}, {"Adam"}),
        ({"op": "remove", "path": "members"}, set()),
        ({"op": "replace", "path": "members", "value": [{"value": "{nina}", "display": "nina@acme.example"}]}, {"Nina"}),
        ({"op": "replace", "value": {"id": "{id}", "displayName": "Returns", "members": []}}, set()),
        ({"op": "replace", "value": {"id": "{id}", "displayName": "Returns"}}, {"Adam"}),
    ],
)
def test_its_people_change(cast, directory, ids, operation, names):
    id = added(directory, group("Returns", ids[0]))
    text = json.dumps(operation).replace("{adam}", ids[0]).replace("{nina}", ids[1]).replace("{id}", id)

    response = directory.patch(f"/Groups/{id}", json.loads(text))

    assert response.status_code == 200, response.text
    assert people_in("Returns") == names


def test_a_new_name_is_the_departments_too(cast, directory, ids):
    id = added(directory, group("Returns", *ids))

    directory.patch(f"/Groups/{id}", {"op": "Replace", "path": "displayName", "value": "Complaints"})

    assert people_in("Complaints") == {"Adam", "Nina"}
    assert "Returns" not in {one.name for one in Department.all()}


def test_replacing_says_everything(cast, directory, ids):
    id = added(directory, group("Returns", ids[0], externalId="E"))

    response = directory.put(f"/Groups/{id}", group("Complaints", ids[1]))

    assert response.json["displayName"] == "Complaints"
    assert "externalId" not in response.json
    assert people_in("Complaints") == {"Nina"}


def test_its_people_stay_when_it_goes(cast, directory, ids):
    id = added(directory, group("Returns", *ids))

    assert directory.delete(f"/Groups/{id}").status_code == 204

    assert fault_of(directory.get(f"/Groups/{id}")) == (404, None)
    assert "Returns" not in {one.name for one in Department.all()}
    assert {"Adam", "Nina"} <= {member.name for member in Member.all()}


def test_a_department_removed_by_hand_comes_back_with_the_next_word(cast, directory, ids):
    id = added(directory, group("Returns", ids[0]))
    with transaction():
        next(one for one in Department.all() if one.name == "Returns").remove()

    assert members_of(directory, id) == {ids[0]}
    directory.patch(f"/Groups/{id}", {"op": "add", "path": "members", "value": [{"value": ids[1]}]})

    assert people_in("Returns") == {"Adam", "Nina"}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "members", "value": [{"value": "999999999"}]},
        {"op": "add", "path": "members", "value": [{"value": "x"}]},
        {"op": "add", "path": "members", "value": [{"value": None}]},
        {"op": "add", "path": "members", "value": ["7"]},
        {"op": "add", "path": "members", "value": [{"value": "1", "type": "Group"}]},
        {"op": "add", "path": "members", "value": [{"value": {"a": "b"}}]},
        {"op": "add", "value": {"members": "all"}},
        {"op": "steal", "path": "members", "value": []},
    ],
)
def test_who_is_nobody_is_refused(cast, directory, ids, operation):
    id = added(directory, group("Returns", ids[0]))

    assert fault_of(directory.patch(f"/Groups/{id}", operation)) == (400, "invalidValue")
    assert members_of(directory, id) == {ids[0]}


@pytest.mark.parametrize(
    "path",
    [
        'members[value eq "1" or value eq "2"]',
        'members[display eq "x"]',
        "members[" + "(" * 400,
        "members[value pr]",
        "membersX",
    ],
)
def test_a_hostile_path_is_refused(cast, directory, ids, path):
    id = added(directory, group("Returns", ids[0]))

    assert directory.patch(f"/Groups/{id}", {"op": "remove", "path": path}).status_code == 400
    assert members_of(directory, id) == {ids[0]}


def test_another_companys_people_are_nobody(app, cast, directory):
    assert fault_of(directory.post("/Groups", group("Returns", str(10**9)))) == (400, "invalidValue")
    other = Directory.of(app, cast.globex, cast.eve)
    id = added(directory, group("Returns"))

    assert other.get(f"/Groups/{id}").status_code == 404
    assert other.get("/Groups").json["totalResults"] == 0


@pytest.mark.parametrize("called", [{"name": "Leaders"}, {"name": "Whatever", "externalId": "G-1"}])
def test_one_that_gives_a_role_is_no_department(cast, directory, ids, leader, called):
    name = called.pop("name")
    id = added(directory, group(name, ids[0], **called))

    assert db.session.get(Member, cast.adam.id).role_id == leader.id
    assert name not in {one.name for one in Department.all()}
    directory.patch(f"/Groups/{id}", {"op": "remove", "path": f'members[value eq "{ids[0]}"]'})
    assert db.session.get(Member, cast.adam.id).role.key == "agent"


def test_the_first_that_fits_decides(cast, directory, ids, leader):
    added(directory, group("Leaders", *ids))
    bosses = added(directory, group("Bosses", ids[0]))

    assert {member.name: member.role.title for member in Member.all()} == {
        "Olga": "Administrator",
        "Adam": "Administrator",
        "Nina": "Leader",
    }
    directory.delete(f"/Groups/{bosses}")
    assert db.session.get(Member, cast.adam.id).role_id == leader.id


def test_a_group_nobody_mapped_gives_no_role(cast, directory, ids, leader):
    added(directory, group("Administrator", *ids))
    added(directory, group("administrators", ids[0]))

    assert {db.session.get(Member, int(id)).role.key for id in ids} == {"agent"}


def test_the_last_administrator_keeps_his_role(cast, directory, leader):
    response = directory.post("/Groups", group("Leaders", str(cast.olga.id)))

    assert fault_of(response) == (409, None)
    assert db.session.get(Member, cast.olga.id).is_administrator
    assert db.session.query(ProvisionedGroup).count() == 0


def test_is_in_the_audit_log(cast, directory, ids):
    id = added(directory, group("Returns", ids[0]))
    directory.patch(f"/Groups/{id}", {"op": "Add", "path": "members", "value": [{"value": ids[1]}]})
    directory.patch(f"/Groups/{id}", {"op": "Add", "path": "members", "value": [{"value": ids[1]}]})
    directory.delete(f"/Groups/{id}")

    written = [entry for entry in audit.AuditQuery().entries() if entry.action.startswith("provisioning.")]
    assert [entry.action for entry in written] == [
        "provisioning.group_removed",
        "provisioning.group_changed",
        "provisioning.group_added",
    ]
    assert written[1].details == {"name": "Returns", "people_added": "Nina", "token": "Entra ID"}

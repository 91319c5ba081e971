import pytest
from cast import PASSWORD

from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.people.members import Member
from tenants.people.roles import PERMISSIONS, Role


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def rita(cast, signed_in):
    """Rita manages roles, but is no administrator."""
    with transaction():
        role = Role.add("Keeper", ["management.enter", "roles.manage", "members.manage"])
        member = Member.add("Rita", "rita@acme.example", role, password=PASSWORD)
    return signed_in(member)


def test_shows_who_may_do_what_in_one_table(olga):
    page = olga.get("/manage/roles").text

    assert all(f'<th scope="row">{label}</th>' in page.replace("&#39;", "'") for label in map(str, PERMISSIONS.values()))


def test_adds_a_role_of_the_companys_own(cast, olga):
    olga.post("/manage/roles", data={"name": "Night shift", "permissions": ["conversations.answer", "no.such.right"]})

    cast.refresh()
    role = Role.all()[-1]
    assert (role.name, role.permissions) == ("Night shift", ["conversations.answer"])
    assert AuditEntry.before(None, "role.added")


def test_copies_a_role(cast, olga):
    page = olga.get(f"/manage/roles/new?copy_of={Role.keyed('agent').id}").text

    assert 'value="Copy of Agent"' in page
    assert 'value="conversations.answer" checked' in page
    assert 'value="audit.read">' in page


def test_a_change_applies_at_once(cast, olga, signed_in):
    adam = signed_in(cast.adam)
    agent = Role.keyed("agent")

    olga.post(f"/manage/roles/{agent.id}", data={"permissions": [*agent.permissions, "management.enter", "audit.read"]})

    assert adam.get("/manage/audit").status_code == 200


@pytest.mark.parametrize(("name", "fault"), [(" ", "Enter a name"), ("agent", "Another role has this name")])
def test_refuses_a_name_that_says_nothing(olga, name, fault):
    response = olga.post("/manage/roles", data={"name": name, "permissions": "audit.read"})

    assert response.status_code == 422
    assert fault in response.text
    assert 'value="audit.read" checked' in response.text


def test_the_administrators_role_stays_whole(cast, olga):
    response = olga.post(f"/manage/roles/{Role.keyed('administrator').id}", data={"permissions": []})

    assert response.status_code == 409
    cast.refresh()
    assert Role.keyed("administrator").permissions == list(PERMISSIONS)


def test_removes_a_role_nobody_has(cast, olga):
    with transaction():
        role = Role.add("Night shift", [])

    olga.post(f"/manage/roles/{role.id}/removal")

    cast.refresh()
    assert [one.key for one in Role.all()] == ["administrator", "agent"]


def test_keeps_a_role_somebody_has(cast, olga):
    with transaction():
        role = Role.add("Night shift", [])
        cast.adam.move_to(role)

    assert "1 people have this role" in olga.post(f"/manage/roles/{role.id}/removal", follow_redirects=True).text
    fixed = olga.post(f"/manage/roles/{Role.keyed('agent').id}/removal", follow_redirects=True)
    assert "comes with the product" in fixed.text


def test_nobody_gives_himself_more_rights(cast, rita):
    own = Role.all()[-1]

    widened = rita.post(f"/manage/roles/{own.id}", data={"name": "Keeper", "permissions": [*own.permissions, "billing.manage"]})
    added = rita.post("/manage/roles", data={"name": "Stronger", "permissions": ["billing.manage"]})
    agent = rita.post(f"/manage/roles/{Role.keyed('agent').id}", data={"permissions": []})

    assert (widened.status_code, added.status_code, agent.status_code) == (403, 403, 403)
    cast.refresh()
    assert not Member.known_as("rita@acme.example").may("billing.manage")
    assert len(Role.all()) == 3


def test_another_companys_role_is_not_found(cast, signed_in):
    with transaction():
        role = Role.add("Night shift", [])

    assert signed_in(cast.eve).get(f"/manage/roles/{role.id}").status_code == 404


def test_an_agent_may_not_look(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/roles").status_code == 403

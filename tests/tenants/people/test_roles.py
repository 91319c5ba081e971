import pytest

from core.db import transaction
from core.errors import Invalid, NotFound
from tenants.people.members import Member, remove_role
from tenants.people.roles import PERMISSIONS, Role, RoleInUse, RoleIsFixed


def test_every_company_begins_with_two(cast):
    assert [role.key for role in Role.all()] == ["administrator", "agent"]


def test_an_administrator_may_also_what_comes_later(cast):
    assert Role.keyed("administrator").permits("something.new")
    assert not Role.keyed("agent").permits("something.new")


def test_permits_only_what_there_is_to_permit(cast):
    with transaction():
        role = Role.add("Night shift", ["audit.read", "be.god", "conversations.answer"])

    assert role.permissions == ["conversations.answer", "audit.read"]


def test_the_administrators_role_stays_whole(cast):
    with pytest.raises(RoleIsFixed), transaction():
        Role.keyed("administrator").allow([])

    assert Role.keyed("administrator").permissions == list(PERMISSIONS)


def test_what_comes_with_the_product_keeps_its_name_and_stays(cast):
    agent = Role.keyed("agent")

    with pytest.raises(RoleIsFixed), transaction():
        agent.rename("Servant")
    with pytest.raises(RoleIsFixed), transaction():
        remove_role(agent)


def test_two_roles_have_two_names(cast):
    with pytest.raises(Invalid), transaction():
        Role.add("ADMINISTRATOR", [])


def test_a_role_somebody_has_stays(cast):
    with transaction():
        role = Role.add("Night shift", [])
        cast.adam.move_to(role)

    with pytest.raises(RoleInUse), transaction():
        remove_role(role)


def test_who_left_does_not_keep_a_role_alive(cast):
    with transaction():
        role = Role.add("Night shift", [])
        cast.adam.move_to(role)
        cast.adam.remove()

    with transaction():
        remove_role(role)

    cast.refresh()
    assert len(Role.all()) == 2
    assert Member.with_ids([cast.adam.id])[0].role.key == "agent"


def test_a_number_of_nobody_is_not_found(cast):
    with pytest.raises(NotFound):
        Role.numbered(2**62)
    with pytest.raises(NotFound):
        Role.numbered(None)

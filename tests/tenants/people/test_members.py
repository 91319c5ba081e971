import pytest
from cast import PASSWORD

from core.db import db, transaction
from core.errors import Invalid, NotAllowed, NotFound
from tenants.companies.company import Address
from tenants.people.members import BeyondOwnRights, LastAdministrator, Member, member_for, member_to_change
from tenants.people.roles import Role


def test_counts_agent_numbers_on(cast):
    with transaction():
        Member.add("Kim", None, Role.keyed("agent"), number="2000")
        Member.add("Lou", None, Role.keyed("agent"), number="A-7")

    assert Member.next_number() == "2001"


def test_is_known_by_number_and_by_address(cast):
    assert Member.known_as("1001") is Member.known_as("OLGA@acme.example")
    assert Member.known_as("eve@globex.example") is None


@pytest.mark.parametrize(("field", "values"), [("number", {"number": "1001"}), ("email", {"email": "olga@acme.example"})])
def test_refuses_what_a_colleague_has(cast, field, values):
    with pytest.raises(Invalid) as refusal, transaction():
        Member.add("Kim", role=Role.keyed("agent"), **{"email": None} | values)

    assert field in refusal.value.fields


def test_what_somebody_had_who_left_is_free_again(cast):
    with transaction():
        cast.adam.remove()

    with transaction():
        again = Member.add("Adam", "adam@acme.example", Role.keyed("agent"), number=cast.adam.number)

    assert Member.known_as("adam@acme.example") is again


def test_changing_everything_at_once_checks_before_it_writes(cast):
    agent = Role.keyed("agent")

    with pytest.raises(Invalid, match="attention"), transaction():
        cast.adam.change(name="Adam", number="1001", email="smith@acme.example", role=agent)

    cast.refresh()
    assert (cast.adam.number, cast.adam.email) == ("1002", "adam@acme.example")
    assert Address.companies_of("smith@acme.example") == []


def test_the_directory_follows_the_address(cast):
    with transaction():
        cast.adam.change_address("smith@acme.example")

    assert Address.companies_of("adam@acme.example") == []
    assert [company.company_id for company in Address.companies_of("smith@acme.example")] == ["acme"]


def test_the_last_administrator_can_neither_go_nor_be_demoted(cast):
    with pytest.raises(LastAdministrator), transaction():
        cast.olga.remove()
    with pytest.raises(LastAdministrator), transaction():
        cast.olga.move_to(Role.keyed("agent"))


def test_an_administrator_who_never_joined_does_not_count(cast):
    with transaction():
        Member.add("Ivy", "ivy@acme.example", Role.keyed("administrator"))

    with pytest.raises(LastAdministrator), transaction():
        cast.olga.remove()


def test_one_of_two_administrators_may_go(cast):
    with transaction():
        cast.adam.move_to(Role.keyed("administrator"))

    with transaction():
        cast.olga.remove()

    assert Member.known_as("1001") is None


def test_who_left_may_nothing(cast):
    with transaction():
        cast.adam.remove()

    assert not cast.adam.may("conversations.answer")
    with pytest.raises(NotAllowed):
        cast.adam.need("conversations.answer")


def test_power_reaches_as_far_as_ones_own_rights(cast):
    with transaction():
        lead = Role.add("Lead", ["members.manage", "conversations.answer"])
        mia = Member.add("Mia", None, lead, password=PASSWORD)
        kim = Member.add("Kim", None, Role.add("Trainee", ["conversations.answer"]))

    assert member_to_change(mia, kim.id) is kim
    assert member_for(mia, cast.olga.id) is cast.olga
    for other in (cast.olga, cast.adam):
        with pytest.raises(BeyondOwnRights, match="You may|may do things"):
            member_to_change(mia, other.id)


def test_nobody_is_found_by_who_may_not_look(cast):
    with pytest.raises(NotAllowed):
        member_for(cast.adam, cast.nina.id)
    with pytest.raises(NotFound):
        member_for(cast.olga, 123456)


def test_keeps_no_password_only_its_hash(cast):
    assert PASSWORD not in cast.adam.password_hash
    assert db.session.scalar(db.select(Member.password_hash).where(Member.id == cast.adam.id)).startswith("$argon2id$")

import pytest

from core.clock import now
from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.people.links import end_links
from tenants.people.members import Member
from tenants.people.roles import Role

PASSWORD = "seven slow yaks sing"


@pytest.fixture
def link(cast, signed_in, mailbox, link_in):
    """The link of an invitation that Olga has sent to Ivy."""
    role = Role.keyed("agent").id
    data = {"name": "Ivy", "number": "1007", "email": "ivy@acme.example", "role": role, "coming_in": "invitation"}
    signed_in(cast.olga).post("/manage/members", data=data)
    [mail] = [mail for mail in mailbox() if mail["To"] == "ivy@acme.example"]
    return link_in(mail)


def test_greets_with_company_and_number(client, link):
    page = client.get(link).text

    assert "Welcome to Acme" in page
    assert "1007" in page


def test_accepting_makes_a_colleague_who_is_signed_in(cast, client, link):
    response = client.post(link, data={"name": "Ivy Li", "password": PASSWORD})

    assert response.location == "/console"
    assert "Ivy Li" in client.get("/manage/me").text
    cast.refresh()
    assert Member.known_as("1007").has_joined
    assert AuditEntry.before(None, "member.joined")


def test_works_once(client, link):
    client.post(link, data={"name": "Ivy", "password": PASSWORD})

    assert client.post(link, data={"name": "Eve", "password": PASSWORD}).status_code == 410


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("password", "short")])
def test_says_beside_the_field_what_is_wrong(client, link, field, value):
    response = client.post(link, data={"name": "Ivy Li", "password": PASSWORD, field: value})

    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text
    assert client.get(link).status_code == 200


def test_somebody_removed_meanwhile_cannot_come_in(cast, client, link):
    with transaction():
        Member.known_as("1007").remove()

    assert client.get(link).status_code == 410


def test_who_has_come_in_by_another_door_uses_that(cast, client, link):
    """An invitation asks for no second step."""
    with transaction():
        Member.known_as("1007").joined_at = now()

    assert client.get(link).status_code == 410


def test_a_changed_address_makes_the_link_useless(cast, client, link):
    with transaction():
        end_links(Member.known_as("1007"))

    assert client.get(link).status_code == 410

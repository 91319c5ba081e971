import pytest
from cast import PASSWORD

from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.companies.company import Address
from tenants.people.departments import Department
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def mia(cast, signed_in):
    """Mia manages members, but is no administrator."""
    with transaction():
        role = Role.add("Team lead", ["conversations.answer", "management.enter", "members.manage", "roles.manage"])
        member = Member.add("Mia", "mia@acme.example", role, password=PASSWORD)
    return signed_in(member)


def filled_in(**different) -> dict:
    first = {
        "name": "Ivy",
        "number": "1010",
        "email": "ivy@acme.example",
        "phone": "+86 10 1234",
        "role": Role.keyed("agent").id,
        "receives": "yes",
        "conversation_limit": "7",
        "coming_in": "password",
        "password": PASSWORD,
    }
    return first | different


def test_lists_everybody_of_the_company_and_nobody_else(olga):
    page = olga.get("/manage/members").text

    assert all(name in page for name in ("Olga", "Adam", "Nina", "3 agents"))
    assert "Eve" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("search=ADA", {"Adam"}),
        ("search=nina@", {"Nina"}),
        ("search=1002", {"Adam"}),
        ("state=invited", set()),
        ("state=joined", {"Olga", "Adam", "Nina"}),
        ("state=online", set()),
        ("state=nonsense&page=nonsense&role=x", {"Olga", "Adam", "Nina"}),
        ("search=%25", set()),
    ],
)
def test_finds_by_what_stands_in_the_address(olga, asked, found):
    table = olga.get(f"/manage/members?{asked}").text.partition('id="members"')[2]

    assert {name for name in ("Olga", "Adam", "Nina") if f"<span>{name}</span>" in table} == found


def test_shows_who_is_online(cast, olga):
    cast.acme.take_seat(cast.nina)

    assert "<span>Nina</span>" in olga.get("/manage/members?state=online").text


def test_gives_only_the_list_to_who_asks_for_it(olga):
    part = olga.get("/manage/members?search=a", headers={"HX-Target": "members"}).text

    assert part.strip().startswith('<div id="members">')


def test_adds_a_colleague_with_a_first_password(cast, olga):
    department = Department.all()[0]

    response = olga.post("/manage/members", data=filled_in(departments=department.id))

    assert response.location == "/manage/members"
    cast.refresh()
    ivy = Member.known_as("1010")
    assert (ivy.name, ivy.email, ivy.phone, ivy.receives, ivy.conversation_limit) == (
        "Ivy",
        "ivy@acme.example",
        "+86 10 1234",
        True,
        7,
    )
    assert ivy.departments == [department]
    assert ivy.has_password(PASSWORD)
    assert AuditEntry.before(None, "member.added")[0].member_id == cast.olga.id


def test_invites_a_colleague(cast, olga, mailbox):
    olga.post("/manage/members", data=filled_in(coming_in="invitation"))

    [mail] = mailbox()
    assert mail["To"] == "ivy@acme.example"
    assert "Olga has invited you" in mail.get_content()
    cast.refresh()
    assert not Member.known_as("1010").has_joined


@pytest.mark.parametrize(
    ("different", "fault"),
    [
        ({"name": ""}, 'id="name-fault">Enter a name.'),
        ({"number": "1001"}, 'id="number-fault">Another colleague has this number.'),
        ({"email": "adam@acme.example"}, 'id="email-fault">Another colleague uses this address.'),
        ({"email": "", "coming_in": "invitation"}, 'id="email-fault">An invitation needs an e-mail address.'),
        ({"password": ""}, 'id="password-fault">Enter a first password.'),
        ({"password": "password1234"}, 'id="password-fault">This password is easily guessed'),
        ({"conversation_limit": "0"}, 'id="conversation_limit-fault">Enter a whole number from 1 to 100.'),
        ({"conversation_limit": "ten"}, 'id="conversation_limit-fault">Enter a whole number from 1 to 100.'),
    ],
)
def test_says_beside_the_field_what_is_wrong(cast, olga, different, fault):
    response = olga.post("/manage/members", data=filled_in(**different))

    assert response.status_code == 422
    assert fault in response.text
    assert 'value="+86 10 1234"' in response.text
    cast.refresh()
    assert len(Member.all()) == 3


def test_changes_a_colleague_and_writes_down_what(cast, olga):
    response = olga.post(f"/manage/members/{cast.adam.id}", data=filled_in(name="Adam Smith", email="smith@acme.example"))

    assert response.status_code == 302
    cast.refresh()
    assert Member.known_as("smith@acme.example").name == "Adam Smith"
    assert Address.companies_of("adam@acme.example") == []
    details = AuditEntry.before(None, "member.changed")[0].details
    assert details["email"] == "adam@acme.example → smith@acme.example"


def test_keeps_what_was_typed_when_a_change_is_refused(cast, olga):
    response = olga.post(f"/manage/members/{cast.adam.id}", data=filled_in(name="Adam Smith", number="1001"))

    assert 'value="Adam Smith"' in response.text
    cast.refresh()
    assert Member.known_as("adam@acme.example").name == "Adam"


def test_a_new_role_applies_at_once(cast, olga, signed_in):
    adam = signed_in(cast.adam)
    assert adam.get("/manage/members").status_code == 403

    olga.post(f"/manage/members/{cast.adam.id}", data=filled_in(role=Role.keyed("administrator").id))

    assert adam.get("/manage/members").status_code == 200


def test_the_last_administrator_stays_one(cast, olga):
    demoted = olga.post(f"/manage/members/{cast.olga.id}", data=filled_in(number="1001", email="olga@acme.example"))
    removed = olga.post(f"/manage/members/{cast.olga.id}/removal", follow_redirects=True)

    assert "needs at least one administrator" in demoted.text
    assert "needs at least one administrator" in removed.text
    cast.refresh()
    assert Member.known_as("1001").is_administrator


def test_removing_signs_out_at_once(cast, olga, signed_in):
    adam = signed_in(cast.adam)

    olga.post(f"/manage/members/{cast.adam.id}/removal")

    assert adam.get("/manage/me").status_code == 302
    assert olga.get(f"/manage/members/{cast.adam.id}").status_code == 404
    cast.refresh()
    assert Member.known_as("adam@acme.example") is None
    assert AuditEntry.before(None, "member.removed")[0].details == {"name": "Adam"}


def test_sets_a_password_for_a_colleague_without_an_address(cast, olga, signed_in):
    adam = signed_in(cast.adam)

    olga.post(f"/manage/members/{cast.adam.id}/password", data={"password": "seven slow yaks sing"})

    assert adam.get("/manage/me").status_code == 302
    cast.refresh()
    assert Member.known_as("adam@acme.example").has_password("seven slow yaks sing")


def test_nobody_sets_his_own_password_without_the_old_one(cast, olga):
    response = olga.post(f"/manage/members/{cast.olga.id}/password", data={"password": "seven slow yaks sing"})

    assert response.status_code == 403


def test_sends_a_link_for_a_new_password(cast, olga, mailbox):
    olga.post(f"/manage/members/{cast.adam.id}/password-link")

    assert [mail["To"] for mail in mailbox()] == ["adam@acme.example"]


def test_ends_one_session_of_a_colleague_or_all(cast, olga, signed_in):
    first, second, third = (signed_in(cast.adam) for _browser in range(3))
    newest = Session.of_member(cast.adam)[0]

    olga.post(f"/manage/members/{cast.adam.id}/sessions/{newest.id}/end")
    after_one = [browser.get("/manage/me").status_code for browser in (first, second, third)]
    olga.post(f"/manage/members/{cast.adam.id}/sessions/end")

    assert sorted(after_one) == [200, 200, 302]
    assert {browser.get("/manage/me").status_code for browser in (first, second, third)} == {302}


def test_a_session_is_ended_only_under_its_own_member(cast, olga, signed_in):
    signed_in(cast.adam)
    session = Session.of_member(cast.adam)[0]

    assert olga.post(f"/manage/members/{cast.nina.id}/sessions/{session.id}/end").status_code == 404


def test_exports_a_table_that_no_spreadsheet_runs(cast, olga):
    with transaction():
        Member.add("=HYPERLINK(1)", "x@acme.example", Role.keyed("agent"), phone="+86 10", password=PASSWORD)

    response = olga.get("/manage/members/export.csv?search=x@")

    assert response.mimetype == "text/csv"
    assert response.text.startswith("\ufeffAgent number,Name")
    assert "'=HYPERLINK(1),x@acme.example,'+86 10,Agent" in response.text
    assert "Adam" not in response.text


def test_an_agent_may_not_even_look(cast, signed_in):
    adam = signed_in(cast.adam)

    assert adam.get("/manage/members").status_code == 403
    assert adam.post("/manage/members", data=filled_in()).status_code == 403
    assert adam.get("/manage/members/export.csv").status_code == 403


def test_another_companys_administrator_finds_nobody(cast, signed_in):
    eve = signed_in(cast.eve)

    assert eve.get(f"/manage/members/{cast.nina.id}").status_code == 404
    assert eve.post(f"/manage/members/{cast.nina.id}/removal").status_code == 404
    cast.refresh()
    assert Member.known_as("nina@acme.example")


def test_who_manages_members_cannot_touch_an_administrator(cast, mia):
    path = f"/manage/members/{cast.olga.id}"
    same = {"number": "1001", "role": Role.keyed("administrator").id}

    answers = [
        mia.post(path, data=filled_in(**same)),
        mia.post(f"{path}/removal"),
        mia.post(f"{path}/password", data={"password": "seven slow yaks sing"}),
        mia.post(f"{path}/password-link"),
        mia.post(f"{path}/sessions/end"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert "Only an administrator can change that" in mia.get(path).text
    cast.refresh()
    assert Member.known_as("olga@acme.example").has_password(PASSWORD)


def test_who_manages_members_cannot_give_more_rights_than_he_has(cast, mia):
    administrator = Role.keyed("administrator").id
    with transaction():
        auditor = Role.add("Auditor", ["audit.read"]).id

    answers = [
        mia.post("/manage/members", data=filled_in(role=administrator)),
        mia.post("/manage/members", data=filled_in(role=auditor)),
        mia.post(f"/manage/members/{Member.known_as('mia@acme.example').id}", data=filled_in(role=administrator)),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert f'<option value="{administrator}"' not in mia.get("/manage/members/new").text
    cast.refresh()
    assert {member.name for member in Member.all() if member.is_administrator} == {"Olga"}


def test_who_manages_members_can_give_what_he_has(cast, mia):
    with transaction():
        answering = Role.add("Answering", ["conversations.answer"]).id

    assert mia.post("/manage/members", data=filled_in(role=answering)).status_code == 302


def test_a_mailbox_is_not_flooded(cast, olga):
    answers = [olga.post(f"/manage/members/{cast.adam.id}/password-link").status_code for _time in range(6)]

    assert answers == [302] * 5 + [429]

import re

import pytest
from cast import PASSWORD

from core.db import transaction
from lifecycle.opening import Opening
from manage.entrance import signing_in
from tenants.abuse.blocks import Block
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery

NO_MATCH = "That does not match."


@pytest.fixture
def sign_in(client):
    """`sign_in("1001", company_id="acme")` sends the form from a browser nobody has signed in with."""

    def send(name, password=PASSWORD, **more):
        return client.post("/sign-in", data={"name": name, "password": password, **more})

    return send


def test_lets_in_with_an_address_alone(cast, client, sign_in):
    response = sign_in("Olga@Acme.example", begin="manage")

    assert response.location == "/manage"
    assert "Olga" in client.get("/manage").text


def test_lets_in_with_company_id_and_agent_number(cast, sign_in):
    assert sign_in(cast.adam.number, company_id=" ACME ").location == "/console"


def test_lets_in_with_company_id_and_address(cast, sign_in):
    assert sign_in("adam@acme.example", company_id="acme").location == "/console"


@pytest.mark.parametrize(
    ("name", "company_id", "password"),
    [
        ("olga@acme.example", "", "wrong"),
        ("nobody@acme.example", "", PASSWORD),
        ("olga@acme.example", "globex", PASSWORD),
        ("1001", "acme", "wrong"),
        ("9999", "acme", PASSWORD),
        ("1001", "no-such-company", PASSWORD),
        ("1001", "", PASSWORD),
    ],
)
def test_says_the_same_whatever_is_wrong(cast, sign_in, name, company_id, password):
    response = sign_in(name, password, company_id=company_id)

    assert response.status_code == 422
    assert NO_MATCH in response.text
    assert f'value="{name}"' in response.text
    assert "laike=" not in str(response.headers)


def test_verifies_a_password_also_for_nobody(cast, sign_in, monkeypatch):
    verified = []
    monkeypatch.setattr(signing_in.passwords, "matches", lambda kept, typed: verified.append(kept) or False)

    sign_in("1001", company_id="acme")
    sign_in("9999", company_id="acme")
    sign_in("1001", company_id="no-such-company")
    sign_in("nobody@acme.example")

    assert len(verified) == 4


def test_refuses_after_too_many_tries(cast, sign_in):
    for _try in range(5):
        sign_in("1001", "wrong", company_id="acme")

    response = sign_in("1001", company_id="acme")

    assert response.status_code == 429
    assert "Too many tries" in response.text


def test_from_a_blocked_network_nobody_comes_in_and_a_right_password_does_not_show(cast, sign_in):
    with transaction():
        Block.put("network", "127.0.0.0/24", "robots", "otto@laike.example", covers="everything")

    right, wrong = sign_in("1001", company_id="acme"), sign_in("1001", "wrong", company_id="acme")

    assert right.status_code == wrong.status_code == 403
    assert right.text == wrong.text
    assert "Try another one, or write to our support" in right.text


def test_a_success_forgets_the_failures_before(cast, sign_in):
    for _try in range(4):
        sign_in("1001", "wrong", company_id="acme")
    sign_in("1001", company_id="acme")

    for _try in range(4):
        sign_in("1001", "wrong", company_id="acme")

    assert sign_in("1001", company_id="acme").status_code == 302


def test_somebody_who_was_removed_is_nobody(cast, sign_in):
    with transaction():
        cast.adam.remove()

    assert NO_MATCH in sign_in("adam@acme.example").text
    assert NO_MATCH in sign_in(cast.adam.number, company_id="acme").text


def test_the_people_of_a_suspended_company_come_in_to_read(cast, client, sign_in):
    with transaction():
        Company.called("acme").suspend("Your invoice is open.")

    assert sign_in("olga@acme.example").status_code == 302
    assert "Your invoice is open." in client.get("/manage").text
    assert client.post("/manage/settings", data={"name": "Other"}).status_code == 403


def test_nobody_comes_into_a_company_that_is_being_erased(cast, sign_in):
    with transaction():
        Company.called("acme").begin_to_erase()

    assert NO_MATCH in sign_in("olga@acme.example").text


def test_asks_which_company_when_the_password_fits_several(cast, client, sign_in):
    Opening("initech", "Initech", "Olga", "olga@acme.example", PASSWORD).run()

    page = sign_in("olga@acme.example", begin="manage").text

    assert "Acme" in page
    assert "Initech" in page
    assert PASSWORD not in page
    initech = re.search(r'name="company" value="(\d+)"><strong>Initech', page)[1]
    assert client.post("/sign-in/company", data={"company": initech}).location == "/manage"
    assert "Initech" in client.get("/manage").text


def test_nobody_can_choose_a_company_that_was_not_offered(cast, client, sign_in):
    Opening("initech", "Initech", "Olga", "olga@acme.example", PASSWORD).run()
    sign_in("olga@acme.example")

    response = client.post("/sign-in/company", data={"company": cast.globex.id})

    assert response.location == "/sign-in"
    assert client.post("/sign-in/company", data={"company": "nonsense"}).location == "/sign-in"
    with transaction():
        Member.known_as("olga@acme.example").change_password("eleven kites above the harbour")
    assert client.post("/sign-in/company", data={"company": cast.acme.id}).location == "/sign-in"


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/manage/members?search=a", "/manage/members?search=a"),
        ("https://evil.example/", "/console"),
        ("//evil.example/", "/console"),
        ("/\\evil.example", "/console"),
        ("/\t/evil.example", "/console"),
        ("javascript:alert(1)", "/console"),
    ],
)
def test_goes_on_only_to_pages_of_ours(cast, sign_in, wanted, goes):
    assert sign_in("olga@acme.example", next=wanted).location == goes


def test_sends_whoever_is_not_signed_in_to_the_form_and_back(cast, client, sign_in):
    response = client.get("/manage/members?search=nina")

    assert response.location == "/sign-in?next=/manage/members?search%3Dnina"


def test_keeps_the_state_to_begin_in(cast, sign_in):
    sign_in("adam@acme.example", begin="away")

    cast.refresh()
    assert Member.known_as("adam@acme.example").presence == "away"


def test_nobody_begins_invisible_without_the_right(cast, sign_in):
    sign_in("adam@acme.example", begin="invisible")

    cast.refresh()
    assert Member.known_as("adam@acme.example").presence == "online"


def test_somebody_who_does_not_answer_begins_where_he_may(cast, sign_in):
    with transaction():
        keeper = Role.add("Keeper", ["management.enter"])
        Member.add("Kim", "kim@acme.example", keeper, password=PASSWORD)
        nothing = Role.add("Guest", [])
        Member.add("Guy", "guy@acme.example", nothing, password=PASSWORD)

    assert sign_in("kim@acme.example").location == "/manage"
    assert sign_in("guy@acme.example").location == "/manage/me"


def test_remembers_on_this_device_only_if_asked(cast, client, sign_in):
    forgotten = sign_in("olga@acme.example").headers.getlist("Set-Cookie")
    remembered = sign_in("olga@acme.example", remember="yes", begin="away").headers.getlist("Set-Cookie")

    assert not any("Max-Age" in cookie for cookie in forgotten if cookie.startswith("laike="))
    assert any("Max-Age" in cookie for cookie in remembered if cookie.startswith("laike="))
    client.post("/sign-out")
    page = client.get("/sign-in").text
    assert 'value="acme"' in page
    assert '<option value="away" selected>' in page


def test_signing_in_again_ends_the_session_before(cast, client, sign_in):
    sign_in("olga@acme.example")
    sign_in("olga@acme.example")

    cast.refresh()
    assert len(Session.of_member(cast.olga)) == 1


def test_signing_out_ends_the_session_on_the_server(cast, client, sign_in):
    sign_in("olga@acme.example")
    cookie = client.get_cookie("laike").value

    client.post("/sign-out")
    client.set_cookie("laike", cookie, domain="localhost")

    assert client.get("/manage").location.startswith("/sign-in")
    cast.refresh()
    assert Session.of_member(cast.olga) == []


def test_each_sign_in_is_in_the_login_log(cast, sign_in):
    sign_in("adam@acme.example")

    cast.refresh()
    [entry] = SignInQuery().entries()
    assert (entry.member.name, entry.ip, entry.session_id) == ("Adam", "127.0.0.1", Session.of_member(cast.adam)[0].id)


@pytest.mark.parametrize("cookie", ["", "1", "1.", "1.x", ".x", "99999999999999999999.x", "1.\u00e9"])
def test_a_cookie_that_opens_nothing_is_nobody(cast, client, cookie):
    client.set_cookie("laike", cookie, domain="localhost")

    assert client.get("/manage").status_code == 302


def test_a_part_of_a_page_asked_for_too_late_sends_the_whole_page_to_the_form(cast, client):
    response = client.get("/manage/members?search=a", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in"


def test_a_whole_office_comes_in_through_one_address_and_a_guesser_does_not(cast, sign_in, monkeypatch):
    monkeypatch.setattr(signing_in, "PER_NETWORK", "4 per 10 minutes")
    people = ("olga@acme.example", "adam@acme.example", "nina@acme.example", "eve@globex.example")

    assert [sign_in(name).status_code for name in people * 2] == [302] * 8
    assert [sign_in(name, "wrong").status_code for name in people] == [422] * 4
    assert sign_in("olga@acme.example").status_code == 429


def test_who_guesses_from_many_networks_keeps_nobody_out_who_was_here_before(app, cast, client, sign_in, monkeypatch):
    monkeypatch.setattr(signing_in, "PER_ACCOUNT", "3 per hour")
    sign_in("adam@acme.example")
    for number in range(4):
        elsewhere = app.test_client().post(
            "/sign-in",
            data={"name": "adam@acme.example", "password": "wrong"},
            environ_base={"REMOTE_ADDR": f"203.0.113.{number}"},
        )

    assert elsewhere.status_code == 429
    assert sign_in("adam@acme.example").status_code == 302
    client.delete_cookie("laike_device")
    assert sign_in("adam@acme.example").status_code == 429


def test_over_https_no_cookie_goes_without_it_and_no_neighbour_can_set_one(app, cast, client, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    form = {"name": "olga@acme.example", "password": PASSWORD, "remember": "yes"}
    lines = client.post("/sign-in", data=form, base_url="https://localhost").headers.getlist("Set-Cookie")
    lines += client.post("/preferences", data={"theme": "dark", "language": "en"}).headers.getlist("Set-Cookie")

    assert {line.partition("=")[0] for line in lines} >= {"__Host-laike", "__Host-laike_device", "__Host-sign_in", "theme"}
    assert all("Secure" in line and "HttpOnly" in line and "SameSite=Lax" in line for line in lines)

import pytest

from core.db import db, transaction
from core.jobs import run_due
from core.mail import caught_folder
from tenants.abuse.blocks import Block
from tenants.abuse.sign_ups import SignUp
from tenants.abuse.signals import signals_of
from tenants.companies.company import Address, Company
from tenants.people.members import Member

FILLED_IN = {
    "name": "Blue Ocean",
    "company_id": "blue-ocean",
    "administrator": "Li Wei",
    "email": "li@blue-ocean.example",
    "password": "three bright otters swim",
    "time_zone": "Asia/Shanghai",
    "terms": "yes",
}


@pytest.fixture
def sign_up(client):
    """`sign_up(name="…")` sends the form with some fields filled in differently."""
    return lambda **different: client.post("/sign-up", data=FILLED_IN | different)


def test_ends_signed_in_on_the_first_steps(sign_up, client):
    response = sign_up()

    assert response.location == "/manage/first-steps"
    page = client.get("/manage/first-steps")
    assert "&lt;script async src=&#34;http://localhost:8000/w/" in page.text
    assert "blue-ocean" in page.text


def test_opens_a_company_with_an_administrator_and_a_trial(sign_up, context):
    sign_up()

    with Company.called("blue-ocean").entered() as company:
        owner = Member.known_as("1001")
        assert (company.status, company.time_zone, company.entitlements.seats) == ("open", "Asia/Shanghai", 10)
        assert (owner.name, owner.email, owner.is_administrator) == ("Li Wei", "li@blue-ocean.example", True)
        db.session.remove()


def test_speaks_the_language_of_the_browser(client, context):
    client.post("/sign-up", data=FILLED_IN, headers={"Accept-Language": "zh-TW,zh;q=0.9"})

    assert Company.called("blue-ocean").language == "zh_Hant"


def test_sends_the_account_data_but_no_password(sign_up, context):
    before = set(caught_folder().glob("*.eml"))
    sign_up()

    with Company.called("blue-ocean").entered():
        run_due()
        db.session.remove()
    [sent] = set(caught_folder().glob("*.eml")) - before
    text = sent.read_text()
    assert "Company ID: blue-ocean" in text
    assert "/sign-in?company_id=3Dblue-ocean" in text or "/sign-in?company_id=blue-ocean" in text
    assert FILLED_IN["password"] not in text


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("name", " ", "Enter your company&#39;s name."),
        ("administrator", "", "Enter your name."),
        ("email", "li@nowhere", "Enter an e-mail address"),
        ("company_id", "Blue_Ocean", "Use 3 to 30 lower-case letters"),
        ("company_id", "admin", "This company ID is reserved"),
        ("company_id", "acme", "This company ID is taken"),
        ("password", "short", "Use at least 10 characters"),
        ("password", "blueocean1", "This password is easily guessed"),
        ("terms", "", "Agree to the terms"),
    ],
)
def test_says_beside_the_field_what_is_wrong_and_keeps_the_rest(cast, sign_up, field, value, fault):
    response = sign_up(**{field: value})

    assert response.status_code == 422
    assert f'id="{field}-fault">{fault}' in response.text
    assert 'value="li@blue-ocean.example"' in response.text or field == "email"
    assert FILLED_IN["password"] not in response.text


def test_does_not_tell_that_an_address_is_known(cast, sign_up):
    response = sign_up(email="olga@acme.example")

    assert response.location == "/manage/first-steps"
    cast.refresh()
    assert len(Address.companies_of("olga@acme.example")) == 2


def test_makes_up_no_time_zone(sign_up, context):
    sign_up(time_zone="../../etc/passwd")

    assert Company.called("blue-ocean").time_zone == "UTC"


def test_lets_a_network_sign_up_only_so_often(sign_up):
    for number in range(10):
        sign_up(company_id=f"blue-ocean-{number}")

    response = sign_up(company_id="blue-ocean-more")

    assert response.status_code == 429
    assert "Too many tries" in response.text
    assert 'value="blue-ocean-more"' in response.text


def test_from_a_blocked_network_or_with_a_blocked_domain_nobody_signs_up_and_both_hear_the_same(context, sign_up):
    with transaction():
        Block.put("network", "127.0.0.1/32", "robots", "otto@laike.example")
    by_network = sign_up()
    with transaction():
        Block.standing()[0].lift("otto@laike.example")
        Block.put("mail_domain", "blue-ocean.example", "robots", "otto@laike.example")
    by_domain = sign_up()

    for answer in (by_network, by_domain):
        assert answer.status_code == 403
        assert "write to our support" in answer.text
        assert 'value="blue-ocean"' in answer.text
    assert by_network.text == by_domain.text
    assert Company.called("blue-ocean") is None


def test_remembers_where_a_company_came_from_and_whose_name_it_bears(context, sign_up):
    sign_up(name="PayPal Support", email="li@mailinator.com")

    company = Company.called("blue-ocean")
    assert db.session.get(SignUp, company.id).network == "127.0.0.1"
    assert {signal.kind for signal in signals_of(company.id)} == {"brand", "disposable_mail"}


def test_tells_while_typing_whether_an_id_is_free(cast, client):
    assert "is free" in client.get("/sign-up/company-id?company_id=initech").text
    assert "is taken" in client.get("/sign-up/company-id?company_id=ACME").text
    assert client.get("/sign-up/company-id?company_id=").text.strip() == ""


def test_tells_while_typing_how_hard_a_password_is_to_guess(client):
    weak = client.post("/password/strength", data={"password": "blueocean1", "name": "Blue Ocean"}).text
    strong = client.post("/password/strength", data={"password": FILLED_IN["password"]}).text

    assert "easily guessed" in weak
    assert "Very strong" in strong


def test_gives_a_cookie_that_scripts_cannot_read(sign_up):
    [cookie] = [line for line in sign_up().headers.getlist("Set-Cookie") if line.startswith("laike=")]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_reads_the_terms(client):
    assert client.get("/terms").status_code == 200

"""Single sign-on at a real provider in miniature, and every way to forge what it says."""

import base64
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cast import PASSWORD
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from core.clock import now
from core.db import db, transaction
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.oidc import Conversation, OidcRefused, Provider
from tenants.signing_in.second_factors import SecondFactor
from tenants.signing_in.sessions import Session
from tenants.signing_in.sign_in_log import SignInQuery
from tenants.signing_in.single_sign_on import MemberIdentity, SingleSignOn

SETTINGS = "/manage/security/sso"
PEOPLE = [
    User(sub="adam", claims={"email": "Adam@acme.example", "email_verified": True, "name": "Adam A."}),
    User(
        sub="zoe", claims={"email": "zoe@acme.example", "email_verified": True, "name": "Zoe Z.", "groups": ["support", "boss"]}
    ),
    User(sub="liar", claims={"email": "olga@acme.example", "email_verified": False, "name": "Olga"}),
    User(sub="stranger", claims={"email": "eve@globex.example", "email_verified": True, "name": "Eve"}),
    User(sub="shy", claims={"name": "Nobody"}),
]


@pytest.fixture(scope="module")
def issuer():
    with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def sso(cast, issuer) -> SingleSignOn:
    """Acme's, as an administrator would set it."""
    with transaction():
        found = SingleSignOn(id=1, is_on=True, issuer=issuer, client_id="laike")
        found.keep_secret("a secret")
        db.session.add(found)
    return found


def set_sso(**more) -> None:
    with transaction():
        for name, value in more.items():
            setattr(SingleSignOn.current(), name, value)


def go(browser, sub: str, company_id: str = "acme"):
    """To the provider, where somebody says who he is, and back."""
    off = browser.get(f"/sso/{company_id}")
    back = requests.post(off.location, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    return browser.get(urlsplit(back)._replace(scheme="", netloc="").geturl())


def said(browser) -> str:
    return browser.get("/sso").text


def test_lets_in_who_has_the_same_verified_address(cast, client, sso):
    response = go(client, "adam")

    assert response.location == "/console" or response.location == "/manage/me"
    [session] = Session.of_member(cast.adam)
    assert session.method == "sso"
    assert [(entry.method, entry.result) for entry in SignInQuery().entries()] == [("sso", "signed_in")]


def test_the_form_leads_there(cast, client, sso):
    assert 'content="0; url=/sso/acme"' in client.post("/sso", data={"company_id": " ACME "}).text
    assert client.post("/sso", data={"company_id": "globex"}).status_code == 422
    assert client.post("/sso", data={"company_id": ""}).status_code == 422


def test_asks_for_a_code_with_proof_key_and_nonce(cast, client, sso):
    asked = parse_qs(urlsplit(client.get("/sso/acme").location).query)

    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost:8000/sso/acme/callback"]
    assert len(asked["state"][0]) >= 32
    assert asked["nonce"][0] != asked["state"][0]


def test_afterwards_he_is_known_by_who_he_is_there_not_by_his_address(cast, client, sso):
    go(client, "adam")
    client.post("/sign-out")
    with transaction():
        Member.known_as("adam@acme.example").change_address("adam.new@acme.example")

    go(client, "adam")

    assert len(Session.of_member(cast.adam)) == 1


def test_an_address_that_is_not_verified_counts_for_nothing(cast, client, sso):
    go(client, "liar")

    assert "does not say that the address" in said(client)
    assert Session.of_member(cast.olga) == []


def test_without_an_address_nobody_comes_in(cast, client, sso):
    go(client, "shy")

    assert "no e-mail address" in said(client)


def test_new_people_come_in_only_where_that_is_wanted(cast, client, sso):
    go(client, "zoe")
    assert "new people are not admitted" in said(client)

    set_sso(creates_members=True)
    go(client, "zoe")

    zoe = Member.known_as("zoe@acme.example")
    assert (zoe.name, zoe.role.key, zoe.has_joined) == ("Zoe Z.", "agent", True)
    assert len(Session.of_member(zoe)) == 1


def test_groups_decide_the_role_at_each_sign_in(cast, client, sso):
    with transaction():
        support, boss = Role.add("Support", []), Role.keyed("administrator")
    set_sso(creates_members=True, group_roles=[["support", support.id], ["boss", boss.id]])
    go(client, "zoe")
    zoe = Member.known_as("zoe@acme.example")
    assert zoe.role.name == "Support"
    client.post("/sign-out")

    set_sso(group_roles=[["boss", boss.id], ["support", support.id]])
    go(client, "zoe")

    cast.refresh()
    assert Member.known_as("zoe@acme.example").is_administrator


def test_addresses_of_other_domains_are_not_admitted(cast, client, sso):
    set_sso(creates_members=True, domains=["acme.example"])

    go(client, "stranger")

    assert "Addresses of globex.example are not admitted" in said(client)


def test_the_company_is_ours_to_say_not_the_claims(app, cast, client, sso, issuer):
    """Eve's address belongs to Globex; through Acme's provider she is somebody new at Acme, and nothing at Globex."""
    set_sso(creates_members=True)
    go(client, "stranger")

    assert Member.known_as("eve@globex.example") is not None
    with cast.globex.entered():
        assert Session.of_member(cast.eve) == []


def test_who_has_left_stays_out(cast, client, sso):
    go(client, "adam")
    client.post("/sign-out")
    with transaction():
        Member.known_as("adam@acme.example").remove()

    go(client, "adam")

    assert "has left the company" in said(client)


def test_who_was_added_anew_comes_in_again(cast, client, sso):
    go(client, "adam")
    client.post("/sign-out")
    with transaction():
        Member.known_as("adam@acme.example").remove()
        again = Member.add("Adam", "adam@acme.example", Role.keyed("agent"))

    go(client, "adam")

    assert len(Session.of_member(again)) == 1


def test_the_answer_is_only_for_the_browser_that_asked(app, cast, client, sso):
    off = client.get("/sso/acme")
    back = requests.post(off.location, data={"sub": "adam"}, allow_redirects=False, timeout=10).headers["Location"]
    callback = urlsplit(back)._replace(scheme="", netloc="").geturl()

    assert app.test_client().get(callback).location == "/sso"
    other = app.test_client()
    other.get("/sso/acme")
    assert other.get(callback).location == "/sso?company_id=acme"
    assert Session.of_member(cast.adam) == []


def test_an_answer_is_used_once(cast, client, sso):
    off = client.get("/sso/acme")
    back = requests.post(off.location, data={"sub": "adam"}, allow_redirects=False, timeout=10).headers["Location"]
    callback = urlsplit(back)._replace(scheme="", netloc="").geturl()
    client.get(callback)
    client.post("/sign-out")

    assert client.get(callback).location == "/sso"
    assert Session.of_member(cast.adam) == []


def test_another_companys_callback_takes_no_answer_of_ours(cast, client, sso):
    off = client.get("/sso/acme")
    back = requests.post(off.location, data={"sub": "adam"}, allow_redirects=False, timeout=10).headers["Location"]
    callback = urlsplit(back)._replace(scheme="", netloc="", path="/sso/globex/callback").geturl()

    assert client.get(callback).location == "/sso"


def test_the_provider_may_refuse(cast, client, sso):
    off = client.get("/sso/acme")
    state = parse_qs(urlsplit(off.location).query)["state"][0]

    client.get(f"/sso/acme/callback?error=access_denied&error_description=Not+today&state={state}")

    assert "The provider refused: Not today" in said(client)


def test_single_sign_on_may_be_the_only_way(cast, client, sso):
    set_sso(is_only_way=True, break_glass_id=cast.olga.id)

    refused = client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD})

    assert refused.status_code == 403
    assert "single sign-on only" in refused.text
    assert [(entry.method, entry.result) for entry in SignInQuery().entries()] == [("password", "only_by_sso")]
    assert client.post("/sign-in", data={"name": "olga@acme.example", "password": PASSWORD}).status_code == 302
    client.post("/sign-out")
    go(client, "adam")
    assert len(Session.of_member(cast.adam)) == 1


def test_once_the_keeper_has_left_administrators_may_use_their_passwords(cast, client, sso):
    with transaction():
        bo = Member.add("Bo", "bo@acme.example", Role.keyed("administrator"), password=PASSWORD)
    set_sso(is_only_way=True, break_glass_id=cast.olga.id)
    assert client.post("/sign-in", data={"name": "bo@acme.example", "password": PASSWORD}).status_code == 403

    with transaction():
        db.session.get_one(Member, cast.olga.id).remove()

    assert client.post("/sign-in", data={"name": "adam@acme.example", "password": PASSWORD}).status_code == 403
    assert client.post("/sign-in", data={"name": "bo@acme.example", "password": PASSWORD}).status_code == 302
    assert len(Session.of_member(bo)) == 1


def test_a_second_factor_is_the_providers_business_then(cast, client, sso):
    with transaction():
        Settings.current().second_factor = "everybody"

    go(client, "adam")

    assert client.get("/manage/me").status_code == 200


def test_a_company_that_is_being_erased_lets_nobody_in(cast, client, sso):
    with transaction():
        cast.acme.begin_to_erase()

    assert client.get("/sso/acme").location == "/sso"


def test_switched_off_nobody_comes_in_by_it(cast, client, sso):
    set_sso(is_on=False)

    assert client.get("/sso/acme").location == "/sso"


def form(at: str, **more) -> dict:
    return {"is_on": "yes", "issuer": at, "client_id": "laike", "client_secret": "top secret"} | more


def test_the_page_keeps_it_and_never_shows_the_secret(cast, signed_in, issuer):
    olga = signed_in(cast.olga)

    assert olga.post(SETTINGS, data=form(issuer, domains="@Acme.example")).status_code == 302

    cast.refresh()
    assert (SingleSignOn.current().domains, SingleSignOn.current().client_secret) == (["acme.example"], "top secret")
    page = olga.get(SETTINGS).text
    assert "top secret" not in page
    assert "http://localhost:8000/sso/acme/callback" in page
    assert "Single sign-on changed" in olga.get("/manage/audit").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issuer": ""}, "Enter the issuer"),
        ({"issuer": "ftp://x"}, "begins with https"),
        ({"client_id": ""}, "Enter the client ID"),
        ({"client_secret": ""}, "Enter the client secret"),
        ({"is_only_way": "yes"}, "Choose an administrator"),
    ],
)
def test_faults_are_told_beside_their_fields(cast, signed_in, issuer, wrong, field):
    response = signed_in(cast.olga).post(SETTINGS, data=form(issuer, **wrong))

    assert response.status_code == 422
    assert field in response.text


def test_who_may_change_settings_but_is_no_administrator_does_not_name_the_provider(cast, signed_in, issuer):
    with transaction():
        clerk = Role.add("Clerk", ["management.enter", "settings.manage"])
        Member.known_as("nina@acme.example").move_to(clerk)

    response = signed_in(cast.nina).post(SETTINGS, data=form(issuer))

    assert response.status_code == 403
    assert not SingleSignOn.current().is_on


def test_checking_says_each_step(cast, signed_in, sso):
    page = signed_in(cast.olga).post(f"{SETTINGS}/check").text

    assert "The issuer answers" in page
    assert "1 keys to sign with" in page


def test_checking_says_what_is_wrong(cast, signed_in, sso):
    set_sso(issuer="http://localhost:9")

    assert "cannot be asked" in signed_in(cast.olga).post(f"{SETTINGS}/check").text


def test_trying_signs_nobody_in_and_says_what_would_happen(cast, signed_in, sso):
    set_sso(creates_members=True, is_on=False)
    olga = signed_in(cast.olga)
    off = olga.get(f"{SETTINGS}/try")
    back = requests.post(off.location, data={"sub": "zoe"}, allow_redirects=False, timeout=10).headers["Location"]

    page = olga.get(urlsplit(back)._replace(scheme="", netloc="").geturl()).text

    assert "Becomes a new agent with the role Agent." in page
    assert "zoe@acme.example" in page
    assert Member.known_as("zoe@acme.example") is None
    assert db.session.query(MemberIdentity).count() == 0


def test_only_who_manages_settings_may(cast, signed_in, sso):
    adam = signed_in(cast.adam)

    for page in ("", "/try"):
        assert adam.get(SETTINGS + page).status_code == 403
    for page in ("", "/check"):
        assert adam.post(SETTINGS + page).status_code == 403


# With the platform's own providers.


@pytest.fixture
def offered(app, issuer, monkeypatch) -> None:
    """The platform offers this one under the name Other."""
    other = {"title": "Other", "issuer": issuer, "client_id": "laike", "client_secret": "x"}
    monkeypatch.setitem(app.config, "IDENTITY_PROVIDERS", {"other": other})


def go_with(browser, sub: str):
    off = browser.get("/sign-in/with/other")
    back = requests.post(off.location, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    return browser.get(urlsplit(back)._replace(scheme="", netloc="").geturl())


def test_who_has_an_account_elsewhere_comes_in_with_its_verified_address(cast, client, offered):
    assert "Go on with Other" in client.get("/sign-in").text

    go_with(client, "adam")

    assert Session.of_member(cast.adam)[0].method == "provider"


def test_who_has_no_company_goes_on_to_sign_up(cast, client, offered):
    response = go_with(client, "zoe")

    assert response.location.startswith("/sign-up?")
    page = client.get(response.location).text
    assert "zoe@acme.example" in page
    assert "Zoe Z." in page


def test_an_unverified_address_elsewhere_counts_for_nothing(cast, client, offered):
    assert go_with(client, "liar").location == "/sign-in"
    assert Session.of_member(cast.olga) == []


def test_a_second_factor_is_asked_for_after_that_too(cast, client, offered):
    with transaction():
        factor = SecondFactor.begin(cast.adam)
        factor.confirmed_at = now()

    assert go_with(client, "adam").location == "/sign-in/second"


def test_where_single_sign_on_is_the_only_way_another_provider_is_none(cast, client, sso, offered):
    set_sso(is_only_way=True, break_glass_id=cast.olga.id)

    assert go_with(client, "adam").location == "/sign-in"
    assert Session.of_member(cast.adam) == []


def test_a_provider_nobody_offers_is_not_found(cast, client):
    assert client.get("/sign-in/with/other").status_code == 404


# What a provider says, forged in every part.

ISSUER, NONCE = "https://login.example.com", "the nonce of this sign-in"
KEY = RSAKey.generate_key(2048, {"kid": "1"}, private=True)


def token(key=KEY, alg="RS256", **more) -> str:
    claims = {"iss": ISSUER, "aud": "laike", "sub": "7", "iat": int(time.time()), "exp": int(time.time()) + 300, "nonce": NONCE}
    claims = {name: value for name, value in (claims | more).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "1"}, claims, key, algorithms=[alg])


def unsigned() -> str:
    return f"{b64({'alg': 'none'})}.{token().split('.')[1]}."


def with_public_key_as_secret() -> str:
    """As if everybody's key were a secret: libraries that believe `alg` take it for good."""
    signed = f"{b64({'alg': 'HS256', 'kid': '1'})}.{token().split('.')[1]}"
    signature = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def b64(head: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip("=")


@pytest.fixture
def conversation(app, monkeypatch):
    """With a provider whose keys we know; `conversation(id_token)` is what comes of an answer with it."""
    monkeypatch.setattr(Conversation, "metadata", {"token_endpoint": "https://login.example.com/token"})
    monkeypatch.setattr(Conversation, "keys", lambda self: KeySet([KEY]))

    def finish(id_token: str, **more):
        with app.test_request_context():
            talking = Conversation(Provider(ISSUER, "laike", "secret", "http://localhost:8000/sso/acme/callback"))
            talking._session.fetch_token = lambda *_args, **_more: {"id_token": id_token, "access_token": "x"}
            return talking.finish({"code": "c", "state": "s"} | more, "s", NONCE, "v")

    return finish


def test_a_good_one_is_believed(conversation):
    assert conversation(token()).subject == "7"


@pytest.mark.parametrize(
    "forged",
    [
        lambda: token(key=RSAKey.generate_key(2048, {"kid": "1"}, private=True)),
        unsigned,
        with_public_key_as_secret,
        lambda: token(iss="https://evil.example"),
        lambda: token(aud="another"),
        lambda: token(aud=["laike", "another"]),
        lambda: token(azp="another"),
        lambda: token(nonce="another"),
        lambda: token(nonce=None),
        lambda: token(exp=int(time.time()) - 3600),
        lambda: token(exp=None),
        lambda: token(iat=int(time.time()) + 3600),
        lambda: token(sub=None),
        lambda: token(at_hash="wrong"),
        lambda: "",
        lambda: "a.b.c",
    ],
    ids=["key", "alg none", "alg HS256", "iss", "aud", "two aud", "azp", "nonce", "no nonce", "expired", "no exp", "from tomorrow",
         "no sub", "at_hash", "empty", "nonsense"],
)  # fmt: skip
def test_a_forged_one_is_not(conversation, forged):
    with pytest.raises(OidcRefused):
        conversation(forged())


@pytest.mark.parametrize(
    "more", [{"state": "another"}, {"state": ""}, {"iss": "https://evil.example"}, {"error": "access_denied"}]
)
def test_nor_an_answer_that_is_not_ours(conversation, more):
    with pytest.raises(OidcRefused):
        conversation(token(), **more)

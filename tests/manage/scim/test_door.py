"""The door of directories: who comes in, what it says of itself, what it does not put up with."""

import pytest
from provisioning import BASE, USER, Directory, fault_of, group, person

from core.db import db, transaction
from manage.scim import door as scim
from tenants.companies.settings import Settings
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.provisioning import AT_MOST, ProvisioningToken

PAGE = "/manage/security/provisioning"


def test_a_token_is_shown_once_and_opens_the_door(app, cast, signed_in):
    page = signed_in(cast.olga).post(PAGE, data={"name": "Okta"})
    text = page.text.partition('data-copy="')[2].partition('"')[0]

    assert page.status_code == 201
    assert Directory(app.test_client(), text).get("/Users").json["totalResults"] == 3
    again = signed_in(cast.olga).get(PAGE).text
    assert "Okta" in again
    assert "http://localhost:8000/scim/v2" in again
    assert text not in again
    assert text.partition(".")[2] not in str(ProvisioningToken.valid()[0].__dict__)
    assert "Provisioning token made" in signed_in(cast.olga).get("/manage/audit").text


def test_a_revoked_token_opens_nothing(cast, directory, signed_in):
    [token] = ProvisioningToken.valid()

    assert directory.get("/Users").status_code == 200
    assert f"{PAGE}/{token.id}/removal" in signed_in(cast.olga).get(PAGE).text
    signed_in(cast.olga).post(f"{PAGE}/{token.id}/removal")

    assert fault_of(directory.get("/Users")) == (401, None)
    assert signed_in(cast.olga).post(f"{PAGE}/{token.id}/removal").status_code == 404


def test_a_token_revoked_in_the_middle_writes_nothing_more(cast, directory):
    with transaction():
        [token] = ProvisioningToken.valid()
        token.revoke()
        db.session.flush()

        assert not token.hold()


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer 1.", "Bearer 99999999999999999999.x", "Basic {token}", "{token}"]
)
def test_nobody_comes_in_without_a_token(cast, directory, header):
    response = directory.browser.get(f"{BASE}/Users", headers={"Authorization": header.format(token=directory.token)})

    assert fault_of(response) == (401, None)
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_secret_counts_in_its_own_company_only(app, cast, directory):
    _number, _dot, secret = directory.token.partition(".")

    assert fault_of(Directory(app.test_client(), f"{cast.globex.id}.{secret}").get("/Users")) == (401, None)


def test_cookies_say_nothing_here(cast, signed_in):
    assert fault_of(signed_in(cast.olga).get(f"{BASE}/Users")) == (401, None)


def test_needs_no_form_token(app, cast, directory, monkeypatch):
    """What carries a token in a header cannot be forged by a page."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    made = directory.post("/Users", person("zoe@acme.example"))
    id = made.json["id"]

    assert made.status_code == 201
    assert directory.patch(f"/Users/{id}", {"op": "replace", "path": "active", "value": False}).status_code == 200
    assert directory.put(f"/Users/{id}", person("zoe@acme.example")).status_code == 200
    assert directory.delete(f"/Users/{id}").status_code == 204
    assert fault_of(directory.post("/Bulk", {})) == (404, None)
    group_id = directory.post("/Groups", group("Sales")).json["id"]
    assert directory.patch(f"/Groups/{group_id}", {"op": "replace", "path": "displayName", "value": "S"}).status_code == 200
    assert directory.put(f"/Groups/{group_id}", group("Sales")).status_code == 200
    assert directory.delete(f"/Groups/{group_id}").status_code == 204


def test_a_token_opens_no_other_door(cast, directory):
    assert directory.browser.get("/manage/members", headers=directory.headers).status_code in (302, 401)


def test_another_companys_people_are_not_there(app, cast, directory):
    other = Directory.of(app, cast.globex, cast.eve)

    for method, sent in (("GET", None), ("PUT", person("x@y.example")), ("DELETE", None)):
        response = other.ask(method, f"/Users/{10**9 + cast.adam.id}", sent)
        assert fault_of(response) == (404, None)
    assert {one["userName"] for one in other.get("/Users").json["Resources"]} == {"eve@globex.example"}


def test_only_administrators_make_tokens(cast, signed_in):
    """A token may do to people what an administrator may: who may change settings only would rise by it."""
    with transaction():
        clerk = Member.add(
            "Cleo", None, Role.add("Clerk", ["management.enter", "settings.manage"]), password="correct horse battery staple"
        )

    assert signed_in(clerk).get(PAGE).status_code == 200
    assert signed_in(clerk).post(PAGE, data={"name": "Mine"}).status_code == 403
    assert signed_in(cast.adam).post(PAGE, data={"name": "Mine"}).status_code == 403
    assert ProvisioningToken.valid() == []


def test_a_company_has_a_few_tokens_only(cast, signed_in):
    olga = signed_in(cast.olga)

    answers = [olga.post(PAGE, data={"name": f"Directory {number}"}).status_code for number in range(AT_MOST + 1)]

    assert answers == [201] * AT_MOST + [409]


def test_a_token_needs_a_name(cast, signed_in):
    assert signed_in(cast.olga).post(PAGE, data={"name": " "}).status_code == 422


def test_a_networks_list_for_people_does_not_keep_the_directory_out(cast, directory):
    with transaction():
        Settings.current().allowed_networks = [["203.0.113.0/24", ""]]

    assert directory.get("/Users").status_code == 200


def test_too_many_requests_are_refused(cast, directory, monkeypatch):
    monkeypatch.setattr(scim, "OFTEN", "2 per minute")

    answers = [directory.get("/Users") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert fault_of(answers[2]) == (429, None)
    assert answers[2].headers["Retry-After"] == "60"


def test_says_what_it_can(cast, directory):
    config = directory.get("/ServiceProviderConfig").json

    assert {name for name, one in config.items() if isinstance(one, dict) and one.get("supported")} == {"patch", "filter"}
    assert [one["name"] for one in directory.get("/ResourceTypes").json["Resources"]] == ["User", "Group"]
    assert directory.get("/ResourceTypes/User").json["endpoint"] == "/Users"
    names = {one["name"] for one in directory.get(f"/Schemas/{USER}").json["attributes"]}
    assert names == {"userName", "name", "displayName", "active", "emails"}
    assert directory.get("/Schemas").json["totalResults"] == 2


@pytest.mark.parametrize("path", ["/Me", "/Bulk", "/Users/.search", "/Users/abc", "/Nothing", "/Schemas/x", "/"])
def test_what_is_not_there_is_told_in_its_own_words(cast, directory, path):
    assert fault_of(directory.get(path)) == (404, None)


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        ('userName eq "adam@acme.example"', ["adam"]),
        ('USERNAME EQ "ADAM@acme.example"', ["adam"]),
        (f'{USER}:userName eq "adam@acme.example"', ["adam"]),
        ('emails.value eq "nina@acme.example"', ["nina"]),
        ('emails[type eq "work"].value eq "nina@acme.example"', ["nina"]),
        ('emails[type eq "work" and value eq "nina@acme.example"]', ["nina"]),
        ('emails[type eq "home"].value eq "nina@acme.example"', []),
        ('userName eq "adam@acme.example" and emails eq "nina@acme.example"', []),
        ('(userName eq "adam@acme.example") and active eq true', ["adam"]),
        ('userName eq "adam@acme.example" and active eq false', []),
        ('externalId eq "E-1"', []),
        ('id eq "x"', []),
        ('userName eq "eve@globex.example"', []),
        ('userName eq "\' OR 1=1 --"', []),
        ('userName eq "%"', []),
    ],
)
def test_finds(cast, directory, filter, ids):
    assert directory.found("/Users", filter) == [str(getattr(cast, name).id) for name in ids]


@pytest.mark.parametrize(
    "filter",
    [
        "(" * 10_000 + 'userName eq "x"' + ")" * 10_000,
        "(" * 480 + 'userName eq "x"' + ")" * 480 + " or",
        "not (" * 120 + 'userName eq "x"' + ")" * 120,
        "[" * 900,
        'userName eq "x" and ' * 40 + 'userName sw "x"',
        'userName eq "x" or userName eq "y"',
        'not (userName eq "x")',
        'userName co "x"',
        "userName pr",
        'password eq "x"',
        'role eq "administrator"',
        'urn:x:y:userName eq "x"',
        "userName eq 7",
        "userName eq null",
        'userName eq "\\u0000"',
        'userName eq "\\ud800"',
        "userName eq 'x'",
        "userName",
        "\0",
        'emails[emails[value eq "x"]]',
    ],
)
def test_a_hostile_filter_is_refused(cast, directory, filter):
    assert fault_of(directory.get("/Users", filter=filter)) == (400, "invalidFilter")


def test_gives_pages(cast, directory):
    page = directory.get("/Users", startIndex=2, count=1).json

    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (3, 2, 1)
    assert [one["userName"] for one in page["Resources"]] == ["adam@acme.example"]
    assert directory.get("/Users", count=0).json["totalResults"] == 3
    assert directory.get("/Users", startIndex=-5, count=-1).json.get("Resources", []) == []
    assert directory.get("/Users", startIndex=10**8).json["totalResults"] == 3


@pytest.mark.parametrize("query", [{"startIndex": "x"}, {"count": "1e9"}, {"count": "9" * 30}, {"startIndex": "²"}])
def test_a_page_is_a_number(cast, directory, query):
    assert fault_of(directory.get("/Users", **query)) == (400, "invalidValue")


def test_leaves_out_what_is_not_wanted(cast, directory):
    assert "emails" not in directory.get(f"/Users/{cast.adam.id}", excludedAttributes="emails,name").json
    assert set(directory.get(f"/Users/{cast.adam.id}", attributes="userName").json) == {"schemas", "id", "userName"}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", (400, "invalidSyntax")),
        (b"{", (400, "invalidSyntax")),
        (b"[]", (400, "invalidSyntax")),
        (b"7", (400, "invalidSyntax")),
        (b"[" * 100_000, (400, "invalidSyntax")),
        (b'{"a":' * 50 + b"1" + b"}" * 50, (400, "invalidSyntax")),
        (b'{"userName": "x", "emails": [' + b"1," * 2000 + b"1]}", (400, "invalidValue")),
        (b'{"userName": {"a": 1}}', (400, "invalidValue")),
        (b'{"userName": "\\ud800\\u0000"}', (400, "invalidValue")),
        (b'{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "userName": "x"}', (400, "invalidSyntax")),
        (b'{"active": true}', (400, "invalidValue")),
        (b'{"userName": "x", "active": "perhaps"}', (400, "invalidValue")),
        (b'{"userName": "x", "emails": [{"value": "nonsense"}]}', (400, "invalidValue")),
        (b'{"userName": "' + b"x" * 300_000 + b'"}', (413, None)),
    ],
)
def test_a_hostile_body_is_refused(cast, directory, body, fault):
    people = len(Member.all())

    response = directory.browser.post(
        f"{BASE}/Users", data=body, headers=directory.headers, content_type="application/scim+json"
    )

    assert fault_of(response) == fault
    assert len(Member.all()) == people


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ({"op": "replace", "path": "(" * 5000, "value": 1}, (400, "invalidValue")),
        ({"op": "replace", "path": "(" * 400, "value": 1}, (400, "invalidPath")),
        ({"op": "replace", "path": "id", "value": "1"}, (400, "mutability")),
        ({"op": "replace", "path": "meta.created", "value": "1"}, (400, "mutability")),
        ({"op": "remove", "path": "userName"}, (400, "mutability")),
        ({"op": "remove"}, (400, "noTarget")),
        ({"op": "steal", "path": "userName", "value": "x"}, (400, "invalidValue")),
        ({"op": "replace", "path": "active", "value": "perhaps"}, (400, "invalidValue")),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "nonsense"}, (400, "invalidValue")),
    ],
)
def test_a_hostile_operation_changes_nothing(cast, directory, operation, fault):
    before = directory.get(f"/Users/{cast.adam.id}").json

    response = directory.patch(f"/Users/{cast.adam.id}", {"op": "replace", "path": "displayName", "value": "X"}, operation)

    assert fault_of(response) == fault
    assert directory.get(f"/Users/{cast.adam.id}").json == before


def test_many_values_take_no_minutes(cast, directory):
    """What the library compares with one another, a thousand times a thousand."""
    emails = [{"value": f"a{number}@acme.example", "type": "other"} for number in range(1000)]
    ids = [{"value": str(cast.adam.id)}] * 1000
    made = directory.post("/Groups", group("Sales")).json["id"]

    assert fault_of(directory.patch(f"/Users/{cast.adam.id}", {"op": "add", "path": "emails", "value": emails})) == (
        400,
        "invalidValue",
    )
    assert directory.patch(f"/Groups/{made}", {"op": "add", "path": "members", "value": ids}).status_code == 200
    assert directory.patch(f"/Groups/{made}", {"op": "remove", "path": "members", "value": ids}).status_code == 200
    assert "members" not in directory.get(f"/Groups/{made}").json

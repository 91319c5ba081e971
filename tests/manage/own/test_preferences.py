import pytest

from tenants.people.members import Member


def test_keeps_the_language_on_this_device(client):
    response = client.post("/preferences", data={"language": "zh_Hans", "next": "/sign-up"})

    assert response.location == "/sign-up"
    assert '<html lang="zh-Hans"' in client.get("/sign-up").text


def test_keeps_the_language_of_who_has_signed_in(cast, signed_in):
    adam = signed_in(cast.adam)

    adam.post("/preferences", data={"language": "zh_Hant", "next": "/manage/me"})

    cast.refresh()
    assert Member.known_as("adam@acme.example").language == "zh_Hant"


def test_keeps_the_look(client):
    client.post("/preferences", data={"theme": "dark"})

    assert 'data-bs-theme="dark"' in client.get("/sign-in").text


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_goes_back_only_to_pages_of_ours(client, wanted):
    assert client.post("/preferences", data={"language": "en", "next": wanted}).location == "/sign-in"


def test_ignores_what_is_no_language(client):
    response = client.post("/preferences", data={"language": "<script>", "theme": "pink"})

    assert "Set-Cookie" not in response.headers

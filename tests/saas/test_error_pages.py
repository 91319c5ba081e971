import pytest

from manage.home import Today


def test_a_forged_host_gets_no_page(client):
    response = client.get("/sign-in", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text
    assert response.mimetype == "text/plain"


def test_what_is_not_there_is_said_as_a_page(client):
    response = client.get("/no-such-page")

    assert response.status_code == 404
    assert "<h1" in response.text


def test_programs_are_answered_in_json(client):
    response = client.get("/no-such-page", headers={"Accept": "application/json"})

    assert response.status_code == 404
    assert response.json["error"]["code"] == "not_found"


def test_a_bug_is_shown_with_its_number_and_nothing_else(cast, signed_in, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(Today, "__init__", fail)
    response = signed_in(cast.olga).get("/manage")

    assert response.status_code == 500
    assert response.headers["X-Request-Id"] in response.text
    assert "secret inside" not in response.text


def test_a_page_for_members_leads_to_signing_in_and_back(client):
    response = client.get("/manage/members?status=online")

    assert response.status_code == 302
    assert response.location.endswith("/sign-in?next=/manage/members?status%3Donline")


@pytest.mark.parametrize("path", ["/manage/members", "/console/call"])
def test_a_form_without_its_token_is_refused(app, cast, signed_in, path):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = signed_in(cast.olga).post(path, data={"name": "Mallory"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert response.status_code == 400

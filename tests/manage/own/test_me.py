import io

import pytest
from cast import PASSWORD
from PIL import Image

from tenants.people.members import Member
from tenants.signing_in.sessions import Session

NEW = "seven slow yaks sing"


@pytest.fixture
def adam(cast, signed_in):
    return signed_in(cast.adam)


def picture(form: str = "PNG", size: tuple[int, int] = (300, 200)) -> io.BytesIO:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, form)
    drawn.seek(0)
    return drawn


def test_changes_what_one_may_change_oneself(cast, adam):
    data = {
        "name": "Adam S.",
        "phone": "123",
        "language": "zh_Hans",
        "time_zone": "Asia/Tokyo",
        "role": "1",
        "email": "x@y.example",
    }

    adam.post("/manage/me", data=data)

    cast.refresh()
    me = Member.known_as("adam@acme.example")
    assert (me.name, me.phone, me.language, me.time_zone) == ("Adam S.", "123", "zh_Hans", "Asia/Tokyo")
    assert me.role.key == "agent"


def test_ignores_languages_and_zones_that_are_none(cast, adam):
    adam.post("/manage/me", data={"name": "Adam", "language": "xx", "time_zone": "../etc"})

    cast.refresh()
    me = Member.known_as("adam@acme.example")
    assert (me.language, me.time_zone) == (None, None)


def test_needs_a_name(adam):
    assert 'id="name-fault">Enter your name.' in adam.post("/manage/me", data={"name": " "}).text


def test_keeps_a_photo_as_a_small_square(cast, adam):
    adam.post("/manage/me", data={"name": "Adam", "photo": (picture(), "me.png")})

    cast.refresh()
    key = Member.known_as("adam@acme.example").photo_key
    shown = adam.get(f"/photos/{key}")
    assert shown.mimetype == "image/webp"
    assert Image.open(io.BytesIO(shown.data)).size == (256, 256)
    assert f"/photos/{key}" in adam.get("/manage/me").text


def test_takes_a_photo_away(cast, adam):
    adam.post("/manage/me", data={"name": "Adam", "photo": (picture(), "me.png")})
    cast.refresh()
    key = Member.known_as("adam@acme.example").photo_key

    adam.post("/manage/me", data={"name": "Adam", "remove_photo": "yes"})

    assert adam.get(f"/photos/{key}").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF89a but not really", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_becomes_none(cast, adam, content):
    response = adam.post("/manage/me", data={"name": "Adam", "photo": (io.BytesIO(content), "me.png")})

    assert response.status_code == 422
    assert 'id="photo-fault"' in response.text


@pytest.mark.parametrize("key", ["x", "1-photo-../../secret", "1-photo-" + "a" * 32, "99999-photo-" + "a" * 32])
def test_a_photo_that_is_none_is_not_found(client, key):
    assert client.get(f"/photos/{key}").status_code == 404


def test_changing_the_password_ends_the_other_sessions(cast, adam, signed_in, mailbox):
    elsewhere = signed_in(cast.adam)

    adam.post("/manage/me/password", data={"current_password": PASSWORD, "password": NEW})

    assert elsewhere.get("/manage/me").status_code == 302
    assert adam.get("/manage/me").status_code == 200
    cast.refresh()
    assert Member.known_as("adam@acme.example").has_password(NEW)
    assert len(Session.of_member(cast.adam)) == 1
    assert "has been changed" in mailbox()[0]["Subject"]


def test_changing_the_password_needs_the_old_one(cast, adam):
    response = adam.post("/manage/me/password", data={"current_password": "wrong", "password": NEW})

    assert 'id="current_password-fault">This is not your current password. Enter it again.' in response.text
    cast.refresh()
    assert Member.known_as("adam@acme.example").has_password(PASSWORD)


def test_the_old_password_is_not_guessed_here(adam):
    for _try in range(5):
        adam.post("/manage/me/password", data={"current_password": "wrong", "password": NEW})

    assert adam.post("/manage/me/password", data={"current_password": PASSWORD, "password": NEW}).status_code == 429


def test_nobody_is_asked_to_sign_in(client):
    assert client.get("/manage/me").location == "/sign-in?next=/manage/me"
    assert client.get("/manage/me/password").status_code == 302

import io

import pytest
from PIL import Image

from chat.conversations.conversations import Conversation
from core.db import db, transaction


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(out, "PNG")
    return out.getvalue()


def send(window, content: bytes, name: str):
    form = {"file": (io.BytesIO(content), name)}
    return window.browser.post(f"/w/{window.site_key}/files", data=form, headers=window.headers)


@pytest.fixture
def known(cast, window):
    """The window of the visitor whose question waits."""
    window.token = cast.visitor.token(cast.site)
    return window


def test_a_picture_comes_back_as_one(cast, known):
    file = send(known, picture(), "tea.png").get_json()["file"]

    response = known.browser.get(file["url"])

    assert file["is_picture"]
    assert response.mimetype == "image/png"
    assert "attachment" not in response.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "tea.png", 'a"b;\r\n.txt'])
def test_anything_else_is_only_ever_saved(cast, known, name):
    file = send(known, b"<html><svg onload=alert(1)><script>alert(1)</script>", name).get_json()["file"]

    response = known.browser.get(file["url"])

    assert not file["is_picture"]
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_the_first_file_opens_the_conversation(cast, window, adam_is_online):
    window.ask("state")

    send(window, b"hello", "a.txt")

    assert db.session.query(Conversation).count() == 2


def test_with_nobody_here_a_file_is_refused(cast, window):
    window.ask("state")

    assert send(window, b"hello", "a.txt").get_json()["error"]["code"] == "nobody_is_here"


def test_strangers_send_nothing(cast, window):
    assert send(window, b"hello", "a.txt").get_json()["error"]["code"] == "frame_expired"


def test_too_large_is_told_with_the_limit(cast, known):
    answer = send(known, b"x" * (2 * 1024 * 1024 + 1), "big.zip").get_json()

    assert answer["error"]["code"] == "file_too_large"
    assert "2 MB" in answer["error"]["message"]


@pytest.mark.parametrize("key", ["x", "1-x", "99999999999999999999-x", "-", "١-x", "..%2f..%2fetc%2fpasswd"])
def test_a_key_that_was_guessed_finds_nothing(cast, client, key):
    assert client.get(f"/files/{key}").status_code == 404


def test_in_a_suspended_company_what_has_begun_goes_on_with_files_until_it_is_erased(cast, known):
    file = send(known, b"hello", "a.txt").get_json()["file"]
    with transaction():
        cast.acme.suspend("unpaid")

    assert known.browser.get(file["url"]).status_code == 200
    assert send(known, b"more", "b.txt").get_json()["file"]["name"] == "b.txt"
    with transaction():
        cast.acme.begin_to_erase()
    assert known.browser.get(file["url"]).status_code == 404
    assert send(known, b"more", "c.txt").get_json()["error"]["code"] == "site_not_found"

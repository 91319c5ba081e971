import uuid

import pytest

from chat.offline.messages import OfflineMessage
from core import mail
from core.db import transaction
from core.jobs import run_due


@pytest.fixture
def caught(context):
    """The page's path of a mail with a link and something nasty."""
    mail.send(mail.compose("li@example.org", "Hello <b>", "Click http://localhost:8000/x?a=1&b=2. <script>alert(1)</script>"))
    return "/dev/outbox/" + max(mail.caught_folder().glob("*.eml")).stem


def test_lists_the_newest_first(client, caught):
    page = client.get("/dev/outbox").text

    assert page.index(caught) < page.index("li@example.org")
    assert "Hello &lt;b&gt;" in page


def test_shows_a_mail_with_its_links_to_click(client, caught):
    page = client.get(caught).text

    assert '<a href="http://localhost:8000/x?a=1&amp;b=2">' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["nothing", "20260101000000000000-00000000", "..%2f..%2fsecret"])
def test_what_is_no_mail_is_not_found(client, name):
    assert client.get(f"/dev/outbox/{name}").status_code == 404


def test_exists_only_where_mails_are_caught(app, client, caught, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://mail.example")

    assert client.get("/dev/outbox").status_code == 404
    assert client.get(caught).status_code == 404


def test_a_mail_that_takes_answers_is_answered_there(cast, client):
    with transaction():
        message = OfflineMessage.leave(cast.visitor, cast.site, uuid.uuid4(), "Hats?", {"email": "li@mail.example"})
        message.reply(cast.nina, uuid.uuid4(), "Yes")
    run_due()
    [sent] = [path for path in mail.caught_folder().glob("*.eml") if b"To: li@mail.example" in path.read_bytes().split(b"\n")]
    page = f"/dev/outbox/{sent.stem}"

    assert "Answer this mail" in client.get(page).text
    answered = client.post(f"{page}/answer", data={"text": "Thank you"}, follow_redirects=True)

    assert "The answer came in." in answered.text
    cast.refresh()
    assert [reply.text for reply in message.replies] == ["Yes", "Thank you"]


def test_a_mail_nobody_takes_answers_to_says_so(client, caught):
    answered = client.post(f"{caught}/answer", data={"text": "Hello"}, follow_redirects=True)

    assert "Nobody takes answers" in answered.text
    assert "Answer this mail" not in client.get(caught).text

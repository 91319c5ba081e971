import pytest

from core import mail


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

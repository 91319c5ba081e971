"""All offline messages, for who manages (L-02, L-08, L-09)."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from letters import caught_for

from chat.offline.messages import OfflineMessage
from chat.offline.queries import HEADS
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import transaction
from core.jobs import run_due
from tenants.people.roles import Role

PAGE = "/manage/messages"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def messages(cast) -> list[OfflineMessage]:
    """The first is handled and three days old, the second Nina's, the third of another site."""
    with transaction():
        other = Site.add("Other shop")
        left = [_leave(cast.site, "First 50% off"), _leave(cast.site, "Second"), _leave(other, "Third")]
        left[0].created_at = now() - timedelta(days=3)
        left[0].handle(cast.adam, "called")
        left[1].assign(cast.nina)
    return left


def _leave(site: Site, text: str) -> OfflineMessage:
    visitor = Visitor.recognise(None, site)
    Visit.of(visitor, site, referrer="https://search.example/?q=hats")
    answers = {"name": f"Li {text.split()[0]}", "email": "li@mail.example", "phone": "+86 20 1234"}
    return OfflineMessage.leave(visitor, site, uuid.uuid4(), text, answers, "https://shop.example/hats", "203.0.113.7")


def found(text: str) -> list[str]:
    return [name for name in ("First", "Second", "Third") if f"Li {name}" in text]


def test_l02_shows_all_there_is_to_know(cast, olga, messages):
    text = olga.get(PAGE).text

    for told in ("Li First", "Handled", "To handle", "203.0.113.7", "https://shop.example/hats", "search.example", "Nina"):
        assert told in text
    assert text.index("Li Third") < text.index("Li First")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("state=open", ["Second", "Third"]),
        ("state=handled", ["First"]),
        ("since={yesterday}", ["Second", "Third"]),
        ("until={yesterday}", ["First"]),
        ("assigned={nina}", ["Second"]),
        ("assigned=nobody", ["First", "Third"]),
        ("site={site}", ["First", "Second"]),
        ("text=50%25", ["First"]),
        ("text=%25", ["First"]),
        ("state=nonsense&site=x&assigned=y", ["First", "Second", "Third"]),
        ("state=open&assigned=nobody", ["Third"]),
    ],
)
def test_l08_finds_by_time_state_assignee_and_site(cast, olga, messages, asked, names):
    yesterday = f"{now() - timedelta(days=1):%Y-%m-%d}"
    asked = asked.format(yesterday=yesterday, nina=cast.nina.id, site=cast.site.id)

    assert found(olga.get(f"{PAGE}?{asked}").text) == names


def test_a_day_that_is_none_is_told(cast, olga, messages):
    assert "Enter a date like" in olga.get(f"{PAGE}?since=tomorrow").text


def test_l08_view_opens_the_full_text(cast, olga, messages):
    with transaction():
        messages[0].text = "long " * 300

    assert "long " * 290 in olga.get(f"{PAGE}/{messages[0].id}").text


def test_l08_the_same_query_to_take_away(cast, olga, messages):
    response = olga.get(f"{PAGE}/messages.csv?state=handled")

    head, *rows = csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff")))
    assert len(head) == len(HEADS)
    [row] = rows
    assert (row[1], row[4], row[6], row[8], row[13]) == ("Li First", "First 50% off", "Handled", "Adam", "search.example")
    assert row[3] == "'+86 20 1234", "no spreadsheet takes it for a formula"


def test_l08_for_excel_too(cast, olga, messages):
    response = olga.get(f"{PAGE}/messages.xlsx?state=open")

    assert response.data.startswith(b"PK")
    assert "-messages-" in response.headers["Content-Disposition"]


def test_who_may_not_export_does_not(cast, signed_in, messages):
    with transaction():
        permissions = ["management.enter", "offline_messages.handle"]
        cast.adam.role = Role.add("Reads", permissions)
    adam = signed_in(cast.adam)

    assert adam.get(PAGE).status_code == 200
    assert "CSV" not in adam.get(PAGE).text
    assert adam.get(f"{PAGE}/messages.csv").status_code == 403


def test_l09_assigns_answers_and_handles(cast, olga, messages):
    address = f"{PAGE}/{messages[2].id}"
    olga.post(address, data={"member": cast.adam.id})
    answer = {"client_id": str(uuid.uuid4()), "text": "Good day"}
    for _ in range(2):
        olga.post(f"{address}/replies", data=answer)
    olga.post(f"{address}/handling", data={"note": "answered"})
    run_due()

    cast.refresh()
    assert messages[2].assigned_to.name == "Adam"
    assert messages[2].handled_by.name == "Olga"
    [sent] = [one for one in caught_for("li@mail.example") if "Good day" in one.get_content()]
    text = olga.get(address).text
    assert "Good day" in text
    assert "Handled by Olga" in text
    assert sent["To"] == "li@mail.example"


def test_an_empty_answer_is_told_and_nothing_is_lost(cast, olga, messages):
    response = olga.post(f"{PAGE}/{messages[2].id}/replies", data={"text": " "})

    assert response.status_code == 422
    assert "Write your answer." in response.text


def test_l07_a_phone_number_is_to_be_called(cast, olga, messages):
    assert 'href="tel:+86201234"' in olga.get(f"{PAGE}/{messages[0].id}").text


def test_hostile_words_stay_words(cast, olga, messages):
    with transaction():
        messages[0].text = messages[0].name = "<script>alert(1)</script>"

    assert "<script>alert" not in olga.get(PAGE).text
    assert "<script>alert" not in olga.get(f"{PAGE}/{messages[0].id}").text


def test_another_companys_message_is_not_found(cast, signed_in, messages):
    eve = signed_in(cast.eve)

    for path in ("", "/replies", "/handling"):
        assert eve.post(f"{PAGE}/{messages[0].id}{path}", data={"text": "x"}).status_code == 404
    assert found(eve.get(PAGE).text) == []


def test_an_agent_has_no_business_here(cast, signed_in, messages):
    assert signed_in(cast.adam).get(PAGE).status_code == 403


def test_pages_of_fifty(cast, olga):
    with transaction():
        for number in range(51):
            _leave(cast.site, f"{number}")

    first = olga.get(PAGE).text

    assert "51 messages" in first
    assert first.count("View the message") == 50
    assert "before=" in first

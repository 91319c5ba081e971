import pytest

from chat.visitors.presence import set_presence
from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.companies.settings import Settings

FILLED_IN = {
    "assignment": "service",
    "prefers_last_agent": "yes",
    "conversation_limit": "8",
    "return_after_minutes": "5",
    "answer_within_seconds": "60",
}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


def test_shows_what_is_set(cast, olga):
    page = olga.get("/manage/assignment").text

    assert 'value="by_hand" checked' in page
    assert 'name="prefers_last_agent" value="yes" checked' in page
    assert 'name="conversation_limit" type="text" value="15"' in page
    assert 'name="answer_within_seconds" type="text" value=""' in page


def test_changes_all_of_it_together(cast, olga):
    response = olga.post("/manage/assignment", data=FILLED_IN)

    cast.refresh()
    settings = Settings.current()
    assert response.status_code == 302
    assert (settings.assignment, settings.prefers_last_agent, settings.conversation_limit) == ("service", True, 8)
    assert (settings.return_after_minutes, settings.answer_within_seconds) == (5, 60)


def test_an_empty_time_for_answering_is_none(cast, olga):
    olga.post("/manage/assignment", data=FILLED_IN)
    olga.post("/manage/assignment", data=FILLED_IN | {"answer_within_seconds": ""})

    cast.refresh()
    assert Settings.current().answer_within_seconds == 0


def test_applies_at_once_to_who_waits(cast, olga):
    with transaction():
        set_presence(cast.adam, "online")

    olga.post("/manage/assignment", data=FILLED_IN)

    cast.refresh()
    assert cast.question.assigned_to.name == "Adam"


def test_writes_down_only_what_is_different(cast, olga):
    olga.post("/manage/assignment", data=FILLED_IN | {"return_after_minutes": "3", "answer_within_seconds": ""})

    cast.refresh()
    [entry] = AuditEntry.before(None, "assignment.changed")
    assert entry.details == {"assignment": "by_hand → service", "conversation_limit": "15 → 8"}


def test_keeps_what_was_typed_and_says_what_is_wrong_with_it(cast, olga):
    response = olga.post("/manage/assignment", data=FILLED_IN | {"conversation_limit": "0", "answer_within_seconds": "5"})

    assert response.status_code == 422
    assert 'id="conversation_limit-fault">Enter a whole number from 1 to 100.' in response.text
    assert 'id="answer_within_seconds-fault">Enter a whole number from 15 to 3600.' in response.text
    assert 'value="service" checked' in response.text
    assert 'value="5"' in response.text
    cast.refresh()
    assert Settings.current().assignment == "by_hand"


def test_an_unknown_way_changes_nothing(cast, olga):
    olga.post("/manage/assignment", data=FILLED_IN | {"assignment": "by_magic"})

    cast.refresh()
    assert Settings.current().assignment == "by_hand"


def test_an_agent_may_not(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/assignment").status_code == 403
    assert signed_in(cast.adam).post("/manage/assignment", data=FILLED_IN).status_code == 403

import pytest

from tenants.audit.audit import AuditEntry
from tenants.companies.settings import Settings

FILLED_IN = {"takes_ratings": "yes", "masks_numbers": "yes", "visitors_may_erase": "yes", "max_upload_mb": "1"}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


def test_sets_what_the_window_offers(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)

    cast.refresh()
    settings = Settings.current()
    assert (settings.takes_ratings, settings.masks_numbers, settings.visitors_may_erase) == (True, True, True)
    assert (settings.show_last_conversation, settings.asks_typing_consent) == (False, False)
    assert settings.max_upload_mb == 1


def test_writes_down_only_what_is_different(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)
    olga.post("/manage/window", data=FILLED_IN | {"max_upload_mb": ""})

    cast.refresh()
    last, first = AuditEntry.before(None, "window.changed")
    assert last.details == {"max_upload_mb": "1 → None"}
    assert first.details["masks_numbers"] == "False → True"
    assert "takes_ratings" not in first.details


def test_nothing_changed_is_nothing_noted(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)
    olga.post("/manage/window", data=FILLED_IN)

    cast.refresh()
    assert len(AuditEntry.before(None, "window.changed")) == 1


def test_says_beside_the_field_what_is_wrong(cast, olga):
    response = olga.post("/manage/window", data=FILLED_IN | {"max_upload_mb": "3"})

    assert response.status_code == 422
    assert "Enter a whole number from 1 to 2." in response.text
    cast.refresh()
    assert not Settings.current().masks_numbers


def test_shows_it_as_it_is(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)

    page = olga.get("/manage/window").text

    assert page.count(" checked") == 3
    assert "at most 2 MB" in page


def test_an_agent_may_not(cast, signed_in):
    adam = signed_in(cast.adam)

    assert adam.get("/manage/window").status_code == 403
    assert adam.post("/manage/window", data=FILLED_IN).status_code == 403

import pytest

from chat.offline_forms import Field, OfflineForm
from tenants.audit import AuditEntry
from tenants.settings import Settings

FILLED_IN = {
    "takes_ratings": "yes",
    "masks_numbers": "yes",
    "visitors_may_erase": "yes",
    "max_upload_mb": "1",
    "offline_intro": "Back at nine.",
    "key": ["phone", "own1"],
    "label": ["", "Order number"],
    "kind": ["phone", "line"],
    "required": ["own1"],
}
HTMX = {"HX-Request": "true"}


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
    assert OfflineForm.current().intro == "Back at nine."
    assert OfflineForm.current().fields == [Field("phone", kind="phone"), Field("own1", "Order number", is_required=True)]


def test_writes_down_only_what_is_different(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)
    olga.post("/manage/window", data=FILLED_IN | {"max_upload_mb": ""})

    cast.refresh()
    last, first = AuditEntry.before(None, "window.changed")
    assert last.details == {"max_upload_mb": "1 → None"}
    assert first.details["offline_fields"] == "Name, E-mail, Phone → Phone, Order number *"
    assert first.details["masks_numbers"] == "False → True"
    assert "takes_ratings" not in first.details


def test_nothing_changed_is_nothing_noted(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)
    olga.post("/manage/window", data=FILLED_IN)

    cast.refresh()
    assert len(AuditEntry.before(None, "window.changed")) == 1


def test_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(cast, olga):
    wrong = FILLED_IN | {"max_upload_mb": "3", "label": ["", " "], "offline_intro": "Keep me"}

    response = olga.post("/manage/window", data=wrong)

    assert response.status_code == 422
    assert "Enter a whole number from 1 to 2." in response.text
    assert 'id="label-own1-fault">Write what you ask.' in response.text
    assert "Keep me</textarea>" in response.text
    cast.refresh()
    assert not Settings.current().masks_numbers


def test_shows_it_as_it_is(cast, olga):
    olga.post("/manage/window", data=FILLED_IN)

    page = olga.get("/manage/window").text

    assert 'value="Order number"' in page
    assert 'name="required" value="own1" checked' in page
    assert page.count(" checked") == 4
    assert "at most 2 MB" in page


@pytest.mark.parametrize(
    ("step", "keys"),
    [
        ({"add": "email"}, ["phone", "own1", "email"]),
        ({"add": "own"}, ["phone", "own1", "own2"]),
        ({"add": "phone"}, ["phone", "own1"]),
        ({"remove": "phone"}, ["own1"]),
        ({"up": "own1"}, ["own1", "phone"]),
        ({"down": "phone"}, ["own1", "phone"]),
        ({"up": "phone"}, ["phone", "own1"]),
        ({}, ["phone", "own1"]),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "with htmx"])
def test_is_built_step_by_step_and_saved_at_the_end(cast, olga, step, keys, headers):
    response = olga.post("/manage/window/fields", data=FILLED_IN | step, headers=headers)

    assert [part.split('"')[0] for part in response.text.split('name="key" value="')[1:]] == keys
    assert 'value="Order number"' in response.text
    assert ("<html" in response.text) is not bool(headers)
    cast.refresh()
    assert Settings.current().offline_fields is None


def test_without_scripts_nothing_else_typed_is_lost(cast, olga):
    page = olga.post("/manage/window/fields", data=FILLED_IN | {"add": "own"}).text

    assert "Back at nine.</textarea>" in page
    assert 'id="masks_numbers" name="masks_numbers" value="yes" checked' in page


def test_warns_of_a_form_that_nobody_can_answer(cast, olga):
    page = olga.post("/manage/window/fields", data={"key": "name", "label": "", "kind": "line"}, headers=HTMX).text

    assert "nobody can be answered" in page


def test_hostile_words_stay_words(cast, olga):
    olga.post("/manage/window", data=FILLED_IN | {"label": ["", '"><script>alert(1)</script>']})

    assert "<script>alert" not in olga.get("/manage/window").text


def test_an_agent_may_not(cast, signed_in):
    adam = signed_in(cast.adam)

    assert adam.get("/manage/window").status_code == 403
    assert adam.post("/manage/window", data=FILLED_IN).status_code == 403
    assert adam.post("/manage/window/fields", data=FILLED_IN).status_code == 403

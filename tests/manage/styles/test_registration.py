"""The builder of the form, and where messages go (W-24, W-25, L-10, L-11)."""

import pytest
from letters import caught_for

from billing.grants import revoke
from chat.registration.registration import Registration
from chat.styles.form_fields import Field
from chat.styles.styles import Style
from core.db import transaction
from core.jobs import run_due
from tenants.audit.audit import AuditEntry

FILLED_IN = {
    "seen": "0",
    "before_chat": "yes",
    "system": "board",
    "key": ["phone", "own1", "own2"],
    "label": ["", "Order number", "I agree"],
    "kind": ["phone", "line", "consent"],
    "options": ["", "", ""],
    "url": ["", "", "shop.example/privacy"],
    "required": ["own1", "own2"],
}
FIELDS = (
    Field("phone", kind="phone"),
    Field("own1", "Order number", is_required=True),
    Field("own2", "I agree", "consent", is_required=True, url="https://shop.example/privacy"),
)


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def page(cast) -> str:
    return f"/manage/styles/{cast.site.id}/registration"


def kept(cast) -> Registration:
    cast.refresh()
    return Style(cast.site)[Registration]


def keys_in(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('name="key" value="')[1:]]


def test_keeps_the_form(cast, olga, page):
    assert olga.post(page, data=FILLED_IN).status_code == 302

    assert kept(cast) == Registration(before_chat=True, fields=FIELDS)
    [entry] = AuditEntry.before(None, "style.changed")
    assert entry.details["part"] == "Visitor registration"


def test_shows_it_as_it_is(cast, olga, page):
    olga.post(page, data=FILLED_IN)

    text = olga.get(page).text

    assert keys_in(text) == ["phone", "own1", "own2"]
    assert 'value="https://shop.example/privacy"' in text
    assert 'name="required" value="own1" checked' in text
    assert 'id="before_chat" name="before_chat" value="yes" checked' in text


@pytest.mark.parametrize(
    ("step", "keys"),
    [
        ({"add": "email"}, ["phone", "own1", "own2", "email"]),
        ({"add": "line"}, ["phone", "own1", "own2", "own3"]),
        ({"remove": "phone"}, ["own1", "own2"]),
        ({"up": "own1"}, ["own1", "phone", "own2"]),
        ({"down": "phone"}, ["own1", "phone", "own2"]),
        ({}, ["phone", "own1", "own2"]),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "form-fields"}], ids=["plain", "htmx"])
def test_is_built_step_by_step_and_saved_at_the_end(cast, olga, page, step, keys, headers):
    response = olga.post(f"{page}/fields", data=FILLED_IN | step, headers=headers)

    assert keys_in(response.text) == keys
    assert 'value="Order number"' in response.text
    assert ("<html" in response.text) is not bool(headers)
    cast.refresh()
    assert Style(cast.site).version_of(Registration) == 0


def test_the_sample_alone_follows_what_is_typed(cast, olga, page):
    headers = {"HX-Request": "true", "HX-Target": "form-sample"}

    text = olga.post(f"{page}/fields", data=FILLED_IN, headers=headers).text

    assert keys_in(text) == []
    assert "Order number *" in text


def test_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(cast, olga, page):
    wrong = FILLED_IN | {"kind": ["phone", "line", "choice"], "label": ["", " ", "Size"], "options": ["", "", "S"]}

    response = olga.post(page, data=wrong)

    assert response.status_code == 422
    assert 'id="label-own1-fault">Write what you ask.' in response.text
    assert 'id="options-own2-fault">Write at least two choices' in response.text
    cast.refresh()
    assert Style(cast.site).version_of(Registration) == 0


def test_w24_without_the_right_there_is_a_lock_and_the_form_can_still_be_built(cast, olga, page):
    olga.post(page, data=FILLED_IN)
    with transaction():
        revoke(cast.acme, "trial:professional")

    text = olga.get(page).text
    assert 'class="locked"' in text
    assert 'type="checkbox" disabled checked' in text

    unticked = {name: value for name, value in FILLED_IN.items() if name != "before_chat"}
    olga.post(page, data=unticked | {"seen": "1", "required": ["own1"]})

    now_kept = kept(cast)
    assert not now_kept.fields[2].is_required
    assert now_kept.before_chat, "what was set before stays for when it is paid for again"


def test_without_the_right_nobody_switches_it_on(cast, olga, page):
    with transaction():
        revoke(cast.acme, "trial:professional")

    olga.post(page, data=FILLED_IN)

    assert not kept(cast).before_chat


def test_two_who_change_it_at_once_see_each_other(cast, olga, page):
    olga.post(page, data=FILLED_IN)

    response = olga.post(page, data=FILLED_IN | {"label": ["", "Invoice number", "I agree"]})

    assert response.status_code == 409
    assert 'value="Invoice number"' in response.text
    assert kept(cast).fields[1].label == "Order number"


def test_l10_a_tracker_is_asked_first(cast, olga, page):
    tracked = FILLED_IN | {"system": "tracker", "tracker": "Issues@tracker.example"}
    olga.post(page, data=tracked)
    run_due()

    assert kept(cast).tracker == "issues@tracker.example"
    assert len(caught_for("issues@tracker.example")) == 1
    assert "Not confirmed yet" in olga.get(page).text

    olga.post(page, data=tracked | {"seen": "1", "ask_again": "yes"})
    run_due()
    assert len(caught_for("issues@tracker.example")) == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"system": "tracker", "tracker": "x"}, "tracker"), ({"system": "own", "board_url": "javascript:alert(1)"}, "board_url")],
)
def test_l10_says_which_address_is_none(cast, olga, page, typed, field):
    response = olga.post(page, data=FILLED_IN | typed)

    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text


def test_hostile_words_stay_words(cast, olga, page):
    olga.post(page, data=FILLED_IN | {"label": ["", '"><script>alert(1)</script>', "x"]})

    assert "<script>alert" not in olga.get(page).text


def test_warns_of_a_form_that_nobody_can_answer(cast, olga, page):
    nameless = {"key": "name", "label": "", "kind": "line", "options": "", "url": ""}

    assert "nobody can be answered" in olga.post(f"{page}/fields", data=nameless).text


def test_an_agent_may_not(cast, signed_in, page):
    adam = signed_in(cast.adam)

    assert adam.get(page).status_code == 403
    assert adam.post(page, data=FILLED_IN).status_code == 403
    assert adam.post(f"{page}/fields", data=FILLED_IN).status_code == 403

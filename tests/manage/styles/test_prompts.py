"""The page of prompts, and an agent's own texts."""

import pytest

from chat.styles.prompts import OwnPrompts, Prompts, filled
from chat.styles.styles import Style
from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.people.roles import Role

TIMES = {name: str(getattr(Prompts(), name)) for name in Prompts.TIMES}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


def page_of(cast) -> str:
    return f"/manage/styles/{cast.site.id}/prompts"


def test_M_12_shows_every_text_and_time(cast, olga):
    page = olga.get(page_of(cast)).text

    for name in [*Prompts.texts(), *Prompts.TIMES]:
        assert f'name="{name}"' in page
    assert 'aria-current="page">Prompts' in page


def test_M_12_saves_what_was_typed(cast, olga):
    typed = TIMES | {"seen": "0", "greeting": "  Hello,\r\nI am {agent}.  ", "unanswered_minutes": "7", "busy": "Wait."}

    answer = olga.post(page_of(cast), data=typed)

    assert answer.status_code == 302
    cast.refresh()
    assert Style(cast.site)[Prompts] == Prompts(greeting="Hello,\nI am {agent}.", unanswered_minutes=7, busy="Wait.")
    assert AuditEntry.before(None, "style.changed")[0].details["part"] == "Prompts"


def test_M_09_a_new_company_says_nothing_by_itself(cast):
    assert Style(cast.site)[Prompts].are_silent
    assert set(Style(cast.site)[Prompts].as_seen().values()) == {""}


@pytest.mark.parametrize(
    ("name", "typed"),
    [(name, str(beyond)) for name, (least, most) in Prompts.TIMES.items() for beyond in (least - 1, most + 1)]
    + [("unanswered_minutes", ""), ("unanswered_minutes", "five"), ("greeting", "x" * 1001)],
)
def test_what_is_out_of_bounds_stays_in_the_form_with_its_fault(cast, olga, name, typed):
    answer = olga.post(page_of(cast), data=TIMES | {"seen": "0", "busy": "Kept?", name: typed})

    assert answer.status_code == 422
    assert f'id="{name}-fault"' in answer.text
    assert "Kept?" in answer.text
    cast.refresh()
    assert Style(cast.site)[Prompts] == Prompts()


def test_a_suggestion_is_filled_in_and_not_saved(cast, olga):
    answer = olga.post(f"{page_of(cast)}/draft", data=TIMES | {"seen": "0", "suggest": "greeting", "busy": "Mine."})

    assert "Hello, this is {agent} of {company}." in answer.text
    assert "Hello, this is Olga of Acme." in answer.text
    assert "Mine." in answer.text
    cast.refresh()
    assert Style(cast.site)[Prompts] == Prompts()


def test_who_saves_over_a_colleagues_change_is_told(cast, olga):
    with transaction():
        Style(cast.site).save(Prompts(greeting="Nina's"), cast.nina)

    answer = olga.post(page_of(cast), data=TIMES | {"seen": "0", "greeting": "Olga's"})

    assert answer.status_code == 409
    assert "Olga&#39;s" in answer.text


def test_agents_and_other_companies_find_no_page(cast, signed_in):
    assert signed_in(cast.adam).get(page_of(cast)).status_code == 403
    assert signed_in(cast.eve).get(f"/manage/styles/{cast.site.id + 1000}/prompts").status_code == 404


def test_names_are_put_in_once_and_nothing_else_is(context):
    text = "{agent} {company} {visitor} {0} {agent.__class__} {nobody} %s {{agent}}"

    assert (
        filled(text, "{agent} Ltd", "{visitor}", "Li")
        == "{visitor} {agent} Ltd Li {0} {agent.__class__} {nobody} %s {{visitor}}"
    )
    assert filled("{agent}", "Acme") == "Acme"


def test_M_02_M_03_M_04_M_05_travel_to_the_window_with_names_put_in(cast):
    with transaction():
        Style(cast.site).save(
            Prompts(busy="{company} is busy.", closing="Bye", offline_message="Write.", registration="Who?"), None
        )

    assert Style(cast.site)[Prompts].as_seen() == {
        "busy": "Acme is busy.", "closing": "Bye", "offline_message": "Write.", "registration": "Who?",
    }  # fmt: skip


def test_M_11_an_agent_keeps_words_of_his_own(cast, signed_in):
    adam = signed_in(cast.adam)

    adam.post("/manage/me/texts", data={"greeting": "Adam here.", "no_reaction": ""})

    cast.refresh()
    assert OwnPrompts.by_member()[cast.adam.id].greeting == "Adam here."
    assert "Adam here." in adam.get("/manage/me/texts").text
    assert "Adam here." not in signed_in(cast.nina).get("/manage/me/texts").text


def test_M_11_what_is_too_long_is_not_kept(cast, signed_in):
    answer = signed_in(cast.adam).post("/manage/me/texts", data={"greeting": "x" * 1001})

    assert answer.status_code == 422
    assert 'id="greeting-fault"' in answer.text
    cast.refresh()
    assert OwnPrompts.by_member() == {}


def test_CF_17_the_agents_words_come_before_the_styles_and_times_are_the_styles():
    own = OwnPrompts(member_id=1, greeting="Mine", after_connect="", unanswered="", repeated="", no_reaction="")
    style = Prompts(greeting="Ours", unanswered="Ours too", unanswered_minutes=9, busy="Busy")

    assert style.spoken_by(own) == Prompts(greeting="Mine", unanswered="Ours too", unanswered_minutes=9, busy="Busy")
    assert style.spoken_by(None) == style


def test_who_does_not_answer_visitors_has_no_texts(cast, signed_in):
    with transaction():
        cast.nina.move_to(Role.add("Clerk", ["management.enter"]))

    assert signed_in(cast.nina).get("/manage/me/texts").status_code == 403

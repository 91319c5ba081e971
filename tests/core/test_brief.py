"""What is believed for a few seconds, and asked anew the moment it changes."""

import pytest

from core import brief
from core.brief import Brief


@pytest.fixture
def said() -> list:
    return ["old"]


@pytest.fixture
def asked(context, said) -> Brief:
    def last_said() -> str:
        return said[-1]

    return Brief(last_said)


def test_is_asked_once_for_a_while(asked, said):
    asked()
    said.append("new")

    assert asked() == "old"


def test_is_asked_anew_after_it_was_forgotten(asked, said):
    asked()
    said.append("new")
    asked.forget()

    assert asked() == "new"


def test_is_asked_anew_after_another_process_said_so(app, asked, said):
    asked()
    said.append("new")
    brief.ear(app)({"name": asked.name})

    assert asked() == "new"


def test_does_not_keep_what_changed_while_it_was_asked(context, said):
    def slowly_said() -> str:
        answer = said[-1]
        if answer == "old":
            said.append("new")
            slow.forget()
        return answer

    slow = Brief(slowly_said)
    slow()

    assert slow() == "new"


def test_is_asked_anew_after_some_seconds_although_nobody_said_anything(asked, said, monkeypatch):
    asked()
    said.append("new")
    monkeypatch.setattr(brief, "FRESH_SECONDS", 0)

    assert asked() == "new"

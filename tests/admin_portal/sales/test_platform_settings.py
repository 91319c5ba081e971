"""Limits of the platform: the effect first, a version each time, and an earlier one brought back."""

import pytest

from core.db import db
from operators.audit import OperatorEntry
from tenants.platform.settings import LIMITS, PlatformSettings, limits

PAGE = "/operator/limits"


@pytest.fixture
def owner(cast, portal):
    return portal("owner")


def typed(after: int = 0, **different) -> dict:
    now = {name: limits()[name] for name in LIMITS} | {"max_upload_mb": 2}
    return now | {"after": after, "reason": "spring"} | different


def test_shows_the_effect_then_lets_it_count(owner):
    preview = owner.post(PAGE, data=typed(trial_days=30)).text
    assert limits()["trial_days"] == 15
    assert "Trials that run keep their end." in preview

    owner.post(PAGE, data=typed(trial_days=30, confirmed="yes"))

    entry = db.session.scalars(db.select(OperatorEntry).where(OperatorEntry.action == "limits.changed")).one()
    assert (limits().version, limits()["trial_days"]) == (1, 30)
    assert PlatformSettings.newest().chosen == {"trial_days": 30}
    assert (entry.details, entry.reason) == ({"trial_days": "15 → 30"}, "spring")
    assert "30 days of the professional edition" in owner.application.test_client().get("/sign-up").text


def test_brings_an_earlier_version_back(owner):
    owner.post(PAGE, data=typed(trial_days=30, confirmed="yes"))
    owner.post(PAGE, data=typed(after=1, trial_days=5, confirmed="yes"))

    page = owner.get(f"{PAGE}?version=1").text

    assert 'id="trial_days" name="trial_days" type="number" value="30"' in page
    assert 'name="after" value="2"' in page


def test_a_colleague_who_was_quicker_is_told(owner, portal):
    owner.post(PAGE, data=typed(trial_days=30, confirmed="yes"))

    late = portal("owner", name="late").post(PAGE, data=typed(trial_days=5, confirmed="yes"))

    assert late.status_code == 409
    assert limits()["trial_days"] == 30


@pytest.mark.parametrize("odd", [{"trial_days": "0"}, {"trial_days": ""}, {"max_upload_mb": "3"}, {"reason": ""}, {}])
def test_refuses_what_cannot_be(owner, odd):
    assert owner.post(PAGE, data=typed(**odd)).status_code == 422


def test_support_sees_and_cannot_change(portal, cast):
    support = portal("support")

    assert "disabled" in support.get(PAGE).text
    assert support.post(PAGE, data=typed(trial_days=30)).status_code == 403

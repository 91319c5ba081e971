"""What operators choose has an effect on everybody, everywhere, at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from parallel import in_parallel
from sqlalchemy.exc import ProgrammingError

from billing.grants import grants_of, revoke, start_trial
from billing.orders import place_order
from billing.plans import PROFESSIONAL_TRIAL
from billing.purses import GIVEN, Purse
from billing.styles import StyleTerm, try_first_style
from billing.trials import TrialClaim
from chat.conversations.files import max_upload_mb
from core.db import db, transaction
from core.errors import Invalid
from core.limits import TooManyTries
from sms.messages import Sms
from tenants.platform.settings import LIMITS, ChangedByColleague, PlatformSettings, limits
from tenants.rights.entitlements import Grant


@pytest.fixture
def choose(context):
    """`choose(trial_days=30)` as an operator would."""

    def choose(**chosen: int) -> int:
        with transaction():
            return PlatformSettings.change(chosen, limits().version, "Olivia", "as a test")

    return choose


def test_every_limit_is_tried_here():
    assert set(LIMITS) == {
        "trial_days", "style_trial_days", "free_seats", "free_styles", "most_in_order", "max_upload_mb", "sms_per_hour",
        "sms_per_day",
    }  # fmt: skip


def test_a_trial_lasts_as_long_as_was_chosen(cast, choose):
    choose(trial_days=30, style_trial_days=3)
    with transaction():
        # As if they had just come.
        db.session.execute(sa.delete(Grant).where(Grant.company_id == cast.globex.id))
        db.session.execute(sa.delete(TrialClaim).where(TrialClaim.company_id == cast.globex.id))
        start_trial(cast.globex)
        try_first_style(cast.globex, 1)

    (trial,) = grants_of(cast.globex, reasons=PROFESSIONAL_TRIAL.code)
    (term,) = StyleTerm.of(cast.globex, 1)
    assert round((trial.valid_until - trial.valid_from) / timedelta(days=1), 3) == 30
    assert term.ends_at - term.starts_at == timedelta(days=3)


def test_the_free_edition_is_what_was_chosen_for_everybody_at_once(cast, choose):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
    before = cast.acme.entitlements

    choose(free_seats=7, free_styles=2)

    assert (before.seats, before.styles) == (3, 1)
    assert (cast.acme.entitlements.seats, cast.acme.entitlements.styles) == (7, 2)


def test_no_more_is_ordered_than_was_chosen(cast, choose):
    choose(most_in_order=5)

    with pytest.raises(Invalid), transaction():
        place_order(cast.acme, {"seats:1": 6}, "CNY")
    with transaction():
        assert place_order(cast.acme, {"seats:1": 5}, "CNY").total == 5 * 99_00


def test_a_file_is_as_large_as_was_chosen_and_no_larger_than_servers_take(cast, choose):
    assert max_upload_mb() == 2

    choose(max_upload_mb=1)

    assert max_upload_mb() == 1
    with pytest.raises(Invalid):
        choose(max_upload_mb=3)


@pytest.mark.parametrize("name", ["sms_per_hour", "sms_per_day"])
def test_no_more_sms_are_written_than_was_chosen(cast, choose, name):
    choose(**{name: 1})

    def write(key: str) -> Sms:
        with transaction():
            return Sms.write(cast.acme, key, "trial", "+8613800138000", "Good day")

    with transaction():
        Purse.sms(cast.acme.id).receive(10, GIVEN, "gift", "adjustment")
    write("1")
    with pytest.raises(TooManyTries):
        write("2")


def test_of_two_who_save_at_once_the_second_is_told(app, cast, choose):
    def save(days: int):
        return lambda: PlatformSettings.change({"trial_days": days}, 0, "Olivia", "at once")

    answers = in_parallel(app, cast.acme, [save(20), save(30)])

    assert sorted(map(str, map(type, answers))) == sorted(map(str, (int, ChangedByColleague)))
    assert limits()["trial_days"] in (20, 30)


def test_a_version_can_never_be_rewritten(choose):
    choose(trial_days=30)

    for statement in (sa.update(PlatformSettings).values(reason=""), sa.delete(PlatformSettings)):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            db.session.execute(statement)

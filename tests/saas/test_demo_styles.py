"""The demo company shows what a style can be."""

import pytest

from billing.vouchers import Voucher
from chat.styles.history import latest_versions
from chat.styles.sites import Site
from chat.styles.styles import PARTS, Style
from core.db import transaction
from manage.styles.terms import style_states
from saas.demo_styles import add_tasting_room


@pytest.fixture
def room(cast) -> Site:
    with transaction():
        return add_tasting_room(cast.acme, cast.olga, cast.adam)


def test_the_second_style_is_all_it_can_be_and_sound(cast, room):
    style = Style(room)

    changed = [part for name, part in PARTS.items() if style[part] != part() and not style[part].check()]

    assert len(changed) >= 5
    assert latest_versions()[room.id].number == len(changed) + 1


def test_it_has_a_year_and_a_voucher_is_left_to_try(cast, room):
    state = style_states(cast.acme, Site.all())[-1]

    assert state.until is not None
    assert not state.is_trial
    assert len(Voucher.in_drawer_of(cast.acme)) == 1

"""Which styles are shown: those with a term of their own, and the first of the others (Y-02…Y-05, CF-25, CF-26, F-16).

At the door for visitors the database asks the same (arrivals.sql), to the second.
"""

import uuid
from datetime import timedelta

import pytest
from cast import count
from time_machine import travel

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from billing.styles import add_term, end_terms, try_first_style
from chat.conversations.conversations import Conversation
from chat.site_removals import remove_site
from chat.styles.sites import LastStyle, Site, StyleNotInUse
from chat.visitors.arrivals import Arrival, arrive
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.errors import NotFound
from tenants.companies.company import Company, SiteKey

SECOND = timedelta(seconds=1)


@pytest.fixture
def free(cast):
    """Acme pays for nothing: one style."""
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
    return cast.acme


@pytest.fixture
def second(free) -> Site:
    """Acme's second site."""
    with transaction():
        return Site.add("Second")


def comes_in(company, site: Site) -> bool:
    """Whether a visitor nobody knows comes in on this site."""
    arrived = arrive(company, Arrival(site_key=site.key, visitor_key=str(uuid.uuid4()), is_new=True))
    return arrived is not None


def shown(company) -> list[bool]:
    """Of the company's sites: both answers to the same question."""
    asked, let_in = [site.runs for site in Site.all()], [comes_in(company, site) for site in Site.all()]
    assert asked == let_in
    return asked


def test_cf_25_the_free_plan_shows_the_first_style(cast, free, second):
    assert shown(free) == [True, False]


def test_y_04_the_first_further_style_is_tried_for_7_days_to_the_second(free, second):
    with transaction():
        term = try_first_style(free, second.id)

    assert term.ends_at - term.starts_at == timedelta(days=7)
    assert shown(free) == [True, True]
    with travel(term.ends_at - SECOND, tick=False):
        assert shown(free) == [True, True]
    with travel(term.ends_at, tick=False):
        assert shown(free) == [True, False]


def test_y_02_y_03_a_voucher_shows_a_style_for_a_year_and_a_second_one_for_two(free, second):
    with transaction():
        first = add_term(free, second.id, "voucher:1")
        more = add_term(free, second.id, "voucher:2")

    assert more.starts_at == first.ends_at
    with travel(more.ends_at - SECOND, tick=False):
        assert shown(free) == [True, True]
    with travel(more.ends_at, tick=False):
        assert shown(free) == [True, False]


def test_f_16_renewed_it_is_back_at_once(free, second):
    with transaction():
        term = add_term(free, second.id, "voucher:1")
    with travel(term.ends_at + timedelta(days=3), tick=False):
        assert shown(free) == [True, False]

        with transaction():
            add_term(free, second.id, "voucher:2")

        assert shown(free) == [True, True]


def test_a_term_taken_back_is_over_at_once(free, second):
    with transaction():
        term = add_term(free, second.id, "voucher:1")
        term.revoke(free)

    assert shown(free) == [True, False]


def test_the_plan_has_room_for_the_first_ones_without_a_term(free, second):
    with transaction():
        third = Site.add("Third")
        add_term(free, second.id, "voucher:1")

    assert [site.id for site in Site.all()][2] == third.id
    assert shown(free) == [True, True, False]


def test_a_style_that_is_gone_makes_room_for_the_next(cast, free, second):
    with transaction():
        remove_site(cast.site, cast.olga)

    assert Site.all() == [second]
    assert shown(free) == [True]


def test_f_16_nothing_new_begins_in_a_style_that_is_over_and_what_goes_on_ends_in_peace(cast, free, second):
    with transaction():
        term = add_term(free, second.id, "voucher:1")
        talker, watcher = Visitor.recognise(None, second), Visitor.recognise(None, second)
        conversation = Conversation.open_for(talker, second)

    with travel(term.ends_at, tick=False):
        assert arrive(free, Arrival(site_key=second.key, visitor_key=talker.key)) is not None
        assert arrive(free, Arrival(site_key=second.key, visitor_key=watcher.key)) is None
        with pytest.raises(StyleNotInUse), transaction():
            Conversation.open_for(watcher, second)
        with transaction():
            conversation.close(cast.olga)
        assert arrive(free, Arrival(site_key=second.key, visitor_key=talker.key)) is None


def test_nobody_who_is_not_let_in_leaves_a_trace(free, second):
    visitors = count(Visitor)

    assert not comes_in(free, second)

    assert count(Visitor) == visitors


def test_y_05_a_removed_site_lets_nobody_in_and_keeps_what_was_said(cast, second):
    cast.site.name, question = "Old shop", cast.question.id

    with transaction():
        remove_site(cast.site, cast.olga)

    cast.refresh()
    assert Site.keyed(cast.site.key) is None
    assert Company.of_site(cast.site.key) is None
    assert db.session.get(SiteKey, cast.site.key) is None
    kept = db.session.get_one(Conversation, question)
    assert (kept.is_open, kept.closed_by["name"]) == (False, "Olga")
    assert db.session.get_one(Site, kept.site_id).name == "Old shop"


def test_y_05_the_last_style_stays(cast):
    with pytest.raises(LastStyle, match="your only style"), transaction():
        remove_site(cast.site, cast.olga)

    assert Site.all() == [cast.site]
    assert cast.question.is_open


def test_a_style_cannot_be_removed_twice(cast, second):
    with transaction():
        Site.add("Third")
        remove_site(second, cast.olga)

    with pytest.raises(NotFound), transaction():
        remove_site(second, cast.olga)


def test_what_is_left_of_a_removed_styles_term_is_gone(free, second):
    with transaction():
        add_term(free, second.id, "voucher:1")
        end_terms(free, second.id)

    assert free.entitlements.styles == 1
    assert free.entitlements.styles_with_term == frozenset()


def test_another_companys_terms_show_nothing_here(cast, free, second):
    with transaction():
        add_term(cast.globex, second.id, "voucher:1")

    assert shown(free) == [True, False]

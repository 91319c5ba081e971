"""Letting visitors in: one statement for many, without writing what need not be written."""

import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from cast import count
from time_machine import travel

from chat.visitors import arrivals
from chat.visitors.arrivals import Arrival, Knock, Reception, TooManyAtOnce, arrive, refuse_crowd
from chat.visitors.present import tidy_screen
from chat.visitors.visitors import Visitor
from chat.visitors.visits import PageView, Visit
from core.clock import now
from core.db import db, transaction, url_of


@pytest.fixture
def page(cast):
    """`page(url)` is the arrival of the cast's visitor; more changes it."""

    def page(url: str = "https://shop.example/", **more) -> Arrival:
        return Arrival(**{"site_key": cast.site.key, "visitor_key": cast.visitor.key, "url": url} | more)

    return page


@pytest.fixture
def written(cast):
    """`written()` is what a statement has changed of the company's visitors since the last time."""
    tables = ("visitor", "visit", "page_view")

    def versions() -> dict:
        return {table: list(db.session.execute(sa.text(f"SELECT xmin, ctid FROM {table} ORDER BY id"))) for table in tables}

    seen = [versions()]

    def written() -> set[str]:
        cast.refresh()
        before, after = seen[0], versions()
        seen[0] = after
        return {table for table in tables if before[table] != after[table]}

    return written


def test_a_newcomer_gets_a_row_a_visit_and_a_page(cast, page):
    key = str(uuid.uuid4())

    arrived = arrive(cast.acme, page(visitor_key=key, is_new=True, language="de", zone="Europe/Berlin", screen="800x600"))

    visitor = db.session.get_one(Visitor, arrived.visitor_id)
    visit = Visit.last_of(visitor)
    assert (visitor.key, visitor.language, visitor.visits_count) == (key, "de", 1)
    assert (visit.id, visit.zone, visit.screen) == (arrived.visit_id, "Europe/Berlin", "800×600")
    assert arrived.has_come
    assert visit.last_page.id == arrived.page_view_id


def test_a_visit_that_goes_on_writes_nothing(cast, page, written):
    first = arrive(cast.acme, page())
    written()

    again = arrive(cast.acme, page())

    assert (again.visitor_id, again.visit_id, again.has_come, again.page_view_id) == (
        first.visitor_id,
        first.visit_id,
        False,
        None,
    )
    assert written() == set()


def test_it_is_noted_once_a_minute_that_he_is_still_there(cast, page, written):
    arrive(cast.acme, page())
    written()

    with travel(now() + timedelta(seconds=61), tick=False):
        arrive(cast.acme, page())
        assert written() == {"visitor", "visit"}
        arrive(cast.acme, page())
    assert written() == set()


def test_another_page_is_one_more_row(cast, page, written):
    arrive(cast.acme, page())
    written()

    arrived = arrive(cast.acme, page("https://shop.example/tea"))

    assert written() == {"page_view"}
    assert db.session.get_one(PageView, arrived.page_view_id).url == "https://shop.example/tea"


def test_who_comes_back_later_comes_again(cast, page):
    first = arrive(cast.acme, page())

    with travel(now() + timedelta(minutes=31), tick=False):
        again = arrive(cast.acme, page())

    assert again.has_come
    assert again.visit_id != first.visit_id
    cast.refresh()
    assert db.session.get_one(Visitor, cast.visitor.id).visits_count == 2


def test_tabs_of_one_visitor_at_once_are_one_visit(app, cast, page):
    """A browser that is opened again with all its tabs, on several processes."""
    key, company, visits, pages = str(uuid.uuid4()), cast.acme, [], []
    first = arrive(company, page(visitor_key=key, is_new=True))
    with travel(now() + timedelta(hours=1), tick=False):
        receptions, rights = [Reception(url_of("main")) for _ in range(4)], company.entitlements

        def open_tabs(reception: Reception) -> None:
            for _ in range(3):
                arrived = reception.let_in(Knock(company.place, page("https://shop.example/tea", visitor_key=key), rights))
                visits.append(arrived.visit_id)
                pages.append(arrived.page_view_id)

        threads = [threading.Thread(target=open_tabs, args=(reception,)) for reception in receptions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(visits) == 12
    assert set(visits) == {max(visits)} != {first.visit_id}
    assert len([page for page in pages if page]) == 1


def test_many_at_once_all_get_their_own_answer(app, cast, page):
    company, arrived = cast.acme, {}

    def knock(key: str) -> None:
        with app.app_context():
            arrived[key] = arrive(company, page(visitor_key=key, is_new=True))

    threads = [threading.Thread(target=knock, args=(str(uuid.uuid4()),)) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one.visitor_id for one in arrived.values()}) == 40
    for key, one in arrived.items():
        assert db.session.get_one(Visitor, one.visitor_id).key == key


def test_two_companies_never_meet_in_a_batch(app, cast, page):
    """A key of Acme's visitor says nothing at Globex, though both travel on one convoy."""
    with cast.globex.entered(), transaction():
        before = count(Visit)
        assert arrive(cast.globex, page()) is None
        assert count(Visit) == before


def test_a_key_nobody_has_and_a_site_that_is_gone_let_nobody_in(cast, page):
    assert arrive(cast.acme, page(visitor_key=str(uuid.uuid4()))) is None
    assert arrive(cast.acme, page(site_key="gone")) is None
    assert arrive(cast.acme, page(site_key="gone", visitor_key=str(uuid.uuid4()), is_new=True)) is None


def test_a_site_that_requires_an_identity_asks_for_it_first(cast, page):
    with transaction():
        cast.site.requires_identity = True

    assert arrive(cast.acme, page()) is None
    assert arrive(cast.acme, page(is_identified=True)) is not None


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\udfff tea", "a" * 9000, "'); DROP TABLE visitor; --", '{"a": 1}', "茶"])
def test_odd_texts_are_kept_or_cut_and_break_nothing(cast, page, odd):
    texts = ("language", "ip", "user_agent", "referrer", "zone", "screen", "title")

    arrived = arrive(cast.acme, page(f"https://shop.example/{odd}", **dict.fromkeys(texts, odd)))

    assert arrived is not None
    assert len(Visit.last_of(cast.visitor).referrer) <= 2000


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "about:blank", "file:///etc/passwd", "http://[", "nonsense"])
def test_what_is_no_page_is_not_noted(cast, page, url):
    assert arrive(cast.acme, page(url)).page_view_id is None


def test_too_many_at_once_are_asked_to_come_back(app, cast, page, monkeypatch):
    monkeypatch.setattr(arrivals, "MAX_WAITING", 0)

    with pytest.raises(TooManyAtOnce):
        refuse_crowd("main")
    with pytest.raises(TooManyAtOnce) as refused:
        arrive(cast.acme, page())
    assert refused.value.as_dict()["code"] == "busy"


def test_a_connection_that_was_lost_meanwhile_costs_nobody_his_visit(app, cast, page, postgres_url):
    arrive(cast.acme, page())
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'laike-convoy'")

    assert arrive(cast.acme, page()) is not None


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("1440×900@2", "1440×900@2"),
        ("1440x900", "1440×900"),
        ("412x915@2.625", "412×915@2.625"),
        ("big", ""),
        ("1e9x3", ""),
        ("", ""),
    ],
)
def test_a_screen_is_kept_when_it_is_one(told, kept):
    assert tidy_screen(told) == kept

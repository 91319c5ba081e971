from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from parallel import in_parallel

from chat.conversations.conversations import Conversation
from chat.offline.messages import OfflineMessage
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.clock import now
from core.db import db, transaction
from saas import standing
from tenants.companies.domains import SiteDomain
from tenants.companies.standing import CompanyStanding, CompanyUsage, due


def standing_of(company) -> CompanyStanding:
    db.session.commit()
    db.session.expire_all()
    return CompanyStanding.of(company)


def usage_of(company) -> dict[date, CompanyUsage]:
    db.session.commit()
    db.session.expire_all()
    return {row.day: row for row in db.session.scalars(sa.select(CompanyUsage).where(CompanyUsage.company_id == company.id))}


def test_publishes_what_there_is_and_again_the_same(cast):
    with transaction():
        cast.acme.take_seat(cast.adam)
        cast.question.accept(by=cast.adam)

    standing.publish()
    first = standing_of(cast.acme)
    told = (first.conversations, first.agents_online, first.seats, first.plan, first.waiting, first.troubles)
    standing.measure(cast.acme.id)

    assert told == (1, 1, 10, "professional", 0, [])
    assert first.trial_ends_at > now()
    again = standing_of(cast.acme)
    assert (again.conversations, again.agents_online) == (1, 1)
    assert [(row.conversations, row.visitors, row.most_agents) for row in usage_of(cast.acme).values()] == [(1, 1, 1)]
    assert standing_of(cast.globex).conversations == 0


def test_measures_again_only_what_was_marked(cast):
    standing.publish()
    measured = {company.id: standing_of(company).measured_at for company in (cast.acme, cast.globex)}
    with transaction():
        cast.question.close(cast.visitor)

    standing.publish()

    assert standing_of(cast.acme).measured_at > measured[cast.acme.id]
    assert standing_of(cast.acme).waiting == 0
    assert standing_of(cast.globex).measured_at == measured[cast.globex.id]


def test_everybody_is_measured_when_redis_has_lost_the_marks(app, cast):
    standing.publish()
    measured = standing_of(cast.globex).measured_at
    app.extensions["redis"].flushdb()

    standing.publish()

    assert standing_of(cast.globex).measured_at > measured


def test_a_seat_that_ended_without_a_word_is_noticed(app, cast):
    with transaction():
        cast.acme.take_seat(cast.adam)
    standing.publish()
    app.extensions["redis"].delete(f"seats:{cast.acme.id}")

    standing.publish()

    assert standing_of(cast.acme).agents_online == 0
    assert [row.most_agents for row in usage_of(cast.acme).values()] == [1]


def test_a_day_turns_at_the_companys_own_midnight(cast):
    with transaction():
        cast.acme.time_zone = "Asia/Shanghai"
    # 23:50 on the 9th over there, and not yet four in the afternoon at Greenwich.
    evening = datetime(2030, 3, 9, 15, 50, tzinfo=UTC)
    with time_machine.travel(evening, tick=False):
        _opened_at(cast.question, evening - timedelta(minutes=5))
        standing.measure(cast.acme.id)
        assert (standing_of(cast.acme).day, standing_of(cast.acme).conversations) == (date(2030, 3, 9), 1)
        # Said after the last measurement of that day.
        _opened_at(_another(cast), evening + timedelta(minutes=5))
    with time_machine.travel(evening + timedelta(minutes=15), tick=False):
        assert _counted_today(cast.acme) == 0
        assert cast.acme.id in due(10)
        standing.measure(cast.acme.id)
        assert cast.acme.id not in due(10)

    days = usage_of(cast.acme)
    assert (standing_of(cast.acme).day, standing_of(cast.acme).conversations) == (date(2030, 3, 10), 0)
    assert [days[date(2030, 3, day)].conversations for day in (9, 10)] == [2, 0]


def test_measured_while_it_writes_nothing_is_lost_or_counted_twice(app, cast):
    def open_one():
        site = Site.all()[0]
        visitor = Visitor.recognise(None, site)
        Conversation.open_for(visitor, site, Visit.of(visitor, site))

    def look():
        standing.measure(cast.acme.id)

    outcomes = in_parallel(app, cast.acme, [open_one, look] * 4)
    standing.measure(cast.acme.id)

    assert outcomes == [None] * 8
    assert standing_of(cast.acme).conversations == 5
    assert [(row.conversations, row.visitors) for row in usage_of(cast.acme).values()] == [(5, 5)]


def test_names_what_is_wrong(cast):
    with transaction():
        db.session.add(OfflineMessage(client_id="7f0c1bd8-8c2d-4f0a-9b36-5d9f2f6a1a11", visitor_id=cast.visitor.id,
                                      site_id=cast.site.id, text="Hello?", created_at=now() - timedelta(days=3)))  # fmt: skip
        _opened_at(cast.question, now() - timedelta(minutes=11))
        cast.globex.created_at = now() - timedelta(days=2)
        db.session.merge(cast.globex)

    standing.publish()

    acme = standing_of(cast.acme)
    assert (acme.troubles, acme.burden, acme.unanswered) == (["visitors_waiting", "unanswered_messages"], 6, 1)
    assert standing_of(cast.globex).troubles == ["not_embedded"]


def test_one_that_cannot_be_looked_at_keeps_its_numbers_and_holds_up_nobody(cast, monkeypatch):
    standing.publish()
    monkeypatch.setattr("saas.standing.usage.waiting_now", _fails_in(cast.acme))

    standing.measure(cast.acme.id)
    standing.measure(cast.globex.id)

    acme = standing_of(cast.acme)
    assert (acme.troubles, acme.conversations) == (["unreachable"], 1)
    assert acme.due_at > now()
    assert standing_of(cast.globex).troubles == []


def test_a_company_that_is_being_erased_is_not_looked_into(cast):
    with transaction():
        cast.acme.begin_to_erase()

    standing.measure(cast.acme.id)

    assert standing_of(cast.acme) is None


@pytest.mark.parametrize("origin", ["https://shop.example:8443", "https://*.shop.example"])
def test_domains_are_published_with_the_sites(cast, origin):
    with transaction():
        Site.all()[0].allow([origin])
    assert _domains(cast.acme) == ["shop.example"]

    with transaction():
        Site.all()[0].allow(["cups.example"])
    assert _domains(cast.acme) == ["cups.example"]


def test_sites_that_were_there_before_are_published_too(cast):
    with transaction():
        Site.all()[0].allow(["shop.example", "www.shop.example"])
        db.session.execute(sa.delete(SiteDomain))

    standing.publish()

    assert _domains(cast.acme) == ["shop.example", "www.shop.example"]


def _opened_at(conversation: Conversation, moment: datetime) -> None:
    with transaction():
        db.session.execute(sa.update(Conversation).where(Conversation.id == conversation.id).values(opened_at=moment))


def _another(cast) -> Conversation:
    with transaction():
        return Conversation.open_for(Visitor.recognise(None, cast.site), cast.site)


def _counted_today(company) -> int:
    asked = sa.select(CompanyStanding.conversations_today()).where(CompanyStanding.company_id == company.id)
    return db.session.scalar(asked)


def _domains(company) -> list[str]:
    asked = sa.select(SiteDomain.domain).where(SiteDomain.company_id == company.id).order_by(SiteDomain.domain)
    return list(db.session.scalars(asked))


def _fails_in(company):
    from chat.usage import waiting_now
    from tenants.companies.company import current_company

    def look():
        if current_company().id == company.id:
            raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))
        return waiting_now()

    return look

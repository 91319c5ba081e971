"""The company's own page about support: consent, for how long, who looked at what, and the end of it."""

import pytest
from visiting import come_in

from core.db import transaction
from tenants.audit.audit import AuditEntry
from tenants.support.support import SupportGrant
from tenants.support.support_visits import SupportVisit

PAGE = "/manage/support-access"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def operator(cast, portal):
    return portal("support", "Otto")


def asked() -> SupportGrant:
    with transaction():
        return SupportGrant.ask(type("Otto", (), {"id": 7, "name": "Otto"}), "White window", "T-812", 4, True)


def test_is_off_and_says_so(cast, olga):
    assert "Support cannot look inside" in olga.get(PAGE).text


def test_an_administrator_consents_and_ends_it(cast, olga):
    olga.post(PAGE, data={"hours": "72", "writes": "yes"})
    cast.refresh()
    grant = SupportGrant.in_force()
    assert (grant.hours, grant.writes, grant.member.name) == (72, True, "Olga")
    assert "Look, and change settings" in olga.get(PAGE).text

    olga.post(f"{PAGE}/{grant.id}/end")
    cast.refresh()
    assert SupportGrant.in_force() is None
    assert [entry.action for entry in AuditEntry.before(None)[:2]] == ["support.ended", "support.granted"]


@pytest.mark.parametrize("hours", ["0", "169", "-1", "1000000", "x", ""])
def test_a_time_that_is_not_offered_is_the_shortest(cast, olga, hours):
    olga.post(PAGE, data={"hours": hours})

    cast.refresh()
    assert (SupportGrant.in_force().hours, SupportGrant.in_force().writes) == (1, False)


def test_says_yes_to_less_than_was_asked_for(cast, olga):
    request = asked()
    assert "White window" in olga.get(PAGE).text

    olga.post(f"{PAGE}/{request.id}", data={"answer": "yes", "hours": "1", "writes": ""})

    cast.refresh()
    grant = SupportGrant.in_force()
    assert (grant.id, grant.hours, grant.writes) == (request.id, 1, False)


def test_says_no_once(cast, olga):
    request = asked()

    olga.post(f"{PAGE}/{request.id}", data={"answer": "no"})

    cast.refresh()
    assert SupportGrant.waiting() is SupportGrant.in_force() is None
    assert AuditEntry.before(None, "support.declined")[0].member.name == "Olga"
    assert olga.post(f"{PAGE}/{request.id}", data={"answer": "yes", "hours": "1"}).status_code == 409


def test_agents_decide_nothing(cast, signed_in):
    adam = signed_in(cast.adam)

    assert adam.get(PAGE).status_code == 403
    assert adam.post(PAGE, data={"hours": "1"}).status_code == 403
    assert SupportGrant.in_force() is None


def test_sees_who_looked_when_and_at_what(cast, olga, operator):
    olga.post(PAGE, data={"hours": "1"})
    come_in(operator, "acme")
    for _time in range(3):
        operator.get("/manage/members")
    operator.post("/manage/settings")

    page = olga.get(PAGE).text
    assert "Otto of support is looking now" in page
    visit = SupportVisit.latest(cast.acme)[0]
    looks = olga.get(f"{PAGE}/visits/{visit.id}").text
    assert "/manage/members" in looks
    assert '<td class="numeric">3</td>' in looks
    assert "Page refused to support" in looks
    log = olga.get("/manage/audit?member=operators").text
    assert log.count("Platform operator Otto") == 5
    assert "Support access granted</td>" not in log


def test_another_companys_visits_are_not_found(cast, olga, operator):
    with cast.globex.entered(), transaction():
        visit, _token = SupportVisit.begin(
            cast.globex, operator.operator, 1, until=cast.globex.created_at, grant_key="x", reason="x", ticket="x"
        )

    assert olga.get(f"{PAGE}/visits/{visit.id}").status_code == 404


def test_who_visits_cannot_prolong_it(cast, olga, operator):
    olga.post(PAGE, data={"hours": "1", "writes": "yes"})
    come_in(operator, "acme")

    assert operator.get(PAGE).status_code == 403
    assert operator.post(PAGE, data={"hours": "168", "writes": "yes"}).status_code == 403
    cast.refresh()
    assert SupportGrant.in_force().hours == 1

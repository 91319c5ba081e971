import sqlalchemy as sa

from core.clock import now
from core.db import db, transaction
from tenants.audit.audit import AuditEntry
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.rights.entitlements import Grant


def test_shows_who_is_online(cast, signed_in):
    cast.acme.take_seat(cast.nina)

    page = signed_in(cast.olga).get("/manage/seats").text

    assert "Nina" in page
    assert "<strong>1</strong> of 10 seats in use" in page


def test_releases_a_seat(cast, signed_in):
    cast.acme.take_seat(cast.nina)

    page = signed_in(cast.olga).post(f"/manage/seats/{cast.nina.id}/release", follow_redirects=True).text

    assert "Nina&#39;s seat is free now." in page
    assert cast.acme.seated == set()
    assert AuditEntry.before(None, "seat.released")[0].details == {"name": "Nina"}


def test_a_seat_nobody_holds_is_not_found(cast, signed_in):
    assert signed_in(cast.olga).post(f"/manage/seats/{cast.nina.id}/release").status_code == 404


def test_management_needs_no_seat(cast, signed_in):
    with transaction():
        db.session.execute(sa.update(Grant).values(revoked_at=now()))
        others = [Member.add(f"Agent {n}", None, Role.keyed("agent")) for n in range(3)]
    db.session.refresh(cast.acme)
    for member in others:
        cast.acme.take_seat(member)

    page = signed_in(cast.olga).get("/manage").text

    assert "3 of 3" in page
    assert cast.olga.id not in cast.acme.seated


def test_an_agent_may_not_release(cast, signed_in):
    cast.acme.take_seat(cast.nina)

    assert signed_in(cast.adam).post(f"/manage/seats/{cast.nina.id}/release").status_code == 403
    assert cast.acme.seated == {cast.nina.id}


def test_another_company_sees_its_own_seats_only(cast, signed_in):
    cast.acme.take_seat(cast.nina)
    eve = signed_in(cast.eve)

    assert "Nina" not in eve.get("/manage/seats").text
    assert eve.post(f"/manage/seats/{cast.nina.id}/release").status_code == 404
    assert cast.acme.seated == {cast.nina.id}

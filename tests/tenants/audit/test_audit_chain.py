"""The audit log as a chain: added to in order under any number of hands, and telling when somebody tampers with it."""

import threading

import psycopg
import pytest
import sqlalchemy as sa

from core.db import current_place, db, transaction
from tenants.audit import audit
from tenants.audit.audit import AuditEntry
from tenants.audit.audit_chain import AuditAnchor, AuditHead, anchor_companies, verify
from tenants.companies.databases import connect


@pytest.fixture
def deeds(cast):
    """Three of them, by Olga."""
    for name in ("Repairs", "Night shift", "Sales"):
        with transaction():
            audit.note("department.added", by=cast.olga, name=name, ip="203.0.113.7")


@pytest.fixture
def as_owner(app):
    """`as_owner("UPDATE …")` is what somebody could do who has got around the company's role."""
    schema = current_place().schema

    def execute(statement: str) -> None:
        with connect(app.config["DATABASE_URL"]) as connection:
            connection.execute(f'SET search_path = "{schema}"')
            connection.execute(statement)

    return execute


def checked():
    db.session.expire_all()
    with transaction():
        return verify()


def test_a_log_nobody_touched_is_whole(deeds):
    verdict = checked()

    assert verdict.is_whole
    assert verdict.checked == AuditHead.current().seq >= 3
    assert verdict.head == AuditHead.current().hash


def test_an_empty_log_is_whole(cast, as_owner):
    as_owner("DELETE FROM audit_entry; DELETE FROM audit_head")

    assert checked().is_whole


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit_entry SET action = 'department.removed' WHERE seq = 2", "it was changed"),
        ("UPDATE audit_entry SET member_id = NULL WHERE seq = 2", "it was changed"),
        ("UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 2", "it was changed"),
        ("""UPDATE audit_entry SET details = '{"name": "Other"}' WHERE seq = 2""", "its details were changed"),
        ("UPDATE audit_entry SET ip = '' WHERE seq = 2", "its details were changed"),
        ("UPDATE audit_entry SET salt = NULL, ip = '198.51.100.7' WHERE seq = 2", "its details were changed"),
        ("DELETE FROM audit_entry WHERE seq = 2", "entries 2 to 2 are missing"),
        ("DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)", "the last entries are missing"),
    ],
)
def test_tampering_shows(deeds, as_owner, tampering, fault):
    as_owner(tampering)

    assert checked().fault == fault


def test_cutting_the_end_off_with_its_note_shows_by_the_anchor(cast, deeds, as_owner):
    with transaction():
        AuditAnchor.drop(cast.acme)
    as_owner(
        "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry);"
        "UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_entry ORDER BY seq DESC NULLS LAST LIMIT 1)"
    )

    assert "the log once had" in checked().fault


def test_a_chain_computed_anew_is_not_what_was_noted(cast, deeds):
    with transaction():
        AuditAnchor.drop(cast.acme)
    with transaction():
        db.session.execute(sa.update(AuditAnchor).values(hash="f" * 64))

    assert checked().fault == "it is not what the platform noted at the time"


def test_what_had_to_be_forgotten_leaves_it_whole(deeds, as_owner):
    as_owner("UPDATE audit_entry SET details = '{}', ip = '', salt = NULL WHERE seq = 2")

    verdict = checked()

    assert verdict.is_whole
    assert verdict.forgotten == 1


def test_the_company_itself_can_only_add(deeds):
    for statement in ("UPDATE audit_entry SET ip = ''", "DELETE FROM audit_entry"):
        with pytest.raises(sa.exc.ProgrammingError) as error, transaction():
            db.session.execute(sa.text(statement))
        assert isinstance(error.value.orig, psycopg.errors.InsufficientPrivilege)


def test_what_was_taken_back_is_not_in_it(cast, deeds):
    before = checked().checked
    with pytest.raises(ZeroDivisionError), transaction():
        audit.note("department.added", by=cast.olga, name="Nobody")
        1 / 0  # noqa: B018

    assert checked().checked == before
    assert "Nobody" not in str([entry.details for entry in AuditEntry.before(None)])


def test_many_at_once_make_one_chain(app, cast):
    before = checked().checked

    def add(name):
        with app.app_context(), cast.acme.entered(), transaction():
            audit.note("department.added", name=name)

    threads = [threading.Thread(target=add, args=[f"Number {number}"]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = checked()
    assert verdict.is_whole
    assert verdict.checked == before + 16


def test_ends_are_kept_for_each_company_once(cast, deeds):
    anchor_companies()
    anchor_companies()

    [anchor] = AuditAnchor.of(cast.acme)
    assert (anchor.seq, anchor.hash) == (AuditHead.current().seq, AuditHead.current().hash)
    assert checked().anchors == 1

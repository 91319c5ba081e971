"""The operators' log as a chain: added to in order under any number of hands, and telling when somebody tampers with it."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from core.db import PLATFORM, db, transaction
from operators.audit import EntryQuery, OperatorHead, anchor_operators, note, verify
from operators.operator import Operator
from tenants.companies.databases import connect


@pytest.fixture
def deeds(context):
    """Three of them, by Olive."""
    with transaction():
        olive = Operator.add("olive@laike.example", "Olive", "owner")
    for role in ("support", "finance", "operations"):
        with transaction():
            note("operator.role_changed", olive, subject="operator:7", reason="asked for", role=role)


@pytest.fixture
def as_owner(app):
    """`as_owner("UPDATE …")` is what somebody could do who has got around the platform's login and the triggers."""

    def execute(statement: str) -> None:
        with connect(app.config["DATABASE_URL"]) as connection:
            connection.execute(f"SET session_replication_role = replica; SET search_path = platform; {statement}")

    return execute


def checked(**more):
    db.session.expire_all()
    with transaction():
        return verify(**more)


def test_a_log_nobody_touched_is_whole(deeds):
    verdict = checked()

    assert verdict.is_whole
    assert (verdict.checked, verdict.head) == (3, OperatorHead.current().hash)
    assert [entry.details["role"] for entry in EntryQuery().entries()] == ["operations", "finance", "support"]


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE operator_entry SET action = 'operator.disabled' WHERE seq = 2", "it was changed"),
        ("UPDATE operator_entry SET operator_id = 99 WHERE seq = 2", "it was changed"),
        ("UPDATE operator_entry SET company_id = 1 WHERE seq = 2", "it was changed"),
        ("UPDATE operator_entry SET reason = '' WHERE seq = 2", "its details were changed"),
        ("UPDATE operator_entry SET salt = NULL, reason = 'another' WHERE seq = 2", "its details were changed"),
        ("DELETE FROM operator_entry WHERE seq = 2", "entries 2 to 2 are missing"),
        ("DELETE FROM operator_entry WHERE seq = 3", "the last entries are missing"),
    ],
)
def test_tampering_shows(deeds, as_owner, tampering, fault):
    as_owner(tampering)

    assert checked().fault == fault


def test_what_was_kept_and_what_was_logged_tells_of_a_log_made_anew(deeds, as_owner, caplog):
    with caplog.at_level("INFO", logger="operators.audit"):
        anchor_operators()
        anchor_operators()
    [line] = [record.getMessage() for record in caplog.records]
    head = OperatorHead.current()
    assert line == f"operators' log ends seq=3 hash={head.hash}"
    assert checked().anchors == 1

    as_owner("DELETE FROM operator_entry; DELETE FROM operator_head; DELETE FROM operator_anchor")

    assert checked().is_whole
    assert checked(marks={3: head.hash}).fault == "the log once had 3 entries"


@pytest.mark.parametrize("table", ["operator_entry", "operator_anchor"])
@pytest.mark.parametrize("statement", ["UPDATE platform.{} SET hash = ''", "DELETE FROM platform.{}"])
def test_neither_the_platforms_login_nor_the_owner_can_do_more_than_add(app, deeds, table, statement):
    anchor_operators()
    with pytest.raises(sa.exc.ProgrammingError) as error, transaction():
        db.session.execute(sa.text(statement.format(table)), bind_arguments={"bind": db.engines[PLATFORM]})
    assert isinstance(error.value.orig, psycopg.errors.InsufficientPrivilege)
    with connect(app.config["DATABASE_URL"]) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(statement.format(table))


def test_what_was_taken_back_is_not_in_it(deeds):
    with pytest.raises(ZeroDivisionError), transaction():
        note("operator.disabled", None)
        1 / 0  # noqa: B018

    assert checked().checked == 3


def test_many_at_once_make_one_chain(app, deeds):
    def add(number):
        with app.app_context(), transaction():
            note("operator.invited", None, number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))

    verdict = checked()
    assert verdict.is_whole
    assert verdict.checked == 19


def test_who_noted_it_holds_no_row_of_others(app, deeds):
    """Somebody who locks an operator and then notes waits for nobody who does it the other way round."""
    olive = Operator.known_as("olive@laike.example")
    db.session.commit()

    def lock_and_note(number):
        with app.app_context(), transaction():
            db.session.execute(sa.select(Operator.id).where(Operator.id == olive.id).with_for_update())
            note("operator.disabled", olive, number=number)

    def only_note(number):
        with app.app_context(), transaction():
            note("operator.enabled", olive, number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: (lock_and_note if number % 2 else only_note)(number), range(16)))

    assert checked().checked == 19

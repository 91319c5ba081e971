from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from core.clock import now
from core.db import Place, db, inside, transaction
from tenants.companies import making, schemas
from tenants.companies.checkup import check_schema
from tenants.companies.company import Company
from tenants.companies.databases import connect
from tenants.companies.making import make_ready, sweep
from tenants.companies.migrations import TENANT
from tenants.companies.schemas import NoSchemaReady, Schema, keep_ready
from tenants.people.roles import Role


@pytest.fixture
def admin(app, context):
    """The admin's connection; schemas that a test claimed and nobody could use again are dropped after it."""
    url = app.config["DATABASE_URL"]
    with connect(url) as connection:
        yield connection
    db.session.rollback()
    sweep(url, after=timedelta(0))
    make_ready(url, 4)


def ready(admin) -> int:
    return admin.execute("SELECT count(*) FROM platform.schema WHERE state = 'ready'").fetchone()[0]


def test_claims_one_that_stands_ready(admin):
    before = ready(admin)

    schema = Schema.claim()

    assert (schema.state, schema.revision, schema.name) == ("taken", TENANT.head, f"t_{schema.id}")
    assert ready(admin) == before - 1


def test_is_usable_at_once(admin):
    schema = Schema.claim()

    with inside(Place(schema.name)), transaction():
        db.session.add(Role(name="Cook"))
        db.session.flush()
        assert db.session.scalars(sa.select(Role.name)).all() == ["Cook"]


def test_stays_claimed_when_the_sign_up_fails(admin):
    schema = Schema.claim()
    db.session.rollback()

    assert admin.execute("SELECT state FROM platform.schema WHERE id = %s", [schema.id]).fetchone() == ("taken",)


def test_gives_every_one_to_one_claimant_only(app, admin):
    make_ready(app.config["DATABASE_URL"], 12)

    def claim(_):
        with app.app_context():
            return Schema.claim().id

    with ThreadPoolExecutor(12) as pool:
        claimed = list(pool.map(claim, range(12)))

    assert len(set(claimed)) == 12


def test_makes_more_on_the_spot_where_that_is_allowed(app, admin, monkeypatch):
    monkeypatch.setitem(app.config, "READY_SCHEMAS", 2)
    admin.execute("UPDATE platform.schema SET state = 'taken' WHERE state = 'ready'")

    assert Schema.claim().state == "taken"


def test_asks_the_worker_and_refuses_in_clear_words_when_nothing_is_ready(app, admin, monkeypatch):
    monkeypatch.setitem(app.config, "DATABASE_URL", "")
    monkeypatch.setattr(schemas, "PATIENCE", (0,))
    admin.execute("UPDATE platform.schema SET state = 'taken' WHERE state = 'ready'")

    with pytest.raises(NoSchemaReady, match="Try again in a minute"):
        Schema.claim()

    assert app.extensions["queue"].jobs[0].func_name == "tenants.companies.schemas.keep_ready"


def test_finds_what_the_worker_makes_meanwhile(app, admin, monkeypatch):
    url = app.config["DATABASE_URL"]
    monkeypatch.setitem(app.config, "DATABASE_URL", "")
    monkeypatch.setattr(schemas.time, "sleep", lambda seconds: make_ready(url, 1))
    admin.execute("UPDATE platform.schema SET state = 'taken' WHERE state = 'ready'")

    assert Schema.claim().state == "taken"


def test_keeps_as_many_ready_as_the_settings_say(app, admin, monkeypatch):
    monkeypatch.setitem(app.config, "READY_SCHEMAS", ready(admin) + 2)

    assert keep_ready() == 2
    assert keep_ready() == 0


def test_makers_at_the_same_time_make_no_more_than_wanted(app, admin):
    wanted = ready(admin) + 4

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _: make_ready(app.config["DATABASE_URL"], wanted), range(3)))

    assert sum(made) == 4
    assert ready(admin) == wanted


@pytest.mark.parametrize("killed", ["before the schema", "after the schema"])
def test_drops_what_a_killed_run_left(app, admin, monkeypatch, killed):
    url = app.config["DATABASE_URL"]
    id, name = admin.execute("INSERT INTO platform.schema DEFAULT VALUES RETURNING id, name").fetchone()
    if killed == "after the schema":
        admin.execute(making._script(making.Admin(url).names_in(), name))

    make_ready(url, ready(admin) + 1)

    assert admin.execute("SELECT count(*) FROM platform.schema WHERE id = %s OR state = 'making'", [id]).fetchone() == (0,)
    assert admin.execute("SELECT to_regnamespace(%s), to_regrole(%s)", [name, name]).fetchone() == (None, None)


def test_a_script_that_fails_leaves_nothing(app, admin, monkeypatch):
    monkeypatch.setattr(making, "withheld", lambda name: "SELECT 1 / 0;")
    url, before = app.config["DATABASE_URL"], ready(admin)

    with pytest.raises(psycopg.errors.DivisionByZero):
        make_ready(url, before + 1)

    name = admin.execute("SELECT name FROM platform.schema WHERE state = 'making'").fetchone()[0]
    assert admin.execute("SELECT to_regnamespace(%s), to_regrole(%s)", [name, name]).fetchone() == (None, None)


def test_drops_what_failed_sign_ups_left(app, admin):
    forgotten, kept = Schema.claim(), Schema.claim()
    with transaction():
        db.session.add(Company(company_id="kept", name="Kept", schema=kept, created_at=now()))

    assert sweep(app.config["DATABASE_URL"], after=timedelta(0)) == [forgotten.name]

    assert admin.execute("SELECT to_regnamespace(%s)", [kept.name]).fetchone() != (None,)
    assert admin.execute("SELECT state FROM platform.schema WHERE id = %s", [forgotten.id]).fetchone() == ("erased",)


def test_leaves_a_sign_up_under_way_alone(app, admin):
    Schema.claim()

    assert sweep(app.config["DATABASE_URL"]) == []


def test_never_drops_another_databases_role(app, admin):
    admin.execute("CREATE ROLE t_888888888 NOLOGIN")
    try:
        making.drop(app.config["DATABASE_URL"], "t_888888888")

        assert admin.execute("SELECT to_regrole('t_888888888')").fetchone() != (None,)
    finally:
        admin.execute("DROP ROLE t_888888888")


def test_a_fresh_schema_passes_every_check(app, admin):
    assert check_schema(app.config["DATABASE_URL"], Schema.claim().name) == []


DAMAGE = {
    "missing: column role.key": "ALTER TABLE {name}.role DROP COLUMN key",
    "unexpected: column role.evil": "ALTER TABLE {name}.role ADD COLUMN evil int",
    "missing: index": "DROP INDEX {name}.uq_member_email",
    "unexpected: trigger": "CREATE TRIGGER evil BEFORE UPDATE ON {name}.role FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "everybody has rights on role": "GRANT SELECT ON {name}.role TO PUBLIC",
    "everybody has rights on the schema": "GRANT USAGE ON SCHEMA {name} TO PUBLIC",
    "may rewrite audit_entry": "GRANT UPDATE ON {name}.audit_entry TO {name}",
    "must be NOLOGIN": "ALTER ROLE {name} LOGIN",
    "gives out numbers twice": "INSERT INTO {name}.role (id, name, permissions) OVERRIDING SYSTEM VALUE VALUES (99, 'x', '{{}}')",
    "it is on revision older": "UPDATE {name}.alembic_version SET version_num = 'older'",
    "there is no such schema": "DROP SCHEMA {name} CASCADE",
}


@pytest.mark.parametrize("problem", DAMAGE)
def test_check_finds(app, admin, problem):
    schema = Schema.claim()
    admin.execute(DAMAGE[problem].format(name=schema.name))

    assert any(problem in found for found in check_schema(app.config["DATABASE_URL"], schema.name))


def test_claims_none_in_a_database_this_process_is_not_connected_to(app, admin, monkeypatch):
    monkeypatch.setitem(app.config, "DATABASE_URL", "")
    monkeypatch.setattr(schemas, "PATIENCE", ())
    admin.execute("UPDATE platform.schema SET database = 'elsewhere' WHERE state = 'ready'")
    try:
        with pytest.raises(NoSchemaReady):
            Schema.claim()
    finally:
        admin.execute("UPDATE platform.schema SET database = 'main' WHERE database = 'elsewhere'")

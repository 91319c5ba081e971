"""Both histories: one head, up from nothing, the same as the models; and how companies are taken along."""

import shutil
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.db import PLATFORM as PLATFORM_BIND
from core.db import Place, db, inside
from tenants.companies import migrations, rollout
from tenants.companies.databases import Names, Passwords, connect, drop_database, prepare_database
from tenants.companies.making import make_ready
from tenants.companies.migrations import PLATFORM, TENANT, History, as_owner, migrate_platform
from tenants.companies.rollout import AlreadyRunning, behind, migrate_companies
from tenants.people.roles import Role

NAME = "laike_test_migrations"
BOTH = [PLATFORM, TENANT]

ADD_COLUMN = """
import sqlalchemy as sa
from alembic import op

revision = "2999_01_01"
down_revision = "{before}"


def upgrade():
    op.add_column("role", sa.Column("colour", sa.Text))
"""
FILL_IT = """
import sqlalchemy as sa
from alembic import op

revision = "2999_01_02"
down_revision = "2999_01_01"
in_python = True


def upgrade():
    for id, name in op.get_bind().execute(sa.text("SELECT id, name FROM role")).all():
        op.get_bind().execute(sa.text("UPDATE role SET colour = :colour WHERE id = :id"), {"colour": name[::-1], "id": id})
"""


@pytest.mark.parametrize("history", BOTH, ids=lambda history: history.name)
def test_one_head(history):
    assert len(history.scripts.get_heads()) == 1
    assert len(history.scripts.get_bases()) == 1


@pytest.mark.parametrize("history", BOTH, ids=lambda history: history.name)
def test_revisions_sort_by_their_names_and_stay_short(history):
    revisions = [step.revision for step in history.scripts.walk_revisions()][::-1]

    assert revisions == sorted(revisions)
    assert all(len(revision) <= 32 for revision in revisions)


@pytest.mark.parametrize("history", BOTH, ids=lambda history: history.name)
def test_files_are_named_by_date_and_sentence(history):
    for step in history.scripts.walk_revisions():
        assert Path(step.path).name.startswith(step.revision[:10])
        assert step.doc.endswith(".")


@pytest.mark.parametrize("history", BOTH, ids=lambda history: history.name)
def test_models_are_not_imported(history):
    for step in history.scripts.walk_revisions():
        source = Path(step.path).read_text()
        assert not any(f"{word} {package}" in source for word in ("from", "import") for package in ("core", "tenants", "chat"))


def test_platform_tables_are_what_the_models_say(app):
    metadata = db.metadatas[PLATFORM_BIND]

    with as_owner(app.config["DATABASE_URL"], "platform") as connection:
        assert PLATFORM.differences(connection, metadata) == []


def test_a_companys_tables_are_what_the_models_say(app, clean):
    url = app.config["DATABASE_URL"]
    with connect(url) as admin:
        name = admin.execute("SELECT name FROM platform.schema WHERE state = 'ready' LIMIT 1").fetchone()[0]

    with as_owner(url, name) as connection:
        assert TENANT.differences(connection, db.metadatas[None]) == []


def test_finds_what_the_models_have_and_the_tables_have_not(app):
    metadata = sa.MetaData(schema="platform")
    sa.Table("novelty", metadata, sa.Column("id", sa.BigInteger, primary_key=True))

    with as_owner(app.config["DATABASE_URL"], "platform") as connection:
        found = PLATFORM.differences(connection, metadata)

    assert any(change[0] == "add_table" and change[1].name == "novelty" for change in found)
    assert any(change[0] == "remove_table" and change[1].name == "company" for change in found)


@pytest.fixture(scope="module")
def empty_database(servers, postgres_url):
    """A database with platform tables and nothing else, made for these tests."""
    drop_database(postgres_url, NAME)
    url = prepare_database(postgres_url, Passwords("app", "platform"), NAME).DATABASE_URL
    migrate_platform(url)
    yield url
    drop_database(postgres_url, NAME)


@pytest.fixture
def url(empty_database):
    """That database with four schemas at today's head."""
    make_ready(empty_database, 4)
    yield empty_database
    with connect(empty_database) as admin:
        for (name,) in admin.execute("SELECT name FROM platform.schema").fetchall():
            admin.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; DROP ROLE IF EXISTS {name}")
        admin.execute("DELETE FROM platform.company; DELETE FROM platform.schema")


@pytest.fixture
def newer(tmp_path, monkeypatch):
    """A function that gives the tenant history more revisions, as a next release would."""
    shutil.copytree(migrations.FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))

    def add(*sources: str) -> History:
        versions = tmp_path / "migrations" / "tenant" / "versions"
        for number, source in enumerate(sources, start=1):
            (versions / f"2999_01_0{number}_later.py").write_text(source.replace("{before}", TENANT.head))
        history = History("tenant", tmp_path / "migrations")
        monkeypatch.setattr("tenants.companies.making.TENANT", history)
        return history

    return add


def columns(url: str, name: str) -> set[str]:
    with connect(url) as admin:
        rows = admin.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [f"{name}.role"])
        return {column for (column,) in rows}


def names(url: str) -> list[str]:
    with connect(url) as admin:
        return [name for (name,) in admin.execute("SELECT name FROM platform.schema ORDER BY id").fetchall()]


def test_everything_comes_up_from_nothing(url):
    assert len(names(url)) == 4
    assert behind(url) == []


def test_migrating_the_platform_again_is_harmless(url):
    assert migrate_platform(url) == PLATFORM.head


def test_the_platforms_login_may_not_touch_the_revision(url):
    with connect(url) as admin:
        may = "SELECT has_table_privilege(%s, 'platform.alembic_version', 'INSERT, UPDATE, DELETE')"
        assert admin.execute(may, [Names(NAME).platform]).fetchone() == (False,)


@pytest.mark.parametrize("workers", [1, 3])
def test_takes_every_schema_along(url, newer, workers):
    history = newer(ADD_COLUMN)

    outcomes = list(migrate_companies(url, history=history, workers=workers))

    assert [outcome.failure for outcome in outcomes] == [None] * 4
    assert all("colour" in columns(url, name) for name in names(url))
    assert behind(url, history=history) == []
    assert history.head == "2999_01_01"


def test_a_second_run_has_nothing_to_do(url, newer):
    history = newer(ADD_COLUMN)
    list(migrate_companies(url, history=history))

    assert list(migrate_companies(url, history=history)) == []


def test_steps_that_need_python_run_in_each_schema(url, newer):
    first, second = names(url)[:2]
    with connect(url) as admin:
        for name in (first, second):
            admin.execute(f"INSERT INTO {name}.role (name, permissions) VALUES ('ab{name}', '{{}}')")
    history = newer(ADD_COLUMN, FILL_IT)

    outcomes = list(migrate_companies(url, history=history))

    assert not any(outcome.failure for outcome in outcomes)
    with connect(url) as admin:
        for name in (first, second):
            assert admin.execute(f"SELECT colour FROM {name}.role").fetchone() == (f"ab{name}"[::-1],)


def test_new_tables_belong_to_the_owner_and_open_to_the_company(url, newer):
    history = newer(
        ADD_COLUMN.replace(
            'op.add_column("role", sa.Column("colour", sa.Text))',
            'op.create_table("novelty", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True))',
        )
    )
    list(migrate_companies(url, history=history))

    with connect(url) as admin:
        for name in names(url):
            owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = %s::regclass"
            assert admin.execute(owner, [f"{name}.novelty"]).fetchone() == (Names(NAME).owner,)
            admin.execute(f"SET ROLE {name}")
            admin.execute(f"INSERT INTO {name}.novelty DEFAULT VALUES")
            admin.execute("RESET ROLE")


def test_a_failure_stays_with_its_company(url, newer):
    odd, *others = names(url)
    with connect(url) as admin:
        admin.execute(f"ALTER TABLE {odd}.role ADD COLUMN colour int")
    history = newer(ADD_COLUMN)

    outcomes = {outcome.schema.name: outcome.failure for outcome in migrate_companies(url, history=history)}

    assert "already exists" in outcomes.pop(odd)
    assert outcomes == dict.fromkeys(others)
    assert [schema.name for schema in behind(url, history=history)] == [odd]


def test_a_company_left_behind_goes_on_working_and_comes_along_later(url, newer):
    odd = names(url)[0]
    with connect(url) as admin:
        admin.execute(f"ALTER TABLE {odd}.role ADD COLUMN colour int")
        history = newer(ADD_COLUMN)
        list(migrate_companies(url, history=history))
        admin.execute(f"SET ROLE {odd}; INSERT INTO {odd}.role (name, permissions) VALUES ('still here', '{{}}'); RESET ROLE")
        admin.execute(f"ALTER TABLE {odd}.role DROP COLUMN colour")

    assert [outcome.failure for outcome in migrate_companies(url, history=history)] == [None]


def test_goes_on_where_a_killed_run_stopped(url, newer):
    history = newer(ADD_COLUMN)
    first = next(migrate_companies(url, history=history, workers=1))
    with connect(url) as admin:
        # Killed between the schema's commit and the registry's.
        admin.execute("UPDATE platform.schema SET revision = %s WHERE id = %s", [TENANT.head, first.schema.id])

    outcomes = list(migrate_companies(url, history=history))

    assert first.schema.name in {outcome.schema.name for outcome in outcomes}
    assert not any(outcome.failure for outcome in outcomes)
    assert behind(url, history=history) == []


def test_waits_for_a_busy_table_without_holding_up_others(url, newer, monkeypatch):
    monkeypatch.setattr(rollout, "LOCK_TIMEOUT", "50ms")
    busy = names(url)[0]
    history = newer(ADD_COLUMN)
    with connect(url) as reader:
        reader.execute(f"BEGIN; LOCK TABLE {busy}.role IN ACCESS SHARE MODE")
        threading.Timer(0.5, lambda: reader.execute("COMMIT")).start()

        order = [outcome.schema.name for outcome in migrate_companies(url, history=history) if not outcome.failure]

    assert sorted(order) == sorted(names(url))
    assert order[-1] == busy


def test_says_so_when_a_table_stays_busy(url, newer, monkeypatch):
    monkeypatch.setattr(rollout, "LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr(rollout, "TRIES", 2)
    busy = names(url)[0]
    history = newer(ADD_COLUMN)
    with connect(url) as reader:
        reader.execute(f"BEGIN; LOCK TABLE {busy}.role IN ACCESS SHARE MODE")
        outcomes = {outcome.schema.name: outcome.failure for outcome in migrate_companies(url, history=history)}

    assert "lock timeout" in outcomes.pop(busy)
    assert not any(outcomes.values())


def test_says_so_when_a_schema_is_newer_than_the_release(url):
    ahead = names(url)[0]
    with connect(url) as admin:
        admin.execute(f"UPDATE {ahead}.alembic_version SET version_num = '3000_01_01'")
        admin.execute("UPDATE platform.schema SET revision = '3000_01_01' WHERE name = %s", [ahead])

    outcome = next(migrate_companies(url))

    assert "which this release does not know" in outcome.failure


def test_only_one_run_at_a_time(url, newer):
    history = newer(ADD_COLUMN)
    run = migrate_companies(url, history=history)
    next(run)

    with pytest.raises(AlreadyRunning):
        next(migrate_companies(url, history=history))
    run.close()
    list(migrate_companies(url, history=history))
    assert behind(url, history=history) == []


def test_one_company_alone(url, newer):
    history = newer(ADD_COLUMN)
    with connect(url) as admin:
        id = admin.execute(
            "UPDATE platform.schema SET state = 'taken' WHERE name = %s RETURNING id", [names(url)[2]]
        ).fetchone()[0]
        admin.execute(
            "INSERT INTO platform.company (company_id, name, schema_id, status, language, time_zone, created_at)"
            " VALUES ('acme', 'Acme', %s, 'open', 'en', 'UTC', now())",
            [id],
        )

    outcomes = list(migrate_companies(url, "acme", history=history))

    assert [outcome.schema.company_id for outcome in outcomes] == ["acme"]
    assert len(behind(url, history=history)) == 3


def test_schemas_made_from_now_on_are_new(url, newer):
    history = newer(ADD_COLUMN)

    make_ready(url, 5)

    assert len(behind(url, history=history)) == 4
    assert "colour" in columns(url, names(url)[-1])
    assert history.head == "2999_01_01"


def test_the_running_release_works_on_the_previous_revision(app, url, newer, monkeypatch):
    history = newer(ADD_COLUMN)
    list(migrate_companies(url, history=history))
    name = names(url)[0]
    with app.app_context():
        engine = sa.create_engine(db.engines[None].url.set(database=NAME, username=Names(NAME).app, password="app"))
        with engine.begin() as connection, inside(Place(name)):
            connection.exec_driver_sql(f"SET LOCAL ROLE {name}")
            connection.execute(sa.insert(Role).values(name="Cook", permissions=[]))
            assert connection.scalar(sa.select(Role.name)) == "Cook"
        engine.dispose()


def test_drafts_a_revision_from_the_difference(app, url, newer, monkeypatch):
    history = newer()
    metadata = sa.MetaData()
    for table in db.metadatas[None].tables.values():
        table.to_metadata(metadata)
    metadata.tables["role"].append_column(sa.Column("colour", sa.Text))

    with as_owner(url, names(url)[0]) as connection:
        path = history.draft("Remember a role's colour", connection, metadata)

    written = path.read_text()
    assert path.name.endswith("remember_a_role_s_colour.py")
    assert 'op.add_column("role", sa.Column("colour", sa.Text()' in written.replace("'", '"')
    assert written.count("op.add_column") == 1
    assert "SET LOCAL lock_timeout" in written

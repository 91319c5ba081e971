"""Long work: exported, erased and moved, also when whoever does it is killed in between."""

import zipfile
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
import time_machine

import lifecycle.exports
import lifecycle.moves
import lifecycle.works
from chat.conversations.files import File
from chat.conversations.messages import Message
from chat.styles.sites import Site
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid, NotFound
from lifecycle.erasing import StillInUse, ask_to_erase
from lifecycle.exports import archive_of, download_name, drop_old_archives
from lifecycle.moves import NoSuchDatabase, ask_to_move, ways_from
from lifecycle.works import AlreadyAtWork, CannotBeDone, Work, do_work
from tenants.companies.archive import read_manifest
from tenants.companies.company import Company, CompanyMoving
from tenants.companies.databases import Admin, Passwords, connect, drop_database, prepare_database
from tenants.companies.making import make_ready, sweep
from tenants.people.members import Member


class Killed(BaseException):
    """As if the process ended here."""


def asked(kind: str = "export", **arguments) -> int:
    with transaction():
        return Work.ask(Company.called("acme"), kind, "Opal", **arguments).id


def done(work_id: int) -> Work:
    do_work(work_id)
    db.session.commit()
    db.session.expire_all()
    return db.session.get(Work, work_id)


def test_an_archive_holds_everything_and_can_be_fetched_for_a_week(cast):
    with transaction():
        File.keep(b"a bill", "bill.txt", cast.question)
    work = done(asked())

    work, path = archive_of(work.company, work.id)
    assert len(read_manifest(path).files) == work.result["files"] == 1
    assert download_name(work) == f"acme-{work.finished_at:%Y-%m-%d}.zip"
    assert (work.percent, work.is_under_way) == (100, False)
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        drop_old_archives()
        assert not path.exists()
        with pytest.raises(NotFound):
            archive_of(work.company, work.id)


def test_another_companys_archive_is_not_found(cast):
    work = done(asked())

    with pytest.raises(NotFound):
        archive_of(cast.globex, work.id)


def test_one_work_at_a_time(cast, together):
    results = together(*[lambda: Work.ask(Company.called("acme"), "export")] * 4)

    assert sum(isinstance(result, AlreadyAtWork) for result in results) == 3


def test_an_export_that_was_killed_goes_on(cast, monkeypatch):
    work_id = asked()
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(zipfile.ZipFile, "writestr", _kill)
        do_work(work_id)
    db.session.rollback()
    assert Work.under_way(Company.called("acme")).id == work_id

    assert done(work_id).finished_at


def test_what_fails_is_tried_again_and_says_so_in_the_end(cast, monkeypatch):
    work_id = asked()
    monkeypatch.setitem(lifecycle.works.KINDS, "export", _fail)

    tries = [done(work_id) for _ in range(lifecycle.works.TRIES)]

    assert (tries[-1].tries, tries[-1].error, tries[-1].is_under_way) == (5, "the disk is full", False)


def test_a_work_that_somebody_is_at_is_not_done_twice(app, cast):
    work_id = asked()
    with connect(app.config["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('work'), %s)", [work_id])

        assert done(work_id).tries == 0


def test_only_a_company_nobody_uses_is_erased_and_only_by_its_name(cast):
    with pytest.raises(StillInUse), transaction():
        ask_to_erase(Company.called("acme"), "acme", "Opal")
    with transaction():
        Company.called("acme").suspend("unpaid")
    for typed in ("", "acne", "Acme", "globex"):
        with pytest.raises(Invalid), transaction():
            ask_to_erase(Company.called("acme"), typed, "Opal")

    assert Work.under_way(Company.called("acme")) is None


def test_who_was_resumed_meanwhile_is_not_erased(cast):
    with transaction():
        Company.called("acme").suspend("unpaid")
        work = ask_to_erase(Company.called("acme"), "acme", "Opal")
    with transaction():
        Company.called("acme").resume()

    assert done(work.id).error == "It was opened again meanwhile."
    assert Company.called("acme").is_open


@pytest.fixture
def north(app, cast, postgres_url, settings):
    """Another database for companies, which the app and the worker know; Acme is in force in an app that does."""
    from saas.app import create_app

    drop_database(postgres_url, "laike_test_north")
    urls = prepare_database(postgres_url, Passwords("app", "platform"), "laike_test_north")
    db.session.commit()
    reaching = {
        "OTHER_DATABASE_URLS": {"north": urls.DATABASE_URL},
        "OTHER_TENANT_DATABASE_URLS": {"north": urls.TENANT_DATABASE_URL},
    }
    there = create_app(settings | reaching)
    with there.app_context():
        yield urls.DATABASE_URL
        db.session.remove()
        sweep(Admin.configured(), after=timedelta(0))
        for engine in db.engines.values():
            engine.dispose()
    drop_database(postgres_url, "laike_test_north")
    with connect(app.config["DATABASE_URL"]) as admin:
        admin.execute("UPDATE platform.schema SET state = 'erased' WHERE database = 'north'")
    make_ready(app.config["DATABASE_URL"], 4)


def test_an_installation_of_one_database_has_nowhere_to_move_to(cast):
    assert ways_from(cast.acme) == []
    with pytest.raises(NoSuchDatabase), transaction():
        ask_to_move(cast.acme, "north", "Opal")


@pytest.mark.slow
def test_a_company_moves_with_everything_and_works_on_there(cast, north):
    with transaction():
        file_id, site_id = File.keep(b"a bill", "bill.txt", cast.question).id, cast.site.id
    with transaction():
        work = ask_to_move(Company.called("acme"), "north", "Opal")
    old = Company.called("acme").place

    work = done(work.id)

    assert (work.error, work.result["database"]) == ("", "north")
    acme = Company.called("acme")
    assert (acme.schema.database, acme.moving_at) == ("north", None)
    with acme.entered(), transaction():
        assert Member.known_as("adam@acme.example").name == "Adam"
        assert db.session.get(File, file_id).path.read_bytes() == b"a bill"
        # Numbers that were given out are not given out again.
        assert Site.add("Second").id > site_id
    assert old.schema in sweep(Admin.configured(), after=timedelta(0))


@pytest.mark.slow
def test_nobody_writes_to_the_old_place_any_more(app, cast, north):
    old = cast.acme.place
    with transaction():
        work = ask_to_move(Company.called("acme"), "north", "Opal")

    done(work.id)

    with connect(app.config["DATABASE_URL"]) as admin, pytest.raises(psycopg.errors.InsufficientPrivilege):
        admin.execute(f"SET ROLE {old.schema}; INSERT INTO {old.schema}.department (name, position) VALUES ('lost', 9)")


@pytest.mark.slow
@pytest.mark.parametrize("killed_in", ["copy_over", "_rename_files", "_switch"])
def test_a_move_that_was_killed_goes_on_and_nothing_is_written_meanwhile(cast, north, monkeypatch, killed_in):
    with transaction():
        work = ask_to_move(Company.called("acme"), "north", "Opal")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(lifecycle.moves, killed_in, _kill)
        do_work(work.id)
    db.session.rollback()
    db.session.expire_all()
    with Company.called("acme").entered(), pytest.raises(CompanyMoving), transaction():
        Site.add("Lost")

    assert done(work.id).result["database"] == "north"
    with Company.called("acme").entered(), transaction():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
        Site.add("Kept")


@pytest.mark.slow
def test_a_move_that_cannot_be_done_leaves_the_company_where_it_was(cast, north, monkeypatch):
    monkeypatch.setattr(lifecycle.moves, "_switch", _cannot)
    with transaction():
        work = ask_to_move(Company.called("acme"), "north", "Opal")

    work = done(work.id)

    acme = Company.called("acme")
    assert (work.error, acme.schema.database, acme.moving_at) == ("no room", "main", None)
    with acme.entered(), transaction():
        Site.add("Second")


def _kill(*_, **__):
    raise Killed


def _fail(*_):
    raise OSError("the disk is full")


def _cannot(*_):
    raise CannotBeDone("no room")

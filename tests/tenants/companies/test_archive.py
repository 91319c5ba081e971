import json
import shutil
import uuid
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.conversations.files import File
from chat.conversations.messages import Message
from chat.styles.sites import Site
from core.db import db, transaction
from core.errors import Invalid
from lifecycle.moving_in import bring_in_company
from tenants.companies import archive
from tenants.companies.archive import Unreadable, export, read_manifest
from tenants.companies.checkup import check_schema
from tenants.companies.company import Address, Company, SiteKey
from tenants.companies.databases import Passwords, connect, drop_database, prepare_database
from tenants.companies.erasure import erase, traces
from tenants.companies.making import make_ready
from tenants.companies.migrations import migrate_platform
from tenants.people.links import Link
from tenants.people.members import Member
from tenants.signing_in.sessions import Session


@pytest.fixture
def full(cast):
    """Acme with a file, a photo, two messages, a session, a link and an unfinished job."""
    with transaction():
        file = File.keep(b"a bill", "bill.txt", cast.question)
        cast.adam.photo_key = f"{cast.acme.id}-photo-{'a' * 32}"
        (cast.acme.folder / cast.adam.photo_key).write_bytes(b"a face")
        for seq, (text, sent) in enumerate((("你好,\t世界\\n", None), ("Here", file.id)), start=1):
            db.session.add(
                Message(
                    conversation_id=cast.question.id,
                    seq=seq,
                    client_id=uuid.uuid4(),
                    author_kind="visitor",
                    author_id=cast.visitor.id,
                    body=text,
                    file_id=sent,
                )
            )
        cast.question.last_seq = 2
        Session.open(cast.adam, remember=True, ip="", device="")
        Link.make("password", cast.nina)
    return cast


@pytest.fixture
def admin_url(app) -> str:
    return app.config["DATABASE_URL"]


@pytest.fixture
def taken_along(full, admin_url, tmp_path) -> Path:
    """Acme's archive."""
    path = tmp_path / "acme.zip"
    export(admin_url, full.acme, full.acme.folder, path)
    return path


def test_says_what_is_in_it(full, taken_along):
    manifest = read_manifest(taken_along)
    tables = {table.name: table.rows for table in manifest.tables}

    assert manifest.company["company_id"] == "acme"
    assert (tables["member"], tables["message"], tables["file"]) == (3, 2, 1)
    assert len(manifest.files) == 2


def test_leaves_sign_ins_and_jobs_behind(taken_along):
    assert not {"session", "link", "outbox"} & {table.name for table in read_manifest(taken_along).tables}


def test_holds_nothing_of_other_companies(taken_along):
    with zipfile.ZipFile(taken_along) as zipped:
        content = b"".join(zipped.read(name) for name in zipped.namelist())

    assert b"olga@acme.example" in content
    assert b"globex" not in content


def test_tables_come_after_those_they_refer_to(taken_along):
    order = [table.name for table in read_manifest(taken_along).tables]

    assert order.index("role") < order.index("member") < order.index("conversation") < order.index("message")


def test_the_same_company_moves_in_again_under_another_id(full, taken_along):
    acme = full.acme.id

    moved = bring_in_company(taken_along, "acme-two")

    with moved.company.entered() as company:
        assert company.is_open
        assert company.id != acme
        assert {member.name for member in Member.all()} == {"Olga", "Adam", "Nina"}
        conversation = db.session.scalars(sa.select(Conversation)).one()
        assert [message.body for message in conversation.messages_after(0)] == ["你好,\t世界\\n", "Here"]
        file = db.session.scalars(sa.select(File)).one()
        assert File.keyed(file.key).path.read_bytes() == b"a bill"
        assert file.key.startswith(f"{company.id}-")
        assert (company.folder / Member.known_as("adam@acme.example").photo_key).read_bytes() == b"a face"


def test_a_site_key_in_use_is_replaced_and_named(full, taken_along):
    old = full.site.key

    moved = bring_in_company(taken_along, "acme-two")

    (name, new), *more = moved.new_keys.items()
    assert (name, more) == (full.site.name, [])
    assert new != old
    assert Company.of_site(new).company_id == "acme-two"
    assert Company.of_site(old).company_id == "acme"


def test_addresses_find_their_new_company(taken_along):
    bring_in_company(taken_along, "acme-two")

    assert [company.company_id for company in Address.companies_of("adam@acme.example")] == ["acme", "acme-two"]


def test_numbers_go_on_after_the_highest(full, taken_along, admin_url):
    highest = max(member.id for member in Member.all())

    with bring_in_company(taken_along, "acme-two").company.entered() as company, transaction():
        assert check_schema(admin_url, company.schema.name) == []
        db.session.add(Site(key="another", name="Another"))
        assert Member.add("Kim", None, Member.all()[0].role).id == highest + 1


def test_a_taken_company_id_is_refused(taken_along):
    with pytest.raises(Invalid, match="need your attention"):
        bring_in_company(taken_along)


def changed(path: Path, change) -> Path:
    """The archive with its members put through `change` ({name: bytes} -> {name: bytes})."""
    with zipfile.ZipFile(path) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in change(members).items():
            zipped.writestr(name, content)
    return path


def manifest_with(**said):
    return lambda members: members | {"manifest.json": json.dumps(json.loads(members["manifest.json"]) | said)}


TAMPERED = {
    "is not what was written": lambda members: members | {"tables/role.copy": members["tables/role.copy"] + b"9\t\\N\tx\t{}\n"},
    "added to this archive": lambda members: members | {"tables/evil.copy": b""},
    "taken out of it": lambda members: {name: content for name, content in members.items() if name != "tables/site.copy"},
    "format 99": manifest_with(format=99),
    "which is newer": manifest_with(revision="2999_01_01"),
    "names a file '../../evil'": manifest_with(files={"../../evil": "0"}),
    "not an archive of a company": lambda members: {"something.txt": b"else"},
}


@pytest.mark.parametrize("reason", TAMPERED)
def test_refuses_an_archive_that(taken_along, app, reason):
    before = set(Path(app.config["FILES_DIR"]).iterdir())

    with pytest.raises(Unreadable, match=reason):
        bring_in_company(changed(taken_along, TAMPERED[reason]), "acme-two")

    assert Company.called("acme-two") is None
    assert set(Path(app.config["FILES_DIR"]).iterdir()) == before


def test_refuses_what_is_no_zip_at_all(tmp_path):
    (tmp_path / "acme.zip").write_bytes(b"hello")

    with pytest.raises(Unreadable, match="not an archive"):
        read_manifest(tmp_path / "acme.zip")


def test_a_move_that_fails_in_the_middle_leaves_nothing(full, taken_along, admin_url, monkeypatch):
    monkeypatch.setattr(archive, "continue_numbering", lambda connection: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        bring_in_company(taken_along, "acme-two")

    assert Company.called("acme-two") is None
    last = db.session.scalars(sa.select(Company).order_by(Company.id.desc())).first()
    assert (last.status, last.name) == ("erased", "")
    assert traces(last.id, last.schema.name, "main", admin_url, last.folder) == []


def test_an_export_that_fails_leaves_the_older_archive(full, taken_along, admin_url, monkeypatch):
    before = taken_along.read_bytes()
    monkeypatch.setattr(archive, "_write_file", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        export(admin_url, full.acme, full.acme.folder, taken_along)

    assert taken_along.read_bytes() == before


@pytest.fixture
def elsewhere(app, postgres_url, monkeypatch):
    """An installation in another database, with other companies' numbers."""
    name = "laike_test_elsewhere"
    drop_database(postgres_url, name)
    urls = prepare_database(postgres_url, Passwords("app", "platform"), name)
    migrate_platform(urls.DATABASE_URL)
    make_ready(urls.DATABASE_URL, 1)
    yield urls
    drop_database(postgres_url, name)


def test_moves_to_another_installation_and_keeps_its_site_key(full, taken_along, elsewhere, settings, tmp_path):
    from saas.app import create_app

    key = full.site.key
    there = create_app(
        settings
        | {
            "DATABASE_URL": elsewhere.DATABASE_URL,
            "PLATFORM_DATABASE_URL": elsewhere.PLATFORM_DATABASE_URL,
            "SQLALCHEMY_DATABASE_URI": elsewhere.TENANT_DATABASE_URL,
            "FILES_DIR": str(tmp_path / "files"),
            "READY_SCHEMAS": 1,
        }
    )
    with there.app_context():
        moved = bring_in_company(taken_along)
        with moved.company.entered() as company:
            assert Member.known_as("adam@acme.example").name == "Adam"
            assert Company.of_site(key).id == company.id
            assert db.session.scalars(sa.select(File)).one().path.read_bytes() == b"a bill"
        for engine in db.engines.values():
            engine.dispose()
    assert moved.new_keys == {}


def test_erasing_leaves_nothing(full, admin_url):
    acme, files = full.acme, full.acme.folder
    was = acme.id, acme.schema.name, acme.schema.database
    db.session.rollback()

    erase(acme, admin_url, files)

    assert traces(*was, admin_url, files) == []
    assert Company.called("acme") is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SiteKey).where(SiteKey.company_id == acme.id)) == 0
    with connect(admin_url) as admin:
        kept = admin.execute("SELECT company_id, name, status FROM platform.company WHERE id = %s", [acme.id]).fetchone()
    assert kept == (f"erased~{acme.id}", "", "erased")


@pytest.mark.parametrize(
    "killed_in",
    ["tenants.companies.erasure.drop", "tenants.companies.erasure.shutil.rmtree", "tenants.companies.erasure.sa.delete"],
)
def test_erasing_goes_on_where_it_was_killed(full, admin_url, monkeypatch, killed_in):
    acme, files = full.acme, full.acme.folder
    was = acme.id, acme.schema.name, acme.schema.database
    db.session.rollback()
    with monkeypatch.context() as patched:
        patched.setattr(killed_in, lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(acme, admin_url, files)

    again = Company.called("acme")
    assert again.status == "erasing"
    erase(again, admin_url, files)

    assert traces(*was, admin_url, files) == []


def test_traces_are_found(full, admin_url):
    acme = full.acme

    found = traces(acme.id, acme.schema.name, "main", admin_url, acme.folder)

    assert f"schema {acme.schema.name}" in found
    assert f"role {acme.schema.name}" in found
    assert any("files" in trace for trace in found)
    assert any("site_key" in trace for trace in found)


def test_other_companies_are_untouched_by_an_erasure(full, admin_url):
    db.session.rollback()

    erase(full.acme, admin_url, full.acme.folder)

    with Company.called("globex").entered() as globex:
        assert [member.name for member in Member.all()] == ["Eve"]
        assert check_schema(admin_url, globex.schema.name) == []


@pytest.fixture(autouse=True)
def no_files_left(app):
    yield
    shutil.rmtree(app.config["FILES_DIR"], ignore_errors=True)
    Path(app.config["FILES_DIR"]).mkdir(parents=True)

import json

import pytest
import sqlalchemy as sa

from admin_portal.lifecycle.timeline import Timeline
from chat.conversations.conversations import Conversation
from chat.offline.messages import OfflineMessage
from chat.styles.sites import Site
from core.db import PlatformModel, TenantModel, db, transaction
from core.periods import Period
from core.sealed import sealed_columns
from operators.operator import Operator
from operators.second_factors import OperatorApp
from tenants.companies.company import Company
from tenants.companies.databases import connect
from tenants.people.members import Member
from tenants.signing_in.second_factors import SecondFactor


def test_opens_a_company_and_says_how_to_sign_in(say):
    result = say("company open tea-house --name Teahouse --administrator Mei --email mei@tea.example")

    password = result.stdout.split()[-1]
    with Company.called("tea-house").entered():
        assert Member.known_as("mei@tea.example").has_password(password)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("company open admin --name x --administrator x --email x@x.example", "reserved"),
        ("company open acme --name x --administrator x --email nobody", "Enter an e-mail address"),
        ("company suspend nobody --because unpaid", "There is no company nobody."),
        ("company check nobody", "There is no company nobody."),
        ("company import /no/such/file.zip", "not an archive"),
    ],
)
def test_refuses_in_one_sentence(say, command, sentence):
    result = say(command)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_names_the_missing_login(say):
    result = say("migrate companies", DATABASE_URL="")

    assert "DATABASE_URL is not set" in result.stderr


def test_says_when_the_database_does_not_answer(say):
    result = say("migrate platform", DATABASE_URL="postgresql://nobody@127.0.0.1:1/laike")

    assert "The database does not answer." in result.stderr


def test_refuses_logins_that_are_not_named_after_the_database(say):
    result = say("database prepare", TENANT_DATABASE_URL="postgresql://somebody:x@127.0.0.1/laike")

    assert "must be called laike_app" in result.stderr


def test_lists_companies_with_their_state(cast, say):
    db.session.commit()

    listed = say("company list").stdout

    assert "acme" in listed
    assert "globex" in listed


def test_suspends_and_resumes(cast, say):
    db.session.commit()

    assert say("company suspend globex --because unpaid").exit_code == 0
    db.session.expire_all()
    assert Company.called("globex").status == "suspended"
    assert say("company resume globex").exit_code == 0
    db.session.expire_all()
    assert Company.called("globex").is_open
    assert "not suspended" in say("company resume globex").stderr


def test_checks_one_or_all(cast, say, app):
    db.session.commit()
    assert say("company check").stdout == "All is well with 2.\n"
    with connect(app.config["DATABASE_URL"]) as admin:
        admin.execute(f"GRANT SELECT ON {cast.globex.schema.name}.role TO PUBLIC")
        try:
            result = say("company check")
        finally:
            admin.execute(f"REVOKE SELECT ON {cast.globex.schema.name}.role FROM PUBLIC")

    assert "globex" in result.stderr
    assert "everybody has rights on role" in result.stderr
    assert "1 of 2 are not in order" in result.stderr
    assert say("company check acme").exit_code == 0


def test_takes_a_company_out_and_in_again(cast, say, tmp_path):
    db.session.commit()
    archive = tmp_path / "acme.zip"

    assert "rows and 0 files written" in say(f"company export acme {archive}").stdout
    assert "This company is open. Suspend it first" in say("company erase acme --yes-erase acme").stderr
    assert "that is not its company ID, acme" in say("company erase acme --even-open", typed="acne\n").stderr
    assert "nothing of it is left" in say("company erase acme --even-open", typed="acme\n").stdout
    assert "Acme is open as acme." in say(f"company import {archive}").stdout
    assert say("company check acme").exit_code == 0


def test_migrates_what_is_behind(say):
    assert "0 of 0 schemas" in say("migrate companies").stdout
    assert "The platform is on revision" in say("migrate platform").stdout


def test_exits_with_the_failures_reasons(cast, say, app):
    db.session.commit()
    with connect(app.config["DATABASE_URL"]) as admin:
        admin.execute(f"UPDATE {cast.globex.schema.name}.alembic_version SET version_num = '1999'")
        admin.execute("UPDATE platform.schema SET revision = '1999' WHERE state = 'taken'")
        try:
            result = say("migrate companies")
        finally:
            admin.execute(f"UPDATE {cast.globex.schema.name}.alembic_version SET version_num = %s", [cast.acme.schema.revision])
            admin.execute("UPDATE platform.schema SET revision = %s", [cast.acme.schema.revision])

    assert result.exit_code == 1
    assert "globex: it is on revision 1999" in result.stderr
    cast.refresh()
    told = {
        company.company_id: [
            one.title for one in Timeline(company, Operator(role="support"), "life", Period(None, None)).happenings()
        ]
        for company in (cast.acme, cast.globex)
    }
    assert told["acme"][0] == f"Its tables are on revision {cast.acme.schema.revision}"
    assert told["globex"][0] == "Failed: new revision of its tables"
    assert "They go on working as before" in result.stderr


def test_sets_everything_up_and_again(say, app):
    first = say("setup", DEMO="yes", DEMO_SITE_URL="http://127.0.0.1:8002")
    again = say("setup", DEMO="yes", DEMO_SITE_URL="http://127.0.0.1:9002")

    facts = [json.loads(line) for line in again.stdout.splitlines()]
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert facts[0]["address"] == "http://127.0.0.1:9002"
    with Company.called("acme").entered():
        assert [member.number for member in Member.all()] == ["1001", "1002", "1003"]
        assert Member.known_as("1002").has_password(facts[1]["password"].partition(" (")[0])
        assert [site.allowed_domains for site in Site.all()] == [["http://127.0.0.1:9002"], []]
        conversations = db.session.scalars(sa.select(Conversation).order_by(Conversation.id)).all()
        assert [each.state for each in conversations] == ["closed", "closed", "open", "waiting"]
        assert all(each.last_seq == len(each.messages_after(0)) for each in conversations)
        assert [message.handled_at is None for message in OfflineMessage.recent()] == [True, False]


def test_makes_no_demo_where_none_is_wanted(say):
    result = say("setup")

    assert result.stdout == ""
    assert Company.called("acme") is None


def test_brings_what_is_sealed_under_todays_key_so_that_yesterdays_can_go(app, cast, say, monkeypatch):
    old, new = "yesterday's-key-which-is-long-enough-to-be-one", "today's-key-which-is-long-enough-to-be-one"
    monkeypatch.setitem(app.config, "SECRET_KEY", old)
    with transaction():
        sealed = SecondFactor.begin(cast.adam), OperatorApp.begin(Operator.add("olive@laike.example", "Olive", "owner"))
    secrets = [each.secret for each in sealed]

    first = say("keys reseal", SECRET_KEY=new, SECRET_KEY_FALLBACKS=old)
    again = say("keys reseal", SECRET_KEY=new)
    lost = say("keys reseal", SECRET_KEY="a-key-of-another-installation-altogether")

    assert "2 sealed anew" in first.stdout
    assert again.stdout.strip() == "2 under today's key already"
    assert lost.stdout.strip() == "2 sealed by another installation"
    monkeypatch.setitem(app.config, "SECRET_KEY", new)
    for each in sealed:
        db.session.refresh(each)
    assert [each.secret for each in sealed] == secrets


def test_no_sealed_column_is_forgotten():
    named = {
        str(column)
        for metadata in db.metadatas.values()
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.startswith("sealed")
    }

    assert {str(column) for kind in (PlatformModel, TenantModel) for column in sealed_columns(kind)} == named

import pytest

from tenants.audit.audit import AuditEntry
from tenants.companies.company import Company
from tenants.companies.settings import Settings

FILLED_IN = {
    "name": "Acme Ltd",
    "language": "zh_Hant",
    "time_zone": "Asia/Taipei",
    "idle_minutes": "20",
    "mail_offline_messages": "yes",
    "invites_by_hand": "yes",
}


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


def test_changes_company_and_agents_settings_together(cast, olga):
    olga.post("/manage/settings", data=FILLED_IN)

    cast.refresh()
    company, settings = Company.called("acme"), Settings.current()
    assert (company.name, company.language, company.time_zone) == ("Acme Ltd", "zh_Hant", "Asia/Taipei")
    assert settings.idle_minutes == 20
    assert settings.mail_offline_messages


def test_writes_down_only_what_is_different(cast, olga):
    olga.post(
        "/manage/settings",
        data=FILLED_IN | {"language": "en", "time_zone": "UTC", "name": "Acme"},
    )

    cast.refresh()
    assert AuditEntry.before(None, "company.changed")[0].details == {"idle_minutes": "15 → 20"}


def test_says_beside_the_field_what_is_wrong(cast, olga):
    response = olga.post("/manage/settings", data=FILLED_IN | {"name": "", "idle_minutes": "-1"})

    assert 'id="name-fault">' in response.text
    assert 'id="idle_minutes-fault">Enter a whole number from 1 to 1440.' in response.text
    assert 'value="-1"' in response.text
    cast.refresh()
    assert Company.called("acme").name == "Acme"


def test_an_agent_may_not(cast, signed_in):
    assert signed_in(cast.adam).post("/manage/settings", data=FILLED_IN).status_code == 403


def test_l03_whom_offline_messages_are_mailed_to(cast, olga):
    olga.post("/manage/settings", data=FILLED_IN | {"mails_assignee_only": "yes"})

    cast.refresh()
    assert Settings.current().mails_assignee_only

"""Maintenance is told in the reader's language, and while it is read only nothing is changed but conversations go on."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from core.clock import now
from core.db import transaction
from tenants.platform.maintenance import Maintenance, maintenance_notices
from tenants.platform.notices import notices_now

TEXTS = {"en": "New disks.", "zh_Hans": "更换磁盘。", "zh_Hant": "更換磁碟。"}


def announce(begins_in: int, ends_in: int, is_read_only: bool = False) -> Maintenance:
    with transaction():
        begins, ends = (now() + timedelta(minutes=minutes) for minutes in (begins_in, ends_in))
        return Maintenance.announce(begins, ends, TEXTS, is_read_only, by="ops@laike.example")


@pytest.mark.parametrize(("language", "text"), [("en", "New disks."), ("zh_Hant", "更換磁碟。")])
def test_is_told_in_the_readers_language(cast, language, text):
    announce(60, 120)

    with force_locale(language):
        [notice] = maintenance_notices(cast.olga)

    assert text in notice.text
    assert notice.id


def test_what_goes_on_cannot_be_put_away_and_is_gone_when_it_is_called_off(cast):
    maintenance = announce(-1, 60)
    [notice] = [one for one in notices_now(cast.adam) if one.kind == "maintenance"]
    assert (notice.id, notice.level) == ("", "warning")

    with transaction():
        assert maintenance.call_off("ops@laike.example")
        assert not maintenance.call_off("ops@laike.example")

    assert [one for one in notices_now(cast.adam) if one.kind == "maintenance"] == []


def test_read_only_means_settings_and_not_conversations(cast, signed_in, client):
    announce(-1, 60, is_read_only=True)
    olga = signed_in(cast.olga)

    refused = olga.post("/manage/departments", data={"name": "Sales"})

    assert refused.status_code == 503
    assert "nothing can be changed" in refused.text
    assert int(refused.headers["Retry-After"]) > 3000
    assert olga.get("/manage/departments").status_code == 200
    assert client.get("/sign-up").status_code == 503
    call = {"event": "close_conversation", "data": {"conversation_id": cast.question.id}}
    assert olga.post("/console/call", json=call).json["ok"]


def test_announced_for_later_everything_can_be_changed(cast, signed_in):
    announce(60, 120, is_read_only=True)

    assert signed_in(cast.olga).post("/manage/departments", data={"name": "Sales"}).status_code != 503

import gzip
import json
import re

import pytest

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from chat.dress import dress_of
from chat.site_removals import remove_site
from chat.styles.calendars import Calendar
from chat.styles.launchers import Launcher
from chat.styles.opening_hours import Hours
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.db import transaction


def settings_in(response) -> dict:
    return json.loads(re.search(r"config=(\{.*\})\}\)\(\);", response.get_data(as_text=True)).group(1))


@pytest.fixture(autouse=True)
def is_built(built):
    """The loader is there."""


def test_has_the_sites_settings_in_it(client, cast):
    response = client.get(f"/w/{cast.site.key}.js")

    assert response.mimetype == "text/javascript"
    assert settings_in(response)["site"] == cast.site.key
    assert settings_in(response)["origin"] == "http://localhost:8000"
    assert settings_in(response)["words"]["en"][:3] == ["Open chat", "Close chat", "Chat"]


def test_may_be_loaded_from_everywhere_and_asks_for_no_cookie(client, cast):
    response = client.get(f"/w/{cast.site.key}.js")

    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=300" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_a_page_of_another_origin_may_import_what_it_names(client, cast, built):
    (built / "main-1.js").write_text("export const begin = () => {}")

    response = client.get(settings_in(client.get(f"/w/{cast.site.key}.js"))["host"])

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_travels_compressed(client, cast):
    response = client.get(f"/w/{cast.site.key}.js", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert cast.site.key.encode() in gzip.decompress(response.data)


def test_is_not_sent_again_to_who_has_it(client, cast):
    tag = client.get(f"/w/{cast.site.key}.js").headers["ETag"]

    assert client.get(f"/w/{cast.site.key}.js", headers={"If-None-Match": tag}).status_code == 304


def test_an_unknown_site_has_none(client, cast):
    assert client.get("/w/nobodys.js").status_code == 404


def test_y_10_has_the_launcher_as_the_site_has_it(client, cast):
    with transaction():
        Style(cast.site).save(Launcher(side="left", accent="#7a1f5c"), cast.olga)

    settings = settings_in(client.get(f"/w/{cast.site.key}.js"))

    assert settings["launcher"] == dress_of(cast.site)["launcher"]
    assert (settings["launcher"]["side"], settings["launcher"]["accent"]) == ("left", "#7a1f5c")
    assert settings["host"] == "http://localhost:8000/a/main-1.js"


@pytest.mark.parametrize(
    ("part", "is_plain"),
    [
        (Launcher(), True),
        (Launcher(side="left", accent="#7a1f5c"), True),
        (Launcher(accent="#ffe600"), False),
        (Launcher(kind="text"), False),
        (Launcher(hides_offline=True), False),
        (Hours(usual=Calendar(), when_closed="hide"), False),
        (Hours(usual=Calendar(), when_closed="form"), True),
    ],
)
def test_draws_only_the_plain_bubble_by_itself(client, cast, part, is_plain):
    with transaction():
        Style(cast.site).save(part, cast.olga)

    assert settings_in(client.get(f"/w/{cast.site.key}.js"))["plain"] is is_plain


def test_f_16_a_style_not_in_use_is_asked_for_anew_each_time(client, cast):
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        second = Site.add("Second")

    response = client.get(f"/w/{second.key}.js")

    assert settings_in(response)["plain"] is False
    assert settings_in(response)["launcher"]["hides_offline"] is True
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_y_05_a_removed_site_has_none(client, cast):
    with transaction():
        Site.add("Second")
        remove_site(cast.site, cast.olga)

    assert client.get(f"/w/{cast.site.key}.js").status_code == 404

import gzip
import json
import re

import pytest


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


def test_travels_compressed(client, cast):
    response = client.get(f"/w/{cast.site.key}.js", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert cast.site.key.encode() in gzip.decompress(response.data)


def test_is_not_sent_again_to_who_has_it(client, cast):
    tag = client.get(f"/w/{cast.site.key}.js").headers["ETag"]

    assert client.get(f"/w/{cast.site.key}.js", headers={"If-None-Match": tag}).status_code == 304


def test_an_unknown_site_has_none(client, cast):
    assert client.get("/w/nobodys.js").status_code == 404

import re

import pytest

PAGES = ["/sign-in", "/sign-up", "/password/new", "/no-such-page"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_may_load(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_no_script_stands_in_a_page_without_the_nonce(client, path):
    response = client.get(path)
    inline = [tag for tag in re.findall(r"<script[^>]*>", response.text) if " src=" not in tag]

    assert all("nonce=" in tag for tag in inline)
    assert not re.search(r"\son[a-z]+=", response.text)


def test_a_members_page_is_kept_by_no_cache(cast, signed_in):
    assert signed_in(cast.olga).get("/manage").headers["Cache-Control"] == "no-store"


def test_behind_https_cookies_are_bound_to_the_host(app, cast, client):
    plain = {name: app.config[name] for name in ("PUBLIC_URL", "SESSION_COOKIE_SECURE")}
    app.config.update(PUBLIC_URL="https://localhost", SESSION_COOKIE_SECURE=True)
    try:
        response = client.post(
            "/sign-in",
            data={"company_id": "acme", "name": "1001", "password": "correct horse battery staple", "begin": "online"},
        )
    finally:
        app.config.update(plain)
    cookie = next(value for value in response.headers.getlist("Set-Cookie") if value.startswith("__Host-laike="))

    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie

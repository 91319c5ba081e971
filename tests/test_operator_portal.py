"""Everybody tries every page of the operators' portal: nobody, a company's owner, and each role.

The views are read from the running app: a new one is tried the moment it exists, and one that says no permission fails.
"""

import pytest

from admin_portal.door import OPEN
from operators.roles import PERMISSIONS, ROLES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ARGUMENTS = {
    "company_id": "acme",
    "kind": "csv",
    "token": "x" * 43,
    "name": "x",
    "code": "x",
    "key": "x",
    "deed": "adjust_wallet",
    "ending": "csv",
    "figure": "revenue",
    "file": "csv",
}


def portal_rules(app) -> list:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin_portal.")]


def tries(app) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of everything there is in the portal."""
    return [
        (rule.endpoint, method, rule.build({name: ARGUMENTS.get(name, 1) for name in rule.arguments}, append_unknown=False)[1])
        for rule in portal_rules(app)
        for method in METHODS
        if method in rule.methods
    ]


def test_every_view_says_whom_it_is_for(app):
    silent = [
        rule.endpoint
        for rule in portal_rules(app)
        if rule.endpoint not in OPEN and getattr(app.view_functions[rule.endpoint], "permission", None) is None
    ]
    unknown = {getattr(app.view_functions[rule.endpoint], "permission", "") for rule in portal_rules(app)} - {*PERMISSIONS, ""}

    assert not silent
    assert not unknown


def test_nobody_and_no_companys_owner_gets_in(app, cast, signed_in):
    for browser in (app.test_client(), signed_in(cast.olga)):
        for endpoint, method, address in tries(app):
            if endpoint not in OPEN:
                assert _is_sent_to_sign_in(browser.open(address, method=method)), f"{method} {address} lets strangers in"


def test_an_operators_cookie_opens_no_companys_door(app, cast, portal):
    browser = portal("owner")

    for address in ("/manage", "/console"):
        assert "/sign-in" in browser.get(address).location
    token = browser.get_cookie("laike-operator").value
    browser.set_cookie("laike", f"{cast.acme.id}.{token}", domain="localhost")
    assert "/sign-in" in browser.get("/manage").location


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_refused_what_it_may_not(app, cast, portal, role):
    browser = portal(role)

    for endpoint, method, address in tries(app):
        permission = getattr(app.view_functions[endpoint], "permission", "")
        if permission and permission not in ROLES[role]:
            assert browser.open(address, method=method).status_code == 403, f"{role} may {method} {address}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_look_at_what_it_may(app, cast, portal, role):
    for endpoint, method, address in tries(app):
        if method == "GET" and endpoint not in OPEN:
            permission = app.view_functions[endpoint].permission
            if not permission or permission in ROLES[role]:
                status = portal(role).get(address).status_code
                assert status < 500, f"{role}: {address} breaks"
                assert status != 401, f"{role}: {address} does not know the operator"


def test_every_form_wants_our_own_token(app, cast, portal, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser = portal("owner")
    posts = [(endpoint, method, address) for endpoint, method, address in tries(app) if method != "GET"]

    assert len(posts) > 20
    for endpoint, method, address in posts:
        assert browser.open(address, method=method).status_code == 400, f"{endpoint} takes forms from anywhere"


def _is_sent_to_sign_in(response) -> bool:
    return response.status_code == 302 and response.location.startswith("/operator/sign-in")

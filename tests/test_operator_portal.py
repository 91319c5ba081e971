"""Everybody tries every page of the operators' portal: nobody, a company's owner, and each role.

The views are read from the running app: a new one is tried the moment it exists, and one that says no permission fails.
"""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from cast import count

from admin_portal.door import OPEN
from core.clock import now
from core.db import db, transaction
from operators.audit import OperatorEntry
from operators.roles import PERMISSIONS, ROLES
from operators.sessions import OperatorSession

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
# What lists are asked for: their filters, their order, where the page before ended; and what means something to url_for.
NAMES = ("before", "after", "page", "state", "since", "until", "sort", "q", "search", "company", "pick", "_anchor", "_scheme")


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


def test_whoever_takes_a_table_away_is_noted_and_shows_the_second_factor_for_money_and_the_list_of_companies(app, cast, portal):
    browser, files = portal("owner"), {}
    for endpoint, _method, address in tries(app):
        if endpoint.rpartition(".")[2].startswith("export"):
            files[endpoint.removeprefix("admin_portal.")] = address

    assert len(files) > 15
    for number, address in enumerate(files.values(), start=1):
        assert browser.get(address).status_code == 200, address
        assert count(OperatorEntry) == number, f"{address} is taken away and nobody notes it, or twice"

    with transaction():
        db.session.execute(sa.update(OperatorSession).values(proved_at=now() - timedelta(days=1)))
    asked_again = {name for name, address in files.items() if "/operator/proof" in (browser.get(address).location or "")}
    money = {name for name in files if name.split(".")[0] in ("orders", "actions", "company_money", "figures")}
    assert asked_again >= money | {"companies.export"}
    assert len(money) >= 6


def test_no_made_up_address_breaks_a_page(app, cast, portal):
    browser, names = portal("owner"), {*ARGUMENTS, *NAMES}
    for odd in ("9" * 23, "\0", "2026-01-01T00:00:00"):
        query = urlencode(dict.fromkeys(names, odd))
        for endpoint, method, address in tries(app):
            if method == "GET" and endpoint not in OPEN:
                assert browser.get(f"{address}?{query}").status_code < 500, f"{address}?{query} breaks"
    for address in ("companies", "products", "switches"):
        assert browser.get(f"/operator/{address}/%00").status_code == 404


def test_every_form_wants_our_own_token(app, cast, portal, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser = portal("owner")
    posts = [(endpoint, method, address) for endpoint, method, address in tries(app) if method != "GET"]

    assert len(posts) > 20
    for endpoint, method, address in posts:
        assert browser.open(address, method=method).status_code == 400, f"{endpoint} takes forms from anywhere"


def _is_sent_to_sign_in(response) -> bool:
    return response.status_code == 302 and response.location.startswith("/operator/sign-in")

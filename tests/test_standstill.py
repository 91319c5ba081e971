"""A suspended company's owner tries every URL rule and every socket event: nothing but what goes on changes anything.

The rules and events are read from the running app: a new one is tried the moment it exists.
"""

import pytest
from test_tenant_isolation import METHODS, Acmes, Outsider, everything, fingerprint, url_of

from console.door import GO_ON as CONSOLE_GOES_ON
from console.door import console_door
from core.db import transaction
from saas.standstill import goes_on
from tenants.companies.company import Company
from widget.door import GO_ON as WIDGET_GOES_ON
from widget.door import widget_door


@pytest.fixture
def acmes(app, cast):
    acmes = Acmes.make(app, cast)
    with transaction():
        Company.called("acme").suspend("unpaid")
    yield acmes
    if acmes.watching is not None:
        acmes.watching.close()


@pytest.fixture
def olga(cast, acmes, signed_in) -> Outsider:
    """Though she owns it."""
    visitor = {"X-Visitor": cast.visitor.token(cast.site)}
    return Outsider("Olga", signed_in(cast.olga), visitor)


def test_a_suspended_companys_owner_changes_nothing_by_any_url(app, acmes, olga):
    before, refused = fingerprint(app, acmes, olga), 0
    for rule in app.url_map.iter_rules():
        if goes_on(rule.endpoint) or rule.endpoint.startswith("widget."):
            continue
        for method in sorted(rule.methods & set(METHODS)):
            data = everything(acmes) if method != "GET" else None
            response = olga.browser.open(url_of(rule, acmes), method=method, data=data)

            assert response.status_code < 500, f"{method} {rule} breaks"
            assert fingerprint(app, acmes, olga) == before, f"{method} {rule} changes a suspended company"
            refused += response.status_code == 403

    assert refused > 60


def test_a_suspended_companys_owner_reads_every_page(app, acmes, olga):
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint.startswith(("manage.", "console.")) and not goes_on(rule.endpoint):
            assert olga.browser.get(url_of(rule, acmes)).status_code != 403, f"{rule} cannot be read"


def test_a_suspended_companys_owner_begins_nothing_at_the_consoles_door(app, acmes, olga):
    before = fingerprint(app, acmes, olga)
    for event in {*console_door.events, *console_door.hot_events} - {*CONSOLE_GOES_ON}:
        answer = olga.browser.post("/console/call", json={"event": event, "data": everything(acmes)})

        assert answer.status_code == 200, f"{event} breaks"
        assert fingerprint(app, acmes, olga) == before, f"{event} changes a suspended company"


def test_a_suspended_companys_visitor_begins_nothing(app, cast, acmes, olga):
    address = f"/w/{cast.site.key}/call"
    olga.browser.post(address, json={"event": "state", "data": {}}, headers=olga.headers)
    before = fingerprint(app, acmes, olga)
    for event in {*widget_door.events, *widget_door.hot_events} - {*WIDGET_GOES_ON}:
        answer = olga.browser.post(address, json={"event": event, "data": everything(acmes)}, headers=olga.headers)

        assert answer.status_code == 200, f"{event} breaks"
        changed = {table for table, rows in fingerprint(app, acmes, olga).items() if rows != before[table]}
        assert changed <= {f'"{acmes.place}"."{table}"' for table in ("visitor", "visit", "page_view")}, (
            f"{event} begins something"
        )

"""A suspended company's owner tries every URL rule and every socket event: nothing but what goes on changes anything.

The rules and events are read from the running app: a new one is tried the moment it exists.
"""

import pytest
from leads import endpoints_led_to
from test_tenant_isolation import METHODS, Acmes, Outsider, changed, everything, url_of, watched

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
    with watched(app, acmes):
        yield acmes


@pytest.fixture
def olga(cast, acmes, signed_in) -> Outsider:
    """Though she owns it."""
    visitor = {"X-Visitor": cast.visitor.token(cast.site)}
    return Outsider("Olga", signed_in(cast.olga), visitor)


def test_a_suspended_companys_owner_changes_nothing_by_any_url(app, acmes, olga):
    refused = 0
    changed(acmes, olga)
    for rule in app.url_map.iter_rules():
        if goes_on(rule.endpoint) or rule.endpoint.startswith("widget."):
            continue
        for method in sorted(rule.methods & set(METHODS)):
            data = everything(acmes) if method != "GET" else None
            response = olga.browser.open(url_of(rule, acmes), method=method, data=data)

            assert response.status_code < 500, f"{method} {rule} breaks"
            assert not changed(acmes, olga), f"{method} {rule} changes a suspended company"
            refused += response.status_code == 403

    assert refused > 60


def test_a_suspended_companys_owner_reads_every_page_and_sends_only_what_goes_on(app, acmes, olga):
    sent, greyed = set(), 0
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint.startswith(("manage.", "console.")):
            page = olga.browser.get(url_of(rule, acmes))
            assert page.status_code != 403 or goes_on(rule.endpoint), f"{rule} cannot be read"
            if page.mimetype == "text/html":
                led_to = {
                    endpoint for method, endpoint in endpoints_led_to(app, page.text, url_of(rule, acmes)) if method == "POST"
                }
                assert all(map(goes_on, led_to)), f"{rule} lets forms be sent that are refused: {led_to}"
                sent, greyed = sent | led_to, greyed + page.text.count('title="This company is suspended: you can read')

    assert {"manage.own_passwords.update", "manage.sign_ins.destroy", "manage.plan_vouchers.create"} <= sent
    assert greyed > 200


def test_a_suspended_companys_owner_begins_nothing_at_the_consoles_door(app, acmes, olga):
    changed(acmes, olga)
    for event in {*console_door.events, *console_door.hot_events} - {*CONSOLE_GOES_ON}:
        answer = olga.browser.post("/console/call", json={"event": event, "data": everything(acmes)})

        assert answer.status_code == 200, f"{event} breaks"
        assert not changed(acmes, olga), f"{event} changes a suspended company"


def test_a_suspended_companys_visitor_begins_nothing(app, cast, acmes, olga):
    address = f"/w/{cast.site.key}/call"
    olga.browser.post(address, json={"event": "state", "data": {}}, headers=olga.headers)
    changed(acmes, olga)
    for event in {*widget_door.events, *widget_door.hot_events} - {*WIDGET_GOES_ON}:
        answer = olga.browser.post(address, json={"event": event, "data": everything(acmes)}, headers=olga.headers)

        assert answer.status_code == 200, f"{event} breaks"
        known = {f"{acmes.place}.{table}" for table in ("visitor", "visit", "page_view")}
        assert changed(acmes, olga) <= known, f"{event} begins something"

import pytest

from chat.visitors.identities import IdentitySecret
from core.db import transaction
from tenants.audit.audit import AuditEntry


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def page(cast) -> str:
    return f"/manage/styles/{cast.site.id}/identity"


def test_makes_a_secret_to_copy(cast, olga, page):
    olga.post(f"{page}/secrets")

    secret = IdentitySecret.of_site(cast.site)[0]
    assert secret.text in olga.get(page).text
    entry = AuditEntry.before(None, "identity_secret.added")[0]
    assert entry.details == {"site": "Acme"}
    assert secret.text not in str(entry.details)


def test_a_new_one_leaves_the_old_one_valid_until_it_is_removed(cast, olga, page):
    olga.post(f"{page}/secrets")
    olga.post(f"{page}/secrets")
    old, new = IdentitySecret.of_site(cast.site)

    olga.post(f"{page}/secrets/{old.id}/removal")

    cast.refresh()
    assert IdentitySecret.of_site(cast.site) == [new]
    assert AuditEntry.before(None, "identity_secret.removed")


def test_a_third_is_refused(cast, olga, page):
    responses = [olga.post(f"{page}/secrets") for _ in range(3)]

    assert [response.status_code for response in responses] == [302, 302, 409]
    assert "two secrets at most" in responses[-1].text


def test_lets_in_nobody_else_if_wanted(cast, olga, page):
    olga.post(page, data={"requires_identity": "yes"})
    cast.refresh()
    assert cast.site.requires_identity
    assert "checked" in olga.get(page).text

    olga.post(page, data={})
    cast.refresh()
    assert not cast.site.requires_identity
    assert len(AuditEntry.before(None, "site.changed")) == 2


def test_says_how_to_sign_in_four_languages(cast, olga, page):
    shown = olga.get(page).text

    for piece in ("jwt.encode(claims", "jwt.sign(claims", "JWT::encode($claims", "Jwts.builder()", "laike(&#39;reset&#39;)"):
        assert piece in shown
    assert f"/w/{cast.site.key}.js&#34; data-identity=&#34;TOKEN&#34;" in shown


def test_one_that_moved_in_from_elsewhere_is_said_to_be_unreadable(cast, olga, page):
    with transaction():
        IdentitySecret.add(cast.site).sealed = "sealed elsewhere"

    assert "cannot be read here" in olga.get(page).text


def test_a_secret_of_another_site_is_not_found(cast, olga, page):
    olga.post(f"{page}/secrets")
    secret = IdentitySecret.of_site(cast.site)[0]
    olga.post("/manage/styles", data={"name": "Other"})

    assert olga.post(f"/manage/styles/{cast.site.id + 1}/identity/secrets/{secret.id}/removal").status_code == 404
    assert olga.post(f"{page}/secrets/{secret.id + 9}/removal").status_code == 404
    cast.refresh()
    assert IdentitySecret.of_site(cast.site) == [secret]


def test_an_agent_may_not(cast, signed_in, page):
    adam = signed_in(cast.adam)

    for response in (adam.get(page), adam.post(page), adam.post(f"{page}/secrets"), adam.post(f"{page}/secrets/1/removal")):
        assert response.status_code == 403

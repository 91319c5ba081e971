import pytest

from chat.sites import Site
from tenants.audit import AuditEntry


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


def test_shows_the_line_to_embed(cast, olga):
    assert f"http://localhost:8000/w/{cast.site.key}.js" in olga.get("/manage/sites").text
    assert f"http://localhost:8000/w/{cast.site.key}.js" in olga.get(f"/manage/sites/{cast.site.id}").text


def test_adds_a_site_with_its_domains(cast, olga):
    olga.post("/manage/sites", data={"name": "Shop", "allowed_domains": "shop.example\r\n\r\nhttps://*.shop.example:8443/x"})

    cast.refresh()
    site = Site.all()[-1]
    assert (site.name, site.allowed_domains) == ("Shop", ["https://shop.example", "https://*.shop.example:8443"])
    assert AuditEntry.before(None, "site.added")


def test_names_the_domain_that_is_none_and_keeps_what_was_typed(cast, olga):
    response = olga.post(f"/manage/sites/{cast.site.id}", data={"name": "Shop", "allowed_domains": "shop.example\nfoo bar;"})

    assert response.status_code == 422
    assert "“foo bar;” is not a domain" in response.text
    assert "shop.example\nfoo bar;</textarea>" in response.text
    cast.refresh()
    assert cast.site.name == "Acme"


def test_empty_again_means_every_domain(cast, olga):
    olga.post(f"/manage/sites/{cast.site.id}", data={"name": "Acme", "allowed_domains": "shop.example"})
    olga.post(f"/manage/sites/{cast.site.id}", data={"name": "Acme", "allowed_domains": ""})

    cast.refresh()
    assert cast.site.allowed_domains == []


def test_another_companys_site_is_not_found(cast, signed_in):
    eve = signed_in(cast.eve)
    with_another_id = cast.site.id + 1000

    assert eve.get(f"/manage/sites/{with_another_id}").status_code == 404
    assert cast.site.key not in eve.get("/manage/sites").text


def test_an_agent_may_not(cast, signed_in):
    assert signed_in(cast.adam).get("/manage/sites").status_code == 403

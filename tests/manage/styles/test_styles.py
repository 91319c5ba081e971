"""Styles on their pages: the list, adding and copying, what they cost, renewing, deleting (Y-01…Y-07, CF-25, CF-26)."""

from datetime import timedelta

import pytest
from parallel import in_parallel
from time_machine import travel

from billing.grants import revoke
from billing.plans import PROFESSIONAL_TRIAL
from billing.styles import StyleTerm, add_term, style_valid_until
from billing.voucher_batches import VoucherBatch
from billing.vouchers import STYLE, Voucher, redeem_from_drawer
from chat.conversations.conversations import Conversation
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Style
from core.clock import now
from core.db import db, transaction
from tenants.audit.audit import AuditEntry
from tenants.people.roles import Role

STYLES = "/manage/styles"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def free(cast):
    """Acme pays for nothing: one style."""
    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
    return cast.acme


@pytest.fixture
def drawer(cast):
    """`drawer(2)` puts style vouchers into Acme's drawer."""

    def fill(count: int = 1) -> list[Voucher]:
        with transaction():
            batch = VoucherBatch.make("Gift", STYLE, 0, now())[0]
            Voucher.put_in_drawer(cast.acme, count, STYLE, batch_id=batch.id)
        return Voucher.in_drawer_of(cast.acme)

    return fill


def add(browser, **more):
    return browser.post(STYLES, data={"name": "Shop"} | more)


def test_y_06_y_20_shows_the_line_to_embed_and_the_address_of_its_own_page(cast, olga):
    line, page = f"http://localhost:8000/w/{cast.site.key}.js", olga.get(f"{STYLES}/{cast.site.id}").text

    assert line in olga.get(STYLES).text
    assert line in page
    assert f"http://localhost:8000/f/{cast.site.key}" in page


def test_y_01_tells_how_often_a_style_was_changed_and_by_whom(cast, olga):
    before = olga.get(STYLES).text
    with transaction():
        Style(cast.site).save(Prompts(greeting="Hello"), cast.adam)
        Style(cast.site).save(Prompts(greeting="Good day"), cast.adam)

    page = olga.get(STYLES).text

    assert "As it was at the beginning" in before
    assert ">2 versions</a>, last changed by Adam" in page


def test_old_addresses_lead_to_styles(cast, olga):
    assert olga.get("/manage/sites").headers["Location"] == STYLES
    assert olga.get(f"/manage/sites/{cast.site.id}").headers["Location"] == f"{STYLES}/{cast.site.id}"
    assert olga.get(f"/manage/sites/{cast.site.id}/identity").headers["Location"] == f"{STYLES}/{cast.site.id}/identity"


def test_adds_a_site_with_its_domains(cast, olga):
    add(olga, allowed_domains="shop.example\r\n\r\nhttps://*.shop.example:8443/x")

    cast.refresh()
    site = Site.all()[-1]
    assert (site.name, site.allowed_domains) == ("Shop", ["https://shop.example", "https://*.shop.example:8443"])
    assert AuditEntry.before(None, "site.added")


def test_names_the_domain_that_is_none_and_keeps_what_was_typed(cast, olga):
    typed = {"name": "Shop", "allowed_domains": "shop.example\nfoo bar;"}

    answers = [olga.post(f"{STYLES}/{cast.site.id}", data=typed), olga.post(STYLES, data=typed)]

    for response in answers:
        assert response.status_code == 422
        assert "“foo bar;” is not a domain" in response.text
        assert "shop.example\nfoo bar;</textarea>" in response.text
    cast.refresh()
    assert [site.name for site in Site.all()] == ["Acme"]


def test_empty_again_means_every_domain(cast, olga):
    olga.post(f"{STYLES}/{cast.site.id}", data={"name": "Acme", "allowed_domains": "shop.example"})
    olga.post(f"{STYLES}/{cast.site.id}", data={"name": "Acme", "allowed_domains": ""})

    cast.refresh()
    assert cast.site.allowed_domains == []


def test_cf_25_the_plan_pays_as_long_as_it_has_room(cast, olga):
    page = olga.get(f"{STYLES}/new").text
    for _number in range(4):
        add(olga)
    full = add(olga, way="included")

    assert "It is included in your plan" in page
    assert full.status_code == 409
    assert "Each further style needs a style voucher." in full.text
    cast.refresh()
    assert len(Site.all()) == 5


def test_cf_25_of_two_who_add_one_at_once_one_gets_the_last_place(app, cast, free, signed_in):
    """Free has one: the first was removed from the count by giving it a term of its own."""
    with transaction():
        add_term(free, cast.site.id, "voucher:1")
    browsers = [signed_in(cast.olga) for _number in range(2)]

    answers = in_parallel(app, free, [lambda browser=browser: add(browser).status_code for browser in browsers])

    cast.refresh()
    assert sorted(answers) == [302, 409]
    assert len(Site.all()) == 2


def test_cf_26_y_04_only_the_first_is_tried_without_a_voucher(cast, free, olga):
    first = add(olga, way="trial")
    second = add(olga, name="Second", way="trial")

    cast.refresh()
    added = Site.all()[-1]
    assert (first.status_code, second.status_code) == (302, 409)
    assert style_valid_until(free, added.id) - now() > timedelta(days=6, hours=23)
    assert "On trial until" in olga.get(STYLES).text
    assert "Try it for 7 days" not in olga.get(f"{STYLES}/new").text


def test_y_02_adding_uses_one_voucher_of_the_drawer(cast, free, olga, drawer):
    first = drawer(2)[0].id

    add(olga, way="drawer", voucher=first)

    cast.refresh()
    assert len(Voucher.in_drawer_of(free)) == 1
    assert style_valid_until(free, Site.all()[-1].id) > now() + timedelta(days=364)


def test_y_02_a_code_that_does_not_work_adds_nothing_and_is_told_beside_it(cast, free, olga):
    wrong = add(olga, way="code", code="WRONG")
    missing = add(olga, way="code", code=" ")

    assert 'id="code-fault">This code cannot be redeemed.' in wrong.text
    assert 'value="WRONG"' in wrong.text
    assert 'id="code-fault">Enter the voucher&#39;s code.' in missing.text
    cast.refresh()
    assert len(Site.all()) == 1


def test_a_code_for_something_else_is_not_used_up(cast, free, olga):
    with transaction():
        code = VoucherBatch.make("Spring", {"SMS": 5}, 1, now() + timedelta(days=1))[1][0]

    assert "This code is for something else." in add(olga, way="code", code=code).text
    assert "Redeemed: 5 SMS credits." in olga.post("/manage/plan/vouchers", data={"code": code}, follow_redirects=True).text


def test_who_may_not_manage_billing_uses_no_voucher(cast, free, signed_in, drawer):
    voucher = drawer()[0].id
    nina = signed_in(cast.nina)
    with transaction():
        cast.nina.role = Role.add("Web", ["management.enter", "sites.manage"])

    page = nina.get(f"{STYLES}/new").text
    answer = add(nina, way="drawer", voucher=voucher)

    assert "Ask an administrator of your company for a style voucher." in page
    assert answer.status_code == 409
    assert len(Voucher.in_drawer_of(free)) == 1


def test_y_01_a_copy_has_all_parts_and_a_key_of_its_own(cast, olga):
    with transaction():
        Style(cast.site).save(Prompts(greeting="Hello"), cast.olga)
    page = olga.get(f"{STYLES}/new?copy={cast.site.id}").text

    add(olga, name="Acme, copy", copy=cast.site.id)

    cast.refresh()
    copy = Site.all()[-1]
    assert 'value="Acme, copy"' in page
    assert copy.key != cast.site.key
    assert Style(copy)[Prompts].greeting == "Hello"
    with transaction():
        Style(copy).save(Prompts(greeting="Other"), cast.olga)
    assert Style(cast.site)[Prompts].greeting == "Hello"


def test_y_01_y_03_renewing_adds_a_year_to_what_is_left_and_sent_twice_uses_one_voucher(cast, free, olga, drawer):
    one, other, third = [voucher.id for voucher in drawer(3)]
    add(olga, way="drawer", voucher=one)
    cast.refresh()
    site, renewal = Site.all()[-1], f"{STYLES}/{Site.all()[-1].id}/renewal"
    first = style_valid_until(free, site.id)

    response = olga.post(renewal, data={"way": "drawer", "voucher": other}, follow_redirects=True)
    again = olga.post(renewal, data={"way": "drawer", "voucher": other})

    assert "The style can be shown until" in response.text
    assert style_valid_until(free, site.id) - first < timedelta(days=367)
    assert again.status_code == 409
    assert "The voucher offered here is gone" in again.text
    assert f'name="voucher" value="{third}"' in again.text


def test_y_05_an_expired_style_says_so_and_is_renewed(cast, free, signed_in, drawer):
    voucher = drawer()[0].id
    add(signed_in(cast.olga), way="trial")
    cast.refresh()
    site = Site.all()[-1]
    with travel(style_valid_until(free, site.id) + timedelta(hours=1)):
        olga = signed_in(cast.olga)
        expired = olga.get(STYLES).text
        olga.post(f"{STYLES}/{site.id}/renewal", data={"way": "drawer", "voucher": voucher})
        renewed = olga.get(STYLES).text

    assert "Expired on" in expired
    assert "not shown to visitors" in expired
    assert "not shown to visitors" not in renewed


def test_two_vouchers_for_one_style_at_once_are_two_years(app, cast, free, drawer):
    vouchers, style_id = [voucher.id for voucher in drawer(2)], cast.site.id

    in_parallel(app, free, [lambda id=id: redeem_from_drawer(free, id, style_id).id for id in vouchers])

    cast.refresh()
    first, second = StyleTerm.of(free, style_id)
    assert second.starts_at == first.ends_at
    assert style_valid_until(free, style_id) > now() + timedelta(days=728)


def test_one_voucher_for_two_styles_at_once_is_for_one(app, cast, drawer):
    voucher = drawer()[0].id
    with transaction():
        other = Site.add("Other")

    in_parallel(app, cast.acme, [
        lambda id=id: redeem_from_drawer(cast.acme, voucher, id).id for id in (cast.site.id, other.id)
    ])  # fmt: skip

    cast.refresh()
    assert len(StyleTerm.of(cast.acme, cast.site.id) + StyleTerm.of(cast.acme, other.id)) == 1


def test_y_05_deleting_says_what_happens_and_is_for_ever(cast, olga):
    add(olga)
    cast.refresh()
    page = olga.get(f"{STYLES}/{cast.site.id}/removal").text

    response = olga.post(f"{STYLES}/{cast.site.id}/removal", follow_redirects=True)

    assert "This cannot be taken back." in page
    assert "The 1 conversation that is going on there ends now." in page
    assert f"Its key {cast.site.key} stops working." in page
    assert "Acme is deleted." in response.text
    assert cast.site.key not in response.text
    assert olga.get(f"{STYLES}/{cast.site.id}").status_code == 404
    assert olga.get(f"/w/{cast.site.key}.js").status_code == 404
    cast.refresh()
    assert not db.session.get_one(Conversation, cast.question.id).is_open
    assert AuditEntry.before(None, "site.removed")


def test_y_05_the_last_one_stays(cast, olga):
    page = olga.get(f"{STYLES}/{cast.site.id}/removal").text
    response = olga.post(f"{STYLES}/{cast.site.id}/removal", follow_redirects=True)

    assert "Delete style" not in page
    assert "This is your only style" in response.text
    cast.refresh()
    assert Site.all() == [cast.site]


@pytest.mark.parametrize("page", ["", "/renewal", "/removal", "/versions", "/versions/1", "/identity"])
def test_another_companys_style_is_not_found(cast, signed_in, page):
    with cast.globex.entered():
        foreign = [site.id for site in Site.all()]
    unknown = max(*foreign, cast.site.id) + 1000

    assert signed_in(cast.eve).get(f"{STYLES}/{unknown}{page}").status_code == 404


def test_another_companys_style_is_not_copied(cast, signed_in):
    eve = signed_in(cast.eve)

    assert eve.get(f"{STYLES}/new?copy={cast.site.id + 1000}").status_code == 404
    assert add(eve, copy=cast.site.id + 1000).status_code == 404
    assert cast.site.key not in eve.get(STYLES).text


def test_an_agent_may_not(cast, signed_in):
    assert signed_in(cast.adam).get(STYLES).status_code == 403

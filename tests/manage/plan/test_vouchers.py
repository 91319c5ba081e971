"""Vouchers on their page: a code that works, one that does not and says nothing, the drawer, the first style."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from billing.styles import style_valid_until
from billing.voucher_batches import VoucherBatch
from billing.vouchers import STYLE, Voucher
from chat.styles.sites import Site
from core.clock import now
from core.db import db, transaction

PAGE = "/manage/plan/vouchers"


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def code(cast):
    """`code({"SMS": 5})` is one nobody has redeemed."""

    def make(gives: dict = STYLE, **more) -> str:
        with transaction():
            until = more.pop("until", now() + timedelta(days=30))
            return VoucherBatch.make("Spring", gives, 1, until, **more)[1][0]

    return make


@pytest.fixture
def drawer(cast) -> Voucher:
    """Acme's one voucher."""
    with transaction():
        Voucher.put_in_drawer(cast.acme, 1, STYLE, batch_id=VoucherBatch.make("Gift", STYLE, 0, now())[0].id)
    return Voucher.in_drawer_of(cast.acme)[0]


def styles_of(company) -> int:
    db.session.commit()
    db.session.expire_all()
    return company.entitlements.styles


def test_a_code_gives_what_it_says(cast, olga, code):
    response = olga.post(PAGE, data={"code": code({"SMS": 5})}, follow_redirects=True)

    assert "Redeemed: 5 SMS credits." in response.text
    assert '<p class="today__number">5</p>' in olga.get("/manage/plan").text


def test_a_style_code_asks_for_the_style_and_keeps_what_was_typed(cast, olga, code):
    typed = code()

    asked = olga.post(PAGE, data={"code": typed})
    done = olga.post(PAGE, data={"code": typed.lower().replace("-", " "), "style_id": cast.site.id}, follow_redirects=True)

    assert asked.status_code == 409
    assert 'id="style_id-fault">This is a style voucher.' in asked.text
    assert f'value="{typed}"' in asked.text
    assert "Redeemed: a style for 12 months." in done.text
    assert style_valid_until(cast.acme, cast.site.id) > now() + timedelta(days=364)


def test_25_all_codes_that_do_not_work_look_the_same(cast, olga, code):
    used, over = code({"SMS": 1}), code({"SMS": 1}, until=now() - timedelta(days=1))
    others = code({"SMS": 1}, company=cast.globex)
    olga.post(PAGE, data={"code": used})

    answers = {
        olga.post(PAGE, data={"code": one}).text.count("This code cannot be redeemed.") for one in (used, over, others, "X")
    }

    assert answers == {1}


def test_25_guessing_is_slowed_down(cast, olga):
    answers = [olga.post(PAGE, data={"code": f"WRONG-{number}"}).status_code for number in range(11)]

    assert answers == [409] * 10 + [429]


def test_an_empty_code_is_told_beside_its_field(cast, olga):
    assert 'id="code-fault">Enter the voucher&#39;s code.' in olga.post(PAGE, data={"code": " "}).text


def test_uses_a_voucher_from_the_drawer_once(cast, olga, drawer):
    used = {"style_id": cast.site.id}

    first = olga.post(f"{PAGE}/{drawer.id}/redemption", data=used, follow_redirects=True)
    second = olga.post(f"{PAGE}/{drawer.id}/redemption", data=used, follow_redirects=True)

    assert "Redeemed: a style for 12 months." in first.text
    assert "This code cannot be redeemed." in second.text
    assert 'state--online">Until' in olga.get("/manage/styles").text


def test_17_another_company_cannot_use_it(cast, signed_in, drawer):
    with cast.globex.entered():
        site_id = Site.all()[0].id

    signed_in(cast.eve).post(f"{PAGE}/{drawer.id}/redemption", data={"style_id": site_id})

    db.session.expire_all()
    assert db.session.scalar(sa.select(Voucher.redeemed_at).where(Voucher.id == drawer.id)) is None


@pytest.mark.parametrize("style_id", ["999999", "x", "-1", ""])
def test_a_style_that_is_not_there_uses_nothing(cast, olga, drawer, style_id):
    olga.post(f"{PAGE}/{drawer.id}/redemption", data={"style_id": style_id})

    assert Voucher.in_drawer_of(cast.acme) == [drawer]


def test_the_first_style_is_tried_once(cast, olga):
    from billing.grants import revoke
    from billing.plans import PROFESSIONAL_TRIAL

    with transaction():
        revoke(cast.acme, PROFESSIONAL_TRIAL.code)
        second = Site.add("Second shop")
    assert "Try it for 7 days" in olga.get(PAGE).text

    olga.post(f"{PAGE}/trial", data={"style_id": second.id})
    again = olga.post(f"{PAGE}/trial", data={"style_id": cast.site.id}, follow_redirects=True)

    assert styles_of(cast.acme) == 2
    assert "Each further style needs a style voucher." in again.text
    assert "Try it for 7 days" not in again.text


def test_the_trial_of_a_style_that_is_not_there_is_refused(cast, olga):
    olga.post(f"{PAGE}/trial", data={"style_id": "424242"})

    assert styles_of(cast.acme) == 5


def test_an_empty_drawer_teaches(cast, olga):
    assert "Those you buy lie here until you use them" in olga.get(PAGE).text

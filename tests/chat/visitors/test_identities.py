import base64
import hmac
import json
import time

import pytest
from cast import count
from parallel import in_parallel

from chat.styles.sites import Site
from chat.visitors.identities import LASTS, LINGERS, Identity, IdentityRefused, IdentitySecret, TwoSecretsAlready
from chat.visitors.visitors import Visitor
from core.db import db, transaction
from core.errors import NotFound


def b64(data) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(secret: str, header=None, **claims) -> str:
    """A token as any library makes one, without ours."""
    claims = {"sub": "user-17", "exp": int(time.time()) + 600} | claims
    claims = {name: value for name, value in claims.items() if value is not None}
    head = f"{b64({'alg': 'HS256', 'typ': 'JWT'} | (header or {}))}.{b64(claims)}"
    return f"{head}.{b64(hmac.digest(secret.encode(), head.encode(), 'sha256'))}"


@pytest.fixture
def secret(cast) -> str:
    with transaction():
        return IdentitySecret.add(cast.site).text


def who(cast, token: str, known: Visitor | None = None) -> Visitor:
    with transaction():
        return Identity.read(token, cast.site).visitor(known, cast.site)


def reason(cast, token: str) -> str:
    with pytest.raises(IdentityRefused) as refusal:
        Identity.read(token, cast.site)
    return str(refusal.value)


def test_who_is_new_to_the_company_stays_who_he_was_in_this_browser(cast, secret):
    number, old_token = cast.visitor.id, cast.visitor.token(cast.site)

    visitor = who(cast, signed(secret, name="Li Wei", email="Li@Mail.example", phone="+86 1"), cast.visitor)

    assert visitor.id == number
    assert visitor.as_dict()["verified"]
    assert (visitor.name, visitor.email, visitor.phone) == ("Li Wei", "li@mail.example", "+86 1")
    assert Visitor.of_token(old_token, cast.site) is None
    assert Visitor.of_token(visitor.token(cast.site), cast.site) is visitor


def test_on_another_device_he_is_the_same(cast, secret):
    first = who(cast, signed(secret), cast.visitor)

    assert who(cast, signed(secret), None).id == first.id
    assert who(cast, signed(secret), Visitor.recognise(None, cast.site)).id == first.id


def test_somebody_else_in_the_same_browser_is_somebody_else(cast, secret):
    first = who(cast, signed(secret), cast.visitor)

    second = who(cast, signed(secret, sub="user-18"), first)

    assert second.id != first.id
    assert (first.sub, second.sub) == ("user-17", "user-18")


def test_what_a_visitor_types_never_makes_him_somebody(cast, secret):
    known = who(cast, signed(secret, email="li@mail.example"), cast.visitor)
    stranger = Visitor.recognise(None, cast.site)
    stranger.save_card("Li Wei", "li@mail.example", "", "", "")

    assert stranger.id != known.id
    assert not stranger.is_verified


def test_sites_of_a_company_share_the_person_and_not_the_secret(cast, secret):
    with transaction():
        other = Site.add("Other shop")
        other_secret = IdentitySecret.add(other).text
    first = who(cast, signed(secret), cast.visitor)

    with pytest.raises(IdentityRefused):
        Identity.read(signed(secret), other)
    with transaction():
        assert Identity.read(signed(other_secret), other).visitor(None, other).id == first.id


def test_another_companys_secret_signs_nothing_here(cast, secret):
    with cast.globex.entered(), transaction():
        foreign = IdentitySecret.add(Site.all()[0]).text

    assert "signature" in reason(cast, signed(foreign))


def test_without_a_secret_nothing_is_believed(cast):
    assert "no secret" in reason(cast, signed("x"))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"sub": None}, "`sub`"),
        ({"sub": ""}, "`sub`"),
        ({"sub": 17}, "`sub`"),
        ({"sub": "x" * 201}, "`sub`"),
        ({"sub": "a\0b"}, "`sub`"),
        ({"exp": None}, "`exp` is missing"),
        ({"exp": "soon"}, "`exp` is missing"),
        ({"exp": True}, "`exp` is missing"),
        ({"exp": float("nan")}, "`exp` is missing"),
        ({"exp": 2**70}, "too far ahead"),
        ({"exp": time.time() + LASTS + 3600}, "too far ahead"),
        ({"exp": 0}, "expired"),
        ({"exp": time.time() - LINGERS - 60}, "expired"),
        ({"nbf": time.time() + 3600}, "`nbf`"),
        ({"nbf": "now"}, "`nbf`"),
    ],
)
def test_says_to_developers_what_is_wrong(cast, secret, claims, why):
    assert why in reason(cast, signed(secret, **claims))


def test_too_long_is_not_read(cast, secret):
    assert "4096" in reason(cast, signed(secret, junk="x" * 5000))


def test_nothing_but_hs256(cast, secret):
    body = b64({"sub": "user-17", "exp": int(time.time()) + 600})
    unsigned = f"{b64({'alg': 'none'})}.{body}."
    renamed = f"{b64({'alg': 'none'})}.{body}.{b64(hmac.digest(secret.encode(), b'x', 'sha256'))}"
    head = f"{b64({'alg': 'HS512'})}.{body}"
    stronger = f"{head}.{b64(hmac.digest(secret.encode(), head.encode(), 'sha512'))}"

    for token in (unsigned, renamed, stronger, signed(secret, header={"alg": "RS256"})):
        assert "HS256" in reason(cast, token)


def test_a_header_decides_nothing(cast, secret):
    forged = signed(
        "attacker", header={"jwk": {"kty": "oct", "k": b64(b"attacker")}, "kid": "../../dev/null", "jku": "https://e.example"}
    )

    assert "signature" in reason(cast, forged)
    assert "HS256" in reason(cast, signed(secret, header={"crit": ["exp"], "b64": False}))


@pytest.mark.parametrize(
    "token", ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "…", ".", "..", "\ud800.x.y", "eyJhbGciOiJIUzI1NiJ9.W10.x"]
)
def test_nonsense_is_none(cast, secret, token):
    with pytest.raises(IdentityRefused):
        Identity.read(token, cast.site)


def test_claims_that_are_no_object_are_none(cast, secret):
    head = f"{b64({'alg': 'HS256'})}.{b64([1])}"

    assert "HS256" in reason(cast, f"{head}.{b64(hmac.digest(secret.encode(), head.encode(), 'sha256'))}")


def test_what_is_unfit_for_the_card_is_left_out(cast, secret):
    visitor = who(cast, signed(secret, name=["x"], email="nonsense", phone=7), cast.visitor)

    assert (visitor.name, visitor.email, visitor.phone) == ("", "", "")
    assert visitor.is_verified


def test_a_page_that_stayed_open_goes_on_as_who_it_was(cast, secret):
    visitor = who(cast, signed(secret), cast.visitor)
    ended = signed(secret, exp=int(time.time()) - 3600)

    assert who(cast, ended, visitor) is visitor
    for other in (None, Visitor.recognise(None, cast.site)):
        with pytest.raises(IdentityRefused, match="expired"):
            who(cast, ended, other)


def test_two_secrets_so_that_one_can_be_changed(cast, secret):
    with transaction():
        newer = IdentitySecret.add(cast.site)
    assert who(cast, signed(secret), cast.visitor).id == who(cast, signed(newer.text)).id

    with pytest.raises(TwoSecretsAlready):
        IdentitySecret.add(cast.site)
    with transaction():
        IdentitySecret.of_site(cast.site)[0].remove()
    assert "signature" in reason(cast, signed(secret))


def test_many_make_a_secret_at_once_and_there_are_two(app, cast):
    site = cast.site.id
    outcomes = in_parallel(app, cast.acme, [lambda: IdentitySecret.add(db.session.get_one(Site, site))] * 5)

    assert [type(outcome) for outcome in outcomes].count(TwoSecretsAlready) == 3
    assert count(IdentitySecret) == 2


def test_a_copy_of_the_database_does_not_tell_it(cast, secret):
    stored = IdentitySecret.of_site(cast.site)[0].sealed

    assert secret not in stored
    assert len(secret) >= 43


def test_a_secret_sealed_elsewhere_signs_nothing(cast, secret):
    with transaction():
        IdentitySecret.of_site(cast.site)[0].sealed = "gAAAAA-not-from-here"

    assert IdentitySecret.of_site(cast.site)[0].text is None
    assert "no secret" in reason(cast, signed(secret))


def test_the_door_to_secrets(cast, secret):
    with transaction():
        other = Site.add("Other shop")
    mine = IdentitySecret.of_site(cast.site)[0]

    assert IdentitySecret.numbered(mine.id, cast.site) is mine
    for id, site in ((mine.id, other), (mine.id + 1, cast.site)):
        with pytest.raises(NotFound):
            IdentitySecret.numbered(id, site)


def test_two_tabs_of_one_browser_are_one_and_keep_one_token(app, cast, secret):
    token, number = signed(secret), cast.visitor.id

    def come():
        visitor = Identity.read(token, Site.keyed(cast.site.key)).visitor(db.session.get_one(Visitor, number), cast.site)
        return visitor.id, visitor.key

    outcomes = in_parallel(app, cast.acme, [come] * 6)

    assert len(set(outcomes)) == 1
    assert outcomes[0][0] == number


def test_many_devices_at_once_become_one(app, cast, secret):
    with transaction():
        numbers = [Visitor.recognise(None, cast.site).id for _ in range(6)]
    token = signed(secret)

    def come(number):
        return Identity.read(token, Site.keyed(cast.site.key)).visitor(db.session.get(Visitor, number), cast.site).id

    outcomes = in_parallel(app, cast.acme, [lambda number=number: come(number) for number in [*numbers, -1, -2]])

    assert len(set(outcomes)) == 1
    assert db.session.query(Visitor).where(Visitor.sub == "user-17").count() == 1

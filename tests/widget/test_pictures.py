"""Pictures of styles from outside: for everybody who has the address, harmless, unchanging."""

import pytest
from pictures import picture

from chat.styles.pictures import Picture
from core.db import transaction


@pytest.fixture
def logo(cast) -> Picture:
    with transaction():
        return Picture.keep(picture(), "logo", cast.site)


def test_anybody_may_see_it(cast, client, logo):
    response = client.get(logo.address)

    assert response.status_code == 200
    assert response.mimetype == "image/png"
    assert response.data == logo.path.read_bytes()


def test_customers_pages_may_show_it_and_keep_it(cast, client, logo):
    headers = client.get(logo.address, headers={"Origin": "https://shop.example"}).headers

    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in headers


def test_it_can_do_nothing(cast, client, logo):
    headers = client.get(logo.address).headers

    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_guess_finds_nothing(cast, client, logo):
    guesses = [logo.key[:-1] + ("a" if logo.key[-1] != "a" else "b"), logo.key.replace(str(cast.acme.id), str(cast.globex.id), 1),
               "x", "1-picture-" + "x" * 32, "..%2f..%2fetc"]  # fmt: skip

    assert {client.get(f"/pictures/{guess}").status_code for guess in guesses} == {404}


def test_a_picture_whose_file_is_gone_is_not_found(cast, client, logo):
    logo.path.unlink()

    assert client.get(logo.address).status_code == 404

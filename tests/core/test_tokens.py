from core.tokens import fingerprint, new_token, read_signed, seal, sign, unseal


def test_random_tokens_differ_and_are_long():
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43


def test_the_fingerprint_does_not_show_the_token():
    token = new_token()

    assert token not in fingerprint(token)
    assert fingerprint(token) == fingerprint(token)


def test_a_signed_token_gives_its_meaning_back(context):
    assert read_signed("visitor", sign("visitor", [1, "a"])) == [1, "a"]


def test_a_token_serves_one_purpose(context):
    assert read_signed("password", sign("visitor", 1)) is None


def test_a_changed_token_means_nothing(context):
    meaning, _dot, mark = sign("visitor", [1, "a"]).rpartition(".")

    # Not the last letter: two of its six bits mean nothing.
    assert read_signed("visitor", f"{meaning}.{'A' if mark[0] != 'A' else 'B'}{mark[1:]}") is None
    assert read_signed("visitor", None) is None


def test_a_token_can_be_too_old(context):
    assert read_signed("frame", sign("frame", 1), max_age=-1) is None


def test_an_earlier_key_still_verifies(app, context):
    token = sign("visitor", 1)
    old = app.config["SECRET_KEY"]
    app.config.update(SECRET_KEY="another key that is long enough to be one", SECRET_KEY_FALLBACKS=[old])

    assert read_signed("visitor", token) == 1

    app.config.update(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[])


def test_what_was_sealed_can_be_read_again_and_not_without_us(app, context):
    sealed = seal("identity secret", "a secret")

    assert "a secret" not in sealed
    assert unseal("identity secret", sealed) == "a secret"
    assert unseal("other purpose", sealed) is None
    assert unseal("identity secret", "nonsense") is None


def test_what_an_earlier_key_sealed_is_still_read(app, context):
    sealed, old = seal("identity secret", "a secret"), app.config["SECRET_KEY"]
    app.config.update(SECRET_KEY="another key that is long enough to be one", SECRET_KEY_FALLBACKS=[old])

    assert unseal("identity secret", sealed) == "a secret"

    app.config.update(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[])

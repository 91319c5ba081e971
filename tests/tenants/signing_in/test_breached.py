import hashlib

import pytest

from core.errors import Invalid
from tenants.signing_in import passwords
from tenants.signing_in.breached import BreachedPasswords

LEAKED = [f"leaked password {number}" for number in range(500)]


@pytest.fixture
def leaked(tmp_path) -> BreachedPasswords:
    hashes = sorted(hashlib.sha1(password.encode()).hexdigest().upper() for password in LEAKED)
    path = tmp_path / "pwned.txt"
    path.write_text("".join(f"{hash}:{seen}\r\n" for seen, hash in enumerate(hashes, start=1)))
    return BreachedPasswords(path)


def test_knows_each_one_and_no_other(leaked):
    assert all(password in leaked for password in LEAKED)
    assert not any(f"{password}!" in leaked for password in LEAKED)


def test_a_list_without_a_last_line_end_is_read_too(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text(hashlib.sha1(b"only this").hexdigest().upper() + ":7")

    assert "only this" in BreachedPasswords(path)
    assert "another" not in BreachedPasswords(path)


def test_a_strong_one_that_leaked_is_refused(leaked, monkeypatch):
    monkeypatch.setattr(passwords, "_leaked", [leaked])
    monkeypatch.setattr(passwords, "strength", lambda *_: 4)

    with pytest.raises(Invalid) as invalid:
        passwords.check_strength(LEAKED[7])

    assert "password" in invalid.value.fields
    passwords.check_strength("seven slow yaks sing at sunrise")

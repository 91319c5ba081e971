"""Passwords: hashed with argon2id away from the event loop, judged by how hard they are to guess."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask
from flask_babel import lazy_gettext as _l
from zxcvbn import matching, scoring, time_estimates

from core.errors import Invalid
from core.realtime.green import off_loop
from tenants.signing_in.breached import BreachedPasswords

AT_LEAST, AT_MOST = 10, 128
SAFE = 3  # of 4: a hundred million guesses at least
# OWASP's second profile for argon2id.  `cheap` is for tests: seconds, not minutes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
_leaked: list[BreachedPasswords] = []


def install(app: Flask) -> None:
    """Have passwords compared with the installation's lists of leaked ones, if it has any."""
    global _leaked
    _leaked = [BreachedPasswords(Path(path)) for path in app.config["BREACHED_PASSWORDS_FILES"]]


def cheap() -> None:
    """Hash at almost no cost from now on, and judge each password once.  For tests only."""
    global _hasher, _NOBODY, _score
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _NOBODY = _hasher.hash("nobody has this password")
    _score = lru_cache(_score)


def hash_password(password: str) -> str:
    return off_loop(_hasher.hash, password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password.  Takes as long when there is no such person, so that nobody can tell."""
    right = off_loop(_verify, password_hash or _NOBODY, password[:AT_MOST])
    return right and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def strength(password: str, *about_the_person: str) -> int:
    """0 (guessed at once) to 4 (very hard), by zxcvbn, which knows the leaked and the usual ones."""
    return off_loop(_score, password[:72], tuple(_words(about_the_person)))


def check_strength(password: str, *about_the_person: str) -> None:
    """Raises Invalid(password=…) for one that is too short, too long or too easily guessed."""
    if len(password) < AT_LEAST:
        raise Invalid(password=_l("Use at least %(count)s characters.", count=AT_LEAST))
    if len(password) > AT_MOST:
        raise Invalid(password=_l("Use at most %(count)s characters.", count=AT_MOST))
    if strength(password, *about_the_person) < SAFE:
        raise Invalid(password=_l("This password is easily guessed. Several unrelated words make a good one."))
    if any(password in leaked for leaked in _leaked):
        raise Invalid(password=_l("This password is on a list of leaked passwords. Choose another."))


class Look(NamedTuple):
    """What somebody is told about a password while he types: how hard it is to guess, and why it is refused, if it is."""

    score: int
    fault: str


def look(password: str, *about_the_person: str) -> Look | None:
    """None for an empty one."""
    try:
        check_strength(password, *about_the_person)
        fault = ""
    except Invalid as invalid:
        fault = str(invalid.fields["password"])
    return Look(strength(password, *about_the_person), fault) if password else None


def _words(texts: Iterable[str]) -> list[str]:
    """What somebody who knows the person would try: the texts, their words, and the words run together."""
    words = [[text, *re.findall(r"\w+", text), "".join(re.findall(r"\w+", text))] for text in texts]
    return sorted({word.casefold() for found in words for word in found if word})


def _score(password: str, words: tuple[str, ...]) -> int:
    # zxcvbn() keeps the words in one place for all threads, and would judge by somebody else's.
    known = matching.RANKED_DICTIONARIES | {"user_inputs": matching.build_ranked_dict(list(words))}
    found = scoring.most_guessable_match_sequence(password, matching.omnimatch(password, known))
    return time_estimates.guesses_to_score(found["guesses"])


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

"""Text as people type it, made fit to keep."""

import re
import unicodedata

# Half of a surrogate pair is no character: neither UTF-8 nor the database can hold it.
_SURROGATES = range(0xD800, 0xE000)
_CONTROL = {code: None for code in (*range(32), 127, *_SURROGATES) if chr(code) not in "\n\t"}
_EMAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+\.[^@\s.<>\"(),;:\\]{2,}\Z")


def tidy(text: str | None, at_most: int) -> str:
    """One line: control characters gone, spaces folded, cut to `at_most` characters."""
    return " ".join(unicodedata.normalize("NFC", text or "").translate(_CONTROL).split())[:at_most]


def tidy_lines(text: str | None, at_most: int) -> str:
    """Several lines: control characters but newline and tab gone, cut to `at_most` characters."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).translate(_CONTROL).strip()[:at_most]


def tidy_email(text: str | None) -> str:
    """An address as we compare it: trimmed, lower case."""
    return tidy(text, 254).casefold()


def is_email(text: str) -> bool:
    """Whether this looks like an address mail can go to.  Only a mail that arrives proves one."""
    return bool(_EMAIL.match(text)) and len(text) <= 254


def masked_email(email: str) -> str:
    """`o•••@acme.example`: enough to recognise it, not enough to write to it."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def literal(text: str) -> str:
    """For a pattern of LIKE: signs that would mean something in it mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

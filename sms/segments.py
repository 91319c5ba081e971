"""How many SMS a text fills (3GPP TS 23.038): 160 characters of a small alphabet, or 70 of any."""

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take an escape character in front, so they count twice.
_ESCAPED = frozenset("\f^{}\\[~]|€")


def segments_of(text: str) -> int:
    """One, or more when the parts of a longer text each lose room to the number that joins them again."""
    if all(character in _ALPHABET or character in _ESCAPED for character in text):
        return _parts([1 + (character in _ESCAPED) for character in text], whole=160, part=153)
    return _parts([len(character.encode("utf-16-be")) // 2 for character in text], whole=70, part=67)


def _parts(widths: list[int], whole: int, part: int) -> int:
    if sum(widths) <= whole:
        return 1
    parts, room = 1, part
    for width in widths:
        # A character is never cut in two: what does not fit begins the next part.
        if width > room:
            parts, room = parts + 1, part
        room -= width
    return parts

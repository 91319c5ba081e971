"""What a console asked, read with care."""

from core.errors import NotFound


def number_in(request: dict, name: str, least: int = 1) -> int:
    """A number we gave out.  What is none of ours is as unknown as somebody else's.  Raises NotFound."""
    return checked_number(request.get(name), least)


def numbers_in(request: dict, name: str, at_most: int = 100) -> set[int]:
    """Several of them.  Raises NotFound."""
    values = request.get(name)
    if not isinstance(values, list) or len(values) > at_most:
        raise NotFound
    return {checked_number(value) for value in values}


def checked_number(value, least: int = 1) -> int:
    if type(value) is not int or not least <= value < 2**63:
        raise NotFound
    return value


def text_in(request: dict, name: str) -> str:
    value = request.get(name)
    return value if isinstance(value, str) else ""

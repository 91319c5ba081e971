"""Which of the people and groups a directory looks for: comparisons by `eq`, joined by `and` (RFC 7644, 3.4.2.2).

Directories ask for nothing else.  The library parses, with an end to how deep it goes; what it cannot or we do not
answer is refused as "invalidFilter", never guessed (Kanidm died of nested filters).
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from scim2_models import InvalidFilterException, Resource, ScimFilter
from scim2_models.path import AttrPath, CompareOperator, Comparison, FilterNode, LogicalExpr, LogicalOperator, ValuePath

LONGEST = 1000
# What is compared, by the attribute's name in small letters.
Comparisons = Mapping[str, Callable[[str], sa.ColumnElement[bool]]]


def conditions(text: str, shape: type[Resource], comparisons: Comparisons) -> list[sa.ColumnElement[bool]]:
    """What must be true of the rows that a filter means.  Raises InvalidFilterException."""
    if len(text) > LONGEST:
        raise InvalidFilterException(detail=f"The filter is longer than {LONGEST} characters.")
    parsed = ScimFilter[shape](text).ast
    return [_condition(attribute, value, comparisons) for attribute, value in _comparisons(parsed, shape)]


def _comparisons(node: FilterNode, shape: type[Resource], within: str = ""):
    match node:
        case LogicalExpr(op=LogicalOperator.and_):
            for term in node.terms:
                yield from _comparisons(term, shape, within)
        case Comparison(op=CompareOperator.eq):
            yield within + _named(node.attr_path, shape), node.value
        case ValuePath(attr_path=path, sub_attr=None) if not within:
            yield from _comparisons(node.val_filter, shape, f"{_named(path, shape)}.")
        case _:
            raise InvalidFilterException(detail="Only comparisons by eq, joined by and, are answered here.")


def _named(path: AttrPath, shape: type[Resource]) -> str:
    if path.uri is not None and path.uri.lower() != shape.__schema__.lower():
        raise InvalidFilterException(detail=f"There is no schema {path.uri} here.")
    return f"{path.attr}.{path.sub_attr}".lower() if path.sub_attr else path.attr.lower()


def _condition(attribute: str, value, comparisons: Comparisons) -> sa.ColumnElement[bool]:
    compare = comparisons.get(attribute)
    if compare is None:
        raise InvalidFilterException(detail=f"Nothing is found by {attribute}. Use one of: {', '.join(comparisons)}.")
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str) or not value.isprintable():
        raise InvalidFilterException(detail=f"{attribute} is compared with a text of one line.")
    return compare(value)


def number(column: sa.ColumnElement) -> Callable[[str], sa.ColumnElement[bool]]:
    """Compares a row's number; what cannot be one is nobody's."""

    def compare(text: str) -> sa.ColumnElement[bool]:
        return column == int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else sa.false()

    return compare

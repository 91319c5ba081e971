"""Pieces of texts, and how they find the texts again."""

import pytest

from chat.conversations.said import folded, has_cjk, pieces_of

TEXT = "请问退货运费谁承担？ Order ＡＢ-1042, Straße 7"


@pytest.mark.parametrize(
    "part", ["退", "退货", "退货运费谁", "？", "order", "ORDER ab-10", "ＡＢ", "ab-1042", "strasse", "费谁承担? o", "7"]
)
def test_the_pieces_of_any_part_are_among_those_of_the_whole(part):
    assert set(pieces_of([part])) <= set(pieces_of([TEXT]))


@pytest.mark.parametrize("other", ["货退", "运货", "orders", "1043", "费用", "zq"])
def test_what_was_not_said_has_a_piece_that_is_not(other):
    assert not set(pieces_of([other])) <= set(pieces_of([TEXT]))


@pytest.mark.parametrize("short", ["", "a", "?", "７"])
def test_what_is_too_common_has_no_pieces(short):
    assert pieces_of([short]) == []


def test_widths_and_cases_are_the_same():
    assert folded("ＡＢｃ　１") == folded("abC 1") == "abc 1"


@pytest.mark.parametrize(("text", "has"), [("订", True), ("かな", True), ("한", True), ("é", False), ("1", False), ("", False)])
def test_knows_chinese_and_its_neighbours(text, has):
    assert has_cjk(text) is has

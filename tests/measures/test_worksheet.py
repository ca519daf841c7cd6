"""The tables of a worksheet, held to the rule's own examples, and whether they add up."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.selection import Rate
from evenhand.measures.worksheet import UNKNOWN, Cell, above_median, by, cross_check, lines, unknown
from new_york import SCORED, SELECTED, Printed


def half_up(value: Fraction, digits: int) -> str:
    scaled = str((2 * value * 10**digits + 1) // 2).rjust(digits + 1, "0")
    return f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled


@pytest.mark.parametrize("example", [SELECTED, SCORED], ids=["selection", "scoring"])
def test_every_rate_and_ratio_of_the_rules_examples_comes_out_as_printed(example: tuple[Printed, ...]) -> None:
    cells = [Cell(*row[:4]) for row in example]
    seen = 0
    for sex, race in ((True, False), (False, True), (True, True)):
        found = by(cells, sex=sex, race=race)
        printed = [row for row in example if (row[0] is not None, row[1] is not None) == (sex, race)]
        for line, (*_, rate, ratio) in zip(lines([each for _, each in found]), printed, strict=True):
            share = line.rate.share()
            assert share is not None
            assert line.ratio is not None
            assert half_up(100 * share, len(rate.partition(".")[2].rstrip("%"))) + "%" == rate
            assert half_up(line.ratio, len(ratio.partition(".")[2])) == ratio
            seen += 1
    assert seen == 23


def test_the_rules_own_example_does_not_add_up_and_is_flagged() -> None:
    found = {
        (each.attribute, each.category): (each.alone.n, each.crossed.n)
        for each in cross_check([Cell(*row[:4]) for row in SELECTED])
    }
    assert found == {("race", "Hispanic or Latino"): (408, 395), ("race", None): (2584, 2571)}
    assert list(cross_check([Cell(*row[:4]) for row in SCORED])) == []


def test_the_unknown_belong_to_what_adds_up() -> None:
    cells = [
        Cell("f", None, 10, 4), Cell(UNKNOWN, None, 2, 1), Cell(None, "a", 7, 3), Cell(None, UNKNOWN, 5, 2),
        Cell("f", "a", 6, 3), Cell("f", UNKNOWN, 4, 1), Cell(UNKNOWN, "a", 1, 0), Cell(UNKNOWN, UNKNOWN, 1, 1),
    ]  # fmt: skip
    assert list(cross_check(cells)) == []
    assert [unknown(cells, sex=sex, race=race) for sex, race in ((True, False), (False, True), (True, True))] == [
        2,
        5,
        6,
    ]
    wrong = [*cells[:4], Cell("f", "a", 5, 3), *cells[5:]]
    assert {(each.attribute, each.category) for each in cross_check(wrong)} == {
        ("sex", "f"), ("sex", None), ("race", "a"), ("race", None),
    }  # fmt: skip


def test_small_categories_keep_their_number_and_rate_when_left_out() -> None:
    rates = [Rate("a", 980, 490), Rate("b", 19, 19), Rate("c", 20, 10)]
    with_all, without = lines(rates), lines(rates, leave_out=True)
    assert [str(each.ratio) for each in with_all] == ["1/2", "1", "1/2"]
    assert [(each.ratio, each.left_out) for each in without] == [(1, False), (None, True), (None, True)]
    assert [each.rate for each in without] == rates


def test_exactly_two_percent_is_not_under_two_percent() -> None:
    assert [each.small for each in lines([Rate("a", 98, 1), Rate("b", 2, 1)])] == [False, False]


def test_nobody_selected_gives_no_ratio() -> None:
    assert [each.ratio for each in lines([Rate("a", 9, 0), Rate("b", 7, 0)])] == [None, None]
    assert lines([]) == ()


@given(st.lists(st.integers(0, 9), max_size=20))
def test_a_score_at_the_median_is_not_above_it(scores: list[int]) -> None:
    assert above_median(scores) == tuple(score > median(scores) for score in scores)

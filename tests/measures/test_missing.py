"""What missing answers leave open, held to trying every way the unknown could belong."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given

from evenhand.measures.missing import bounds
from evenhand.measures.selection import Rate, Screen
from tables import pair, rate


@given(pair(12), rate("(unknown)", 6))
def test_the_bounds_are_the_extremes_over_every_way_the_unknown_could_belong(
    tables: tuple[Rate, Rate], unknown: Rate
) -> None:
    focal, reference = tables
    result = bounds(focal, reference, unknown, Screen())
    selected, rejected = unknown.selected, unknown.n - unknown.selected
    seen: list[Fraction] = []
    unbounded = False
    for yes, other_yes, no, other_no in product(
        *[range(each + 1) for each in (selected, selected, rejected, rejected)]
    ):
        if yes + other_yes > selected or no + other_no > rejected:
            continue  # who belongs to neither stays out
        n, s = focal.n + yes + no, focal.selected + yes
        m, t = reference.n + other_yes + other_no, reference.selected + other_yes
        if n and m and t:
            seen.append(Fraction(s * m, t * n))
        elif n and m:
            unbounded = True
    if result.lowest is not None and seen:
        assert result.lowest == min(seen)
    if result.highest is not None and seen and not unbounded:
        assert result.highest == max(seen)


def test_without_missing_answers_nothing_is_left_open() -> None:
    result = bounds(Rate("f", 50, 20), Rate("r", 50, 30), Rate("u", 0, 0), Screen())
    assert (result.lowest, result.highest, result.straddles) == (Fraction(2, 3), Fraction(2, 3), False)


def test_bounds_on_either_side_of_four_fifths_straddle_it() -> None:
    assert bounds(Rate("f", 50, 24), Rate("r", 50, 30), Rate("u", 20, 10), Screen()).straddles
    assert not bounds(Rate("f", 500, 100), Rate("r", 500, 300), Rate("u", 2, 1), Screen()).straddles


def test_exactly_four_fifths_at_worst_does_not_straddle() -> None:
    # Worst case: 40 of 100 + 1 beside 50 of 100.
    at_bar = bounds(Rate("f", 99, 40), Rate("r", 100, 50), Rate("u", 1, 0), Screen())
    assert (at_bar.lowest, at_bar.straddles) == (Fraction(4, 5), False)

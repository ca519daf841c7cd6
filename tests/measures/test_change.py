"""Whether a figure changed, held to published intervals, scipy and a count of chance."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from evenhand.measures.change import (
    Change,
    Place,
    Sample,
    Word,
    median,
    newcombe,
    of_means,
    of_shares,
    place,
    worded,
)
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.table import difference


def rate(selected: int, n: int) -> Rate:
    return Rate("", n, selected)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(rate(*now), rate(*before))
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_shares_have_the_mid_p_of_their_table_and_an_interval_around_the_difference(
    good: int, bad: int, good_before: int, bad_before: int
) -> None:
    now, before = rate(good, good + bad), rate(good_before, good_before + bad_before)
    found = of_shares(now, before)
    if not now.n or not before.n:
        assert found.refusal is Refusal.NOTHING
        return
    assert found.difference == Fraction(good, now.n) - Fraction(good_before, before.n)
    assert found.interval is not None
    assert found.interval.high is not None
    assert found.interval.low - 1e-12 <= float(found.difference) <= found.interval.high + 1e-12
    if found.refusal is None:
        assert found.p == difference(now, before).mid_p


@pytest.mark.parametrize(
    ("now", "before", "refusal"),
    [
        ((9, 9), (50, 100), Refusal.TOO_FEW),
        ((1, 100), (3, 100), Refusal.TOO_FEW_SELECTED),
        ((100, 100), (96, 100), Refusal.TOO_FEW_NOT_SELECTED),
        ((5, 0), (5, 10), Refusal.NOTHING),
        ((5, 100), (0, 100), None),
    ],
)
def test_too_small_numbers_are_no_change(
    now: tuple[int, int], before: tuple[int, int], refusal: Refusal | None
) -> None:
    found = of_shares(rate(*now), rate(*before))
    assert found.refusal is refusal
    assert (worded(found, found.p, 1) is Word.TOO_FEW) == (refusal is not None)


@given(st.lists(st.integers(0, 10**8), min_size=10, max_size=40), st.lists(st.integers(0, 10**8), min_size=10))
def test_means_are_compared_as_scipy_compares_them(now: list[int], before: list[int]) -> None:
    first, second = (Sample(len(each), sum(each), sum(one * one for one in each)) for each in (now, before))
    found = of_means(first, second)
    if found.refusal is Refusal.NO_VARIATION:
        assert len(set(now)) == len(set(before)) == 1
        return
    theirs = ttest_ind([float(each) for each in now], [float(each) for each in before], equal_var=False)
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-6, abs=1e-12)
    low, high = theirs.confidence_interval()
    assert found.interval == pytest.approx((float(low), float(high)), rel=1e-6, abs=1)


@pytest.mark.parametrize("n", [0, 9])
def test_a_mean_of_too_few_is_shown_and_not_compared(n: int) -> None:
    found = of_means(Sample(n, n * 3, n * 9), Sample(50, 100, 300))
    assert found.refusal in (Refusal.TOO_FEW, Refusal.NOTHING)
    assert (found.p, found.interval) == (None, None)


@pytest.mark.parametrize(
    ("z", "adjusted", "direction", "word"),
    [
        (-3.0, 0.01, 1, Word.WORSE),
        (3.0, 0.01, 1, Word.BETTER),
        (3.0, 0.01, -1, Word.WORSE),
        (3.0, 0.01, 0, Word.CHANGED),
        (3.0, 0.05, -1, Word.COULD_BE_CHANCE),
    ],
)
def test_the_word_follows_from_the_adjusted_p_and_what_is_better(
    z: float, adjusted: float, direction: int, word: Word
) -> None:
    assert worded(Change(Fraction(0), None, adjusted, z, None, ""), adjusted, direction) is word


def test_a_period_is_placed_beside_at_least_four_others() -> None:
    before = [Fraction(each) for each in (3, 1, 2, 4)]
    assert place(Fraction(5), before, 1) is Place.BETTER_THAN_ALL
    assert place(Fraction(5), before, -1) is Place.WORSE_THAN_ALL
    assert place(Fraction(0), before, 0) is Place.OUTSIDE_ALL
    assert place(Fraction(4), before, 1) is Place.WITHIN
    assert place(Fraction(5), before[:3], 1) is Place.TOO_FEW
    assert place(None, before, 1) is Place.TOO_FEW


@given(st.lists(st.fractions(), min_size=1))
def test_the_median_has_as_many_values_on_either_side(values: list[Fraction]) -> None:
    middle = median(values)
    assert middle is not None
    assert 2 * sum(each < middle for each in values) <= len(values)
    assert 2 * sum(each > middle for each in values) <= len(values)


def test_unchanged_figures_looked_at_together_seldom_seem_changed() -> None:
    """Eight figures with nothing changed: Holm keeps the chance that any seems changed near one in twenty."""
    from random import Random

    chance, wrong, rounds = Random(5), 0, 300
    for _ in range(rounds):
        found = []
        for _ in range(8):
            now, before = (rate(sum(chance.random() < 0.7 for _ in range(60)), 60) for _ in range(2))
            found.append(of_shares(now, before))
        adjusted = holm([each.p if each.p is not None else 1.0 for each in found])
        wrong += any(worded(each, p, 1) in (Word.WORSE, Word.BETTER) for each, p in zip(found, adjusted, strict=True))
    assert wrong / rounds < 0.09

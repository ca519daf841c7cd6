"""Intervals of rates and of ratios, held to statsmodels and to what a score interval is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from evenhand.measures.interval import ratio_interval, wilson
from evenhand.measures.selection import Rate
from tables import pair, rate


@given(rate("f", 400))
def test_the_interval_of_a_rate_is_statsmodels_and_stays_within_nought_and_one(one: Rate) -> None:
    result = wilson(one.selected, one.n)
    if result is None:
        assert one.n == 0
        return
    low, high = proportion_confint(one.selected, one.n, method="wilson")
    assert list(result) == pytest.approx([low, high], abs=1e-9)
    assert 0 <= result.low <= one.selected / one.n <= (result.high or 0) <= 1


@given(pair(200))
def test_the_interval_of_a_ratio_is_statsmodels_where_that_can_form_one(tables: tuple[Rate, Rate]) -> None:
    if all(0 < each.selected < each.n for each in tables):
        focal, reference = tables
        low, high = confint_proportions_2indep(
            focal.selected, focal.n, reference.selected, reference.n, compare="ratio", method="score"
        )
        assert list(ratio_interval(focal, reference) or ()) == pytest.approx([low, high], rel=1e-5)


def score(focal: Rate, reference: Rate, ratio: float) -> float:
    """The statistic as Miettinen and Nurminen define it, the likeliest rates found by search instead of a formula."""

    def likelihood(of_reference: float) -> float:
        total = 0.0
        for each, share in ((focal, ratio * of_reference), (reference, of_reference)):
            for count, chance in ((each.selected, share), (each.n - each.selected, 1 - share)):
                total += count * math.log(max(chance, 1e-300)) if count else 0.0
        return total

    low, high = 0.0, min(1.0, 1 / ratio)
    for _ in range(200):
        one, other = low + (high - low) * 0.382, low + (high - low) * 0.618
        low, high = (low, other) if likelihood(one) >= likelihood(other) else (one, high)
    r = (low + high) / 2
    n = focal.n + reference.n
    spread = ratio * r * (1 - ratio * r) / focal.n + ratio**2 * r * (1 - r) / reference.n
    away = focal.selected / focal.n - ratio * reference.selected / reference.n
    return float(away / math.sqrt(max(spread, 1e-300) * n / (n - 1)))


@given(pair(60))
def test_at_each_bound_the_score_is_the_critical_value(tables: tuple[Rate, Rate]) -> None:
    found = ratio_interval(*tables)
    if found is None:
        return
    for bound, sign in ((found.low, 1), (found.high, -1)):
        if bound and 1e-6 < bound < 1e6:
            assert score(*tables, bound) == pytest.approx(sign * 1.959964, abs=2e-3)


@given(pair())
def test_no_interval_of_a_ratio_is_negative_or_none_at_all(tables: tuple[Rate, Rate]) -> None:
    focal, reference = tables
    found = ratio_interval(focal, reference)
    if found is None:
        assert not focal.n or not reference.n or focal.selected + reference.selected == 0
        return
    assert found.low >= 0
    assert (found.low == 0) == (focal.selected == 0)
    assert (found.high is None) == (reference.selected == 0)
    if focal.selected and reference.selected:
        observed = focal.selected * reference.n / (reference.selected * focal.n)
        assert found.low <= observed * (1 + 1e-9)
        assert (found.high or 0) >= observed * (1 - 1e-9)

"""What would have gone unseen, held to simulated figures and to statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import power_proportions_2indep

from evenhand.measures.detectable import power, smallest_detectable


@pytest.mark.parametrize(
    ("n", "rate", "seen"), [(25, 0.3, 0.07), (100, 0.3, 0.16), (400, 0.3, 0.48), (800, 0.3, 0.77), (200, 0.5, 0.52)]
)
def test_a_true_ratio_of_four_fifths_is_seen_as_seldom_as_simulated(n: int, rate: float, seen: float) -> None:
    assert power(0.8, [(rate, n, n)]) == pytest.approx(seen, abs=0.011)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.99), st.integers(5, 500), st.integers(5, 500))
def test_the_power_is_statsmodels(rate: float, ratio: float, focal: int, reference: int) -> None:
    theirs = power_proportions_2indep(ratio * rate - rate, rate, focal, ratio=reference / focal, return_results=False)
    assert power(ratio, [(rate, focal, reference)]) == pytest.approx(float(theirs), abs=1e-6)


@given(st.floats(0, 1), st.integers(0, 500), st.integers(0, 500), st.sampled_from([0.05, 0.01, 0.0025]))
def test_the_smallest_ratio_seen_is_seen_four_times_out_of_five(
    rate: float, focal: int, reference: int, alpha: float
) -> None:
    found = smallest_detectable([(rate, focal, reference)], alpha)
    if found is None:
        assert not rate or not focal or not reference or power(0.0, [(rate, focal, reference)], alpha) < 0.8
        return
    assert math.isfinite(found)
    assert power(found, [(rate, focal, reference)], alpha) >= 0.8 - 1e-9
    if found < 1 - 1e-6:
        assert power(found + 1e-6, [(rate, focal, reference)], alpha) < 0.8


def test_with_few_people_even_nobody_selected_goes_unseen() -> None:
    assert smallest_detectable([(0.3, 8, 8)]) is None


def test_the_power_within_strata_is_what_simulation_shows() -> None:
    strata = [(0.2, 90, 30), (0.4, 40, 80), (0.6, 10, 60)]
    chance, draws, ratio = np.random.default_rng(2026), 20_000, 0.6
    away, variance = np.zeros(draws), np.zeros(draws)
    for rate, focal, reference in strata:
        n = focal + reference
        mine, all_ = chance.binomial(focal, ratio * rate, draws), chance.binomial(reference, rate, draws)
        all_ = all_ + mine
        away += mine - focal * all_ / n
        variance += focal * reference * all_ * (n - all_) / (n * n * (n - 1))
    seen = float((away**2 / variance >= stats.chi2.ppf(0.95, 1)).mean())  # Mantel and Haenszel's chi-square
    assert power(ratio, strata) == pytest.approx(seen, abs=0.01)


def test_groups_that_hardly_met_at_the_same_posts_show_less_than_their_number() -> None:
    apart = smallest_detectable([(0.3, 380, 20), (0.3, 20, 380)])
    met = smallest_detectable([(0.3, 200, 200), (0.3, 200, 200)])
    assert apart is not None
    assert met is not None
    assert (round(apart, 2), round(met, 2)) == (0.4, 0.71)


def test_a_stratum_that_adds_nothing_changes_nothing() -> None:
    assert smallest_detectable([(0.3, 300, 300), (0.3, 0, 50), (0.3, 9, 0)]) == smallest_detectable([(0.3, 300, 300)])

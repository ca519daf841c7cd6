"""Groups compared within strata, held to published figures and to statsmodels."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.stratified import Pair, at_most, stratified
from evenhand.measures.table import difference, informative
from tables import BERKELEY, RICCI, pair, pairs

ALL_AGREE = 1  # an alpha of a millionth: nothing disagrees


def test_riccis_examinations_together_have_the_published_figures() -> None:
    result = stratified(RICCI)
    assert result.odds_ratio is not None
    assert result.interval is not None
    assert f"{float(result.odds_ratio):.3f}" == "0.285"
    assert (f"{result.interval.low:.3f}", f"{result.interval.high:.3f}") == ("0.131", "0.620")
    assert (f"{result.chi_square:.2f}", f"{result.chi_square_p:.4f}") == ("10.23", "0.0014")
    assert (f"{result.disagreement:.3f}", f"{result.disagreement_p:.2f}") == ("0.101", "0.75")


def test_berkeleys_departments_have_the_figures_that_r_prints() -> None:
    result = stratified(BERKELEY, alpha_micro=ALL_AGREE)
    assert result.odds_ratio is not None
    assert result.interval is not None
    assert f"{float(result.odds_ratio):.7f}" == "0.9046968"
    assert (f"{result.interval.low:.7f}", f"{result.interval.high:.6f}") == ("0.7719074", "1.060330")
    assert (f"{result.corrected:.4f}", f"{result.corrected_p:.4f}") == ("1.4269", "0.2323")
    assert (f"{result.disagreement:.4f}", f"{result.disagreement_p:.5f}") == ("18.8255", "0.00207")


def test_the_continuity_correction_is_left_out_where_r_leaves_it_out() -> None:
    near = stratified([(Rate("f", 21, 10), Rate("r", 20, 10))])  # 10/41 from what is expected: less than a half
    assert near.chi_square is not None
    assert near.corrected == near.chi_square > 0
    half = stratified([(Rate("f", 20, 10), Rate("r", 20, 11))])  # R subtracts a half from a half
    assert half.chi_square is not None
    assert half.corrected == 0 < half.chi_square


def test_berkeleys_departments_disagree_so_no_common_odds_ratio_is_given() -> None:
    result = stratified(BERKELEY)
    assert (result.odds_ratio, result.interval, result.refusal) == (None, None, Refusal.STRATA_DISAGREE)
    assert result.disagree
    assert f"{float(result.pooled or 0):.3f}" == "1.841"
    each = [difference(*department).odds_ratio for department in BERKELEY]
    assert [f"{float(one):.3f}" for one in each if one is not None] == [
        "0.349", "0.803", "1.133", "0.921", "1.222", "0.828",
    ]  # fmt: skip


def test_pooling_that_turns_a_difference_round_is_noticed() -> None:
    lower_within_each = ((Rate("f", 80, 60), Rate("r", 20, 16)), (Rate("f", 20, 4), Rate("r", 80, 20)))
    result = stratified(lower_within_each)
    assert result.odds_ratio is not None
    assert result.odds_ratio < 1 < (result.pooled or 0)
    assert result.reversed


@given(pairs(most=40, strata=5))
def test_the_common_ratio_of_rates_is_statsmodels_and_points_where_mantel_and_haenszel_do(tables: list[Pair]) -> None:
    result = stratified(tables)
    assert result.n == sum(f.n + r.n for f, r in tables if informative(f, r))
    if not result.kept:
        assert result.ratio is None
        return
    away = sum(Fraction(f.selected * r.n - r.selected * f.n, f.n + r.n) for f, r in result.kept)
    assert result.leaning == (away > 0) - (away < 0)
    if result.ratio is None:
        assert all(not r.selected for _, r in result.kept)
        return
    cells = [np.array([[f.selected, f.n - f.selected], [r.selected, r.n - r.selected]]) for f, r in result.kept]
    assert float(result.ratio) == pytest.approx(float(StratifiedTable(cells).riskratio_pooled))


def test_it_is_counted_in_how_many_strata_a_group_fares_worse_and_in_how_many_better() -> None:
    women_beside_men = stratified([(f, m) for m, f in BERKELEY])
    assert women_beside_men.pointing == (2, 4)
    assert not women_beside_men.one_way
    assert stratified(RICCI).pointing == (2, 0)
    assert stratified(RICCI).one_way


def test_strata_that_say_nothing_are_dropped_and_counted() -> None:
    nothing = (
        (Rate("f", 5, 0), Rate("r", 7, 0)),
        (Rate("f", 0, 0), Rate("r", 7, 3)),
        (Rate("f", 4, 4), Rate("r", 2, 2)),
    )
    whole, plain = stratified((*RICCI, *nothing)), stratified(RICCI)
    assert (whole.strata, whole.informative, whole.dropped) == (5, 2, 3)
    assert (whole.odds_ratio, whole.mid_p, whole.disagreement) == (plain.odds_ratio, plain.mid_p, plain.disagreement)


def test_nothing_informative_is_nothing_concluded() -> None:
    result = stratified([(Rate("f", 5, 0), Rate("r", 7, 0))])
    assert (result.mid_p, result.odds_ratio, result.refusal) == (None, None, Refusal.NOTHING)


@given(pair())
def test_one_stratum_gives_the_mid_p_of_its_table(tables: Pair) -> None:
    p = difference(*tables).mid_p
    assert stratified([tables]).mid_p == (None if p is None else pytest.approx(p, abs=1e-9))


@given(pairs(most=8, strata=3))
def test_the_mid_p_over_strata_is_that_of_counting_every_outcome(tables: list[Pair]) -> None:
    kept = [each for each in tables if informative(*each)]
    if not kept:
        return
    sums: dict[int, float] = {}
    outcomes = []
    for focal, reference in kept:
        selected = focal.selected + reference.selected
        law = stats.hypergeom(focal.n + reference.n, selected, focal.n)
        lowest, highest = max(0, selected - reference.n), min(focal.n, selected)
        outcomes.append([(each, float(law.pmf(each))) for each in range(lowest, highest + 1)])
    for combination in product(*outcomes):
        total = sum(count for count, _ in combination)
        sums[total] = sums.get(total, 0.0) + math.prod(chance for _, chance in combination)
    observed = sums[sum(focal.selected for focal, _ in kept)]
    by_hand = sum(
        chance * (0.5 if math.isclose(chance, observed, rel_tol=1e-7) else chance < observed)
        for chance in sums.values()
    )
    assert stratified(kept).mid_p == pytest.approx(by_hand, abs=1e-9)


def theirs(tables: list[Pair]) -> StratifiedTable:
    return StratifiedTable(
        [np.array([(each.selected, each.n - each.selected) for each in one], dtype=float) for one in tables]
    )


@given(pairs())
def test_mantel_and_haenszels_figures_are_statsmodels(tables: list[Pair]) -> None:
    kept = [each for each in tables if informative(*each)]
    if not kept:
        return
    result, other = stratified(kept, alpha_micro=ALL_AGREE), theirs(kept)
    if result.odds_ratio:
        assert result.interval is not None
        assert float(result.odds_ratio) == pytest.approx(float(other.oddsratio_pooled))
        assert list(result.interval) == pytest.approx([float(each) for each in other.oddsratio_pooled_confint()])
    if result.chi_square is not None and result.corrected is not None:
        assert result.chi_square == pytest.approx(float(other.test_null_odds(correction=False).statistic), abs=1e-9)
        plain = abs(sum(f.selected - f.n * (f.selected + r.selected) / (f.n + r.n) for f, r in kept))
        if plain >= 0.5:  # statsmodels corrects beyond nought, which makes a difference of nothing one of something
            assert result.corrected == pytest.approx(float(other.test_null_odds(correction=True).statistic), abs=1e-9)


@given(pairs())
def test_breslow_day_and_tarones_figures_are_statsmodels(tables: list[Pair]) -> None:
    kept = [each for each in tables if informative(*each)]
    result = stratified(kept, alpha_micro=ALL_AGREE)
    if result.disagreement is None:
        return
    tables_of_theirs = theirs(kept)
    if abs(float(tables_of_theirs.oddsratio_pooled) - 1) > 1e-9:  # at 1 statsmodels divides nought by nought
        other = tables_of_theirs.test_equal_odds(adjust=True)
        assert result.disagreement == pytest.approx(max(float(other.statistic), 0.0), rel=1e-4, abs=1e-6)


@given(pairs())
def test_whatever_the_tables_every_figure_is_a_number_or_none(tables: list[Pair]) -> None:
    result = stratified(tables)
    figures = [
        result.mid_p, result.chi_square, result.chi_square_p, result.corrected, result.corrected_p,
        result.disagreement, result.disagreement_p, *(result.interval or ()),
    ]  # fmt: skip
    assert all(each is None or math.isfinite(each) for each in figures)
    assert result.odds_ratio is None or isinstance(result.odds_ratio, Fraction)


def test_hundreds_of_requisitions_are_compared_as_exactly_as_one() -> None:
    many = [(Rate("f", 900 + at, 300), Rate("r", 1_000 + at, 340)) for at in range(200)]
    result = stratified(many)
    assert result.mid_p == pytest.approx(result.chi_square_p, rel=1e-2)


def test_a_difference_beyond_all_chance_has_a_p_of_nought_and_not_none() -> None:
    assert stratified([(Rate("f", 5_000, 100), Rate("r", 5_000, 4_900))] * 3).mid_p == pytest.approx(0.0, abs=1e-12)


def test_a_p_that_is_exactly_alpha_counts() -> None:
    assert at_most(0.05, 50_000)
    assert at_most(0.1 + 0.2, 300_000)  # a float's own comparison says no
    assert not at_most(0.050000001, 50_000)

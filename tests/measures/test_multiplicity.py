"""Families of comparisons, held to published figures, statsmodels and scipy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from evenhand.measures.multiplicity import holm, omnibus
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.table import difference
from tables import NEW_YORK, rate


def test_new_yorks_seven_groups_do_not_differ_at_all_by_one_test() -> None:
    result = omnibus(NEW_YORK)
    assert (f"{result.chi_square:.2f}", result.freedom, f"{result.p:.3f}") == ("9.90", 6, "0.129")


def test_new_yorks_one_small_p_is_no_longer_small_among_six() -> None:
    white = next(each for each in NEW_YORK if each.group == "white")
    values = [difference(each, white).fisher for each in NEW_YORK if each is not white]
    assert f"{min(each for each in values if each is not None):.4f}" == "0.0094"
    assert f"{min(holm([each for each in values if each is not None])):.4f}" == "0.0566"


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holms_adjustment_is_statsmodels(values: list[float]) -> None:
    theirs = multipletests(values, method="holm")[1] if values else []
    assert holm(values) == pytest.approx(list(theirs))


@given(st.lists(rate("g", 80), max_size=6))
def test_the_test_of_all_groups_is_scipys_or_says_why_it_is_none(rates: list[Rate]) -> None:
    result = omnibus(rates)
    if result.refusal is not None:
        assert (result.chi_square, result.p) == (None, None)
        return
    there = [each for each in rates if each.n]
    theirs = stats.chi2_contingency([[each.selected, each.n - each.selected] for each in there], correction=False)
    assert result.chi_square == pytest.approx(theirs.statistic, abs=1e-9)
    assert result.p == pytest.approx(theirs.pvalue)
    assert result.freedom == theirs.dof


def test_numbers_too_small_for_a_chi_square_are_refused() -> None:
    assert omnibus([Rate("a", 3, 1), Rate("b", 3, 2)]).refusal is Refusal.TOO_FEW_EXPECTED
    assert omnibus([Rate("a", 3, 3), Rate("b", 0, 0)]).refusal is Refusal.NOTHING

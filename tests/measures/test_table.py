"""Tests of one table, held to published figures and to scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from scipy import stats

from evenhand.measures.selection import Rate
from evenhand.measures.table import difference
from tables import TEAL_BOTTOM_LINE, TEAL_EXAMINATION, pair


def rounded(value: float | None, digits: int) -> str:
    assert value is not None
    return f"{value:.{digits}f}"


def test_the_choice_of_test_alone_changes_what_is_concluded() -> None:
    # Morris 2017: 2 of 10 against 15 of 25.
    result = difference(Rate("f", 10, 2), Rate("r", 25, 15))
    assert (rounded(result.mid_p, 4), rounded(result.fisher, 4)) == ("0.0437", "0.0599")
    assert rounded(math.erfc(abs(result.z or 0) / math.sqrt(2)), 4) == "0.0324"


def test_teals_examination_and_bottom_line_have_the_published_figures() -> None:
    exam, bottom = difference(*TEAL_EXAMINATION), difference(*TEAL_BOTTOM_LINE)
    assert (rounded(exam.z, 3), rounded(exam.fisher, 5)) == ("-3.757", "0.00040")
    assert (rounded(bottom.z, 2), rounded(bottom.fisher, 3)) == ("1.68", "0.121")


@pytest.mark.parametrize(
    ("focal", "reference", "fisher", "z"),
    [
        (Rate("b", 8, 3), Rate("w", 25, 16), "0.238", "-1.32"),
        (Rate("h", 8, 3), Rate("w", 25, 16), "0.238", "-1.32"),
        (Rate("b", 19, 6), Rate("w", 43, 25), "0.097", "-1.93"),
        (Rate("h", 15, 3), Rate("w", 43, 25), "0.016", "-2.55"),
    ],
    ids=["captain black", "captain hispanic", "lieutenant black", "lieutenant hispanic"],
)
def test_riccis_four_comparisons_have_the_published_figures(focal: Rate, reference: Rate, fisher: str, z: str) -> None:
    result = difference(focal, reference)
    assert (rounded(result.fisher, 3), rounded(result.z, 2)) == (fisher, z)


def test_black_and_hispanic_candidates_together_have_the_published_figures() -> None:
    captain = difference(Rate("bh", 16, 6), Rate("w", 25, 16))
    lieutenant = difference(Rate("bh", 34, 9), Rate("w", 43, 25))
    assert (rounded(captain.fisher, 3), rounded(lieutenant.fisher, 4)) == ("0.120", "0.0063")


def test_new_yorks_example_is_not_equal_though_it_is_not_below_four_fifths() -> None:
    result = difference(Rate("black", 390, 170), Rate("white", 797, 412))
    assert (rounded(result.z, 2), rounded(result.fisher, 4)) == ("-2.62", "0.0094")


def test_castaneda_lies_29_standard_deviations_away() -> None:
    # Castaneda v. Partida, 430 U.S. 482, 496 n. 17 (1977): 339 of 870 grand jurors where 79.1 % were expected.
    expected, deviation = 870 * 0.791, math.sqrt(870 * 0.791 * 0.209)
    assert (round(expected), round(deviation), round((expected - 339) / deviation)) == (688, 12, 29)


def test_the_mirror_image_of_a_table_has_the_same_p() -> None:
    one, other = difference(Rate("f", 10, 2), Rate("r", 25, 15)), difference(Rate("r", 25, 15), Rate("f", 10, 2))
    assert one.mid_p == pytest.approx(other.mid_p)
    assert one.z == pytest.approx(-(other.z or 0))


def test_a_table_that_could_not_have_come_out_otherwise_is_not_tested() -> None:
    for focal, reference in (((5, 5), (8, 8)), ((5, 0), (8, 0)), ((0, 0), (8, 3)), ((0, 0), (0, 0))):
        result = difference(Rate("f", *focal), Rate("r", *reference))
        assert (result.mid_p, result.fisher, result.z, result.odds_ratio) == (None, None, None, None)


@given(pair())
def test_fishers_p_is_scipys_and_the_mid_p_is_what_it_says(tables: tuple[Rate, Rate]) -> None:
    focal, reference = tables
    result = difference(focal, reference)
    if result.fisher is None:
        return
    cells = [[each.selected, each.n - each.selected] for each in tables]
    assert result.fisher == pytest.approx(float(stats.fisher_exact(cells).pvalue), rel=1e-6)
    selected = focal.selected + reference.selected
    law = stats.hypergeom(focal.n + reference.n, selected, focal.n)
    outcomes = range(max(0, selected - reference.n), min(focal.n, selected) + 1)
    observed = law.pmf(focal.selected)
    by_hand = sum(
        law.pmf(each) * (0.5 if math.isclose(law.pmf(each), observed, rel_tol=1e-7) else law.pmf(each) < observed)
        for each in outcomes
    )
    assert result.mid_p == pytest.approx(float(by_hand), rel=1e-6)


@given(pair())
def test_z_is_the_square_root_of_pearsons_chi_square(tables: tuple[Rate, Rate]) -> None:
    result = difference(*tables)
    if result.z is not None:
        cells = [[each.selected, each.n - each.selected] for each in tables]
        chi_square = stats.chi2_contingency(cells, correction=False).statistic
        assert result.z**2 == pytest.approx(float(chi_square), rel=1e-9, abs=1e-12)


def test_a_million_people_are_tested_as_exactly_as_ten() -> None:
    result = difference(Rate("f", 400_000, 120_300), Rate("r", 600_000, 180_000))
    theirs = stats.fisher_exact([[120_300, 279_700], [180_000, 420_000]]).pvalue
    assert result.fisher == pytest.approx(float(theirs), rel=1e-6)

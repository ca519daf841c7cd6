"""Selection rates, impact ratios and the four-fifths screen, held to published figures."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import (
    ERASED,
    UNKNOWN,
    Rate,
    ReferenceChosen,
    Screen,
    ScreenResult,
    Selection,
    impact_ratio,
    selection,
)

NO_MINIMUM = Screen(minimum_n=0, minimum_selected=0, minimum_not_selected=0)


def frame(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["group", "n", "selected"])


def ratios(result: Selection) -> dict[str, str]:
    return {each.rate.group: f"{float(each.ratio):.3f}" for each in result.groups if each.ratio is not None}


# Ricci v. DeStefano, 557 U.S. 557 (2009): pass counts of the 2003 examinations.
CAPTAIN = frame(("W", 25, 16), ("B", 8, 3), ("H", 8, 3))
LIEUTENANT = frame(("W", 43, 25), ("B", 19, 6), ("H", 15, 3))


def test_ricci_ratios_are_those_published() -> None:
    captain = selection(CAPTAIN, screen=Screen(), reference="W")
    lieutenant = selection(LIEUTENANT, screen=Screen(), reference="W")
    assert ratios(captain) == {"B": "0.586", "H": "0.586"}
    assert ratios(lieutenant) == {"B": "0.543", "H": "0.344"}


def test_a_group_under_the_minimum_gets_its_ratio_but_no_judgement() -> None:
    captain = selection(CAPTAIN, screen=Screen(), reference="W")
    black = next(each for each in captain.groups if each.rate.group == "B")
    assert black.ratio == Fraction(3 * 25, 16 * 8)
    assert (black.screen, black.refusal) == (ScreenResult.NOT_ASSESSED, Refusal.TOO_FEW)


def test_ricci_lieutenants_lie_below_the_screen() -> None:
    lieutenant = selection(LIEUTENANT, screen=Screen(), reference="W")
    assert [each.screen for each in lieutenant.groups if each.rate.group != "W"] == [ScreenResult.BELOW] * 2


def test_berkeley_pooled_rates_are_those_of_the_table() -> None:
    # Graduate admissions 1973, six departments pooled: 1198 of 2691 men, 557 of 1835 women.
    pooled = selection(frame(("male", 2691, 1198), ("female", 1835, 557)), screen=Screen())
    assert pooled.reference == "male"
    assert ratios(pooled) == {"female": "0.682"}


def test_teal_fails_at_the_stage_and_not_at_the_bottom_line() -> None:
    # Connecticut v. Teal, 457 U.S. 440 (1982): examination, then promotion.
    exam = selection(frame(("black", 48, 26), ("white", 259, 206)), screen=Screen(), reference="white")
    bottom = selection(frame(("black", 48, 11), ("white", 259, 35)), screen=Screen(), reference="white")
    assert (ratios(exam), exam.groups[0].screen) == ({"black": "0.681"}, ScreenResult.BELOW)
    assert (ratios(bottom), bottom.groups[0].screen) == ({"black": "1.696"}, ScreenResult.NOT_BELOW)


# The worked example in 6 RCNY 5-301: category, applicants, selected, rate and impact ratio as printed there.
NYC_SEX = (("Male", 1390, 667, "48%", "1.00"), ("Female", 1181, 555, "47%", "0.979"))
NYC_RACE = (
    ("Hispanic or Latino", 408, 204, "50%", "0.97"),
    ("White", 797, 412, "52%", "1.00"),
    ("Black or African American", 390, 170, "44%", "0.84"),
    ("Native Hawaiian or Pacific Islander", 119, 52, "44%", "0.85"),
    ("Asian", 616, 302, "49%", "0.95"),
    ("Native American or Alaska Native", 41, 18, "44%", "0.85"),
    ("Two or More Races", 213, 96, "45%", "0.87"),
)
NYC_BOTH = (
    ("Male Hispanic or Latino", 205, 90, "43.9%", "0.841"),
    ("Female Hispanic or Latino", 190, 82, "43.2%", "0.827"),
    ("Male White", 412, 215, "52.2%", "1.000"),
    ("Male Black or African American", 226, 95, "42.0%", "0.806"),
    ("Male Native Hawaiian or Pacific Islander", 87, 37, "42.5%", "0.815"),
    ("Male Asian", 321, 167, "52.0%", "0.997"),
    ("Male Native American or Alaska Native", 24, 11, "45.8%", "0.878"),
    ("Male Two or More Races", 115, 52, "45.2%", "0.866"),
    ("Female White", 385, 197, "51.2%", "0.981"),
    ("Female Black or African American", 164, 75, "45.7%", "0.876"),
    ("Female Native Hawaiian or Pacific Islander", 32, 15, "46.9%", "0.898"),
    ("Female Asian", 295, 135, "45.8%", "0.877"),
    ("Female Native American or Alaska Native", 17, 7, "41.2%", "0.789"),
    ("Female Two or More Races", 98, 44, "44.9%", "0.860"),
)
# The same rule's scoring example: those above the sample's median count as selected.
NYC_SCORING = (
    ("Hispanic or Latino", 28, 18, "64.3%", "1.00"),
    ("White", 40, 15, "37.5%", "0.58"),
    ("Black or African American", 32, 16, "50.0%", "0.78"),
    ("Native Hawaiian or Pacific Islander", 8, 5, "62.5%", "0.97"),
    ("Asian", 24, 10, "41.7%", "0.65"),
    ("Native American or Alaska Native", 16, 10, "62.5%", "0.97"),
    ("Two or More Races", 20, 10, "50.0%", "0.78"),
)


def half_up(value: Fraction, digits: int) -> str:
    scaled = str((2 * value * 10**digits + 1) // 2).rjust(digits + 1, "0")
    return f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled


@pytest.mark.parametrize("rows", [NYC_SEX, NYC_RACE, NYC_BOTH, NYC_SCORING], ids=["sex", "race", "both", "scoring"])
def test_the_new_york_examples_come_out_at_their_printed_precision(
    rows: tuple[tuple[str, int, int, str, str], ...],
) -> None:
    result = selection(frame(*(row[:3] for row in rows)), screen=NO_MINIMUM, groups=[row[0] for row in rows])
    for each, (_, _, _, rate, ratio) in zip(result.groups, rows, strict=True):
        share = each.rate.share()
        assert share is not None
        digits = len(rate.partition(".")[2].rstrip("%"))
        assert half_up(100 * share, digits) + "%" == rate
        shown = each.ratio if each.screen is not ScreenResult.REFERENCE else Fraction(1)
        assert shown is not None
        assert half_up(shown, len(ratio.partition(".")[2])) == ratio


def test_the_reference_is_the_highest_rate_and_says_it_was_chosen_afterwards() -> None:
    result = selection(frame(*(row[:3] for row in NYC_RACE)), screen=Screen())
    assert (result.reference, result.chosen) == ("White", ReferenceChosen.HIGHEST_RATE)


def test_a_small_group_with_a_high_rate_is_not_made_the_reference() -> None:
    result = selection(frame(("a", 2, 2), ("b", 50, 20), ("c", 40, 20)), screen=Screen())
    assert result.reference == "c"


def test_a_reference_declared_beforehand_is_kept_though_another_rate_is_higher() -> None:
    result = selection(frame(("a", 50, 20), ("b", 50, 30)), screen=Screen(), reference="a")
    assert (result.reference, result.chosen) == ("a", ReferenceChosen.BEFORE)
    assert result.groups[1].ratio == Fraction(3, 2)


def test_without_anybody_of_the_declared_reference_nothing_is_judged() -> None:
    result = selection(frame(("b", 50, 30), ("c", 50, 10)), screen=Screen(), reference="a")
    assert {each.refusal for each in result.groups} == {Refusal.NO_REFERENCE}


def test_the_guidelines_question_on_rates_of_60_45_48_and_51_percent() -> None:
    # EEOC, questions and answers: ratios of 75, 80 and 85 per cent; 80 is not under four fifths.
    result = selection(frame(("w", 100, 60), ("x", 100, 45), ("y", 100, 48), ("z", 100, 51)), screen=Screen())
    assert [(each.rate.group, each.screen.value) for each in result.groups] == [
        ("w", "reference"),
        ("x", "below"),
        ("y", "not_below"),
        ("z", "not_below"),
    ]


@given(
    reference=st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    times=st.integers(1, 40),
)
def test_exactly_four_fifths_is_never_below(reference: tuple[int, int], times: int) -> None:
    n, selected = reference
    focal = Rate("f", 5 * n * times, 4 * selected * times)
    judged = impact_ratio(focal, Rate("r", n, selected), NO_MINIMUM)
    assert judged.ratio == Fraction(4, 5)
    assert judged.screen is ScreenResult.NOT_BELOW


def test_of_507_small_tables_at_exactly_four_fifths_floats_misjudge_219_and_the_screen_none() -> None:
    sizes = range(5, 31)  # of both groups; not everybody of the reference was selected
    exact = [
        (Rate("f", f, 4 * t * f // (5 * r)), Rate("r", r, t))
        for f in sizes
        for r in sizes
        for t in range(1, r)
        if 4 * t * f % (5 * r) == 0
    ]
    in_floats = [(f.selected / f.n) / (r.selected / r.n) < 0.8 for f, r in exact]
    assert (len(exact), sum(in_floats)) == (507, 219)
    assert {impact_ratio(f, r, NO_MINIMUM).screen for f, r in exact} == {ScreenResult.NOT_BELOW}


@given(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.integers(1, 20),
    st.integers(1, 20),
)
def test_the_integers_agree_with_the_fraction(
    focal: tuple[int, int], reference: tuple[int, int], numerator: int, denominator: int
) -> None:
    screen = Screen(numerator, denominator, minimum_n=0, minimum_selected=0, minimum_not_selected=0)
    judged = impact_ratio(Rate("f", *focal), Rate("r", *reference), screen)
    assert judged.ratio is not None
    assert (judged.screen is ScreenResult.BELOW) == (judged.ratio < Fraction(numerator, denominator))


def test_unknown_and_erased_stand_in_rows_of_their_own_and_are_never_compared() -> None:
    result = selection(
        frame((ERASED, 30, 29), ("b", 50, 20), (UNKNOWN, 40, 39), ("a", 50, 25)), screen=Screen(), groups=["a", "b"]
    )
    assert [each.rate.group for each in result.groups] == ["a", "b", UNKNOWN, ERASED]
    assert result.reference == "a"
    assert [each.refusal for each in result.groups[2:]] == [Refusal.NOT_A_GROUP] * 2
    assert result.n == 170


def test_a_group_the_screen_does_not_name_is_shown_before_the_unknown() -> None:
    result = selection(frame((UNKNOWN, 3, 1), ("new", 20, 9), ("a", 20, 9)), screen=Screen(), groups=["a"])
    assert [each.rate.group for each in result.groups] == ["a", "new", UNKNOWN]


def test_too_few_selected_or_not_selected_in_all_are_not_judged() -> None:
    few = impact_ratio(Rate("f", 20, 1), Rate("r", 20, 3), Screen())
    many = impact_ratio(Rate("f", 20, 19), Rate("r", 20, 17), Screen())
    assert (few.refusal, many.refusal) == (Refusal.TOO_FEW_SELECTED, Refusal.TOO_FEW_NOT_SELECTED)


def test_a_reference_of_whom_nobody_was_selected_gives_no_ratio_and_nobody_lies_below_it() -> None:
    judged = impact_ratio(Rate("f", 20, 6), Rate("r", 20, 0), Screen())
    assert (judged.ratio, judged.screen, judged.refusal) == (None, ScreenResult.NOT_BELOW, Refusal.NO_RATE)


def test_nobody_at_all_is_an_empty_result_without_a_reference() -> None:
    result = selection(frame(), screen=Screen())
    assert (result.groups, result.n, result.reference, result.chosen) == ((), 0, None, None)


def test_more_selected_than_decided_on_is_a_wrong_frame() -> None:
    with pytest.raises(ValueError, match="not one row a group"):
        selection(frame(("a", 3, 4)), screen=Screen())

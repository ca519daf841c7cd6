"""One word for each comparison: which it is, and that numbers too small get none."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.conclusion import Variation, Verdict
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate, Screen, ScreenResult, impact_ratio
from evenhand.measures.stratified import Pair
from evenhand.measures.verdict import Comparison, Judgement, compare, judge
from tables import BERKELEY, NEW_YORK, TEAL_BOTTOM_LINE, TEAL_EXAMINATION, pairs, rate

NOBODY = Rate("(unknown)", 0, 0)


def together(name: str, rates: list[Rate]) -> Rate:
    return Rate(name, sum(each.n for each in rates), sum(each.selected for each in rates))


def compared(strata: tuple[Pair, ...], unknown: Rate = NOBODY, screen: Screen = Screen()) -> Comparison:  # noqa: B008 - frozen
    focal, reference = together("f", [f for f, _ in strata]), together("r", [r for _, r in strata])
    return compare(impact_ratio(focal, reference, screen), reference, strata, unknown, screen)


def alone(*strata: Pair, unknown: Rate = NOBODY) -> Judgement:
    [made] = judge([compared(strata, unknown)], Screen())
    return made


@pytest.mark.parametrize(
    ("focal", "reference", "verdict"),
    [
        ((9, 4), (50, 30), Verdict.NOT_ENOUGH_DATA),
        ((50, 2), (50, 2), Verdict.NOT_ENOUGH_DATA),
        ((50, 28), (50, 30), Verdict.NO_DIFFERENCE_DETECTED),
        ((30, 10), (30, 14), Verdict.BELOW_SCREEN_COULD_BE_CHANCE),
        ((800, 440), (800, 520), Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE),
        ((100, 20), (100, 50), Verdict.BOTH_REVIEW),
    ],
)
def test_each_word_is_what_the_screen_and_the_test_say(
    focal: tuple[int, int], reference: tuple[int, int], verdict: Verdict
) -> None:
    assert alone((Rate("f", *focal), Rate("r", *reference))).verdict is verdict


def test_teal_is_reviewed_at_the_examination_and_not_at_the_bottom_line() -> None:
    assert alone(TEAL_EXAMINATION).verdict is Verdict.BOTH_REVIEW
    assert alone(TEAL_BOTTOM_LINE).verdict is Verdict.NO_DIFFERENCE_DETECTED


def test_berkeley_varies_from_department_to_department() -> None:
    women_beside_men = tuple((f, m) for m, f in BERKELEY)
    assert alone(*women_beside_men).verdict is Verdict.VARIES_BY_REQUISITION


def test_a_difference_that_pooling_turns_round_is_no_verdict_on_the_pooled_rates() -> None:
    strata = (
        (Rate("f", 800, 600), Rate("r", 200, 180)),
        (Rate("f", 200, 20), Rate("r", 800, 200)),
        (Rate("f", 40, 21), Rate("r", 40, 20)),
    )
    made = alone(*strata)
    assert made.comparison.within.reversed
    assert made.comparison.within.pointing == (2, 1)
    assert (made.verdict, made.variation) == (Verdict.VARIES_BY_REQUISITION, Variation.TURNED_ROUND)


def test_a_difference_that_every_requisition_shows_is_reviewed_though_pooling_turns_it_round() -> None:
    worse = ((Rate("f", 800, 600), Rate("r", 200, 180)), (Rate("f", 200, 20), Rate("r", 800, 200)))
    made = alone(*worse)
    assert made.comparison.within.reversed
    assert (made.comparison.impact.ratio or 0) > 1
    assert made.comparison.within.ratio == Fraction(136, 184)  # of the posts alike: 120 + 16 beside 144 + 40
    assert (made.verdict, made.variation) == (Verdict.BOTH_REVIEW, None)
    better = tuple((Rate("f", r.n, r.selected), Rate("r", f.n, f.selected)) for f, r in worse)
    assert alone(*better).verdict is Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE


# The same posts chosen unlike: 80 and 20 of 100 apply where nine tenths are selected, the others where one tenth is.
WHO_APPLIED_WHERE = ((Rate("f", 20, 18), Rate("r", 80, 72)), (Rate("f", 80, 8), Rate("r", 20, 2)))


def test_a_difference_made_only_by_who_applied_where_is_not_called_chance() -> None:
    made = alone(*WHO_APPLIED_WHERE)
    assert made.comparison.impact.screen is ScreenResult.BELOW
    assert made.adjusted == pytest.approx(1, abs=0.3)
    assert (made.pooled or 1) < 1e-6
    assert (made.verdict, made.variation) == (Verdict.VARIES_BY_REQUISITION, Variation.ADDED_UP)


def test_what_shows_only_added_up_is_judged_by_a_p_adjusted_over_the_family_too() -> None:
    apart = ((Rate("f", 20, 10), Rate("r", 60, 30)), (Rate("f", 60, 12), Rate("r", 20, 4)))
    alone_ = alone(*apart)
    assert alone_.variation is Variation.ADDED_UP
    assert (alone_.pooled or 1) == pytest.approx(alone_.comparison.pooled.mid_p or 0)
    ten = judge([compared(apart)] * 10, Screen())
    assert ten[0].pooled == pytest.approx(10 * (alone_.comparison.pooled.mid_p or 0))
    assert {each.variation for each in ten} == {None}


def test_where_there_is_one_requisition_added_up_is_no_test_of_its_own() -> None:
    assert alone((Rate("f", 100, 20), Rate("r", 100, 50))).pooled is None


def test_requisitions_that_all_point_one_way_are_never_said_to_vary_when_chance_is_unlikely() -> None:
    strata = ((Rate("f", 400, 20), Rate("r", 400, 200)), (Rate("f", 400, 180), Rate("r", 400, 200)))
    made = alone(*strata)
    assert made.comparison.within.disagree
    assert made.comparison.within.pointing == (2, 0)
    assert (made.verdict, made.variation) == (Verdict.BOTH_REVIEW, None)


def test_that_requisitions_disagree_is_judged_by_a_p_adjusted_over_the_family() -> None:
    unlike = ((Rate("f", 50, 18), Rate("r", 50, 28)), (Rate("f", 50, 28), Rate("r", 50, 20)))
    alone_ = alone(*unlike)
    by_itself = alone_.comparison.within.disagreement_p or 0
    assert alone_.variation is Variation.DISAGREE
    assert 0.05 / 16 < by_itself < 0.05 / 2
    assert alone_.disagreement == pytest.approx(by_itself)
    many = judge([compared(unlike)] * 16, Screen())
    assert many[0].disagreement == pytest.approx(16 * by_itself)
    assert many[0].verdict is not Verdict.VARIES_BY_REQUISITION


def test_a_reference_of_whom_nobody_was_selected_is_judged_by_p() -> None:
    made = alone((Rate("f", 100, 60), Rate("r", 100, 0)))
    assert made.comparison.impact.ratio is None
    assert (made.adjusted or 0) < 1e-12
    assert made.verdict is Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE
    assert alone((Rate("f", 10, 5), Rate("r", 190, 0))).verdict is Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE


def test_people_whom_nobody_can_be_compared_with_do_not_make_up_the_numbers() -> None:
    met = (Rate("f", 6, 2), Rate("r", 6, 4))
    apart = ((Rate("f", 100, 50), Rate("r", 0, 0)), (Rate("f", 0, 0), Rate("r", 100, 50)))
    made = alone(met, *apart)
    assert made.comparison.impact.refusal is None
    assert (made.verdict, made.comparison.refusal) == (Verdict.NOT_ENOUGH_DATA, Refusal.TOO_FEW_COMPARABLE)
    assert made.detectable is None
    nobody_met = alone(*apart)
    assert (nobody_met.verdict, nobody_met.comparison.refusal) == (Verdict.NOT_ENOUGH_DATA, Refusal.NOTHING)


def test_what_would_go_unseen_counts_only_those_who_can_be_compared() -> None:
    met = (Rate("f", 60, 30), Rate("r", 60, 32))
    apart = ((Rate("f", 500, 250), Rate("r", 0, 0)), (Rate("f", 30, 30), Rate("r", 500, 500)))
    assert alone(met, *apart).detectable == alone(met).detectable


def test_missing_answers_that_could_decide_either_way_leave_it_open() -> None:
    tables = (Rate("f", 100, 44), Rate("r", 100, 50))
    assert alone(tables, unknown=Rate("(unknown)", 60, 30)).verdict is Verdict.DATA_INCOMPLETE
    assert alone(tables).verdict is Verdict.NO_DIFFERENCE_DETECTED


def test_among_new_yorks_six_comparisons_none_is_unlikely_to_be_chance() -> None:
    white = next(each for each in NEW_YORK if each.group == "white")
    family = [compared(((each, white),)) for each in NEW_YORK if each is not white]
    judged = judge(family, Screen())
    assert {each.verdict for each in judged} == {Verdict.NO_DIFFERENCE_DETECTED}
    assert {each.family for each in judged} == {6}
    black = next(each for each in judged if each.comparison.impact.rate.group == "f" and each.comparison.n == 1187)
    assert f"{float(black.comparison.impact.ratio or 0):.3f}" == "0.843"
    assert alone((NEW_YORK[2], white)).verdict is Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE  # looked at by itself


def test_a_comparison_with_too_few_people_does_not_make_the_others_stricter() -> None:
    strong, small = (
        compared(((Rate("f", 100, 20), Rate("r", 100, 35)),)),
        compared(((Rate("f", 4, 1), Rate("r", 90, 30)),)),
    )
    [alone_, _] = judge([strong, small], Screen())
    assert alone_.adjusted == strong.p
    assert judge([strong, strong], Screen())[0].adjusted == pytest.approx(2 * (strong.p or 0))


@given(st.lists(st.tuples(pairs(most=50, strata=3), rate("(unknown)", 30)), max_size=4))
def test_whatever_the_tables_there_is_a_word_and_every_figure_is_a_number(
    family: list[tuple[list[Pair], Rate]],
) -> None:
    for each in judge([compared(tuple(strata), unknown) for strata, unknown in family], Screen()):
        assert isinstance(each.verdict, Verdict)
        figures = (each.adjusted, each.pooled, each.disagreement, each.detectable)
        assert all(one is None or math.isfinite(one) for one in figures)
        assert (each.comparison.refusal is None) == (each.adjusted is not None)
        assert (each.adjusted is None) == (each.verdict is Verdict.NOT_ENOUGH_DATA)

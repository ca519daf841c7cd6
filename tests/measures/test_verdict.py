"""One word for each comparison: which it is, and that numbers too small get none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.conclusion import Verdict
from evenhand.measures.selection import Rate, Screen, impact_ratio
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
    strata = ((Rate("f", 800, 600), Rate("r", 200, 180)), (Rate("f", 200, 20), Rate("r", 800, 200)))
    made = alone(*strata)
    assert made.comparison.within.reversed
    assert made.verdict is Verdict.VARIES_BY_REQUISITION


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
        assert all(one is None or math.isfinite(one) for one in (each.adjusted, each.detectable))
        assert (each.adjusted is None) == (each.verdict is Verdict.NOT_ENOUGH_DATA)

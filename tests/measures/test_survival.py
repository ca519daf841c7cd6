"""Waiting times with open ends, held to Gehan's remission times."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evenhand.measures.refusal import Refusal
from evenhand.measures.survival import survival

# Gehan 1965, Biometrika 52: weeks in remission; True where the remission ended, False where it still lasted.
CONTROL = [(time, True) for time in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]
TREATED = [(time, True) for time in (6, 6, 6, 7, 10, 13, 16, 22, 23)] + [
    (time, False) for time in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
]


def frame(waits: list[tuple[int, bool]]) -> pd.DataFrame:
    rows = [(time, ended, count) for (time, ended), count in Counter(waits).items()]
    return pd.DataFrame(rows, columns=["time", "ended", "count"])


def test_gehans_medians_are_8_and_23_weeks() -> None:
    assert survival(frame(CONTROL)).median == 8
    assert survival(frame(TREATED)).median == 23


def test_leaving_out_those_still_waiting_would_have_made_them_look_fast() -> None:
    assert survival(frame([wait for wait in TREATED if wait[1]])).median == 10


def test_gehans_curve_is_that_of_the_textbooks() -> None:
    curve = survival(frame(TREATED))
    assert [(step.time, step.at_risk, step.ended, round(step.surviving, 3)) for step in curve.steps] == [
        (6, 21, 3, 0.857),
        (7, 17, 1, 0.807),
        (10, 15, 1, 0.753),
        (13, 12, 1, 0.69),
        (16, 11, 1, 0.627),
        (22, 7, 1, 0.538),
        (23, 6, 1, 0.448),
    ]
    assert (curve.n, curve.ended, curve.open) == (21, 9, 12)


def test_a_median_that_half_have_not_reached_is_none_without_a_refusal() -> None:
    result = survival(frame([(n, True) for n in range(1, 7)] + [(100, False)] * 20))
    assert (result.median, result.refusal) == (None, None)


def test_exactly_half_is_reached_though_a_float_might_miss_it() -> None:
    for n in range(10, 400, 2):
        waits = [(time, True) for time in range(n // 2)] + [(10**6, False)] * (n // 2)
        assert survival(frame(waits)).median == n // 2 - 1


def test_exactly_half_after_a_censoring_is_judged_in_integers() -> None:
    waits = [(1, True)] * 3 + [(2, False)] * 2 + [(3, True)] + [(9, False)] * 3  # 6/9 x 3/4
    assert survival(frame(waits), minimum_ended=1).median == 3


def test_too_few_ended_waits_give_no_median() -> None:
    result = survival(frame([(1, True), (2, True), (3, False)]))
    assert (result.median, result.refusal, result.n) == (None, Refusal.TOO_FEW_EVENTS, 3)


def test_nobody_waiting_is_said_so() -> None:
    assert survival(frame([])).refusal is Refusal.NOTHING


def test_a_negative_wait_is_a_wrong_frame() -> None:
    with pytest.raises(ValueError, match="negative"):
        survival(frame([(-1, True)]))


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60))
def test_the_curve_is_scipys(waits: list[tuple[int, bool]]) -> None:
    ours = survival(frame(waits), minimum_ended=0)
    if not any(ended for _, ended in waits):
        assert ours.steps == ()
        return
    data = stats.CensoredData(
        uncensored=[time for time, ended in waits if ended], right=[time for time, ended in waits if not ended]
    )
    theirs = stats.ecdf(data).sf
    for time in range(ours.longest + 1):
        assert ours.surviving_after(time) == pytest.approx(float(theirs.evaluate(time)), abs=1e-12)


def test_past_the_longest_wait_nothing_is_known_unless_all_have_ended() -> None:
    watched = survival(frame([(3, True), (9, False)]))
    assert (watched.surviving_after(9), watched.surviving_after(10)) == (0.5, None)
    assert survival(frame([(3, True), (9, True)])).surviving_after(10) == 0

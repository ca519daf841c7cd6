"""Whether groups wait equally long, held to Gehan's remission times and to statsmodels."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import survdiff

from evenhand.measures.logrank import logrank
from evenhand.measures.refusal import Refusal

# Gehan 1965, Biometrika 52: pairs of patients, weeks in remission; those of 6-MP marked + were still in remission.
CONTROL = (1, 22, 3, 12, 8, 17, 2, 11, 8, 12, 2, 5, 4, 15, 8, 23, 5, 11, 4, 1, 8)
TREATED = ("10", "7", "32+", "23", "22", "6", "16", "34+", "32+", "25+", "11+", "20+", "19+", "6", "17+", "35+", "6",
           "13", "9+", "6+", "10+")  # fmt: skip

Wait = tuple[int, str, int, bool]


def frame(waits: list[Wait]) -> pd.DataFrame:
    rows = [(*each, count) for each, count in Counter(waits).items()]
    return pd.DataFrame(rows, columns=["stratum", "group", "time", "ended", "count"])


def gehan(*, paired: bool) -> list[Wait]:
    waits: list[Wait] = []
    for at, (control, treated) in enumerate(zip(CONTROL, TREATED, strict=True)):
        stratum = at if paired else 0
        waits.append((stratum, "control", control, True))
        waits.append((stratum, "6-MP", int(treated.rstrip("+")), not treated.endswith("+")))
    return waits


def test_gehans_two_groups_have_the_published_figures() -> None:
    result = logrank(frame(gehan(paired=False)), ["control", "6-MP"])
    assert (f"{result.chi_square:.3f}", f"{result.p:.2e}", result.freedom) == ("16.793", "4.17e-05", 1)
    assert (result.observed, result.n) == ((21, 9), 42)


def test_gehans_pairs_as_strata_have_the_published_figures() -> None:
    result = logrank(frame(gehan(paired=True)), ["control", "6-MP"])
    assert (f"{result.chi_square:.3f}", f"{result.p:.5f}") == ("10.714", "0.00106")


def test_whoever_belongs_to_no_group_is_left_out() -> None:
    waits = [*gehan(paired=False), (0, "(unknown)", 1, True)]
    assert logrank(frame(waits), ["control", "6-MP"]) == logrank(frame(gehan(paired=False)), ["control", "6-MP"])


def test_too_few_ended_waits_are_refused() -> None:
    few = [(0, "a", 1, True), (0, "a", 2, False), (0, "b", 2, True), (0, "b", 3, True)]
    assert logrank(frame(few), ["a", "b"]).refusal is Refusal.TOO_FEW_EVENTS
    assert logrank(frame([(0, "a", 1, True)] * 9), ["a", "b"]).refusal is Refusal.NOTHING
    assert logrank(frame([]), ["a", "b"]).refusal is Refusal.NOTHING


WAITS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", "c"]), st.integers(0, 15), st.booleans()), max_size=60
)


@given(WAITS)
def test_the_test_is_statsmodels_with_strata(waits: list[Wait]) -> None:
    result = logrank(frame(waits), ["a", "b", "c"], minimum_ended=0)
    if result.refusal is not None:
        return
    assert result.chi_square is not None
    assert math.isfinite(result.chi_square)
    whole = pd.DataFrame(waits, columns=["stratum", "group", "time", "ended"])
    theirs = _theirs(whole)
    if theirs is not None:
        assert result.chi_square == pytest.approx(theirs, rel=1e-6, abs=1e-6)


def _theirs(whole: pd.DataFrame) -> Any:
    if whole["group"].nunique() < 3:
        return None
    # Statsmodels cannot leave out a stratum in which nothing ends, nor start a clock at nought.
    ends = whole.groupby("stratum")["ended"].transform("any")
    kept = whole[ends]
    if kept["group"].nunique() < 3:
        return None
    try:
        value, _ = survdiff(kept["time"] + 1, kept["ended"].astype(int), kept["group"], strata=kept["stratum"])
    except (ValueError, IndexError, np.linalg.LinAlgError):
        return None
    return value if math.isfinite(value) else None

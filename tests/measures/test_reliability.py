"""Krippendorff's alpha and its interval, held to published figures and to the definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.refusal import Refusal
from evenhand.measures.reliability import Reliability, krippendorff
from evenhand.measures.resampling import generator

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: twelve units, four observers, some missing.
PUBLISHED = (
    (1, 1, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4), (4, 4, 4, 4), (1, 1, 2, 1),
    (2, 2, 2, 2), (5, 5, 5), (1, 1), (3,),
)  # fmt: skip
UNITS = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=4).map(tuple), min_size=1, max_size=14)


def framed(candidates: list[tuple[tuple[int, ...], ...]]) -> pd.DataFrame:
    counted = Counter(tuple(sorted(tuple(sorted(unit)) for unit in each)) for each in candidates)
    return pd.DataFrame({"units": list(counted), "candidates": list(counted.values())})


def one_each(units: list[tuple[int, ...]]) -> pd.DataFrame:
    return framed([(unit,) for unit in units if len(unit) > 1])


Metric = Callable[[int, int, Counter[int]], float]
METRICS: dict[str, Metric] = {
    "nominal": lambda a, b, _: a != b,
    "ordinal": lambda a, b, n: (sum(n[g] for g in range(min(a, b), max(a, b) + 1)) - (n[a] + n[b]) / 2) ** 2,
    "interval": lambda a, b, _: (a - b) ** 2,
    "ratio": lambda a, b, _: ((a - b) / (a + b)) ** 2 if a + b else 0,
}


def by_definition(units: list[tuple[int, ...]], metric: Metric) -> float | None:
    """Observed over expected disagreement, pair by pair."""
    rated = [unit for unit in units if len(unit) > 1]
    values = [value for unit in rated for value in unit]
    n = Counter(values)
    total = len(values)
    observed = sum(metric(a, b, n) / (len(unit) - 1) for unit in rated for a, b in permutations(unit, 2)) / total
    expected = sum(metric(a, b, n) for a, b in permutations(values, 2)) / (total * (total - 1))
    return 1 - observed / expected if expected else None


def alpha_of(frame: pd.DataFrame, draws: int = 50) -> Reliability:
    return krippendorff(frame, chance=generator(1, "test"), draws=draws, minimum=1)


def test_the_published_example_gives_the_published_alpha() -> None:
    found = alpha_of(one_each(list(PUBLISHED)))
    assert found.alpha == pytest.approx(0.815, abs=5e-4)
    assert (found.candidates, found.ratings) == (11, 40)


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_definition_used_here_gives_all_four_published_figures(metric: str, alpha: float) -> None:
    assert by_definition(list(PUBLISHED), METRICS[metric]) == pytest.approx(alpha, abs=5e-4)


@given(UNITS)
def test_alpha_is_what_the_definition_gives(units: list[tuple[int, ...]]) -> None:
    wanted = by_definition(units, METRICS["ordinal"])
    found = alpha_of(one_each(units), draws=3)
    if wanted is None:
        assert (found.alpha, found.interval, found.refusal) == (None, None, Refusal.NO_VARIATION)
    else:
        assert found.alpha == pytest.approx(wanted)


@given(UNITS)
def test_every_draw_is_the_alpha_of_those_drawn(units: list[tuple[int, ...]]) -> None:
    frame = one_each(units)
    people = int(frame["candidates"].sum())
    drawn = generator(1, "test").multinomial(people, frame["candidates"].to_numpy() / people, size=40)
    alphas = [
        by_definition(
            [unit for (unit,), n in zip(frame["units"], row, strict=True) for _ in range(n)], METRICS["ordinal"]
        )
        for row in drawn.tolist()
    ]
    found = alpha_of(frame, draws=40)
    defined = [each for each in alphas if each is not None]
    if found.interval is None:
        assert found.alpha is None or len(defined) < 38
        return
    assert tuple(found.interval) == pytest.approx(tuple(np.quantile(defined, [0.025, 0.975])))


def test_a_candidate_rated_on_several_things_is_drawn_whole() -> None:
    # Two things each, alike within a candidate: drawn apart, the interval would be too narrow by far.
    whole = framed([((at % 5, at % 5), (at % 5, (at + at % 2) % 5)) for at in range(20)])
    assert alpha_of(whole).candidates == 20
    assert alpha_of(whole).ratings == 80


def test_few_candidates_are_refused_and_so_is_one_score_throughout() -> None:
    few = krippendorff(one_each([(1, 2)] * 9), chance=generator(1, "test"))
    assert (few.refusal, few.candidates, few.alpha) == (Refusal.TOO_FEW, 9, None)
    same = krippendorff(one_each([(3, 3)] * 30), chance=generator(1, "test"))
    assert (same.refusal, same.alpha, same.interval) == (Refusal.NO_VARIATION, None, None)
    nobody = krippendorff(pd.DataFrame({"units": [], "candidates": []}), chance=generator(1, "test"))
    assert nobody.refusal is Refusal.NOTHING


def test_an_interval_is_not_given_over_draws_that_mostly_have_one_score() -> None:
    found = alpha_of(one_each([*[(3, 3)] * 11, (3, 4)]), draws=400)
    assert found.alpha is not None
    assert found.interval is None

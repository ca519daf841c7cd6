"""Several comparisons judged together: the more one looks, the more often chance shows something.

All comparisons that could have led to a conclusion are one family. First one test asks of each table whether its groups
differ at all; then every single comparison is judged by a p adjusted for how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.special import chi_square_above

METHOD = "chi-square over all groups, then Holm over the family"
_LEAST_EXPECTED = 1
_ENOUGH_EXPECTED = 5
_MOST_SMALL = 5  # one cell in so many may have a small expectation: Cochran 1954


@dataclass(frozen=True, slots=True)
class Omnibus:
    """Whether the groups of one table differ at all."""

    chi_square: float | None
    freedom: int
    p: float | None
    n: int
    refusal: Refusal | None = None


def omnibus(rates: Sequence[Rate]) -> Omnibus:
    """Test at once whether all groups were selected from alike; refuses where numbers are too small. Pearson 1900."""
    there = [rate for rate in rates if rate.n]
    n, selected = sum(rate.n for rate in there), sum(rate.selected for rate in there)
    freedom = len(there) - 1
    if freedom < 1 or not 0 < selected < n:
        return Omnibus(None, max(freedom, 0), None, n, Refusal.NOTHING)
    observed = np.array([(rate.selected, rate.n - rate.selected) for rate in there], dtype=np.float64)
    expected = np.outer([rate.n for rate in there], (selected / n, (n - selected) / n))
    small = int((expected < _ENOUGH_EXPECTED).sum())
    if expected.min() < _LEAST_EXPECTED or small * _MOST_SMALL > expected.size:
        return Omnibus(None, freedom, None, n, Refusal.TOO_FEW_EXPECTED)
    chi_square = float(((observed - expected) ** 2 / expected).sum())
    return Omnibus(chi_square, freedom, chi_square_above(freedom, chi_square), n)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Adjust each p for all of them, so that one in ``alpha`` families at most shows anything by chance. Holm 1979."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    adjusted, highest = [0.0] * len(values), 0.0
    for before, at in enumerate(order):
        highest = max(highest, min((len(values) - before) * values[at], 1.0))
        adjusted[at] = highest
    return tuple(adjusted)

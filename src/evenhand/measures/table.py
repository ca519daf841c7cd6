"""Whether two groups can differ as they do by chance: tests of one table of two groups and two outcomes.

The tests hold the margins fixed: so many of these people were selected, and the question is who. The mid-p is primary:
Fisher's test is exact but says "could be chance" too often, the z of the standard deviation rule is good only for large
numbers. Both stand beside it, because the choice of test alone can change what is concluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from evenhand.measures.selection import Rate

METHOD = "two-sided mid-p, margins fixed"

Floats = npt.NDArray[np.float64]
_TIE = 1e-7  # two outcomes whose chances differ by less are equally likely; as R and scipy have it


@dataclass(frozen=True, slots=True)
class Difference:
    """What three tests say of one table; all p are two-sided, and None where the table has nothing to test."""

    mid_p: float | None
    fisher: float | None
    z: float | None
    """Difference of the rates in standard deviations, as if they were equal; negative where ``focal`` is lower."""
    odds_ratio: Fraction | None
    n: int
    method: str = METHOD


def difference(focal: Rate, reference: Rate) -> Difference:
    """Test whether ``focal`` and ``reference`` could have been selected from alike.

    A table of which a margin is zero (everybody selected, nobody, or one group empty) has only one way to be, so there
    is nothing to test. Lancaster 1961 (mid-p), Fisher 1935.
    """
    n = focal.n + reference.n
    if not informative(focal, reference):
        return Difference(None, None, None, None, n)
    chances, first = hypergeometric(focal, reference)
    mid_p, fisher = two_sided(chances, focal.selected - first)
    return Difference(mid_p, fisher, z(focal, reference), odds_ratio(focal, reference), n)


def informative(focal: Rate, reference: Rate) -> bool:
    """Say whether the table could have come out in more than one way."""
    selected = focal.selected + reference.selected
    return bool(focal.n and reference.n and 0 < selected < focal.n + reference.n)


def hypergeometric(focal: Rate, reference: Rate) -> tuple[Floats, int]:
    """Give the chance of each possible number selected of ``focal``, and the lowest such number."""
    selected = focal.selected + reference.selected
    lowest, highest = max(0, selected - reference.n), min(focal.n, selected)
    k = np.arange(lowest, highest, dtype=np.float64)
    # From each chance to the next by their quotient: exact where factorials of a million would not be.
    steps = np.log((selected - k) * (focal.n - k)) - np.log((k + 1) * (reference.n - selected + k + 1))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    chances = np.exp(np.maximum(logs - logs.max(), -700.0))
    return chances / chances.sum(), lowest


def two_sided(chances: Floats, observed: int) -> tuple[float, float]:
    """Give mid-p and Fisher's p: all outcomes less likely than the observed one, and half or all of those as likely."""
    bar = chances[observed]
    less = float(chances[chances < bar * (1 - _TIE)].sum())
    equal = float(chances[abs(chances - bar) <= bar * _TIE].sum())
    return min(less + equal / 2, 1.0), min(less + equal, 1.0)


def z(focal: Rate, reference: Rate) -> float | None:
    """Give the difference of the rates over its standard deviation under equal rates. Castaneda v. Partida, n. 17."""
    n = focal.n + reference.n
    selected = focal.selected + reference.selected
    if not informative(focal, reference):
        return None
    difference = Fraction(focal.selected, focal.n) - Fraction(reference.selected, reference.n)
    variance = Fraction(selected * (n - selected), n * focal.n * reference.n)
    return float(difference) / sqrt(variance)


def p_of_z(value: float) -> float:
    """Give the two-sided p of a standard normal value."""
    return erfc(abs(value) / sqrt(2))


def odds_ratio(focal: Rate, reference: Rate) -> Fraction | None:
    """Give the odds of ``focal`` to be selected over those of ``reference``; None where that divides by zero."""
    below = (focal.n - focal.selected) * reference.selected
    return Fraction(focal.selected * (reference.n - reference.selected), below) if below else None

"""What would have gone unseen: with so few people, only a large difference shows."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from evenhand.measures.special import normal_below, normal_quantile

METHOD = "normal approximation to the two-sided test of two rates within strata, power 80 %"
POWER = 0.8
Columns = npt.NDArray[np.float64]
_HALVINGS = 20  # to a millionth; three digits are printed

Strata = Sequence[tuple[float, int, int]]
"""Of each stratum the reference group's true rate, and how many of the focal and of the reference group there are."""


def power(ratio: float, strata: Strata, alpha: float = 0.05) -> float:
    """Give the chance that a true ratio, the same in every stratum, shows in the test within strata at ``alpha``.

    Each stratum weighs what it can tell: ninety people of one group beside five of the other tell little more than ten
    beside five. With one stratum it is the test of two rates: Fleiss, Levin & Paik 2003, section 4.2, without
    continuity correction; with several Mantel and Haenszel's: Wittes & Wallenstein 1987.
    """
    return _power(ratio, _columns(strata), alpha)


def _columns(strata: Strata) -> Columns:
    return np.array(strata, dtype=np.float64).T.copy()


def _power(ratio: float, strata: Columns, alpha: float) -> float:
    rate, focal, reference = strata
    lower = ratio * rate
    weight = focal * reference / (focal + reference)
    together = (lower * focal + rate * reference) / (focal + reference)
    away = abs(float((weight * (lower - rate)).sum()))
    equal = sqrt(float((weight * together * (1 - together)).sum()))
    spread = lower * (1 - lower) / focal + rate * (1 - rate) / reference
    apart = sqrt(float((weight**2 * spread).sum()))
    if not apart:
        return 1.0 if away else alpha
    bar = normal_quantile(1 - alpha / 2) * equal
    return normal_below((away - bar) / apart) + normal_below((-away - bar) / apart)


def smallest_detectable(strata: Strata, alpha: float = 0.05) -> float | None:
    """Give the ratio below one that would be seen with a power of 80 %; a milder one probably would not.

    None where even a ratio of zero would probably go unseen.
    """
    there = [each for each in strata if each[1] and each[2]]
    if not any(rate for rate, _, _ in there):
        return None
    columns = _columns(there)
    if _power(0.0, columns, alpha) < POWER:
        return None
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _power(middle, columns, alpha) >= POWER:
            low = middle
        else:
            high = middle
    return low

"""How far a share, or a ratio of two rates, could lie from the one observed; every measure says its interval as these.

Both come from the score test, so they never leave the range a share can have and do not shrink to a point where nobody
or everybody was selected.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from evenhand.measures.selection import Rate

METHOD_RATE = "Wilson score interval, 95 %"
METHOD_RATIO = "Miettinen-Nurminen score interval, 95 %"
CONFIDENCE = 0.95

_HALVINGS = 70  # of a range of e**80: to better than a double's precision of the bound
_WIDEST = 40.0


class Interval(NamedTuple):
    """From where to where; ``high`` is None where there is no upper bound."""

    low: float
    high: float | None


def wilson(counted: int, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Give the interval of the share ``counted`` of ``n``, or None of nobody. Wilson 1927."""
    if not n:
        return None
    z = critical(confidence)
    share, over = counted / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / over
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / over
    # At the ends the formula gives 0 and 1 but for the last bit of a float.
    low = 0.0 if not counted else max(middle - half, 0.0)
    return Interval(low, 1.0 if counted == n else min(middle + half, 1.0))


def ratio_interval(focal: Rate, reference: Rate, confidence: float = CONFIDENCE) -> Interval | None:
    """Give the interval of the ratio of two rates, or None where any ratio would do: nobody selected in either.

    Miettinen & Nurminen 1985. The score falls as the ratio rises; each bound is found by halving.
    """
    if not focal.n or not reference.n or not focal.selected + reference.selected:
        return None
    bar = critical(confidence)

    def score(log_ratio: float) -> float:
        return _score(focal, reference, exp(log_ratio))

    low = exp(_crossing(lambda at: score(at) - bar)) if focal.selected else 0.0
    high = exp(_crossing(lambda at: score(at) + bar)) if reference.selected else None
    return Interval(low, high)


def _score(focal: Rate, reference: Rate, ratio: float) -> float:
    """Give the signed score of the hypothesis that the true ratio is ``ratio``; it falls as the ratio rises."""
    n = focal.n + reference.n
    a = n * ratio
    b = -(focal.n * ratio + focal.selected + reference.n + reference.selected * ratio)
    c = focal.selected + reference.selected
    # The smaller root, written so that it does not subtract two like numbers.
    likely = 2 * c / (-b + sqrt(max(b * b - 4 * a * c, 0.0)))
    likely_focal = min(ratio * likely, 1.0)
    spread = likely_focal * (1 - likely_focal) / focal.n + ratio * ratio * likely * max(1 - likely, 0.0) / reference.n
    spread *= n / (n - 1)
    difference = focal.selected / focal.n - ratio * reference.selected / reference.n
    if spread <= 0:
        return 0.0 if difference == 0 else (1e300 if difference > 0 else -1e300)
    return difference / sqrt(spread)


def _crossing(value: Callable[[float], float]) -> float:
    """Find where a falling function crosses zero."""
    low, high = -_WIDEST, _WIDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if value(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def critical(confidence: float = CONFIDENCE) -> float:
    """Give how many standard errors a two-sided interval reaches to either side."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)

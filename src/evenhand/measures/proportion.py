"""How sure a share is: the interval that a count out of a count leaves open."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95


class Interval(NamedTuple):
    """From where to where, both included."""

    low: float
    high: float


def normal_quantile(level: float = LEVEL) -> float:
    """Return how many standard errors a two-sided interval reaches to either side."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(counted: int, n: int, level: float = LEVEL) -> Interval:
    """Return the score interval of the share ``counted`` of ``n``; it never leaves 0 to 1. Wilson 1927."""
    if not 0 <= counted <= n or not n:
        raise ValueError("a share is of at least one, and no more than all")
    z = normal_quantile(level)
    share = counted / n
    middle = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    # At the ends the formula gives 0 and 1 but for the last bit of a float.
    low = 0.0 if counted == 0 else max(0.0, (middle - reach) / whole)
    high = 1.0 if counted == n else min(1.0, (middle + reach) / whole)
    return Interval(low, high)

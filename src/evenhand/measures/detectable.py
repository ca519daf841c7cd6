"""What would have gone unseen: with so few people, only a large difference shows."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtr, ndtri

METHOD = "normal approximation to the two-sided test of two rates, power 80 %"
POWER = 0.8
_HALVINGS = 40


def power(ratio: float, rate: float, focal_n: int, reference_n: int, alpha: float = 0.05) -> float:
    """Give the chance that a true ratio shows: the test of two rates at ``alpha`` tells them apart.

    ``rate`` is the reference group's true rate. Fleiss, Levin & Paik 2003, section 4.2, without continuity correction.
    """
    focal = ratio * rate
    together = (focal * focal_n + rate * reference_n) / (focal_n + reference_n)
    equal = sqrt(together * (1 - together) * (1 / focal_n + 1 / reference_n))
    apart = sqrt(focal * (1 - focal) / focal_n + rate * (1 - rate) / reference_n)
    if not apart:
        return 1.0 if focal != rate else alpha
    bar = float(ndtri(1 - alpha / 2)) * equal
    return float(ndtr((abs(focal - rate) - bar) / apart) + ndtr((-abs(focal - rate) - bar) / apart))


def smallest_detectable(rate: float, focal_n: int, reference_n: int, alpha: float = 0.05) -> float | None:
    """Give the ratio below one that would be seen with a power of 80 %; a milder one probably would not.

    None where even a ratio of zero would probably go unseen.
    """
    if not 0 < rate <= 1 or not focal_n or not reference_n or power(0.0, rate, focal_n, reference_n, alpha) < POWER:
        return None
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if power(middle, rate, focal_n, reference_n, alpha) >= POWER:
            low = middle
        else:
            high = middle
    return low

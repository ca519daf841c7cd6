"""Whether a figure changed from one period to another, or could differ so by chance.

A share is held to a mid-p and to an interval of the difference, a mean to Welch's. Several figures looked at together
are adjusted together. Where the numbers are too small there is no word for the change but that they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from evenhand.measures.interval import CONFIDENCE, Interval, wilson
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate, Screen
from evenhand.measures.special import student_below, student_quantile
from evenhand.measures.table import difference as tested

METHOD_SHARES = "two-sided mid-p; Newcombe score interval of the difference, 95 %"
METHOD_MEANS = "Welch's t and interval of the difference, 95 %"
ALPHA = 0.05
FEWEST_PERIODS = 4
"""Beside fewer earlier periods than these, a period is not placed: it lies outside all of them too easily."""


class Word(StrEnum):
    """What may be said of a change."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"  # of a figure that is neither better high nor better low
    COULD_BE_CHANCE = "could_be_chance"
    TOO_FEW = "too_few"


class Place(StrEnum):
    """Where a period lies beside the earlier ones."""

    WORSE_THAN_ALL = "worse_than_all"
    BETTER_THAN_ALL = "better_than_all"
    OUTSIDE_ALL = "outside_all"  # of a figure that is neither better high nor better low
    WITHIN = "within"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Change:
    """From before to now; ``z`` is the change in standard deviations, as if nothing had changed."""

    difference: Fraction | None
    interval: Interval | None
    p: float | None
    z: float | None
    refusal: Refusal | None
    method: str


class Sample(NamedTuple):
    """Whole numbers by how many they are, their sum and the sum of their squares."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> Fraction | None:
        """Return the mean, exact."""
        return Fraction(self.total, self.n) if self.n else None

    @property
    def variance(self) -> Fraction | None:
        """Return the variance with n - 1, exact."""
        if self.n < 2:  # noqa: PLR2004 - one alone does not vary
            return None
        return Fraction(self.n * self.squares - self.total**2, self.n * (self.n - 1))


def of_shares(now: Rate, before: Rate, screen: Screen | None = None) -> Change:
    """Compare two shares; refuses where either period, or what both have in common, is too small.

    Newcombe 1998, method 10: the interval joins the two Wilson intervals.
    """
    share_now, share_before = now.share(), before.share()
    if share_now is None or share_before is None:
        return Change(None, None, None, None, Refusal.NOTHING, METHOD_SHARES)
    refusal = _refusal(now, before, screen or Screen())
    test = tested(now, before)
    p, z = (None, None) if refusal is not None else (test.mid_p, test.z)
    return Change(share_now - share_before, newcombe(now, before), p, z, refusal, METHOD_SHARES)


def newcombe(now: Rate, before: Rate, confidence: float = CONFIDENCE) -> Interval | None:
    """Give the interval of the difference of two shares, or None where either is of nobody."""
    first, second = wilson(now.selected, now.n, confidence), wilson(before.selected, before.n, confidence)
    if first is None or second is None or first.high is None or second.high is None:
        return None
    one, other = now.selected / now.n, before.selected / before.n
    low = one - other - sqrt((one - first.low) ** 2 + (second.high - other) ** 2)
    high = one - other + sqrt((first.high - one) ** 2 + (other - second.low) ** 2)
    return Interval(max(low, -1.0), min(high, 1.0))


def of_means(now: Sample, before: Sample, screen: Screen | None = None) -> Change:
    """Compare two means, in the unit of the numbers; refuses where either period is too small or nothing varies.

    Welch 1947.
    """
    if now.mean is None or before.mean is None:
        return Change(None, None, None, None, Refusal.NOTHING, METHOD_MEANS)
    away = now.mean - before.mean
    if min(now.n, before.n) < max((screen or Screen()).minimum_n, 2):
        return Change(away, None, None, None, Refusal.TOO_FEW, METHOD_MEANS)
    parts = [float(each.variance or 0) / each.n for each in (now, before)]
    spread = sum(parts)
    if not spread:
        return Change(away, None, None, None, Refusal.NO_VARIATION, METHOD_MEANS)
    freedom = spread**2 / sum(part**2 / (each.n - 1) for part, each in zip(parts, (now, before), strict=True))
    z = float(away) / sqrt(spread)
    half = student_quantile(freedom, 0.5 + CONFIDENCE / 2) * sqrt(spread)
    p = 2 * student_below(freedom, -abs(z))
    return Change(away, Interval(float(away) - half, float(away) + half), p, z, None, METHOD_MEANS)


def worded(change: Change, adjusted: float | None, direction: int, alpha: float = ALPHA) -> Word:
    """Say what may be said of a change, by its p adjusted for all looked at together.

    ``direction`` is 1 if higher is better, -1 if lower is, 0 if neither.
    """
    if change.refusal is not None or adjusted is None or change.z is None:
        return Word.TOO_FEW
    if adjusted >= alpha or not change.z:
        return Word.COULD_BE_CHANCE
    if not direction:
        return Word.CHANGED
    return Word.BETTER if change.z * direction > 0 else Word.WORSE


def median(values: list[Fraction]) -> Fraction | None:
    """Return the middle of the values, or the mean of the two in the middle."""
    ordered, at = sorted(values), len(values) // 2
    if not ordered:
        return None
    return ordered[at] if len(ordered) % 2 else (ordered[at - 1] + ordered[at]) / 2


def place(now: Fraction | None, before: list[Fraction], direction: int) -> Place:
    """Say whether a figure lies outside all those before it. By chance alone it does so in 2 of k + 1 cases."""
    if now is None or len(before) < FEWEST_PERIODS:
        return Place.TOO_FEW
    above, below = now > max(before), now < min(before)
    if not above and not below:
        return Place.WITHIN
    if not direction:
        return Place.OUTSIDE_ALL
    return Place.BETTER_THAN_ALL if above == (direction > 0) else Place.WORSE_THAN_ALL


def _refusal(now: Rate, before: Rate, screen: Screen) -> Refusal | None:
    if min(now.n, before.n) < max(screen.minimum_n, 1):
        return Refusal.TOO_FEW
    counted = now.selected + before.selected
    if counted < screen.minimum_selected:
        return Refusal.TOO_FEW_SELECTED
    if now.n + before.n - counted < screen.minimum_not_selected:
        return Refusal.TOO_FEW_NOT_SELECTED
    return None

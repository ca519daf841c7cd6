"""One word for what may be concluded from one comparison of two groups.

The words say what the figures show and what they leave open. None says that anything was passed, nor why rates differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.measures.conclusion import Verdict
from evenhand.measures.detectable import smallest_detectable
from evenhand.measures.interval import Interval, ratio_interval
from evenhand.measures.missing import Bounds, bounds
from evenhand.measures.multiplicity import holm
from evenhand.measures.selection import ImpactRatio, Rate, Screen, ScreenResult
from evenhand.measures.stratified import Pair, Stratified, at_most, stratified
from evenhand.measures.table import Difference, difference

MICRO = 10**6
METHOD = "four-fifths screen in integers; two-sided mid-p within strata, adjusted by Holm"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group beside the reference at one stage, looked at in every way, before it is judged with others."""

    impact: ImpactRatio
    reference: Rate
    interval: Interval | None
    pooled: Difference
    within: Stratified
    missing: Bounds

    @property
    def n(self) -> int:
        """How many people of the two groups there are."""
        return self.impact.rate.n + self.reference.n

    @property
    def p(self) -> float | None:
        """The p that is judged: within strata, which is the table's own where there is one stratum."""
        return self.within.mid_p

    @property
    def judged(self) -> bool:
        """Whether there are enough people for any conclusion."""
        return self.impact.refusal is None and self.p is not None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A comparison judged within its family."""

    comparison: Comparison
    verdict: Verdict
    adjusted: float | None
    detectable: float | None
    """The smallest ratio that these numbers would show with a power of 80 %, at the family's strictest alpha."""
    family: int
    """How many comparisons were judged together."""
    method: str = METHOD


def compare(impact: ImpactRatio, reference: Rate, pairs: Sequence[Pair], unknown: Rate, screen: Screen) -> Comparison:
    """Look at one group beside the reference: pooled, within strata, and with the unknown either way."""
    return Comparison(
        impact=impact,
        reference=reference,
        interval=ratio_interval(impact.rate, reference),
        pooled=difference(impact.rate, reference),
        within=stratified(pairs, alpha_micro=screen.alpha_micro),
        missing=bounds(impact.rate, reference, unknown, screen),
    )


def judge(family: Sequence[Comparison], screen: Screen) -> tuple[Judgement, ...]:
    """Judge comparisons as one family; those with too few people are not tested and do not count in it."""
    tests = [each.p for each in family if each.judged and each.p is not None]
    adjusted = iter(holm(tests))
    alpha = screen.alpha_micro / MICRO / max(len(tests), 1)
    made: list[Judgement] = []
    for each in family:
        p = next(adjusted) if each.judged else None
        rate = each.reference.selected / each.reference.n if each.reference.n else 0.0
        detectable = smallest_detectable(rate, each.impact.rate.n, each.reference.n, alpha)
        made.append(Judgement(each, _verdict(each, p, screen), p, detectable, len(tests)))
    return tuple(made)


def _verdict(of: Comparison, adjusted: float | None, screen: Screen) -> Verdict:
    if not of.judged or adjusted is None:
        return Verdict.NOT_ENOUGH_DATA
    if of.missing.straddles:
        return Verdict.DATA_INCOMPLETE
    unlikely = at_most(adjusted, screen.alpha_micro)
    if of.within.disagree or (unlikely and of.within.reversed):
        return Verdict.VARIES_BY_REQUISITION
    if of.impact.screen is ScreenResult.BELOW:
        return Verdict.BOTH_REVIEW if unlikely else Verdict.BELOW_SCREEN_COULD_BE_CHANCE
    return Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE if unlikely else Verdict.NO_DIFFERENCE_DETECTED

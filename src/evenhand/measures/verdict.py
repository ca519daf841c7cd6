"""One word for what may be concluded from one comparison of two groups.

The words say what the figures show and what they leave open. None says that anything was passed, nor why rates differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evenhand.measures.conclusion import Variation, Verdict
from evenhand.measures.detectable import smallest_detectable
from evenhand.measures.interval import Interval, ratio_interval
from evenhand.measures.missing import Bounds, bounds
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import ImpactRatio, Rate, Screen, ScreenResult, too_few
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
    few: Refusal | None
    """Why those who can be compared within strata are too few, though all together are not."""

    @property
    def n(self) -> int:
        """How many people of the two groups there are."""
        return self.impact.rate.n + self.reference.n

    @property
    def p(self) -> float | None:
        """The p that is judged: within strata, which is the table's own where there is one stratum."""
        return self.within.mid_p

    @property
    def masked(self) -> bool:
        """Whether all strata point one way, and the pooled rates do not: then the ratio within strata is screened."""
        return self.within.one_way and self.within.leaning != self.within.pooled_leaning

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing is concluded. Where the reference group's rate is nought there is no ratio, but there is a p."""
        return self.few if self.impact.refusal in (None, Refusal.NO_RATE) else self.impact.refusal

    @property
    def judged(self) -> bool:
        """Whether there are enough people for any conclusion."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A comparison judged within its family."""

    comparison: Comparison
    verdict: Verdict
    variation: Variation | None
    """Whether requisitions looked at one by one show something else than all together."""
    adjusted: float | None
    """The p within strata, by Holm."""
    pooled: float | None
    """The p of all strata thrown together, by Holm; None where there is only one."""
    disagreement: float | None
    """The p of Breslow, Day and Tarone's test, by Holm; None where it could not be made."""
    detectable: float | None
    """The smallest ratio that these numbers would show with a power of 80 %, at the family's strictest alpha."""
    family: int
    """How many comparisons were judged together."""
    unlikely: bool
    """Whether chance alone would seldom give the difference within strata."""
    ratio: Fraction | None
    """The ratio held against the screen; None where the verdict rests on none, or there is none."""
    within: bool
    """Whether that is the ratio within strata, since the pooled rates mislead."""
    method: str = METHOD


def compare(impact: ImpactRatio, reference: Rate, pairs: Sequence[Pair], unknown: Rate, screen: Screen) -> Comparison:
    """Look at one group beside the reference: pooled, within strata, and with the unknown either way.

    The screen's minimum numbers hold twice: for everybody, and for those in strata that say something.
    """
    within = stratified(pairs, alpha_micro=screen.alpha_micro)
    return Comparison(
        impact=impact,
        reference=reference,
        interval=ratio_interval(impact.rate, reference),
        pooled=difference(impact.rate, reference),
        within=within,
        missing=bounds(impact.rate, reference, unknown, screen),
        few=_few(within, screen),
    )


def _few(of: Stratified, screen: Screen) -> Refusal | None:
    if not of.kept:
        return Refusal.NOTHING
    return Refusal.TOO_FEW_COMPARABLE if too_few(*of.totals, screen) else None


@dataclass(frozen=True, slots=True)
class _Adjusted:
    """Each kind of p by Holm over the family; None where it could not be formed."""

    within: float | None
    pooled: float | None
    disagreement: float | None


def judge(family: Sequence[Comparison], screen: Screen) -> tuple[Judgement, ...]:
    """Judge comparisons as one family; those with too few people are not tested and do not count in it.

    Three things can be concluded: that groups differ within strata, that they differ added up, and that strata differ
    from one another. Each is tested over the whole family, and so errs in one family of ``1 / alpha`` at most.
    """
    size = sum(each.judged for each in family)
    alpha = screen.alpha_micro / MICRO / max(size, 1)
    within = _holm([each.p if each.judged else None for each in family])
    pooled = _holm([each.pooled.mid_p if each.judged and each.within.strata > 1 else None for each in family])
    disagreement = _holm([each.within.disagreement_p if each.judged else None for each in family])
    made: list[Judgement] = []
    for each, *values in zip(family, within, pooled, disagreement, strict=True):
        p = _Adjusted(*values)
        unlikely = p.within is not None and at_most(p.within, screen.alpha_micro)
        variation = _variation(each.within, p, screen, unlikely=unlikely) if p.within is not None else None
        inside = unlikely and each.masked
        screened = each.judged and variation is None and not each.missing.straddles
        made.append(
            Judgement(
                comparison=each,
                verdict=_verdict(each, variation, screen, unlikely=unlikely),
                variation=variation,
                adjusted=p.within,
                pooled=p.pooled,
                disagreement=p.disagreement,
                detectable=smallest_detectable([(r.selected / r.n, f.n, r.n) for f, r in each.within.kept], alpha),
                family=size,
                unlikely=unlikely,
                ratio=(each.within.ratio if inside else each.impact.ratio) if screened else None,
                within=screened and inside,
            )
        )
    return tuple(made)


def _holm(values: Sequence[float | None]) -> list[float | None]:
    adjusted = iter(holm([each for each in values if each is not None]))
    return [None if each is None else next(adjusted) for each in values]


def _variation(of: Stratified, p: _Adjusted, screen: Screen, *, unlikely: bool) -> Variation | None:
    if unlikely and of.one_way:
        return None  # nobody should be told that it varies where every stratum says the same
    if unlikely and of.reversed:
        return Variation.TURNED_ROUND
    if p.disagreement is not None and at_most(p.disagreement, screen.alpha_micro):
        return Variation.DISAGREE
    if not unlikely and p.pooled is not None and at_most(p.pooled, screen.alpha_micro):
        return Variation.ADDED_UP
    return None


def _verdict(of: Comparison, variation: Variation | None, screen: Screen, *, unlikely: bool) -> Verdict:
    if not of.judged:
        return Verdict.NOT_ENOUGH_DATA
    if of.missing.straddles:
        return Verdict.DATA_INCOMPLETE
    if variation is not None:
        return Verdict.VARIES_BY_REQUISITION
    below = of.impact.screen is ScreenResult.BELOW
    if unlikely and of.masked:
        ratio = of.within.ratio
        below = ratio is not None and ratio < Fraction(screen.numerator, screen.denominator)
    if below:
        return Verdict.BOTH_REVIEW if unlikely else Verdict.BELOW_SCREEN_COULD_BE_CHANCE
    return Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE if unlikely else Verdict.NO_DIFFERENCE_DETECTED

"""Two groups compared within strata: people who applied for the same post, at the same stage, under the same standard.

Rates pooled over posts can differ, or agree, only because groups applied for different posts. A stratum in which
nobody, everybody or only one of the groups was selected from says nothing; it is left out, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log, sqrt

import numpy as np
from scipy.special import chdtrc

from evenhand.measures.interval import Interval
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.table import Floats, hypergeometric, informative, p_of_z, trimmed, two_sided

METHOD = "two-sided mid-p within strata; Mantel-Haenszel odds ratio; Breslow-Day test with Tarone's correction"

Pair = tuple[Rate, Rate]
"""The two groups in one stratum: focal, reference."""

_Z = 1.959963984540054
_LEAST_EXPECTED = 5  # Mantel & Fleiss 1980: below it, the chi-square is not to be trusted


@dataclass(frozen=True, slots=True)
class Stratified:
    """What the strata say together; every figure is None where it cannot be formed."""

    strata: int
    informative: int
    n: int
    """People of the two groups in informative strata."""
    mid_p: float | None
    """Exact: the margins of every stratum held fixed."""
    odds_ratio: Fraction | None
    """Common to all strata; None where they disagree."""
    interval: Interval | None
    chi_square: float | None
    """Mantel and Haenszel's, without continuity correction; None where the numbers are too small for it."""
    chi_square_p: float | None
    corrected: float | None
    """The same with their continuity correction, as R prints it."""
    corrected_p: float | None
    disagreement: float | None
    """Breslow-Day statistic: do the strata share one odds ratio?"""
    disagreement_p: float | None
    disagree: bool
    pooled: Fraction | None
    """Odds ratio over all strata thrown together, to stand beside ``odds_ratio``."""
    refusal: Refusal | None = None
    """Why there is no common odds ratio."""
    method: str = METHOD

    @property
    def dropped(self) -> int:
        """How many strata say nothing."""
        return self.strata - self.informative

    @property
    def reversed(self) -> bool:
        """Whether pooling turns the difference round."""
        within = self.odds_ratio
        return within is not None and self.pooled is not None and (within - 1) * (self.pooled - 1) < 0


def stratified(pairs: Sequence[Pair], *, alpha_micro: int = 50_000) -> Stratified:
    """Compare two groups within strata, and say whether the strata agree with one another.

    Where Breslow and Day's test finds at ``alpha_micro`` that they do not, there is no common odds ratio
    (``strata_disagree``). Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986 for the interval; Tarone 1985.
    """
    kept = [pair for pair in pairs if informative(*pair)]
    cells = np.array([(f.selected, f.n, r.selected, r.n) for f, r in kept], dtype=np.float64).reshape(-1, 4)
    common = _common(kept)
    plain, corrected = (_mantel_haenszel(cells, correction) for correction in (0.0, 0.5))
    disagreement = _breslow_day_tarone(cells, common)
    p = None if disagreement is None else float(chdtrc(len(kept) - 1, disagreement))
    disagree = p is not None and at_most(p, alpha_micro)
    refusal = Refusal.NOTHING if not kept else Refusal.STRATA_DISAGREE if disagree else None
    return Stratified(
        strata=len(pairs),
        informative=len(kept),
        n=sum(f.n + r.n for f, r in kept),
        mid_p=exact_mid_p(kept) if kept else None,
        odds_ratio=None if disagree else common,
        interval=None if disagree else _interval(cells, common),
        chi_square=plain,
        chi_square_p=_p(plain),
        corrected=corrected,
        corrected_p=_p(corrected),
        disagreement=disagreement,
        disagreement_p=p,
        disagree=disagree,
        pooled=_pooled(pairs),
        refusal=refusal,
    )


def at_most(p: float, alpha_micro: int) -> bool:
    """Say whether p is no more than alpha, in whole numbers of 10**-12: a p that is exactly alpha is."""
    return round(p * 10**12) <= alpha_micro * 10**6


def exact_mid_p(pairs: Sequence[Pair]) -> float:
    """Give the mid-p of the number selected of the focal group over all strata, each stratum's margins held fixed."""
    observed, chances = 0, np.ones(1)
    # The smallest strata first: sums stay short for as long as possible.
    for focal, reference in sorted(pairs, key=lambda pair: min(pair[0].n, pair[1].n)):
        here, first = hypergeometric(focal, reference)
        here, before = trimmed(here)
        chances, left = trimmed(np.convolve(chances, here))
        observed += focal.selected - first - before - left
    if not 0 <= observed < len(chances):
        return 0.0  # so far out that its chance was trimmed away
    return two_sided(chances / chances.sum(), observed)[0]


def _common(pairs: Sequence[Pair]) -> Fraction | None:
    above = sum((Fraction(f.selected * (r.n - r.selected), f.n + r.n) for f, r in pairs), Fraction())
    below = sum((Fraction((f.n - f.selected) * r.selected, f.n + r.n) for f, r in pairs), Fraction())
    return above / below if below else None


def _pooled(pairs: Sequence[Pair]) -> Fraction | None:
    a, b = sum(f.selected for f, _ in pairs), sum(f.n - f.selected for f, _ in pairs)
    c, d = sum(r.selected for _, r in pairs), sum(r.n - r.selected for _, r in pairs)
    return Fraction(a * d, b * c) if b * c else None


def _columns(cells: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    a, focal, c, reference = cells.T
    return a, focal, c, reference, focal + reference


def _p(chi_square: float | None) -> float | None:
    return None if chi_square is None else p_of_z(sqrt(chi_square))


def _mantel_haenszel(cells: Floats, correction: float) -> float | None:
    if not len(cells):
        return None
    a, focal, c, reference, n = _columns(cells)
    expected = focal * (a + c) / n
    lowest, highest = np.maximum(0, a + c - reference), np.minimum(focal, a + c)
    if min((expected - lowest).sum(), (highest - expected).sum()) < _LEAST_EXPECTED:
        return None
    variance = focal * reference * (a + c) * (n - a - c) / (n * n * (n - 1))
    away = max(abs(float((a - expected).sum())) - correction, 0.0)
    return away * away / float(variance.sum())


def _interval(cells: Floats, common: Fraction | None) -> Interval | None:
    """Robins, Breslow & Greenland's variance of the logarithm of the common odds ratio."""
    if not common:
        return None
    a, focal, c, reference, n = _columns(cells)
    d, b = reference - c, focal - a
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    above, below = r.sum(), s.sum()
    variance = (
        (p * r).sum() / (2 * above * above)
        + (p * s + q * r).sum() / (2 * above * below)
        + (q * s).sum() / (2 * below * below)
    )
    half = _Z * sqrt(float(variance))
    middle = log(common)
    return Interval(exp(middle - half), exp(middle + half))


def _breslow_day_tarone(cells: Floats, common: Fraction | None) -> float | None:
    """Compare each stratum with what it would be under the common odds ratio; refused for fewer than two strata."""
    if len(cells) < 2 or not common:  # noqa: PLR2004 - one stratum cannot disagree
        return None
    a, focal, c, reference, _ = _columns(cells)
    fitted = _fitted(focal, reference, a + c, float(common))
    variance = 1 / (1 / fitted + 1 / (a + c - fitted) + 1 / (focal - fitted) + 1 / (reference - a - c + fitted))
    away = float((a - fitted).sum())
    statistic = float(((a - fitted) ** 2 / variance).sum()) - away * away / float(variance.sum())
    return max(statistic, 0.0)


def _fitted(focal: Floats, reference: Floats, selected: Floats, ratio: float) -> Floats:
    """Find, in each stratum, the number selected of ``focal`` at which its odds ratio would be ``ratio``."""
    low, high = np.maximum(0, selected - reference), np.minimum(focal, selected)
    for _ in range(60):
        middle = (low + high) / 2
        rising = middle * (reference - selected + middle) < ratio * (focal - middle) * (selected - middle)
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    fitted: Floats = (low + high) / 2
    return fitted

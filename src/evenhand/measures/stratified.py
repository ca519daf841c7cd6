"""Two groups compared within strata: people who applied for the same post, at the same stage, under the same standard.

Rates pooled over posts can differ, or agree, only because groups applied for different posts. A stratum in which
nobody, everybody or only one of the groups was selected from says nothing; it is left out, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, lcm, log, sqrt

import numpy as np

from evenhand.measures.interval import Interval, critical
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate
from evenhand.measures.special import chi_square_above
from evenhand.measures.table import Floats, informative, p_of_z, two_sided

METHOD = "two-sided mid-p within strata; Mantel-Haenszel odds ratio; Breslow-Day test with Tarone's correction"

Pair = tuple[Rate, Rate]
"""The two groups in one stratum: focal, reference."""

_FAR, _MORE = 10, 20  # standard deviations, and people, beyond which nothing is counted: less than one in 10**20
_AT_ONCE = 128  # strata, so that thousands of them need no more memory than these
_LEAST_FITTED = 2  # on average, in the smallest cell of a stratum: with less, 8 % err at nominal 5 % (simulated)
_LEAST_EXPECTED = 5  # Mantel & Fleiss 1980: below it, the chi-square is not to be trusted


@dataclass(frozen=True, slots=True)
class Stratified:
    """What the strata say together; every figure is None where it cannot be formed."""

    strata: int
    kept: tuple[Pair, ...]
    """The strata that say something: both groups were there, and some people were selected and some not."""
    mid_p: float | None
    """Exact: the margins of every stratum held fixed."""
    odds_ratio: Fraction | None
    """Common to all strata; None where they disagree."""
    interval: Interval | None
    ratio: Fraction | None
    """Mantel and Haenszel's ratio of rates: the impact ratio, had the groups applied for the same posts alike."""
    chi_square: float | None
    """Mantel and Haenszel's, without continuity correction; None where the numbers are too small for it."""
    chi_square_p: float | None
    corrected: float | None
    """The same with their continuity correction, as R's ``mantelhaen.test`` has it: none where it exceeds the sum."""
    corrected_p: float | None
    disagreement: float | None
    """Breslow-Day statistic: do the strata share one odds ratio? None where they are too thin to tell."""
    disagreement_p: float | None
    disagree: bool
    """Whether they do not by this test alone, which no other test is counted beside."""
    leaning: int
    """Which way the strata point together: -1 where the focal group fares worse, 1 where better, 0 where neither."""
    pooled_leaning: int
    pooled: Fraction | None
    """Odds ratio over all strata thrown together, to stand beside ``odds_ratio``."""
    refusal: Refusal | None = None
    """Why there is no common odds ratio."""
    method: str = METHOD

    @property
    def informative(self) -> int:
        """How many strata say something."""
        return len(self.kept)

    @property
    def dropped(self) -> int:
        """How many strata say nothing."""
        return self.strata - self.informative

    @property
    def n(self) -> int:
        """People of the two groups in informative strata."""
        return sum(f.n + r.n for f, r in self.kept)

    @property
    def totals(self) -> Pair:
        """The two groups over informative strata only."""
        return _added("focal", [f for f, _ in self.kept]), _added("reference", [r for _, r in self.kept])

    @property
    def reversed(self) -> bool:
        """Whether pooling turns the difference round."""
        return self.leaning * self.pooled_leaning < 0

    @property
    def pointing(self) -> tuple[int, int]:
        """In how many informative strata the focal group fares worse than the reference, and in how many better."""
        signs = [_sign(f.selected * r.n - r.selected * f.n) for f, r in self.kept]
        return signs.count(-1), signs.count(1)

    @property
    def one_way(self) -> bool:
        """Whether no stratum points the other way than another."""
        return 0 in self.pointing


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
    p = None if disagreement is None else chi_square_above(len(kept) - 1, disagreement)
    disagree = p is not None and at_most(p, alpha_micro)
    refusal = Refusal.NOTHING if not kept else Refusal.STRATA_DISAGREE if disagree else None
    return Stratified(
        strata=len(pairs),
        kept=tuple(kept),
        mid_p=exact_mid_p(cells) if kept else None,
        odds_ratio=None if disagree else common,
        interval=None if disagree else _interval(cells, common),
        ratio=_ratio(kept),
        chi_square=plain,
        chi_square_p=_p(plain),
        corrected=corrected,
        corrected_p=_p(corrected),
        disagreement=disagreement,
        disagreement_p=p,
        disagree=disagree,
        leaning=_sign(_weighed(kept)),
        pooled_leaning=_sign(_weighed([(_added("", [f for f, _ in pairs]), _added("", [r for _, r in pairs]))])),
        pooled=_pooled(pairs),
        refusal=refusal,
    )


def at_most(p: float, alpha_micro: int) -> bool:
    """Say whether p is no more than alpha, in whole numbers of 10**-12: a p that is exactly alpha is."""
    return round(p * 10**12) <= alpha_micro * 10**6


def exact_mid_p(cells: Floats) -> float:
    """Give the mid-p of the number selected of the focal group over all strata, each stratum's margins held fixed.

    ``cells`` has a row for each informative stratum: selected and all of the focal group, then of the reference. The
    chances of each stratum are multiplied as their Fourier transforms, which is adding up what they are chances of.
    """
    a, focal, c, reference, n = _columns(cells)
    mean = focal * (a + c) / n
    spread = np.sqrt(mean * reference * (n - a - c) / n / (n - 1))
    reach = _FAR * spread + _MORE
    lowest = np.maximum(np.maximum(0, a + c - reference), np.floor(mean - reach))
    highest = np.minimum(np.minimum(focal, a + c), np.ceil(mean + reach))
    away, far = float((a - mean).sum()), _FAR * float(np.sqrt((spread**2).sum())) + _MORE
    if abs(away) > far:
        return 0.0  # less than one in 10**20
    length = 1 << (min(int((highest - lowest).sum()), 2 * int(far)) + 8).bit_length()
    together = np.ones(length // 2 + 1, dtype=np.complex128)
    for at in range(0, len(cells), _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        together *= np.fft.rfft(_chances(cells[part], lowest[part], highest[part]), length, axis=1).prod(axis=0)
    chances: Floats = np.maximum(np.fft.irfft(together, length), 0.0)
    return two_sided(chances / chances.sum(), int((a - lowest).sum()) % length)[0]


def _chances(cells: Floats, lowest: Floats, highest: Floats) -> Floats:
    """Give, a row for each stratum, the chance of each number selected of the focal group from its lowest on."""
    a, focal, c, reference, _ = _columns(cells)
    selected = (a + c)[:, None]
    k = lowest[:, None] + np.arange(int((highest - lowest).max()))
    there = k < highest[:, None]
    up, down = (selected - k) * (focal[:, None] - k), (k + 1) * (reference[:, None] - selected + k + 1)
    steps = np.log(np.where(there, up, 1.0)) - np.log(np.where(there, down, 1.0))
    logs = np.concatenate((np.zeros((len(cells), 1)), np.cumsum(steps, axis=1)), axis=1)
    logs[:, 1:][~there] = -np.inf
    chances: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def _added(group: str, rates: Sequence[Rate]) -> Rate:
    return Rate(group, sum(each.n for each in rates), sum(each.selected for each in rates))


def _sign(value: Fraction | int) -> int:
    return (value > 0) - (value < 0)


def _weighed(pairs: Sequence[Pair]) -> int:
    """Give a number of the sign of what Mantel and Haenszel sum up: selected of the focal group, less expected."""
    there = [(f, r) for f, r in pairs if f.n + r.n]
    whole = lcm(*{f.n + r.n for f, r in there})
    return sum((f.selected * r.n - r.selected * f.n) * (whole // (f.n + r.n)) for f, r in there)


def _ratio(pairs: Sequence[Pair]) -> Fraction | None:
    """Give the common ratio of rates. Greenland & Robins 1985, weights of Mantel and Haenszel."""
    whole = lcm(*{f.n + r.n for f, r in pairs})
    above = sum(f.selected * r.n * (whole // (f.n + r.n)) for f, r in pairs)
    below = sum(r.selected * f.n * (whole // (f.n + r.n)) for f, r in pairs)
    return Fraction(above, below) if below else None


def _common(pairs: Sequence[Pair]) -> Fraction | None:
    whole = lcm(*{f.n + r.n for f, r in pairs})  # one denominator for all: many fractions added up are slow
    above = sum(f.selected * (r.n - r.selected) * (whole // (f.n + r.n)) for f, r in pairs)
    below = sum((f.n - f.selected) * r.selected * (whole // (f.n + r.n)) for f, r in pairs)
    return Fraction(above, below) if below else None


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
    away = abs(float((a - expected).sum()))
    if round(away, 12) >= correction:  # as R's mantelhaen.test: less than the correction is not corrected
        away = max(away - correction, 0.0)
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
    half = critical() * sqrt(float(variance))
    middle = log(common)
    return Interval(exp(middle - half), exp(middle + half))


def _breslow_day_tarone(cells: Floats, common: Fraction | None) -> float | None:
    """Compare each stratum with what it would be under the common odds ratio; None for fewer than two, or too thin."""
    if len(cells) < 2 or not common:  # noqa: PLR2004 - one stratum cannot disagree
        return None
    a, focal, c, reference, _ = _columns(cells)
    fitted = _fitted(focal, reference, a + c, float(common))
    cells_fitted = np.array([fitted, a + c - fitted, focal - fitted, reference - a - c + fitted])
    if cells_fitted.min(axis=0).mean() < _LEAST_FITTED:
        return None
    variance = 1 / (1 / cells_fitted).sum(axis=0)
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

"""Whether those who rate the same people see the same: Krippendorff's alpha for ordered scores.

1 is full agreement, 0 what shuffling all ratings would give. Scores count by their order only: the distance between two
is how many ratings lie between them. Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evenhand.measures.interval import CONFIDENCE, Interval
from evenhand.measures.refusal import Refusal
from evenhand.measures.resampling import DRAWS
from evenhand.measures.sparse import Numbers, Sparse

METHOD = "Krippendorff's alpha, ordinal; percentile interval, candidates drawn again"
_CELLS = 2_000_000
_MOST_UNDEFINED = 0.05  # of the draws may have but one score; with more of them an interval would be of the rest only


@dataclass(frozen=True, slots=True)
class Reliability:
    """Alpha over the ratings of all who were rated by at least two, and its interval over candidates."""

    alpha: float | None
    interval: Interval | None
    candidates: int
    ratings: int
    refusal: Refusal | None
    method: str = METHOD


def krippendorff(
    frame: pd.DataFrame, *, chance: np.random.Generator, draws: int = DRAWS, minimum: int = 10
) -> Reliability:
    """Compute alpha, and draw candidates again with all ratings of each for its interval.

    ``frame`` has one row for all candidates who were rated exactly alike: ``units`` (for each thing of theirs that was
    rated, the scores it got, at least two) and ``candidates`` (how many they are). Refuses (``too_few``) under
    ``minimum`` candidates, and (``no_variation``) where all scores are the same, for which alpha is not defined.
    """
    counts = frame["candidates"].to_numpy(dtype=np.int64)
    people = int(counts.sum())
    ratings = int(sum(n * sum(map(len, units)) for n, units in zip(counts, frame["units"], strict=True)))
    if people < max(minimum, 1):
        return Reliability(None, None, people, ratings, Refusal.TOO_FEW if people else Refusal.NOTHING)
    rated = _Rated(list(frame["units"]))
    whole = float(rated.alpha(counts[None, :])[0])
    if np.isnan(whole):
        return Reliability(None, None, people, ratings, Refusal.NO_VARIATION)
    drawn = np.empty(draws)
    step = max(1, _CELLS // max(rated.size, 1))
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        drawn[start:stop] = rated.alpha(chance.multinomial(people, counts / people, size=stop - start))
    defined = drawn[~np.isnan(drawn)]
    interval = None
    if len(defined) >= (1 - _MOST_UNDEFINED) * draws:
        low, high = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
        interval = Interval(float(low), float(high))
    return Reliability(whole, interval, people, ratings, None)


class _Rated:
    """Who was rated how, so that alpha can be computed for any number of candidates of each kind."""

    def __init__(self, kinds: list[tuple[tuple[int, ...], ...]]) -> None:
        units = [unit for each in kinds for unit in each]
        scores = np.concatenate([np.asarray(unit, dtype=np.int64) for unit in units])
        values, code = np.unique(scores, return_inverse=True)
        of_unit = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
        self._units = Sparse(np.ones(len(scores)), of_unit, code, (len(units), len(values)))
        self._of_kind = np.repeat(np.arange(len(kinds)), [len(each) for each in kinds])
        self._ratings = np.array([len(unit) for unit in units], dtype=np.float64)
        self.size = max(len(units), len(kinds), len(values))

    def alpha(self, candidates: NDArray[np.int64]) -> Numbers:
        """Answer with alpha for each row of ``candidates``, which says how many there are of each kind."""
        weights = candidates[:, self._of_kind].astype(np.float64)
        frequency = self._units.products(weights)
        n = frequency.sum(axis=1)
        # The ordinal distance of two scores is that of their middle ranks, so the rest is sums of squares.
        ranks = np.cumsum(frequency, axis=1) - frequency / 2 - n[:, None] / 2
        sums = self._units.product(ranks.T)
        squares = self._units.product((ranks**2).T)
        m = self._ratings[:, None]
        within = 2 * (m * squares - sums**2) / (m - 1)
        observed = (weights.T * within).sum(axis=0) / n
        spread = n * (frequency * ranks**2).sum(axis=1) - (frequency * ranks).sum(axis=1) ** 2
        varied = np.count_nonzero(frequency, axis=1) > 1
        expected = np.where(varied, 2 * spread / (n * np.maximum(n - 1, 1)), 1)
        return np.where(varied, 1 - observed / expected, np.nan)

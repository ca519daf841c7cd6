"""Whether those passed over and those preferred to them are of different groups more often than chance makes them.

One person is in many pairs, so pairs cannot be counted as if each were drawn anew (McNemar's test would). Instead the
groups' labels are dealt out again and again to the people of each stratum, and what was seen is held against that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evenhand.measures.refusal import Refusal
from evenhand.measures.resampling import DRAWS

METHOD = "labels of groups permuted within strata"
_CELLS = 1_000_000
_NEAR = 1e-9  # sums of whole numbers are exact; only their mean over a stratum is not


@dataclass(frozen=True, slots=True)
class Direction:
    """How often people of one group were passed over and how often preferred, in pairs; ``p`` is two-sided."""

    group: str
    n: int
    passed_over: int
    preferred: int
    p: float | None
    refusal: Refusal | None
    method: str = METHOD


def direction(
    frame: pd.DataFrame,
    groups: Sequence[str],
    *,
    chance: np.random.Generator,
    draws: int = DRAWS,
    minimum_n: int = 10,
) -> tuple[Direction, ...]:
    """Hold passed over less preferred, in each group, against ``draws`` permutations of labels within strata.

    ``frame`` has one row a person: ``stratum``, ``group`` (one of ``groups``), ``passed_over`` and ``preferred``
    (counts of pairs). Refuses (``too_few``) where a group, or all the others together, has fewer than ``minimum_n``,
    and (``nothing``) where no stratum has both people in inversions and two groups. p counts the data as one of the
    draws, so it is never nought: Phipson & Smyth 2010.
    """
    labels = pd.Categorical(frame["group"], categories=list(groups)).codes.astype(np.int16)
    weights = (frame["passed_over"] - frame["preferred"]).to_numpy(dtype=np.float64)
    chances = _permuted(frame["stratum"].to_numpy(), labels, weights, shape=(len(groups), draws), chance=chance)
    found: list[Direction] = []
    for code, group in enumerate(groups):
        mine = labels == code
        n = int(mine.sum())
        p = None
        refusal = Refusal.TOO_FEW if min(n, len(frame) - n) < max(minimum_n, 1) else None
        if refusal is None and chances is None:
            refusal = Refusal.NOTHING
        if refusal is None and chances is not None:
            seen, drawn = chances
            extreme = int((np.abs(drawn[code]) >= abs(seen[code]) - _NEAR).sum())
            p = (1 + extreme) / (draws + 1)
        over, preferred = (int(frame[name].to_numpy()[mine].sum()) for name in ("passed_over", "preferred"))
        found.append(Direction(group, n, over, preferred, p, refusal))
    return tuple(found)


Sums = tuple[NDArray[np.float64], NDArray[np.float64]]


def _permuted(
    strata: NDArray[np.int64],
    labels: NDArray[np.int16],
    weights: NDArray[np.float64],
    *,
    shape: tuple[int, int],
    chance: np.random.Generator,
) -> Sums | None:
    """Return, by group, the sum of weights less what is expected of it: as seen, and as drawn."""
    groups, draws = shape
    order = np.argsort(strata, kind="stable")
    bounds = np.flatnonzero(np.diff(strata[order], prepend=strata[order][:1] - 1))
    seen, drawn = np.zeros(groups), np.zeros((groups, draws))
    some = False
    for rows in np.split(order, bounds[1:]) if len(order) else ():
        weight, label = weights[rows], labels[rows]
        counts = np.bincount(label, minlength=groups)
        if not weight.any() or np.count_nonzero(counts) < 2:  # noqa: PLR2004 - dealing one label out changes nothing
            continue
        some = True
        expected = counts * weight.mean()
        seen += np.bincount(label, weights=weight, minlength=groups) - expected
        step = max(1, _CELLS // len(rows))
        for start in range(0, draws, step):
            stop = min(start + step, draws)
            dealt = chance.permuted(np.tile(label, (stop - start, 1)), axis=1)
            for code in np.flatnonzero(counts):
                # By einsum: a matrix product would be handed to threads that wait for one another.
                drawn[code, start:stop] += np.einsum("ij,j->i", dealt == code, weight) - expected[code]
    return (seen, drawn) if some else None

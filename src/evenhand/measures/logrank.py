"""Whether groups wait equally long, when for some the wait has not ended yet.

At each moment at which somebody's wait ends, those still waiting in the same stratum are compared: each group should
have its share of those who are told. Whoever stopped waiting unheard counts until then (right-censoring).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evenhand.measures.refusal import Refusal
from evenhand.measures.special import chi_square_above
from evenhand.measures.table import Floats

METHOD = "log-rank within strata, those still waiting right-censored"


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test, and for each group how many waits ended and how many would have, had all groups fared alike."""

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float | None
    freedom: int
    p: float | None
    n: int
    refusal: Refusal | None = None
    method: str = METHOD


def logrank(frame: pd.DataFrame, groups: Sequence[str], *, minimum_ended: int = 5) -> LogRank:
    """Compare the waits of two groups or more.

    ``frame`` has one row for each of (stratum, group, time, ended): whole times, and ``count``. Rows of other groups
    are left out. Refuses (``nothing``, ``too_few_events``) where a group has too few ended waits, or nobody is
    compared with anybody. Mantel 1966; Peto & Peto 1972.
    """
    place = {group: at for at, group in enumerate(groups)}
    known = frame[frame["group"].isin(place)]
    at = known["group"].map(place).to_numpy(dtype=np.int64)
    count = known["count"].to_numpy(dtype=np.float64)
    ended = np.bincount(at, weights=count * known["ended"].to_numpy(dtype=np.float64), minlength=len(groups))
    n = int(count.sum())
    expected, covariance = _moments(known, at, count, len(groups))
    there = np.flatnonzero(np.diag(covariance) > 0)
    observed = tuple(int(each) for each in ended)
    refusal = Refusal.NOTHING if len(there) < 2 else None  # noqa: PLR2004 - it takes two to compare
    if refusal is None and min(observed[each] for each in there) < minimum_ended:
        refusal = Refusal.TOO_FEW_EVENTS
    freedom = max(len(there) - 1, 0)
    if refusal is not None:
        return LogRank(observed, tuple(map(float, expected)), None, freedom, None, n, refusal)
    kept = there[:-1]
    away = (ended - expected)[kept]
    chi_square = float(away @ np.linalg.lstsq(covariance[np.ix_(kept, kept)], away, rcond=None)[0])
    p = chi_square_above(freedom, chi_square)
    return LogRank(observed, tuple(map(float, expected)), chi_square, freedom, p, n)


def _moments(frame: pd.DataFrame, group: np.ndarray, count: Floats, groups: int) -> tuple[Floats, Floats]:
    """Add up, over all moments, the waits each group was expected to end and their covariance."""
    # One number for each (stratum, time), in order.
    keys = frame.groupby(["stratum", "time"], sort=True).ngroup().to_numpy(dtype=np.int64)
    moments = int(keys.max()) + 1 if len(keys) else 0
    leaving, told = np.zeros((moments, groups)), np.zeros(moments)
    np.add.at(leaving, (keys, group), count)
    np.add.at(told, keys, count * frame["ended"].to_numpy(dtype=np.float64))
    stratum = np.zeros(moments, dtype=np.int64)
    stratum[keys] = frame["stratum"].to_numpy(dtype=np.int64)
    # Still waiting just before a moment: everybody of the stratum who leaves at it or later.
    later = np.cumsum(leaving[::-1], axis=0)[::-1]
    last = np.searchsorted(stratum, stratum, side="right")
    waiting = later - np.vstack([later, np.zeros(groups)])[last]
    some = told > 0
    waiting, told = waiting[some], told[some]
    all_ = waiting.sum(axis=1)
    share = waiting / all_[:, None]
    spread = told * (all_ - told) / np.maximum(all_ - 1, 1)
    covariance = np.diag((spread[:, None] * share).sum(axis=0)) - (share * spread[:, None]).T @ share
    expected: Floats = (told[:, None] * share).sum(axis=0)
    return expected, covariance

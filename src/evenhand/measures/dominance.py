"""Who was turned down although nobody could say they were worse: dominance inversions.

Of two people A and B in one stratum, A dominates if A is at least equal on every criterion and better on one. The pair
is an inversion if only B advanced. No weight and no bar is needed to see it, and none can explain it away; but near the
bar a single wrong decision often makes no inversion, so their absence proves less than a replay does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evenhand.measures.refusal import Refusal

METHOD = "inversions over pairs of which one dominates"
_CELLS = 1_000_000  # of one block of comparisons: memory grows with the people in a stratum, not with their square

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of one stratum, or of several together."""

    stratum: int | None
    n: int
    comparable: int
    """Pairs of which one dominates, whatever was decided."""
    inversions: int
    ties: int
    """Pairs with the same scores throughout and different outcomes; they are neither comparable nor inversions."""

    @property
    def rate(self) -> Fraction | None:
        """Return inversions over comparable pairs."""
        return Fraction(self.inversions, self.comparable) if self.comparable else None


@dataclass(frozen=True, slots=True)
class Dominance:
    """All strata, their sum, and for each row of the frame, in its order, what it took part in."""

    strata: tuple[Pairs, ...]
    whole: Pairs
    passed_over: Whole
    """How many advanced whom this rejected one dominates; nought for those who advanced."""
    preferred: Whole
    """How many rejected ones dominate this advanced one; nought for those rejected."""
    beside: Whole
    """Row of one whom it dominates and who advanced: the first of the lowest such profile; -1 if there is none."""
    refusal: Refusal | None
    method: str = METHOD


def dominance(frame: pd.DataFrame, scores: Sequence[str]) -> Dominance:
    """Count comparable pairs, inversions and ties within each stratum.

    ``frame`` has one row a person: ``stratum`` (whole number), ``advanced`` (bool) and a column for each of ``scores``
    (whole numbers, none missing). Everybody in a stratum is rated on the same criteria.
    """
    n = len(frame)
    strata = frame["stratum"].to_numpy(dtype=np.int64)
    advanced = frame["advanced"].to_numpy(dtype=bool)
    columns = [frame[name].to_numpy(dtype=np.int64) for name in scores]
    order = np.lexsort([*reversed(columns), strata])
    bounds = np.flatnonzero(np.diff(strata[order], prepend=strata[order][:1] - 1))
    passed_over, preferred = np.zeros(n, np.int64), np.zeros(n, np.int64)
    beside = np.full(n, -1, np.int64)
    found: list[Pairs] = []
    for rows in np.split(order, bounds[1:]) if n else ():
        one = _Stratum([column[rows] for column in columns], advanced[rows])
        comparable, inversions = one.compared()
        found.append(Pairs(int(strata[rows[0]]), len(rows), comparable, inversions, one.ties()))
        passed_over[rows], preferred[rows] = one.passed_over(), one.preferred()
        at = one.beside()
        beside[rows] = np.where(at >= 0, rows[at], -1)
    whole = Pairs(
        None, n, *(sum(getattr(each, name) for each in found) for name in ("comparable", "inversions", "ties"))
    )
    refusal = None if whole.comparable else Refusal.NOTHING
    return Dominance(tuple(found), whole, passed_over, preferred, beside, refusal)


class Beside(StrEnum):
    """How one profile of scores lies beside another on the same criteria."""

    EQUAL = "equal"
    HIGHER = "higher"  # at least equal on every criterion, better on one
    LOWER = "lower"
    CROSSED = "crossed"  # better on one, worse on another: neither can be called higher


def beside(own: Sequence[int], other: Sequence[int]) -> Beside:
    """Say how ``other`` lies beside ``own``; both are scores on the same criteria in the same order."""
    up = any(theirs > mine for mine, theirs in zip(own, other, strict=True))
    down = any(theirs < mine for mine, theirs in zip(own, other, strict=True))
    if up and down:
        return Beside.CROSSED
    return Beside.HIGHER if up else Beside.LOWER if down else Beside.EQUAL


class _Stratum:
    """People of one stratum in the order of their scores, those with the same scores taken together as a profile."""

    def __init__(self, columns: Sequence[Whole], advanced: NDArray[np.bool_]) -> None:
        n = len(advanced)
        new = np.zeros(n, bool)
        new[0] = True
        for column in columns:
            new[1:] |= np.diff(column) != 0
        first = np.flatnonzero(new)
        self._advanced = advanced
        self._profile = np.cumsum(new) - 1
        # Whole numbers, kept as doubles for the sums below: exact up to 2^53 pairs.
        self._up = np.bincount(self._profile, weights=advanced).astype(np.float64)
        self._down = np.bincount(self._profile, weights=~advanced).astype(np.float64)
        self._ranks = [np.unique(column[first], return_inverse=True)[1].astype(np.int32) for column in columns[1:]]
        self._below = np.zeros(len(first))  # advanced people whom this profile dominates
        self._above = np.zeros(len(first))  # rejected people who dominate this profile
        self._lowest = np.full(len(first), -1, np.int64)

    def compared(self) -> tuple[int, int]:
        """Go through all pairs of profiles, a block at a time; answer with comparable pairs and inversions."""
        count = len(self._up)
        everybody = self._up + self._down
        comparable = inversions = 0.0
        step = max(1, _CELLS // count)
        for start in range(0, count, step):
            stop = min(start + step, count)
            # Profiles stand in order of the first criterion, then the next: none dominates one that comes after it.
            dominated = np.ones((stop - start, count - start), bool)
            for ranks in self._ranks:
                dominated &= ranks[start:stop, None] <= ranks[None, start:]
            dominated &= np.arange(start, stop)[:, None] < np.arange(start, count)[None, :]
            # Summed by einsum: a matrix product would be handed to threads that wait for one another.
            comparable += float(everybody[start:stop] @ np.einsum("ij,j->i", dominated, everybody[start:]))
            above = np.einsum("ij,j->i", dominated, self._down[start:])
            self._above[start:stop] = above
            self._below[start:] += np.einsum("i,ij->j", self._up[start:stop], dominated)
            inversions += float(self._up[start:stop] @ above)
            self._note_lowest(start, stop, dominated)
        return round(comparable), round(inversions)

    def _note_lowest(self, start: int, stop: int, dominated: NDArray[np.bool_]) -> None:
        lower = np.flatnonzero(self._up[start:stop])
        wanting = np.flatnonzero((self._down[start:] > 0) & (self._lowest[start:] < 0))
        if not len(lower) or not len(wanting):
            return
        among = dominated[np.ix_(lower, wanting)]
        some = among.any(axis=0)
        self._lowest[start + wanting[some]] = start + lower[among.argmax(axis=0)[some]]

    def ties(self) -> int:
        """Return the pairs with the same scores and different outcomes."""
        return round(float(self._up @ self._down))

    def passed_over(self) -> Whole:
        """Return, for each person, how many advanced whom this rejected one dominates."""
        return np.where(self._advanced, 0, self._below[self._profile]).astype(np.int64)

    def preferred(self) -> Whole:
        """Return, for each person, how many rejected ones dominate this advanced one."""
        return np.where(self._advanced, self._above[self._profile], 0).astype(np.int64)

    def beside(self) -> Whole:
        """Return, for each rejected person, the first advanced one of the lowest profile it dominates."""
        first = np.full(len(self._up), -1, np.int64)
        up = np.flatnonzero(self._advanced)
        first[self._profile[up[::-1]]] = up[::-1]
        lowest = self._lowest[self._profile]
        return np.where(self._advanced | (lowest < 0), -1, first[lowest])

"""How each interviewer differs from the panel on the same candidates, stricter or milder.

Each rating is taken as the candidate's level on that criterion plus the interviewer's own shift. Shifts can be compared
only among interviewers linked by candidates in common, directly or over others: a connected panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evenhand.measures.interval import CONFIDENCE, Interval
from evenhand.measures.refusal import Refusal
from evenhand.measures.sparse import Numbers, Sparse, Whole
from evenhand.measures.special import student_quantile

_LEAST = 1e-6  # an error smaller than this, beside the scores, is the last bit of a float
METHOD = "additive fit of interviewer and candidate within a connected panel; interval robust to candidates"


@dataclass(frozen=True, slots=True)
class Difference:
    """One interviewer beside the mean of the panel, in the unit of the scores; positive is milder."""

    author: str
    panel: int
    """Number of the connected panel, from 1: the panel with most ratings first."""
    candidates: int
    ratings: int
    difference: float | None
    interval: Interval | None
    refusal: Refusal | None
    method: str = METHOD


def severity(frame: pd.DataFrame, *, minimum: int = 10) -> tuple[Difference, ...]:
    """Fit every connected panel, and compare each of its interviewers with the mean over them.

    ``frame`` has one row a rating: ``author`` (text or category), ``unit`` (what was rated, by at least two authors
    once each), ``candidate`` and ``score``. Refuses (``too_few``) for an interviewer with fewer than ``minimum``
    candidates in common with another, and gives no interval where nothing is left over to estimate an error from.
    """
    if frame.empty:
        return ()
    # As a category, a name stands once and not in every row: there may be millions of ratings.
    column = frame["author"].astype("category").cat.remove_unused_categories()
    authors = [str(each) for each in column.cat.categories]
    author: Whole = np.asarray(column.cat.codes, dtype=np.int64)
    _, unit = np.unique(frame["unit"].to_numpy(), return_inverse=True)
    _, candidate = np.unique(frame["candidate"].to_numpy(), return_inverse=True)
    score = frame["score"].to_numpy(dtype=np.float64)
    panel_of = Sparse(np.ones(len(frame)), unit, author, (int(unit.max()) + 1, len(authors))).linked()
    sizes = np.bincount(panel_of[author])
    found: list[Difference] = []
    for number, panel in enumerate(sorted(range(len(sizes)), key=lambda each: (-sizes[each], each)), 1):
        rows = panel_of[author] == panel
        one = _Panel(author[rows], unit[rows], candidate[rows], score[rows])
        found.extend(one.differences(number, authors, max(minimum, 2)))
    return tuple(found)


class _Panel:
    """Ratings of interviewers who are linked by candidates in common."""

    def __init__(self, author: Whole, unit: Whole, candidate: Whole, score: Numbers) -> None:
        self._members, self._author = np.unique(author, return_inverse=True)
        _, self._unit = np.unique(unit, return_inverse=True)
        people, self._candidate = np.unique(candidate, return_inverse=True)
        self._raters = np.bincount(self._unit)
        self._score = score
        self._people = len(people)
        self._candidates = self._by_candidate(np.ones(len(score))).filled()

    def differences(self, number: int, authors: Sequence[str], minimum: int) -> list[Difference]:
        """Compare each member with the mean of the panel."""
        shift, error = self._fit()
        ratings = np.bincount(self._author)
        least = _LEAST * float(np.abs(self._score).max())
        found: list[Difference] = []
        for at, member in enumerate(self._members):
            candidates = int(self._candidates[at])
            name = authors[int(member)]
            if candidates < minimum:
                found.append(Difference(name, number, candidates, int(ratings[at]), None, None, Refusal.TOO_FEW))
                continue
            interval = None
            if error[at] > least:
                reach = student_quantile(candidates - 1, 0.5 + CONFIDENCE / 2) * float(error[at])
                interval = Interval(float(shift[at]) - reach, float(shift[at]) + reach)
            found.append(Difference(name, number, candidates, int(ratings[at]), float(shift[at]), interval, None))
        return found

    def _by_candidate(self, values: Numbers) -> Sparse:
        return Sparse(values, self._candidate, self._author, (self._people, len(self._members)))

    def _within(self, values: Numbers) -> Numbers:
        """Return what each value is above the mean of its unit."""
        return values - (np.bincount(self._unit, weights=values) / self._raters)[self._unit]

    def _fit(self) -> tuple[Numbers, Numbers]:
        """Return each member's shift, adding up to nought, and its standard error.

        Least squares with a level of its own for each unit; the error allows for all ratings of one candidate being
        alike (clustered, Liang & Zeger 1986).
        """
        size = len(self._members)
        share = 1 / np.sqrt(self._raters[self._unit])
        together = Sparse(share, self._unit, self._author, (len(self._raters), size)).gram()
        # The design knows shifts only up to a constant; fixing their sum at nought makes it invertible.
        constant = np.full((size, size), 1 / size)
        inverse = np.linalg.inv(np.diag(np.bincount(self._author)) - together + constant) - constant
        shift = inverse @ np.bincount(self._author, weights=self._within(self._score))
        left = self._within(self._score - shift[self._author])
        spread = inverse @ self._by_candidate(left).gram() @ inverse
        return shift, np.sqrt(np.maximum(np.diag(spread), 0) * self._people / max(self._people - 1, 1))

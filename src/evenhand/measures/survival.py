"""How long until something happened, when for some it has not happened yet.

Those still waiting are counted for as long as they have waited and no longer (right-censoring); to leave them out would
make the slowest look fast. Kaplan & Meier 1958.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import pandas as pd

from evenhand.measures.refusal import Refusal
from evenhand.sentence import Sentence

METHOD = "Kaplan-Meier, those still waiting right-censored"
_NEAR = 1e-9  # float error over a million factors stays under this; nearer than that, integers decide


@dataclass(frozen=True, slots=True)
class Step:
    """At ``time`` so many of those at risk had their wait end; ``surviving`` is the estimate just after."""

    time: int
    at_risk: int
    ended: int
    surviving: float


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan-Meier curve, its n, and its median in the unit of the times, or None when it was not reached."""

    steps: tuple[Step, ...]
    n: int
    ended: int
    median: int | None
    refusal: Refusal | None
    longest: int = 0
    """The longest wait observed, whether it ended or not."""
    method: str = METHOD

    @property
    def open(self) -> int:
        """How many are still waiting."""
        return self.n - self.ended

    def surviving_after(self, time: int) -> float | None:
        """Return the estimated share still waiting after ``time``; None where nobody was watched for so long.

        Once all waits have ended the share stays zero.
        """
        if time > self.longest and not (self.steps and self.steps[-1].surviving == 0):
            return None
        return next((step.surviving for step in reversed(self.steps) if step.time <= time), 1.0)


def survival(frame: pd.DataFrame, *, minimum_ended: int = 5) -> Survival:
    """Estimate the curve from grouped waits, and the first time by which half have ended.

    ``frame`` has one row a (time, ended) pair: ``time`` (whole units, not negative), ``ended`` (bool) and ``count``.
    Refuses (``nothing``, ``too_few_events``) without enough waits that ended; the median is None without a refusal
    when half are still waiting, which is to be printed as "not reached".
    """
    totals = _totals(frame)
    n = sum(ended + censored for ended, censored in totals.values())
    steps = _steps(totals, n)
    ended = sum(step.ended for step in steps)
    refusal = None
    if n == 0:
        refusal = Refusal.NOTHING
    elif ended < minimum_ended:
        refusal = Refusal.TOO_FEW_EVENTS
    return Survival(
        steps=steps,
        n=n,
        ended=ended,
        median=None if refusal else median(steps),
        refusal=refusal,
        longest=max(totals, default=0),
    )


def median(steps: Sequence[Step]) -> int | None:
    """Return the first time at which the estimate is one half or less, judged in integers where a float is unsure."""
    for at, step in enumerate(steps):
        if step.surviving > 0.5 + _NEAR:
            continue
        if step.surviving < 0.5 - _NEAR or _half_or_less(steps[: at + 1]):
            return step.time
    return None


def _half_or_less(steps: Sequence[Step]) -> bool:
    # Between two censorings the factors cancel: (n-d)/n followed by (n-d-e)/(n-d) is (n-d-e)/n.
    numerators = [1]
    denominators = [1]
    for step in steps:
        if numerators[-1] == step.at_risk:
            numerators[-1] = step.at_risk - step.ended
        else:
            denominators.append(step.at_risk)
            numerators.append(step.at_risk - step.ended)
    return 2 * prod(numerators) <= prod(denominators)


def _totals(frame: pd.DataFrame) -> dict[int, tuple[int, int]]:
    totals: dict[int, tuple[int, int]] = {}
    for time, ended, count in zip(frame["time"], frame["ended"], frame["count"], strict=True):
        if time < 0 or count < 0:
            raise ValueError(Sentence("a wait or a count is negative; the frame is one row a (time, ended) pair"))
        before, censored = totals.get(int(time), (0, 0))
        here = (before + int(count), censored) if ended else (before, censored + int(count))
        totals[int(time)] = here
    return dict(sorted(totals.items()))


def _steps(totals: dict[int, tuple[int, int]], n: int) -> tuple[Step, ...]:
    steps: list[Step] = []
    at_risk, surviving = n, 1.0
    for time, (ended, censored) in totals.items():
        if ended:
            surviving *= (at_risk - ended) / at_risk
            steps.append(Step(time, at_risk, ended, surviving))
        at_risk -= ended + censored  # one who stopped waiting at this very time was still at risk at it
    return tuple(steps)

"""How often recorded decisions are those that their standard implies.

A share is taken over the decisions the standard speaks to with one voice (``agree`` and ``differ``); the other classes
are counted beside it and never folded into it. Kappa is the share above what the two totals alone would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from evenhand.measures.interval import Interval, critical, wilson
from evenhand.measures.refusal import Refusal
from evenhand.sentence import Sentence

CLASSES = ("agree", "differ", "discretion", "capacity", "insufficient", "unscored", "no_standard")
"""The classes a replayed decision falls into, in the order they are printed."""

METHOD = "decisions that agree over those that agree or differ; Wilson interval"
KAPPA_METHOD = "Cohen's kappa; interval of Fleiss, Cohen & Everitt 1969"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of all classes, their sum, and the exact share that agrees among the ``n`` that can be compared."""

    counts: tuple[tuple[str, int], ...]
    decisions: int
    n: int
    share: Fraction | None
    interval: Interval | None
    refusal: Refusal | None
    method: str = METHOD

    def count(self, name: str) -> int:
        """Return how many decisions fell into one class."""
        return dict(self.counts)[name]


def agreement(counts: Mapping[str, int]) -> Agreement:
    """Sum up a replay from the number of decisions in each class; refuses when none can be compared."""
    unknown = sorted(set(counts) - set(CLASSES))
    if unknown:
        raise ValueError(Sentence("a replay has no such class: {unknown}", unknown=", ".join(unknown)))
    whole = tuple((name, int(counts.get(name, 0))) for name in CLASSES)
    agree = int(counts.get("agree", 0))
    n = agree + int(counts.get("differ", 0))
    return Agreement(
        counts=whole,
        decisions=sum(count for _, count in whole),
        n=n,
        share=Fraction(agree, n) if n else None,
        interval=wilson(agree, n),
        refusal=None if n else Refusal.NOTHING,
    )


@dataclass(frozen=True, slots=True)
class Crossed:
    """Decisions that agree or differ, by what was decided (first word) and what was implied (second)."""

    advance_advance: int = 0
    advance_reject: int = 0
    reject_advance: int = 0
    reject_reject: int = 0

    @property
    def n(self) -> int:
        """How many there are."""
        return self.advance_advance + self.advance_reject + self.reject_advance + self.reject_reject

    @property
    def implied_advance(self) -> int:
        """How many the standard lets advance."""
        return self.advance_advance + self.reject_advance


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement above chance, exact, with its interval where one can be given.

    It falls as one outcome becomes rare, at the same agreement: never print it without ``crossed``.
    """

    crossed: Crossed
    kappa: Fraction | None
    interval: Interval | None
    refusal: Refusal | None
    method: str = KAPPA_METHOD

    @property
    def n(self) -> int:
        """How many decisions were compared."""
        return self.crossed.n


def kappa(crossed: Crossed) -> Kappa:
    """Compare the agreement with what the totals alone would give. Cohen 1960.

    Refuses (``nothing``) without decisions, and (``no_variation``) where both sides have one and the same outcome
    throughout, for which kappa is not defined. No interval is given where its formula answers with a width of nought,
    as where all agree: no sample justifies that.
    """
    n = crossed.n
    if not n:
        return Kappa(crossed, None, None, Refusal.NOTHING)
    advanced = crossed.advance_advance + crossed.advance_reject
    chance = advanced * crossed.implied_advance + (n - advanced) * (n - crossed.implied_advance)
    if chance == n * n:
        return Kappa(crossed, None, None, Refusal.NO_VARIATION)
    agree = crossed.advance_advance + crossed.reject_reject
    value = Fraction(n * agree - chance, n * n - chance)
    return Kappa(crossed, value, _interval(crossed, value, chance), None)


def _interval(crossed: Crossed, value: Fraction, chance: int) -> Interval | None:
    n = crossed.n
    cells = (
        (Fraction(crossed.advance_advance, n), Fraction(crossed.advance_reject, n)),
        (Fraction(crossed.reject_advance, n), Fraction(crossed.reject_reject, n)),
    )
    rows = [sum(row, Fraction()) for row in cells]
    columns = [sum(column, Fraction()) for column in zip(*cells, strict=True)]
    left = 1 - value
    expected = Fraction(chance, n * n)
    same = sum((cells[i][i] * (1 - (rows[i] + columns[i]) * left) ** 2 for i in (0, 1)), Fraction())
    other = left**2 * sum((cells[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1)), Fraction())
    variance = (same + other - (value - expected * left) ** 2) / ((1 - expected) ** 2 * n)
    if not variance:
        return None
    reach = critical() * sqrt(variance)
    return Interval(max(-1.0, float(value) - reach), min(1.0, float(value) + reach))

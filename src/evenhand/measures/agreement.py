"""How often recorded decisions are those that their standard implies.

A share is taken over the decisions the standard speaks to with one voice (``agree`` and ``differ``); the other classes
are counted beside it and never folded into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from evenhand.measures.refusal import Refusal

CLASSES = ("agree", "differ", "discretion", "capacity", "insufficient", "unscored", "no_standard")
"""The classes a replayed decision falls into, in the order they are printed."""

METHOD = "decisions that agree over those that agree or differ"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of all classes, their sum, and the exact share that agrees among the ``n`` that can be compared."""

    counts: tuple[tuple[str, int], ...]
    decisions: int
    n: int
    share: Fraction | None
    refusal: Refusal | None
    method: str = METHOD

    def count(self, name: str) -> int:
        """Return how many decisions fell into one class."""
        return dict(self.counts)[name]


def agreement(counts: Mapping[str, int]) -> Agreement:
    """Sum up a replay from the number of decisions in each class; refuses when none can be compared."""
    unknown = sorted(set(counts) - set(CLASSES))
    if unknown:
        raise ValueError(f"a replay has no such class: {', '.join(unknown)}")
    whole = tuple((name, int(counts.get(name, 0))) for name in CLASSES)
    n = int(counts.get("agree", 0)) + int(counts.get("differ", 0))
    return Agreement(
        counts=whole,
        decisions=sum(count for _, count in whole),
        n=n,
        share=Fraction(int(counts.get("agree", 0)), n) if n else None,
        refusal=None if n else Refusal.NOTHING,
    )

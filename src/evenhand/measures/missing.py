"""What the ratio could be if those whose answer is not known belonged to one group or the other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evenhand.measures.selection import Rate, Screen, is_below

METHOD = "all unknown assigned to the worst case, then to the best"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest ratio that the missing answers leave open."""

    unknown: Rate
    lowest: Fraction | None
    highest: Fraction | None
    """None also where the reference group could be left with nobody selected: there is no upper bound."""
    straddles: bool
    """Whether the screen would say ``below`` in one case and not in the other."""
    method: str = METHOD

    @property
    def n(self) -> int:
        """How many answers are missing."""
        return self.unknown.n


def bounds(focal: Rate, reference: Rate, unknown: Rate, screen: Screen) -> Bounds:
    """Give the ratio both ways.

    Worst: everybody unknown who was rejected was of ``focal``, everybody selected of ``reference``; best: the reverse.
    """
    rejected = unknown.n - unknown.selected
    worst = (
        Rate(focal.group, focal.n + rejected, focal.selected),
        Rate(reference.group, reference.n + unknown.selected, reference.selected + unknown.selected),
    )
    best = (
        Rate(focal.group, focal.n + unknown.selected, focal.selected + unknown.selected),
        Rate(reference.group, reference.n + rejected, reference.selected),
    )
    straddles = bool(unknown.n) and is_below(*worst, screen) and not is_below(*best, screen)
    return Bounds(unknown, _ratio(*worst), _ratio(*best), straddles)


def _ratio(focal: Rate, reference: Rate) -> Fraction | None:
    if not focal.n or not reference.selected:
        return None
    return Fraction(focal.selected * reference.n, reference.selected * focal.n)

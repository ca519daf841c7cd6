"""An attacker who has a report and no ledger: every printed number is an equation, every hidden one an unknown.

The feasibility interval of an unknown is found by linear programming, as an intruder of statistical disclosure control
would (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4), and in whole numbers, since people are whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Name = tuple[object, ...]


@dataclass
class Attacker:
    """Gathers what is known, and answers between which whole numbers an unknown lies."""

    least: dict[Name, int] = field(default_factory=dict)
    known: list[tuple[dict[Name, int], int]] = field(default_factory=list)

    def exists(self, name: Name, least: int = 0) -> None:
        """There is such a number, at least so large."""
        self.least[name] = max(least, self.least.get(name, 0))

    def adds_up(self, parts: Iterable[Name], total: Name | int) -> None:
        """Numbers add up to another, or to one that is printed."""
        terms: dict[Name, int] = {}
        for each in parts:
            self.exists(each)
            terms[each] = terms.get(each, 0) + 1
        if isinstance(total, int):
            self.known.append((terms, total))
        else:
            self.exists(total)
            terms[total] = terms.get(total, 0) - 1
            self.known.append((terms, 0))

    def reads(self, name: Name, value: int) -> None:
        """A number is printed."""
        self.adds_up([name], value)

    def interval(self, name: Name, enough: int) -> tuple[int, int]:
        """Give the least and the most it can be, the most no further than ``enough``."""
        place = {each: at for at, each in enumerate(self.least)}
        matrix = np.zeros((len(self.known), len(place)))
        for row, (terms, _) in enumerate(self.known):
            for each, times in terms.items():
                matrix[row, place[each]] = times
        totals = [total for _, total in self.known]
        upper = np.full(len(place), np.inf)
        upper[place[name]] = enough
        found: list[int] = []
        for sign, most in ((1, np.full(len(place), np.inf)), (-1, upper)):
            goal = np.zeros(len(place))
            goal[place[name]] = sign
            solved = milp(
                goal, integrality=np.ones(len(place)), bounds=Bounds(list(self.least.values()), most),
                constraints=LinearConstraint(matrix, totals, totals),
            )  # fmt: skip
            assert solved.success or sign < 0, "what is printed contradicts itself"
            # Capped, there may be no solution where every one lies above: then it reaches far enough.
            found.append(round(solved.x[place[name]]) if solved.success else enough)
        return found[0], found[1]

    def learns(self, name: Name, small_cell: int) -> bool:
        """Say whether it is known of a number that it lies between one and what is small."""
        low, high = self.interval(name, small_cell)
        return low > 0 and high < small_cell

"""Selection rates and impact ratios at one stage, and the four-fifths screen over them.

The screen says ``below``, ``not_below`` or ``not_assessed``; it never says that anything was passed. A ratio is shown
whenever it can be formed, also where the numbers are too small to be judged.

29 CFR 1607.4D: a rate under four fifths of the highest group's is generally regarded as evidence of adverse impact;
exactly four fifths is not under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import pandas as pd

from evenhand.measures.refusal import Refusal
from evenhand.sentence import Sentence

UNKNOWN = "(unknown)"
ERASED = "(erased)"
NOT_GROUPS = (UNKNOWN, ERASED)
"""Rows of their own that are never compared. No code of a screen can be spelt with brackets."""

METHOD = "selection rate over reference rate, compared in integers"


class ReferenceChosen(StrEnum):
    """How the group that others are compared with came to be the reference."""

    BEFORE = "before"  # declared in the screen, before the data
    HIGHEST_RATE = "highest_rate"  # chosen after seeing the data


class ScreenResult(StrEnum):
    """What the four-fifths screen says of one group."""

    REFERENCE = "reference"
    BELOW = "below"
    NOT_BELOW = "not_below"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True)
class Screen:
    """The threshold as two integers, and how many people a judgement needs."""

    numerator: int = 4
    denominator: int = 5
    minimum_n: int = 10
    minimum_selected: int = 5
    minimum_not_selected: int = 5
    alpha_micro: int = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group came to a decision, and how many of them were selected."""

    group: str
    n: int
    selected: int

    def share(self) -> Fraction | None:
        """Return selected over n, or None for nobody."""
        return Fraction(self.selected, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class ImpactRatio:
    """One group against the reference; ``ratio`` is dimensionless and exact."""

    rate: Rate
    ratio: Fraction | None
    screen: ScreenResult
    refusal: Refusal | None = None
    shortfall: Fraction | None = None
    """How many more of the group would have been selected at the rate of both groups together; negative: fewer."""
    flips: bool | None = None
    """Whether the rates would change places had one different person been selected; None where they are equal."""


@dataclass(frozen=True, slots=True)
class Selection:
    """All groups of one attribute at one stage, in the order asked for, unknown and erased last."""

    groups: tuple[ImpactRatio, ...]
    n: int
    reference: str | None
    chosen: ReferenceChosen | None
    highest: Rate | None = None
    """The group with the highest rate, by which the rule itself measures."""
    below_highest: tuple[Rate, ...] = ()
    """Groups below the screen beside ``highest`` but not beside a reference declared beforehand, itself included."""
    method: str = METHOD


def impact_ratio(focal: Rate, reference: Rate, screen: Screen) -> ImpactRatio:
    """Divide the selection rate of ``focal`` by that of ``reference`` and hold it against the screen.

    Refuses to judge, but still gives the ratio, when either group or what they have in common is too small. Where
    nobody of the reference group was selected there is no ratio (``no_rate``), and nothing lies below its rate.
    29 CFR 1607.4D.
    """
    ratio = None
    if focal.n and reference.n and reference.selected:
        ratio = Fraction(focal.selected * reference.n, reference.selected * focal.n)
    refusal = too_few(focal, reference, screen)
    said = ScreenResult.NOT_ASSESSED
    if refusal is None:
        said = ScreenResult.BELOW if is_below(focal, reference, screen) else ScreenResult.NOT_BELOW
        refusal = None if reference.selected else Refusal.NO_RATE
    return ImpactRatio(focal, ratio, said, refusal, shortfall(focal, reference), flips(focal, reference))


def is_below(focal: Rate, reference: Rate, screen: Screen) -> bool:
    """Say in whole numbers whether the ratio lies below the threshold; exactly at it does not."""
    return screen.denominator * focal.selected * reference.n < screen.numerator * reference.selected * focal.n


def shortfall(focal: Rate, reference: Rate) -> Fraction | None:
    """Say how many of ``focal`` are missing from what the rate of both groups together would have selected."""
    together = focal.n + reference.n
    if not focal.n or not reference.n:
        return None
    return Fraction(focal.n * (focal.selected + reference.selected), together) - focal.selected


def flips(focal: Rate, reference: Rate) -> bool | None:
    """Say whether one different person selected would have turned the difference round.

    The one is taken from the group with the higher rate. 44 Fed. Reg. 11996 (1979), questions and answers on the
    uniform guidelines, 21: then it would be inappropriate to infer anything from the rates.
    """
    if not focal.n or not reference.n:
        return None
    difference = focal.selected * reference.n - reference.selected * focal.n
    if not difference:
        return None
    # One moved across changes the difference by the sum of both numbers.
    return abs(difference) < focal.n + reference.n


def selection(
    frame: pd.DataFrame, *, screen: Screen, groups: Sequence[str] = (), reference: str | None = None
) -> Selection:
    """Compare the groups of one attribute at one stage.

    ``frame`` has one row a group: ``group`` (str), ``n`` and ``selected`` (counts). ``groups`` gives the order;
    ``reference`` is the group declared beforehand, else the group with the highest rate is taken and that is said.
    """
    rates = _ordered(frame, groups)
    compared = [rate for rate in rates if rate.group not in NOT_GROUPS]
    highest = highest_rate(compared, screen)
    if reference is not None:
        chosen = ReferenceChosen.BEFORE
        against = next((rate for rate in compared if rate.group == reference and rate.n), None)
    else:
        chosen = ReferenceChosen.HIGHEST_RATE
        against = highest
    named = against.group if against is not None else reference
    return Selection(
        groups=tuple(_compare(rate, against, screen) for rate in rates),
        n=sum(rate.n for rate in rates),
        reference=named,
        chosen=chosen if named is not None else None,
        highest=highest,
        below_highest=tuple(
            rate for rate in compared if _below(rate, highest, screen) and not _below(rate, against, screen)
        ),
    )


def _below(rate: Rate, against: Rate | None, screen: Screen) -> bool:
    return against is not None and impact_ratio(rate, against, screen).screen is ScreenResult.BELOW


def highest_rate(rates: Sequence[Rate], screen: Screen) -> Rate | None:
    """Choose the group with the highest rate among those large enough to be judged, else among all.

    Of equal rates the larger group is chosen, then the first in order.
    """
    somebody = [rate for rate in rates if rate.n]
    large = [rate for rate in somebody if rate.n >= screen.minimum_n]
    return max(large or somebody, key=lambda rate: (Fraction(rate.selected, rate.n), rate.n), default=None)


def _compare(rate: Rate, against: Rate | None, screen: Screen) -> ImpactRatio:
    if rate.group in NOT_GROUPS:
        return ImpactRatio(rate, None, ScreenResult.NOT_ASSESSED, Refusal.NOT_A_GROUP)
    if against is None:
        return ImpactRatio(rate, None, ScreenResult.NOT_ASSESSED, Refusal.NO_REFERENCE)
    if rate.group == against.group:
        return ImpactRatio(rate, None, ScreenResult.REFERENCE)
    return impact_ratio(rate, against, screen)


def too_few(focal: Rate, reference: Rate, screen: Screen) -> Refusal | None:
    """Say which minimum of the screen two groups do not reach, if any."""
    together, selected = focal.n + reference.n, focal.selected + reference.selected
    if min(focal.n, reference.n) < max(screen.minimum_n, 1):
        return Refusal.TOO_FEW
    if selected < screen.minimum_selected:
        return Refusal.TOO_FEW_SELECTED
    if together - selected < screen.minimum_not_selected:
        return Refusal.TOO_FEW_NOT_SELECTED
    return None


def _ordered(frame: pd.DataFrame, groups: Sequence[str]) -> list[Rate]:
    place = {group: at for at, group in enumerate((*groups, *NOT_GROUPS))}
    rates = [
        Rate(str(group), int(n), int(selected))
        for group, n, selected in zip(frame["group"], frame["n"], frame["selected"], strict=True)
    ]
    for rate in rates:
        if not 0 <= rate.selected <= rate.n:
            raise ValueError(Sentence("a group has more selected than decided on; the frame is not one row a group"))
    # A group the order does not know stands before unknown and erased, by its name.
    known = len(groups)
    return sorted(rates, key=lambda rate: (place.get(rate.group, known - 0.5), rate.group))

"""Rates and impact ratios as a rule on automated tools wants them laid out, and whether its tables add up.

Each category is held beside the one with the highest rate. There is no threshold and no test: a worksheet shows figures
and leaves judging to the auditor. 6 RCNY 5-301.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from evenhand.measures import suppression
from evenhand.measures.selection import UNKNOWN as NO_GROUP
from evenhand.measures.selection import Rate
from evenhand.measures.suppression import Part, Withheld, is_small

METHOD = "rate over the highest rate of any category"
UNKNOWN = "unknown"
SMALL = Fraction(1, 50)
"""Categories under this share of the people may be left out of the ratio, with a justification."""


class Cell(NamedTuple):
    """How many people of a sex and a race or ethnicity there were, and how many selected or scored above the median.

    None is "of any"; ``UNKNOWN`` is not known.
    """

    sex: str | None
    race: str | None
    n: int
    selected: int


@dataclass(frozen=True, slots=True)
class Line:
    """One category; ``ratio`` is None where it is left out, or nobody of any category was selected."""

    rate: Rate
    share: Fraction
    """Of all people whose category is known."""
    ratio: Fraction | None
    small: bool
    left_out: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two tables that count the same people and do not agree; ``category`` is None for all of them."""

    attribute: str
    """``sex`` or ``race``."""
    category: str | None
    alone: Rate
    """As the table of this attribute by itself has it."""
    other: Rate
    """As the table of both adds up to or, without one, that by race adds up to."""
    crossed: bool = True
    """Whether ``other`` is of the table of both."""


def lines(rates: Sequence[Rate], *, leave_out: bool = False) -> tuple[Line, ...]:
    """Give every category's rate and its ratio to the highest; small ones are left out of the ratio if asked for."""
    n = sum(rate.n for rate in rates)
    small = {rate.group: rate.n < SMALL * n for rate in rates}
    compared = [rate for rate in rates if rate.n and not (leave_out and small[rate.group])]
    highest = max((Fraction(rate.selected, rate.n) for rate in compared), default=Fraction())
    return tuple(
        Line(
            rate=rate,
            share=Fraction(rate.n, n) if n else Fraction(),
            ratio=Fraction(rate.selected, rate.n) / highest if rate in compared and highest else None,
            small=small[rate.group],
            left_out=leave_out and small[rate.group],
        )
        for rate in rates
    )


def by(cells: Sequence[Cell], *, sex: bool, race: bool) -> tuple[tuple[tuple[str, ...], Rate], ...]:
    """Take one table out of the cells: by sex, by race or ethnicity, or by both, whatever is not known left aside."""
    return tuple(
        (key, Rate("+".join(key), each.n, each.selected))
        for each in cells
        if (each.sex is not None) == sex and (each.race is not None) == race and UNKNOWN not in (each.sex, each.race)
        for key in [tuple(part for part in (each.sex, each.race) if part is not None)]
    )


def unknown(cells: Sequence[Cell], *, sex: bool, race: bool) -> Rate:
    """Count the people whom a table leaves aside because it is not known where they belong."""
    mine = [
        each
        for each in cells
        if (each.sex is not None) == sex and (each.race is not None) == race and UNKNOWN in (each.sex, each.race)
    ]
    return Rate(NO_GROUP, sum(each.n for each in mine), sum(each.selected for each in mine))


def counted(cells: Sequence[Cell], *, sex: bool, race: bool) -> bool:
    """Say whether there is such a table at all, be everybody in it unknown."""
    return any((each.sex is not None) == sex and (each.race is not None) == race for each in cells)


@dataclass(frozen=True, slots=True)
class Gone:
    """What a worksheet that goes out does not show of one set of tables."""

    sex: Withheld
    race: Withheld
    both: Withheld
    unknown: bool
    """Whether it is hidden how many are unknown, and so how many are known: by every attribute alike."""

    def of(self, *, sex: bool, race: bool) -> Withheld:
        """Answer with what is hidden of one table."""
        return self.both if sex and race else self.sex if sex else self.race


def gone(cells: Sequence[Cell], small_cell: int) -> Gone:
    """Say what is hidden. The unknown are a row of each table, since by the other attribute the total is known."""
    alone = {"sex": _part(cells, sex=True, race=False), "race": _part(cells, sex=False, race=True)}
    both = {"both": _part(cells, sex=True, race=True)}
    if not any(part.rates for part in alone.values()):
        found = suppression.withheld(both, small_cell)["both"]
        return Gone(Withheld(), Withheld(), found, NO_GROUP in found.rows)
    withheld = suppression.withheld(alone, small_cell)
    left = is_small(unknown(cells, sex=True, race=True), small_cell)
    apart = left or any(each.rows for each in withheld.values()) or _told_apart(cells, small_cell)
    crossed = suppression.unnamed(both)["both"] if apart else Withheld()
    unknown_ = left or any(NO_GROUP in each.rows for each in withheld.values())
    return Gone(withheld["sex"], withheld["race"], crossed, unknown_)


def _part(cells: Sequence[Cell], *, sex: bool, race: bool) -> Part:
    rates = [rate for _, rate in by(cells, sex=sex, race=race)]
    return Part([rate for rate in (*rates, unknown(cells, sex=sex, race=race)) if rate.n])


def _told_apart(cells: Sequence[Cell], small_cell: int) -> bool:
    """Say whether the table of both has a small number, or what it leaves of a table by one attribute is small."""
    crossed = [each for each in cells if each.sex is not None and each.race is not None]
    left = [Rate("", each.n, each.selected) for each in crossed]
    for name, other in (("sex", "race"), ("race", "sex")):
        for alone in cells:
            if getattr(alone, name) in (None, UNKNOWN) or getattr(alone, other) is not None:
                continue
            mine = [each for each in crossed if getattr(each, name) == getattr(alone, name) and UNKNOWN not in each]
            n, selected = sum(each.n for each in mine), sum(each.selected for each in mine)
            left.append(Rate("", alone.n - n, alone.selected - selected))
    return bool(crossed) and any(is_small(each, small_cell) for each in left)


def comparable(cells: Sequence[Cell]) -> bool:
    """Say whether there are two tables or more, which count the same people."""
    return sum(counted(cells, sex=sex, race=race) for sex, race in ((True, False), (False, True), (True, True))) > 1


def cross_check(cells: Sequence[Cell]) -> Iterator[Mismatch]:
    """Hold each category, and all together, against what the table of both adds up to, the unknown included.

    Without such a table, all by sex are held against all by race.
    """
    crossed = [each for each in cells if each.sex is not None and each.race is not None]
    if not crossed:
        if comparable(cells):
            by_sex, by_race = ([each for each in cells if (each.sex is None) == none] for none in (False, True))
            whole = _mismatch("sex", None, by_sex, by_race)
            if whole is not None:
                yield replace(whole, crossed=False)
        return
    for attribute, other in (("sex", "race"), ("race", "sex")):
        alone = [each for each in cells if getattr(each, attribute) is not None and getattr(each, other) is None]
        if not alone:
            continue
        for name in dict.fromkeys(getattr(each, attribute) for each in (*alone, *crossed)):
            found = _mismatch(
                attribute,
                name,
                [each for each in alone if getattr(each, attribute) == name],
                [each for each in crossed if getattr(each, attribute) == name],
            )
            if found is not None:
                yield found
        whole = _mismatch(attribute, None, alone, crossed)
        if whole is not None:
            yield whole


def _mismatch(attribute: str, name: str | None, alone: Sequence[Cell], crossed: Sequence[Cell]) -> Mismatch | None:
    one, other = (
        Rate(name or "", sum(each.n for each in cells), sum(each.selected for each in cells))
        for cells in (alone, crossed)
    )
    return None if one == other else Mismatch(attribute, name, one, other)


def above_median(scores: Sequence[int]) -> tuple[bool, ...]:
    """Say of each score whether it lies above the median of all, in whole numbers; the median itself does not."""
    ordered = sorted(scores)
    twice = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2] if ordered else 0
    return tuple(2 * score > twice for score in scores)

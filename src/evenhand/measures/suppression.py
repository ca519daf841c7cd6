"""Which rows of tables of groups may not go out, because a small number in them would point at people.

A number from 1 to 4 (below the screen's small cell) is hidden, whether it counts a group, those selected of it or those
not selected; nought is not small. A hidden number could be computed if too little were hidden beside it, so more rows
are hidden until it cannot be. What is guaranteed is the feasibility interval of statistical disclosure control
(Hundepool et al. 2012, Statistical Disclosure Control, ch. 4; Fischetti & Salazar 2001): taking every total and every
row that is shown as an equation, and every count as a whole number from nought, the values that a hidden count could
have reach nought, or the small cell, or more. So of no hidden count can it be computed that it lies between.

It holds for these reasons, which ``tests/measures/test_suppression.py`` checks by linear programming:

* Of one table, its total shown, either nothing is hidden, or at least two rows whose numbers add up to the small cell
  and more (or to nought), also if every hidden row has somebody in it, since a row of nobody is not printed. The whole
  could then belong to any one of them.
* Where even all rows do not come to that, the table is *unnamed*: not even its groups are listed, each may be nought.
* The people who belong to no group are the same by every attribute, so once hidden by one they are hidden by all, and
  beside them a group by each, or none where unknown and erased hide one another.
* A table that others add up to hides every row that one of those hides (``Part.hidden``). The sum over its hidden rows
  was known before.
* Of a crossing either everything is shown or nothing, and all crossings of a place together. What is known of a cell
  then is that it is no larger than any group it lies in, which is not small or is hidden in a sum that is not.

Not covered: what two reports of different days or periods differ by, or two different reports of one day, what somebody
knows of how the work is organised, and bounds that ratios, tests and verdicts of *shown* rows may put on strata, which
have no counts of their own there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from evenhand.measures.selection import NOT_GROUPS, Rate

METHOD = "counts below the small cell, and complements up to it"


class Part(NamedTuple):
    """The rows of one attribute at one place, such as a stage; all attributes of a place count the same people."""

    rates: Sequence[Rate]
    reference: str | None = None
    """Hidden as a complement only where no other row is left, since all are compared with it."""
    hidden: Collection[str] = ()
    """Rows that must be hidden whatever their numbers: those hidden in a table that adds up to this one."""


class Withheld(NamedTuple):
    """What is not shown of one attribute at one place."""

    rows: frozenset[str] = frozenset()
    unnamed: bool = False
    """Not even the names of the rows are shown; then ``rows`` are all of them."""


def is_small(rate: Rate, small_cell: int) -> bool:
    """Say whether any count of the row, or what it leaves, is small; nought is not."""
    return any(0 < count < small_cell for count in (rate.n, rate.selected, rate.n - rate.selected))


def covers(rates: Sequence[Rate], small_cell: int) -> bool:
    """Say whether rows hide one another: any could be the small cell or more, while all others have somebody."""
    n, selected = sum(rate.n for rate in rates), sum(rate.selected for rate in rates)
    least = all(not count or count >= small_cell for count in (selected, n - selected))
    return len(rates) > 1 and least and n - (len(rates) - 1) >= small_cell


def withheld(parts: Mapping[str, Part], small_cell: int) -> Mapping[str, Withheld]:
    """Say what is hidden of each attribute at one place."""
    cells = {code: {rate.group: rate for rate in part.rates if rate.n} for code, part in parts.items()}
    missing = {code: [group for group in NOT_GROUPS if group in rows] for code, rows in cells.items()}
    small = {
        code: {group for group, rate in rows.items() if group in parts[code].hidden or is_small(rate, small_cell)}
        for code, rows in cells.items()
    }
    alone = {
        code: _completed(rows, small[code].difference(NOT_GROUPS), missing[code], parts[code].reference, small_cell)
        for code, rows in cells.items()
    }
    if None not in alone.values() and not any(small[code].intersection(NOT_GROUPS) for code in parts):
        return {code: Withheld(found or frozenset()) for code, found in alone.items()}
    if None not in alone.values() and all(
        not missing[code] or covers([rows[group] for group in missing[code]], small_cell)
        for code, rows in cells.items()
    ):
        return {code: Withheld((found or frozenset()).union(missing[code])) for code, found in alone.items()}
    return {
        code: _with_missing(rows, alone[code] or small[code], missing[code], parts[code].reference, small_cell)
        for code, rows in cells.items()
    }


def unnamed(parts: Mapping[str, Part]) -> Mapping[str, Withheld]:
    """Hide everything: of a crossing that may not be shown there is no part that may."""
    return {code: Withheld(frozenset(rate.group for rate in part.rates), unnamed=True) for code, part in parts.items()}


def _with_missing(
    rows: Mapping[str, Rate], hidden: Collection[str], missing: Collection[str], reference: str | None, small_cell: int
) -> Withheld:
    """Hide those of no group, who are the same by every attribute, and at least one group beside them."""
    groups = {group for group in hidden if group not in NOT_GROUPS}
    if missing and not groups:
        groups |= set(_smallest_first(rows, (), reference)[:1])
    found = _completed(rows, groups.union(missing), (), reference, small_cell)
    return Withheld(frozenset(rows), unnamed=True) if found is None else Withheld(found)


def _completed(
    rows: Mapping[str, Rate], hidden: Collection[str], apart: Collection[str], reference: str | None, small_cell: int
) -> frozenset[str] | None:
    """Add the smallest groups until all that is hidden covers itself; None where it cannot, ``apart`` left alone."""
    found = set(hidden)
    left = _smallest_first(rows, {*found, *apart}, reference)
    while found and not covers([rows[group] for group in found], small_cell):
        if not left:
            return None
        found.add(left.pop(0))
    return frozenset(found)


def _smallest_first(rows: Mapping[str, Rate], but: Collection[str], reference: str | None) -> list[str]:
    groups: Iterable[str] = (group for group in rows if group not in but and group not in NOT_GROUPS)
    return sorted(groups, key=lambda group: (group == reference, rows[group].n, group))

"""Which rows of a table of groups may not go out, because a small number in them would point at people.

A number of 1 to 4 (below the screen's small cell) is not shown, whether it counts a group, those selected of it or
those not selected. Where a total is shown, one missing row could be computed from the others, so a second goes too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from evenhand.measures.selection import NOT_GROUPS, Rate

METHOD = "counts below the small cell, and complements"


def is_small(rate: Rate, small_cell: int) -> bool:
    """Say whether any count of the row, or what it leaves, is small; nought is not."""
    return any(0 < count < small_cell for count in (rate.n, rate.selected, rate.n - rate.selected))


def suppressed(
    rates: Iterable[Rate], small_cell: int, lines: Iterable[Collection[str]] = (), also: Collection[str] = ()
) -> frozenset[str]:
    """Name the rows that are not shown.

    ``lines`` are further sets of rows whose total is shown elsewhere, such as the crossings that make up one group;
    all rows together are always one. ``also`` are not shown whatever their numbers: rows that add up to one that is
    not shown elsewhere.
    """
    cells = {rate.group: rate for rate in rates if rate.n}
    hidden = {group for group, rate in cells.items() if group in also or is_small(rate, small_cell)}
    wanted = [tuple(cells), *(tuple(group for group in line if group in cells) for line in lines)]
    while added := next(filter(None, (_complement(line, hidden, cells) for line in wanted)), None):
        hidden.add(added)
    return frozenset(hidden)


def _complement(line: Collection[str], hidden: Collection[str], cells: Mapping[str, Rate]) -> str | None:
    """Choose the row to hide beside the only one hidden: those that are no group first, then the smallest."""
    if sum(group in hidden for group in line) != 1:
        return None
    shown = [group for group in line if group not in hidden]
    return min(shown, key=lambda group: (group not in NOT_GROUPS, cells[group].n, group), default=None)

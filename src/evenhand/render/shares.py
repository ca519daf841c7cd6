"""Which share of each group something was done to, beside the reference group: pooled, and within strata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from evenhand.measures.interval import wilson
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS, ImpactRatio, Rate, ScreenResult, Selection
from evenhand.measures.stratified import Stratified, stratified
from evenhand.measures.suppression import Part, Withheld
from evenhand.render.blocks import Row, hidden_cells
from evenhand.render.compared import pairs_of, selection_of
from evenhand.render.counts import ends, refused
from evenhand.render.groups import Attribute, adopted, membership
from evenhand.render.hiding import HIDDEN, hidden_rows
from evenhand.render.making import Making

_TESTED = (None, Refusal.NO_RATE)
"""A reference group to nobody of which it was done gives no ratio, but can be tested."""


@dataclass(frozen=True, slots=True)
class Share:
    """The groups of one attribute beside the reference."""

    what: str
    attribute: Attribute
    selection: Selection
    within: Mapping[str, Stratified]
    withheld: Withheld
    """What an outward report does not show."""

    def place(self, group: str) -> tuple[str, str, str]:
        """Name a row of the table."""
        return self.what, self.attribute.code, group

    @property
    def alone(self) -> bool:
        """Whether groups stand without the reference, which is hidden."""
        return self.selection.reference in self.withheld.rows

    def rows(self, cells: int) -> Iterator[tuple[ImpactRatio, Row | None]]:
        """List the groups; one that is not shown with the row to write for it, of so many cells and why."""
        hidden = (*hidden_cells(cells), HIDDEN)
        if self.withheld.unnamed:
            nobody = ImpactRatio(Rate(HIDDEN, 0, 0), None, ScreenResult.NOT_ASSESSED)
            yield nobody, (*self.place(HIDDEN), *hidden)
            return
        for each in self.selection.groups:
            gone = each.rate.group in self.withheld.rows
            yield each, (*self.place(each.rate.group), *hidden) if gone else None

    def tested(self, group: str) -> Stratified | None:
        """Give what the strata say of a group beside the reference, if that can be asked and may be shown."""
        return None if self.alone else self.within.get(group)

    def untested(self, group: str, cells: int) -> Row:
        """Write the cells for what the strata say where they say nothing, or nothing that may be shown."""
        return hidden_cells(cells) if self.alone and group not in NOT_GROUPS else (None,) * cells

    def why(self, of: ImpactRatio) -> str | None:
        """Say why there are no figures, or which group is the reference."""
        within = self.tested(of.rate.group)
        said = "reference" if of.screen is ScreenResult.REFERENCE else None
        if self.alone and of.rate.group not in NOT_GROUPS:
            return HIDDEN
        return (refused(within.refusal) if within is not None else None) or refused(of.refusal) or said


def shares(
    making: Making, asked: Mapping[str, str], hidden: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterator[Share]:
    """Make, for each thing asked about and each attribute, the share of every group.

    ``asked`` has a query each, with a row for everybody it could be done to: ``stratum`` and ``person`` (whole numbers)
    and ``chosen`` (whether it was). ``hidden`` names, by the same key and by attribute, rows that other tables hide.
    """
    for what, sql in asked.items():
        made = _made_all(making, what, sql)
        parts = {
            code: Part([each.rate for each in of.groups], of.reference, hidden.get(what, {}).get(code, ()))
            for code, (of, _) in made.items()
        }
        withheld = hidden_rows(making, parts)
        for each in adopted(making).attributes:
            yield Share(what, each, *made[each.code], withheld[each.code])


def _made_all(making: Making, what: str, sql: str) -> Mapping[str, tuple[Selection, Mapping[str, Stratified]]]:
    return making.once(
        f"shares {what}", lambda: {each.code: _made(making, what, sql, each) for each in adopted(making).attributes}
    )


def _made(making: Making, what: str, sql: str, attribute: Attribute) -> tuple[Selection, Mapping[str, Stratified]]:
    columns = making.once(f"asked {what}", lambda: making.arrays(sql))
    rows = len(attribute.rows)
    _, stratum = np.unique(columns["stratum"], return_inverse=True)
    key = (stratum * rows + membership(making, attribute)[columns["person"]]) * 2 + columns["chosen"]
    strata = int(stratum.max()) + 1 if len(stratum) else 0
    cells = np.bincount(key, minlength=strata * rows * 2).reshape(strata, rows, 2)
    screen = adopted(making)
    made = selection_of(cells.sum(axis=0), attribute, screen)
    within = {
        each.rate.group: stratified(
            pairs_of(cells, attribute, each.rate.group, made.reference), alpha_micro=screen.screen.alpha_micro
        )
        for each in made.groups
        if each.screen is not ScreenResult.REFERENCE and each.rate.group not in NOT_GROUPS and each.refusal in _TESTED
    }
    return made, within


def rate_cells(rate: Rate) -> Row:
    """Write a share: of how many, to how many, the share and its interval."""
    return rate.n, rate.selected, rate.share(), *ends(wilson(rate.selected, rate.n))

"""Which share of each group something was done to, beside the reference group: pooled, and within strata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from evenhand.measures.interval import wilson
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS, ImpactRatio, Rate, ScreenResult, Selection
from evenhand.measures.stratified import Stratified, stratified
from evenhand.render.blocks import Row
from evenhand.render.compared import hidden_rows, pairs_of, selection_of
from evenhand.render.counts import ends, refused
from evenhand.render.groups import Attribute, adopted, membership
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
    hidden: frozenset[str]
    """Rows that an outward report does not show."""

    def tested(self, group: str) -> Stratified | None:
        """Give what the strata say of a group beside the reference, if that can be asked and may be shown."""
        return None if self.selection.reference in self.hidden else self.within.get(group)

    def why(self, of: ImpactRatio) -> str | None:
        """Say why there are no figures, or which group is the reference."""
        within = self.tested(of.rate.group)
        said = "reference" if of.screen is ScreenResult.REFERENCE else None
        return (refused(within.refusal) if within is not None else None) or refused(of.refusal) or said


def shares(making: Making, asked: Mapping[str, str]) -> Iterator[Share]:
    """Make, for each thing asked about and each attribute, the share of every group.

    ``asked`` has a query each, with a row for everybody it could be done to: ``stratum`` and ``person`` (whole numbers)
    and ``chosen`` (whether it was).
    """
    for what, sql in asked.items():
        for attribute in adopted(making).attributes:
            yield _share(making, what, sql, attribute)


def _share(making: Making, what: str, sql: str, attribute: Attribute) -> Share:
    return making.once(f"share {what} {attribute.code}", lambda: _made(making, what, sql, attribute))


def _made(making: Making, what: str, sql: str, attribute: Attribute) -> Share:
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
    return Share(what, attribute, made, within, hidden_rows(making, attribute, [each.rate for each in made.groups]))


def rate_cells(rate: Rate) -> Row:
    """Write a share: of how many, to how many, the share and its interval."""
    return rate.n, rate.selected, rate.share(), *ends(wilson(rate.selected, rate.n))

"""Which rows of tables of groups an outward report does not show; ``measures.suppression`` says why just those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from evenhand.measures.suppression import Part, Withheld, withheld
from evenhand.render.groups import Attribute, adopted, membership, tallied
from evenhand.render.making import Array, Making

HIDDEN = "suppressed"
"""The code of what an outward report does not show."""


def hidden_rows(making: Making, parts: Mapping[str, Part]) -> Mapping[str, Withheld]:
    """Say by attribute what an outward report does not show at one place; a report for the house shows all."""
    if not making.options.outward:
        return {code: Withheld() for code in parts}
    return withheld(parts, adopted(making).small_cell)


def at_stages(making: Making) -> str:
    """Add to a query over decisions ``d`` that only those count which a stage counts, where it would tell the others.

    What no stage counts is what a sum over all decisions leaves of the stages: often a single person.
    """
    told = making.options.outward and making.has("selection", "candidacy")
    return " AND d.final_rank = 1 AND d.stage IS NOT NULL" if told else ""


def hidden_elsewhere(making: Making, attributes: Sequence[Attribute]) -> Mapping[str, Withheld]:
    """Hide as at a stage what is decided at none that is in the record, and has ended all the same."""
    columns = making.arrays(
        "SELECT CAST(coalesce(person, 0) AS INTEGER) AS person, outcome = 'advance' AS selected "
        "FROM decision_effective WHERE final_rank = 1 AND stage IS NULL AND in_period(decided_day)"
    )
    return hidden_rows(making, {each.code: Part(tallied(making, each, columns)) for each in attributes})


def told_apart(
    making: Making, crossings: Sequence[Attribute], columns: Mapping[str, Array], order: Sequence[str]
) -> frozenset[str]:
    """Name the stages at which a crossing beside what it is made of would show a small number.

    ``columns`` has a row for each decision: ``person``, ``selected``, and ``stage``, its number in ``order``.
    Who gave one answer of two is in no row of the crossing, but is what its rows leave of the groups they lie in.
    """
    found: set[str] = set()
    for crossing in crossings:
        key = columns["stage"]
        size = len(order)
        for part in crossing.parts:
            key = key * len(part.rows) + membership(making, part)[columns["person"]]
            size *= len(part.rows)
        cells = np.bincount(key * 2 + columns["selected"], minlength=size * 2).reshape(len(order), -1, 2)
        counts = np.concatenate([cells, cells.sum(axis=2, keepdims=True)], axis=2)
        small = np.asarray(((counts > 0) & (counts < adopted(making).small_cell)).any(axis=(1, 2)))
        found |= {stage for stage, each in zip(order, small, strict=True) if each}
    return frozenset(found)

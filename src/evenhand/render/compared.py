"""Every comparison of groups that the screen asks for, made once for all blocks of a report."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from evenhand.measures.missing import bounds
from evenhand.measures.selection import (
    NOT_GROUPS,
    UNKNOWN,
    Rate,
    ReferenceChosen,
    ScreenResult,
    Selection,
    selection,
)
from evenhand.measures.stratified import Pair
from evenhand.measures.suppression import Part, Withheld, unnamed, withheld
from evenhand.measures.verdict import Comparison, Judgement, compare, judge
from evenhand.render.blocks import LeftOut
from evenhand.render.counts import one, stage_order, whole
from evenhand.render.groups import Adopted, Attribute, Family, adopted, membership
from evenhand.render.hiding import HIDDEN, hidden_elsewhere, told_apart
from evenhand.render.making import Array, Making
from evenhand.render.undecided import undecided

END = "(end)"
"""Stands for a stage where whole candidacies are compared, hired or rejected: the bottom line."""


class Stratum(NamedTuple):
    """A requisition, a stage and the version of the standard in force, each 0 or empty where there is none."""

    requisition: int
    stage: str
    version: int


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one attribute at one stage, and each group beside the reference."""

    stage: str
    attribute: Attribute
    selection: Selection
    judgements: tuple[tuple[Family, Judgement], ...]
    withheld: Withheld
    """What an outward report does not show."""
    telling: frozenset[str] = frozenset()
    """Groups of which the verdict would tell that only few answers are missing, where that is hidden."""

    @property
    def hidden(self) -> frozenset[str]:
        """The rows that are not shown."""
        return self.withheld.rows

    @property
    def beside(self) -> str | None:
        """Name the reference; one that is hidden only if it was declared, since the highest rate says something."""
        if self.selection.chosen is ReferenceChosen.HIGHEST_RATE and self.selection.reference in self.hidden:
            return HIDDEN
        return self.selection.reference

    def shows(self, group: str) -> bool:
        """Whether figures about a group, which are about the reference too, may be shown."""
        return not {group, self.selection.reference} & (self.hidden | self.telling)


def strata(making: Making) -> Sequence[Stratum]:
    """List the strata, by number."""
    return making.once("strata", lambda: _strata(making))[0]


def everybody(making: Making) -> Sequence[Rate]:
    """Count by stratum over all groups."""
    return making.once("strata", lambda: _strata(making))[1]


def _strata(making: Making) -> tuple[Sequence[Stratum], Sequence[Rate]]:
    """Keep the strata and their numbers as ``_stratum``, over the decisions of the period (``_placed``).

    Once somebody was hired, whole candidacies that ended in a hire or a rejection stand beside them, as ``END``.
    """
    making.viewed(
        "_placed",
        "SELECT person, coalesce(requisition, 0) AS requisition, stage, "
        "coalesce(standard_version, 0) AS standard_version, selected FROM selection "
        "WHERE stage IS NOT NULL AND in_period(decided_day) "
        "UNION ALL "
        "SELECT c.person, coalesce(c.requisition, 0), '(end)', coalesce(d.standard_version, 0), c.state = 'hired' "
        "FROM candidacy AS c JOIN decision_effective AS d ON d.decision = c.decision "
        "WHERE c.state IN ('hired', 'rejected') AND in_period(d.decided_day) "
        "AND EXISTS (SELECT 1 FROM candidacy WHERE state = 'hired')",
    )
    making.prepared(
        "_stratum",
        "SELECT CAST(row_number() OVER (ORDER BY requisition, stage, standard_version) - 1 AS INTEGER) AS stratum, * "
        "FROM (SELECT requisition, stage, standard_version, count(*) AS n, count(*) FILTER (WHERE selected) AS chosen "
        "FROM _placed GROUP BY ALL)",
    )
    found = making.rows("SELECT requisition, stage, standard_version, n, chosen FROM _stratum ORDER BY stratum")
    places = [Stratum(whole(requisition), str(stage), whole(version)) for requisition, stage, version, _, _ in found]
    return places, [Rate("", whole(n), whole(chosen)) for *_, n, chosen in found]


def each_decision(making: Making) -> Mapping[str, Array]:
    """Give, a row for each decision and each end: ``stratum`` (its number), ``person`` and ``selected``."""
    strata(making)
    return making.once(
        "decisions",
        lambda: making.arrays(
            "SELECT stratum, CAST(coalesce(person, 0) AS INTEGER) AS person, selected FROM _placed "
            "JOIN _stratum USING (requisition, stage, standard_version)"
        ),
    )


def counted(making: Making, attribute: Attribute) -> Array:
    """Count by stratum, row of the attribute, and not selected or selected."""
    columns, places = each_decision(making), strata(making)
    rows = len(attribute.rows)
    key = columns["stratum"] * np.int32(rows * 2)
    key += membership(making, attribute)[columns["person"]] * np.int16(2)
    key += columns["selected"]
    return np.bincount(key, minlength=len(places) * rows * 2).reshape(len(places), rows, 2)


def stages(making: Making) -> Sequence[str]:
    """List the stages at which somebody was decided on, in the order of the standards."""
    order = stage_order(making)
    last = len(order)
    found = {each.stage for each in strata(making)}
    return sorted(found, key=lambda stage: (stage == END, order.get(stage, last), stage))


def left_out(making: Making) -> tuple[int, tuple[LeftOut, ...]]:
    """Count the decisions that are compared, and say which were not."""
    n = sum(rate.n for place, rate in zip(strata(making), everybody(making), strict=True) if place.stage != END)
    lost = one(making, "SELECT count(*) FROM selection WHERE stage IS NULL AND in_period(decided_day)")
    again = one(making, "SELECT count(*) FROM decision_effective WHERE final_rank > 1 AND in_period(decided_day)")
    words = making.words
    return n, (
        LeftOut(lost, words.text("on a visit that is not in the record")),
        LeftOut(again, words.text("followed by a later decision on the same visit")),
        *undecided(making),
    )


def tables(making: Making) -> tuple[Table, ...]:
    """Make every table by stage, then attribute, and judge its comparisons."""
    return making.once("tables", lambda: _at_once(making))


def _at_once(making: Making) -> tuple[Table, ...]:
    """Make them while nothing is collected: the answers are many small mappings, looked through in vain each time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return tuple(_tables(making))
    finally:
        if collects:
            gc.enable()


def _tables(making: Making) -> Iterator[Table]:
    screen, drafts = adopted(making), _drafts(making)
    judged, hidden = _judged(drafts, screen), _hidden(making)
    for stage in stages(making):
        for attribute in screen.compared:
            made, comparisons = drafts[stage, attribute.code]
            keys = [(stage, attribute.code, each.impact.rate.group) for each in comparisons]
            found = tuple(judged[key] for key in keys if key in judged)  # a crossing that no family asks for is not
            gone = hidden.tables.get((stage, attribute.code), Withheld())
            telling = frozenset[str]()
            if gone.rows.intersection(NOT_GROUPS):
                telling = frozenset(each.impact.rate.group for each in comparisons if _tells(each, screen))
            yield Table(stage, attribute, made, found, gone, telling)


def _tells(of: Comparison, screen: Adopted) -> bool:
    """Say whether the data would be called incomplete if as few answers as are not small were missing, and are not."""
    least, rate = screen.small_cell, of.impact.rate
    missing = (Rate(UNKNOWN, least, selected) for selected in range(least + 1))
    return (
        of.judged
        and not of.missing.straddles
        and any(bounds(rate, of.reference, each, screen.screen).straddles for each in missing)
    )


def _drafts(making: Making) -> Mapping[tuple[str, str], tuple[Selection, list[Comparison]]]:
    return making.once("drafts", lambda: dict(_drafted(making)))


def _drafted(making: Making) -> Iterator[tuple[tuple[str, str], tuple[Selection, list[Comparison]]]]:
    """Compare by stage and attribute, before anything is judged or hidden."""
    screen, places = adopted(making), strata(making)
    cells = {each.code: counted(making, each) for each in screen.compared}
    for stage in stages(making):
        at = [number for number, place in enumerate(places) if place.stage == stage]
        for attribute in screen.compared:
            yield (stage, attribute.code), _compared(cells[attribute.code][at], attribute, screen)


def selection_of(cells: Array, attribute: Attribute, screen: Adopted) -> Selection:
    """Compare groups from their counts of not selected and selected."""
    rows = [
        (group, int(no + yes), int(yes)) for group, (no, yes) in zip(attribute.rows, cells, strict=True) if no + yes
    ]
    frame = pd.DataFrame(rows, columns=["group", "n", "selected"])
    return selection(frame, screen=screen.screen, groups=tuple(attribute.groups), reference=attribute.reference)


def _compared(cells: Array, attribute: Attribute, screen: Adopted) -> tuple[Selection, list[Comparison]]:
    made = selection_of(cells.sum(axis=0), attribute, screen)
    rates = {each.rate.group: each.rate for each in made.groups}
    missing = [rates[group] for group in NOT_GROUPS if group in rates]
    unknown = Rate(UNKNOWN, sum(each.n for each in missing), sum(each.selected for each in missing))
    reference = rates.get(made.reference or "", Rate(made.reference or "", 0, 0))
    return made, [
        compare(each, reference, pairs_of(cells, attribute, each.rate.group, reference.group), unknown, screen.screen)
        for each in made.groups
        if each.screen is not ScreenResult.REFERENCE and each.rate.group not in NOT_GROUPS
    ]


def pairs_of(cells: Array, attribute: Attribute, group: str, reference: str | None) -> list[Pair]:
    """Take a group and the reference out of counts by stratum; strata in which neither is there are left out."""
    place = {row: at for at, row in enumerate(attribute.rows)}
    if reference is None or reference not in place:
        return []
    focal, other = cells[:, place[group]].tolist(), cells[:, place[reference]].tolist()
    return [
        (Rate(group, no + yes, yes), Rate(reference, not_ + chosen, chosen))
        for (no, yes), (not_, chosen) in zip(focal, other, strict=True)
        if no or yes or not_ or chosen
    ]


def _judged(
    drafts: Mapping[tuple[str, str], tuple[Selection, list[Comparison]]], screen: Adopted
) -> dict[tuple[str, str, str], tuple[Family, Judgement]]:
    """Judge each comparison once, in the first family that has it."""
    judged: dict[tuple[str, str, str], tuple[Family, Judgement]] = {}
    for family in screen.families:
        codes = {each.code for each in family.attributes}
        mine = [
            ((stage, code, each.impact.rate.group), each)
            for (stage, code), (_, comparisons) in drafts.items()
            if code in codes and (not family.stages or stage in family.stages)
            for each in comparisons
            if (stage, code, each.impact.rate.group) not in judged
        ]
        made = judge([each for _, each in mine], screen.screen)
        judged |= {key: (family, each) for (key, _), each in zip(mine, made, strict=True)}
    return judged


class Hidden(NamedTuple):
    """What an outward report does not show: by stage and attribute, and where the stages are added up."""

    tables: Mapping[tuple[str, str], Withheld]
    summed: Mapping[str, frozenset[str]]
    """By attribute, the rows that some stage hides, so that no sum over the stages may show them."""


def hidden_in_sums(making: Making) -> Mapping[str, frozenset[str]]:
    """Name by attribute the rows that no table may show which adds the stages up; none if no stage is shown."""
    return _hidden(making).summed if making.has("selection", "candidacy") else {}


def _hidden(making: Making) -> Hidden:
    return making.once("hidden", lambda: _found_hidden(making) if making.options.outward else Hidden({}, {}))


def _found_hidden(making: Making) -> Hidden:
    """Go through the stages, then the end, which their rejections add up to."""
    screen, drafts, order = adopted(making), _drafts(making), stages(making)
    single = [each for each in screen.compared if not each.parts]
    crossed = [each for each in screen.compared if each.parts]
    tables: dict[tuple[str, str], Withheld] = {}
    ended = {code: each.rows for code, each in hidden_elsewhere(making, single).items()}
    summed = dict.fromkeys(ended, frozenset[str]())
    chosen, number = each_decision(making), {stage: at for at, stage in enumerate(order)}
    stage_of = np.array([number[each.stage] for each in strata(making)], dtype=np.int64)
    at = stage_of[chosen["stratum"]] if len(stage_of) else chosen["stratum"]
    apart = told_apart(making, crossed, {**chosen, "stage": at}, order)
    some_gone = any(ended.values())
    for stage in order:
        also = {code: rows | ended[code] if stage == END else frozenset[str]() for code, rows in summed.items()}
        parts = {each.code: _part(drafts[stage, each.code][0], also[each.code]) for each in single}
        found = withheld(parts, screen.small_cell)
        crossings = {each.code: _part(drafts[stage, each.code][0], frozenset()) for each in crossed}
        gone = stage in apart or any(found[part.code].rows for each in crossed for part in each.parts)
        if gone or (stage == END and some_gone):
            some_gone = True
            found = {**found, **unnamed(crossings)}
        tables |= {(stage, code): each for code, each in found.items()}
        if stage != END:
            summed = {code: rows | found[code].rows for code, rows in summed.items()}
    return Hidden(tables, summed)


def _part(of: Selection, also: frozenset[str]) -> Part:
    return Part([each.rate for each in of.groups], of.reference, also)

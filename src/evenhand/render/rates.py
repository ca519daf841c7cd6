"""Selection rates and impact ratios at every stage: over all, and by each attribute of the adopted screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import (
    ERASED,
    UNKNOWN,
    ImpactRatio,
    Rate,
    ReferenceChosen,
    ScreenResult,
    Selection,
    selection,
)
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import cut, one, stage_names, stage_order, whole
from evenhand.render.groups import ALL, Adopted, Grouped, adopted
from evenhand.render.making import Making, Rows

_STRATA_UNASKED = 12
"""Up to so many strata are shown unasked: a ledger one can take in at a glance."""


def by_stage(making: Making, _limit: int) -> Rows:
    """Show rates at every stage, over all and by each attribute, with ratios and what the screen says."""
    n, left_out = _decided(making)
    screen = adopted(making)
    strata = _strata(making, screen, ["stage"])
    labels = {**_labels(making, screen), "stage": stage_names(making)}
    notes = (*_about(making, screen), *_below_highest(making, screen, strata, labels["stage"]))
    return Rows(tuple(_rows(strata)), n, making.words.text("final decisions"), left_out, notes, labels)


def by_stratum(making: Making, limit: int) -> Rows:
    """Show the same within each requisition, stage and version of the standard, if asked for or few."""
    n, left_out = _decided(making)
    words = making.words
    of = words.text("final decisions")
    by = ["requisition", "stage", "standard_version"]
    count = one(making, "SELECT count(*) FROM (SELECT DISTINCT requisition, stage, standard_version FROM _selected)")
    if not making.strata and count > _STRATA_UNASKED:
        return Rows(
            (), n, of, left_out, (words.text("There are {count} strata; ask for them with --strata.", count=count),)
        )
    screen = adopted(making)
    codes = dict(making.rows("SELECT position, code FROM requisition_opened_effective"))
    rows = [
        (str(codes.get(whole(requisition), "-")), stage, whole(version) or None, *line)
        for requisition, stage, version, *line in _rows(_strata(making, screen, by))
    ]
    labels = {**_labels(making, screen), "stage": stage_names(making)}
    limit = len(rows) if making.strata else limit
    notes = cut(making, min(limit, len(rows)), len(rows), "selection")
    return Rows(tuple(rows[:limit]), n, of, left_out, notes, labels)


def _selected(making: Making) -> None:
    making.prepared(
        "_selected",
        "SELECT person, coalesce(requisition, 0) AS requisition, stage, "
        "coalesce(standard_version, 0) AS standard_version, selected FROM selection "
        "WHERE stage IS NOT NULL AND in_period(decided_day)",
    )


def _decided(making: Making) -> tuple[int, tuple[LeftOut, ...]]:
    _selected(making)
    n = one(making, "SELECT count(*) FROM _selected")
    lost = one(making, "SELECT count(*) FROM selection WHERE stage IS NULL AND in_period(decided_day)")
    again = one(making, "SELECT count(*) FROM decision_effective WHERE final_rank > 1 AND in_period(decided_day)")
    words = making.words
    return n, (
        LeftOut(lost, words.text("on a visit that is not in the record")),
        LeftOut(again, words.text("followed by a later decision on the same visit")),
    )


class _Stratum(NamedTuple):
    place: tuple[object, ...]
    attribute: int  # -1 is everybody
    lines: tuple[Row, ...]
    result: Selection | None = None


def _strata(making: Making, screen: Adopted, by: Sequence[str]) -> list[_Stratum]:
    grouped = Grouped(making, by)
    order = stage_order(making)
    found = list(_everybody(grouped.all(), by))
    for at, attribute in enumerate(screen.attributes):
        for place, frame in _split(grouped.counted(attribute), by):
            result = selection(
                frame, screen=screen.screen, groups=tuple(attribute.groups), reference=attribute.reference
            )
            lines = tuple((attribute.code, *_line(each, result)) for each in result.groups)
            found.append(_Stratum(place, at, lines, result))

    def rank(stratum: _Stratum) -> tuple[object, ...]:
        placed = dict(zip(by, stratum.place, strict=True))
        stage = str(placed["stage"])
        requisition, version = whole(placed.get("requisition")), whole(placed.get("standard_version"))
        return requisition, order.get(stage, len(order)), stage, version, stratum.attribute

    return sorted(found, key=rank)


def _rows(strata: Iterable[_Stratum]) -> Iterator[Row]:
    for stratum in strata:
        for line in stratum.lines:
            yield (*(str(each) if isinstance(each, str) else whole(each) for each in stratum.place), *line)


def _below_highest(
    making: Making, screen: Adopted, strata: Iterable[_Stratum], stages: Mapping[str, str]
) -> Iterator[str]:
    for stratum in strata:
        result = stratum.result
        if result is None or result.highest is None:
            continue
        attribute, stage = screen.attributes[stratum.attribute], str(stratum.place[0])
        for rate in result.below_highest:
            yield making.words.text(
                "{stage}, {attribute}: {group} ({selected} of {n}) lies below when compared with the group that has "
                "the highest rate, {highest} ({high} of {highest_n}). The table compares with the reference declared "
                "beforehand.",
                stage=stages.get(stage, stage),
                attribute=attribute.name,
                highest=attribute.groups[result.highest.group],
                high=result.highest.selected,
                highest_n=result.highest.n,
                group=attribute.groups[rate.group],
                selected=rate.selected,
                n=rate.n,
            )


def _everybody(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[_Stratum]:
    for place, part in _split(frame, by):
        rate = Rate(ALL, int(part["n"].sum()), int(part["selected"].sum()))
        yield _Stratum(place, -1, ((None, ALL, rate.n, rate.selected, rate.share(), None, None, None),))


def _split(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[tuple[object, ...], pd.DataFrame]]:
    yield from frame.groupby(list(by), sort=True)


def _line(each: ImpactRatio, result: Selection) -> Row:
    said = each.screen.value
    if each.screen is ScreenResult.REFERENCE and result.chosen is not None:
        said = f"reference_{result.chosen.value}"
    why = each.refusal.value if each.refusal is not None else None
    return each.rate.group, each.rate.n, each.rate.selected, each.rate.share(), each.ratio, said, why


def _labels(making: Making, screen: Adopted) -> dict[str, Mapping[str, str]]:
    words = making.words
    names: dict[str, dict[str, None]] = {}
    for attribute in screen.attributes:
        for code, name in attribute.groups.items():
            names.setdefault(code, {})[name] = None
    numbers = {"n": screen.screen.minimum_n}
    return {
        "attribute": {each.code: each.name for each in screen.attributes},
        # Two attributes may use one code for different groups; then both names are shown.
        "group": {
            **{code: " / ".join(each) for code, each in names.items()},
            ALL: words.text("everybody"),
            UNKNOWN: words.text("unknown (no answer)"),
            ERASED: words.text("unknown (erased)"),
        },
        "screen": {
            ScreenResult.BELOW.value: words.text("below"),
            ScreenResult.NOT_BELOW.value: words.text("not below"),
            ScreenResult.NOT_ASSESSED.value: words.text("not assessed"),
            f"reference_{ReferenceChosen.BEFORE.value}": words.text("reference, declared beforehand"),
            f"reference_{ReferenceChosen.HIGHEST_RATE.value}": words.text("reference, chosen after seeing the data"),
        },
        "why": {
            Refusal.TOO_FEW.value: words.text("fewer than {n} in this group or the reference", **numbers),
            Refusal.TOO_FEW_SELECTED.value: words.text(
                "fewer than {n} selected in both groups together", n=screen.screen.minimum_selected
            ),
            Refusal.TOO_FEW_NOT_SELECTED.value: words.text(
                "fewer than {n} not selected in both groups together", n=screen.screen.minimum_not_selected
            ),
            Refusal.NO_REFERENCE.value: words.text("nobody of the reference group came this far"),
            Refusal.NO_RATE.value: words.text("nobody of the reference group was selected"),
            Refusal.NOT_A_GROUP.value: words.text("not a group that can be compared"),
        },
    }


def _about(making: Making, screen: Adopted) -> tuple[str, ...]:
    words = making.words
    if screen.position is None:
        return (words.text("No screen has been adopted, so no groups are compared."),)
    if not screen.attributes:
        return (words.text("The adopted screen names no attributes, so no groups are compared."),)
    threshold = words.text(
        "The screen is {numerator}/{denominator}, adopted in entry {position}, compared in whole numbers. "
        "It is a rule of thumb, not a finding of law in either direction.",
        numerator=screen.screen.numerator,
        denominator=screen.screen.denominator,
        position=screen.position,
    )
    if not making.answers:
        return (threshold, words.text("No answers of candidates were opened, so every group is unknown."))
    return (threshold,)

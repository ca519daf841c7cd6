"""Worksheets for auditors: the tables that a rule prescribes, out of this ledger or out of counts somebody else has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np

from evenhand.errors import InputError
from evenhand.measures.selection import Rate
from evenhand.measures.suppression import Withheld
from evenhand.measures.worksheet import (
    UNKNOWN,
    Cell,
    Gone,
    Line,
    Mismatch,
    above_median,
    by,
    comparable,
    counted,
    cross_check,
    gone,
    lines,
    unknown,
)
from evenhand.render.blocks import Item, LeftOut, NotShown, Row, hidden_cells
from evenhand.render.compared import END, each_decision, stages, strata
from evenhand.render.counts import whole
from evenhand.render.groups import Attribute, adopted, membership
from evenhand.render.hiding import HIDDEN
from evenhand.render.making import Array, Found, Making, Rows, Said
from evenhand.render.screened import outward, places
from evenhand.sentence import Sentence
from evenhand.words import mark

SELECTED, SCORED = "selected", "scored"


@dataclass(frozen=True, slots=True)
class Profile:
    """Which rule a worksheet follows, and by what codes the screen may know the attributes it asks for."""

    source: str
    sex: tuple[str, ...]
    race: tuple[str, ...]


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "nyc-ll144": Profile(
            source="6 RCNY 5-301, under New York City Local Law 144 of 2021",
            sex=("sex", "gender"),
            race=("race", "ethnicity", "race-ethnicity", "race_ethnicity"),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One set of tables: people selected at a stage, or scored by a tool."""

    kind: str
    place: str
    cells: tuple[Cell, ...]


def profile(making: Making) -> Profile:
    """Answer with the profile asked for. Raises ``InputError`` for one there is none of."""
    found = PROFILES.get(making.options.profile or "")
    if found is None:
        raise InputError(
            Sentence("a worksheet follows a profile; expected one of {profiles}", profiles=", ".join(PROFILES))
        )
    return found


def sheets(making: Making) -> Sequence[Sheet]:
    """Make every set of tables: from the counts if some were given, else from this ledger."""
    return making.once("sheets", lambda: tuple(_given(making) if making.options.counts else _recorded(making)))


def _given(making: Making) -> Iterator[Sheet]:
    counts = making.options.counts
    if counts is not None:
        for stage, cells in counts.by_stage.items():
            yield Sheet(SCORED if counts.scored else SELECTED, stage, cells)


def _recorded(making: Making) -> Iterator[Sheet]:
    sex, race = attributes(making)
    number = {place: at for at, place in enumerate(stages(making))}
    stage_of = np.array([number[each.stage] for each in strata(making)], dtype=np.int64)
    chosen = each_decision(making)
    at = stage_of[chosen["stratum"]] if len(stage_of) else chosen["stratum"]
    for stage, place in number.items():
        if stage != END:
            mine = at == place
            yield Sheet(SELECTED, stage, _cells(making, (sex, race), chosen["person"][mine], chosen["selected"][mine]))
    tools = making.rows(
        "SELECT tool, tool_version, criterion FROM evaluation WHERE in_period(evaluated_day) GROUP BY ALL ORDER BY ALL"
    )
    for tool in tools:
        scored = making.rows(
            "SELECT person, score FROM evaluation WHERE in_period(evaluated_day) AND tool = ? AND tool_version = ? "
            "AND criterion IS NOT DISTINCT FROM ? ORDER BY evaluation",
            tool,
        )
        person = np.array([whole(each) for each, _ in scored], dtype=np.int64)
        above = np.array(above_median([whole(score) for _, score in scored]))
        yield Sheet(SCORED, " ".join(str(each) for each in tool if each), _cells(making, (sex, race), person, above))


def attributes(making: Making) -> tuple[Attribute | None, Attribute | None]:
    """Find what the screen calls sex, and race or ethnicity; None where it has no such attribute."""
    known = {each.code: each for each in adopted(making).attributes}
    wanted = profile(making)
    sex, race = (next((known[code] for code in codes if code in known), None) for codes in (wanted.sex, wanted.race))
    return sex, race


def _cells(
    making: Making, pair: tuple[Attribute | None, Attribute | None], person: Array, chosen: Array
) -> tuple[Cell, ...]:
    """Count by sex, by race, and by both; erased people are unknown here."""
    names = [(*each.groups.values(), UNKNOWN) if each else (UNKNOWN,) for each in pair]
    rows = [
        np.minimum(membership(making, each)[person], len(each.groups))
        if each
        else np.zeros(len(person), dtype=np.int64)
        for each in pair
    ]
    sizes = [len(each) for each in names]
    key = (rows[0].astype(np.int64) * sizes[1] + rows[1]) * 2 + chosen
    counted = np.bincount(key, minlength=sizes[0] * sizes[1] * 2).reshape(*sizes, 2)
    found: list[Cell] = []
    if pair[0]:
        found += [Cell(name, None, *_pair(counted[at].sum(axis=0))) for at, name in enumerate(names[0])]
    if pair[1]:
        found += [Cell(None, name, *_pair(counted[:, at].sum(axis=0))) for at, name in enumerate(names[1])]
    if pair[0] and pair[1]:
        both = product(enumerate(names[0]), enumerate(names[1]))
        found += [Cell(one, other, *_pair(counted[at, by_])) for (at, one), (by_, other) in both]
    return tuple(each for each in found if each.n)


def _pair(counts: Array) -> tuple[int, int]:
    return int(counts.sum()), int(counts[1])


def by_sex(making: Making, _limit: int) -> Rows:
    """Show rates and ratios by sex."""
    return _table(making, sex=True, race=False)


def by_race(making: Making, _limit: int) -> Rows:
    """Show rates and ratios by race or ethnicity."""
    return _table(making, sex=False, race=True)


def by_both(making: Making, _limit: int) -> Rows:
    """Show rates and ratios by sex and race or ethnicity together."""
    return _table(making, sex=True, race=True)


def _table(making: Making, *, sex: bool, race: bool) -> Rows:
    words = making.words
    rows: list[Row] = []
    n = left_out = 0
    hidden = False
    for sheet in sheets(making):
        gone_ = _gone(making, sheet)
        found = by(sheet.cells, sex=sex, race=race)
        n += sum(rate.n for _, rate in found)
        left_out += unknown(sheet.cells, sex=sex, race=race).n
        hidden |= gone_.unknown and counted(sheet.cells, sex=sex, race=race)
        rows += _rows(making, sheet, found, gone_.of(sex=sex, race=race), gone_)
    why = words.text("of a category that is not known")
    if hidden:  # beside the number of all, which the other attribute may tell, that of the known tells the unknown
        of = words.text(
            "decisions and scores on people, those of an unknown category included, over all stages and tools"
        )
        return Rows(tuple(rows), n + left_out, of, (LeftOut(NotShown.HIDDEN, why),), labels=_labels(making))
    of = (
        words.text("decisions or scores counted on people of a known category, over all stages")
        if making.options.counts
        else words.text("decisions and scores on people of a known category, over all stages and tools")
    )
    return Rows(tuple(rows), n, of, (LeftOut(left_out, why),), labels=_labels(making))


def _rows(
    making: Making, sheet: Sheet, found: Sequence[tuple[tuple[str, ...], Rate]], withheld: Withheld, gone_: Gone
) -> Iterator[Row]:
    """Write the rows of one table; ratios only where the highest rate, which all are held against, is shown.

    Shares only where it is shown how many are unknown: the number over its share is how many are known.
    """
    if withheld.unnamed:
        yield from ((sheet.kind, sheet.place, *hidden_cells(len(names) + 5), HIDDEN) for names, _ in found[:1])
        return
    made = lines([rate for _, rate in found], leave_out=making.options.leave_out is not None)
    highest = [line.rate.group not in withheld.rows for line in made if line.ratio == 1]
    for (names, rate), line in zip(found, made, strict=True):
        start = (sheet.kind, sheet.place, *names)
        if rate.group in withheld.rows:
            yield (*start, *hidden_cells(5), HIDDEN)
            continue
        figures = (rate.n, NotShown.HIDDEN if gone_.unknown else line.share, rate.selected, rate.share())
        if line.ratio is not None and not any(highest):
            yield (*start, *figures, NotShown.HIDDEN, "highest_hidden")
        else:
            yield (*start, *figures, line.ratio, _why(line))


def _why(line: Line) -> str | None:
    if not line.rate.n:
        return "nobody"
    if line.left_out:
        return "left_out"
    if line.ratio is None:
        return "no_ratio"
    return "small" if line.small else None


def _gone(making: Making, sheet: Sheet) -> Gone:
    least = adopted(making).small_cell if making.options.outward else 0
    return making.once(f"gone {sheet.kind} {sheet.place}", lambda: gone(sheet.cells, least))


def not_known(making: Making, _limit: int) -> Rows:
    """State how many no table has, because it is not known where they belong; nothing where there is no table."""
    rows: list[Row] = []
    for sheet in sheets(making):
        cells = sheet.cells
        found = (
            (unknown(cells, sex=sex, race=race).n if counted(cells, sex=sex, race=race) else None)
            for sex, race in ((True, False), (False, True), (True, True))
        )
        hidden = _gone(making, sheet).unknown
        shown = (NotShown.HIDDEN if hidden and n is not None else n for n in found)
        rows.append((sheet.kind, sheet.place, *shown))
    return Rows(tuple(rows), len(rows), making.words.text("sets of tables"), labels=_labels(making))


def checked(making: Making, _limit: int) -> Found:
    """List every two tables that count the same people and do not agree."""
    words, every = making.words, sheets(making)
    compared = sum(comparable(sheet.cells) for sheet in every)
    found = [(sheet, each) for sheet in every for each in cross_check(sheet.cells)]
    items = [
        Item("tables_do_not_add_up", _not_adding_up(making, sheet, each), ())
        for sheet, each in found
        if not making.options.outward
    ]
    if found:
        none = words.text("Tables do not add up to one another, in places: {n}; numbers are not shown.", n=len(found))
    elif compared:
        none = words.text("The tables add up to one another.")
    else:
        none = words.text("There are no two tables of the same people that could be compared.")
    some = words.text("Sets with two tables or more, which could be compared: {k} of {m}.", k=compared, m=len(every))
    return Found(tuple(items), len(found), none, (some,) if compared else ())


def _not_adding_up(making: Making, sheet: Sheet, of: Mismatch) -> str:
    words = making.words
    said = mark(
        "{place}, {table}, {category}: {n} people, {selected} of them counted; the table by both adds up to "
        "{m} people, {also} of them counted."
    )
    totals = mark(
        "{place}, {table}, {category}: {n} people, {selected} of them counted; the table by race or ethnicity adds up "
        "to {m} people, {also} of them counted."
    )
    return words.text(
        said if of.crossed else totals,
        place=_labels(making)["place"].get(sheet.place, sheet.place),
        table=words.text("by sex") if of.attribute == "sex" else words.text("by race or ethnicity"),
        category=of.category or words.text("all together"),
        n=of.alone.n,
        selected=of.alone.selected,
        m=of.other.n,
        also=of.other.selected,
    )


def about(making: Making, _limit: int) -> Said:
    """Say which rule the tables follow, where the numbers come from, and what was left out and why."""
    words, options = making.words, making.options
    said = [
        words.text(
            "The tables follow {source} (profile {profile}). The rule prescribes figures and no threshold: this is a "
            "worksheet for an independent auditor, and says nothing of whether a tool may be used.",
            source=profile(making).source,
            profile=options.profile,
        )
    ]
    if options.counts is not None:
        said.append(
            words.text(
                "The counts come from the file {name} (SHA-256 {digest}), not from this ledger; nobody was looked at "
                "one by one.",
                name=options.counts.name,
                digest=options.counts.digest[:16],
            )
        )
    else:
        said += _of_this_ledger(making)
    if options.leave_out is not None:
        said.append(
            words.text(
                "Categories under 2 % are left out of the impact ratio; their numbers and rates stay. The auditor's "
                "justification: {why}",
                why=options.leave_out,
            )
        )
    return Said((*said, *outward(making)))


def _of_this_ledger(making: Making) -> Iterator[str]:
    words = making.words
    yield words.text(
        "The counts come from this ledger: final decisions by stage, and the latest score of each tool. Which stages "
        "and tools the rule is about, the auditor has to say."
    )
    for attribute, name in zip(attributes(making), (words.text("sex"), words.text("race or ethnicity")), strict=True):
        if attribute is None:
            yield words.text("The adopted screen has no attribute for {name}, so there is no such table.", name=name)
    if not making.answers:
        yield words.text("No answers of candidates were opened, so every group is unknown.")


def _labels(making: Making) -> dict[str, Mapping[str, str]]:
    words = making.words
    return {
        "kind": {SELECTED: words.text("selected"), SCORED: words.text("scored above the median")},
        "place": {**places(making), "": words.text("the counts given")},
        "why": {
            "left_out": words.text("under 2 %, left out of the ratio"),
            "small": words.text("under 2 %, may be left out with a justification"),
            "no_ratio": words.text("nobody of any category was selected"),
            "nobody": words.text("nobody of this category"),
            "highest_hidden": words.text("no ratio: the highest rate is not shown"),
            HIDDEN: words.text("not shown: small numbers"),
        },
    }

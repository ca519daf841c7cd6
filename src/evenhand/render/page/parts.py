"""Turn each block into the parts of a page: headings, cells, pictures, and where each number is defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from evenhand.render.blocks import (
    NUMBERS,
    Block,
    Cell,
    Chart,
    Column,
    Findings,
    Grounds,
    Item,
    Kind,
    Table,
    Text,
    Verdict,
)
from evenhand.render.cells import counted, judged_by, page_text
from evenhand.render.chart import as_table
from evenhand.render.draw.drawing import drawn, undrawn
from evenhand.render.draw.parts import UUID_LEAD
from evenhand.render.page.titles import MEASURES
from evenhand.words import Translate

_FOLDED_FROM = 20
_BROAD, _BROADEST = 9, 14
_SHORT, _LONG, _STORY = 14, 60, 200
_HEADS = frozenset({Kind.TEXT, Kind.CODE, Kind.ID, Kind.PERIOD, Kind.DAY})
_BREAK = frozenset({Kind.TEXT, Kind.CODE, Kind.POSITIONS})
_POSITIONS = frozenset({Kind.POSITION, Kind.POSITIONS})
_LOOKS = {
    "n": ("tr>", "text-align:right"),
    "i": ("tbody tr>", "min-width:var(--m,7rem);font-size:.8125rem;white-space:normal"),
    "m": ("tbody tr>", "min-width:var(--m,7rem);white-space:normal"),
    "l": ("tbody tr>", "min-width:var(--l,18rem);white-space:normal"),
}
"""By letter: which cells of a column look so, and how."""


class Head(NamedTuple):
    """The head of a column, and where the column is defined if it has a definition of its own."""

    label: str
    link: str | None


class Shown(NamedTuple):
    """One cell as the page shows it."""

    said: str
    head: bool
    same: bool
    """Whether it repeats the cell above, and so do those before it."""
    code: bool = False
    lead: str = ""
    """What an id begins with: on a screen its last group stands for all of it, copied and printed it is whole."""
    positions: tuple[int, ...] = ()


class Link(NamedTuple):
    """A label that leads to a place on the page."""

    link: str
    label: str
    lang: str = "en"
    """The language of the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One block, ready for the template; what a block has not is empty."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    verdict: str = ""
    pictures: tuple[Markup, ...] = ()
    undrawn: str = ""
    """How many rows the pictures leave to the table, if any."""
    items: tuple[Item, ...] = ()
    none: str = ""
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[Shown, ...], ...] = ()
    breadth: str = ""
    looks: str = ""
    """How its columns look, each as a letter and the column's place; ``looks_of`` writes the rules."""
    folded: str = ""
    """What to say on a table that is folded away below its picture; empty if it is not."""
    counted: str = ""
    notes: tuple[str, ...] = ()
    defined: tuple[Link, ...] = ()


def block_id(key: str) -> str:
    """Name a block's place on the page; nothing else on it can bear the name."""
    return f"block-{key}"


def projection_id(name: str) -> str:
    """Name the place where a projection is defined."""
    return f"projection-{name}"


def measure_id(name: str) -> str:
    """Name the place where a measure is defined."""
    return f"measure-{name}"


def part(block: Block, grounds: Grounds, words: Translate, widths: Mapping[str, int]) -> Part:
    """Turn a block into what the template prints."""
    defined = tuple(_defined(block, grounds, words))
    place, title = block_id(block.key), block.title
    match block:
        case Text():
            return Part(id=place, title=title, paragraphs=block.paragraphs, defined=defined)
        case Table():
            return _table(block, drawn(block, words, widths), grounds, words, defined)
        case Chart():
            return _table(as_table(block, words), drawn(block, words, widths), grounds, words, defined)
        case Verdict():
            said = judged_by(block, words)
            return Part(id=place, title=title, verdict=block.sentence, counted=said, notes=block.notes, defined=defined)
        case Findings():
            none = "" if block.items else block.none
            return Part(id=place, title=title, items=block.items, none=none, notes=block.notes, defined=defined)


def _defined(block: Block, grounds: Grounds, words: Translate) -> Iterator[Link]:
    source = grounds.sources.get(block.key)
    if source is None:
        return
    titles = {each.name: (each.title, each.titled_in) for each in grounds.projections}
    yield from (Link(projection_id(name), *titles[name]) for name in source.projections if name in titles)
    told = {each.name for each in grounds.measures}
    yield from (_to_measure(name, words) for name in source.measures if name in told)


def _to_measure(name: str, words: Translate) -> Link:
    titled = MEASURES.get(name)
    return (
        Link(measure_id(name), name.replace("_", " "))
        if titled is None
        else Link(measure_id(name), words.text(titled), words.lang)
    )


def _table(
    table: Table, pictures: tuple[Markup, ...], grounds: Grounds, words: Translate, defined: tuple[Link, ...]
) -> Part:
    columns = table.columns
    broad = " broadest" if len(columns) >= _BROADEST else " broad" if len(columns) >= _BROAD else ""
    rows = tuple(_rows(table, words.lang))
    if any(len(row[-1].said) > _STORY for row in rows if row):
        broad += " story"
    folded = ""
    if pictures and len(table.rows) > _FOLDED_FROM:
        folded = words.plural("The figures as a table: {n} row", "The figures as a table: {n} rows", len(table.rows))
    return Part(
        id=block_id(table.key),
        title=table.title,
        pictures=pictures,
        undrawn=undrawn(table, words) if pictures else "",
        heads=tuple(_heads(table, grounds)),
        rows=rows,
        breadth=broad,
        looks=" ".join(_looks(table, rows)),
        folded=folded,
        counted=counted(table.n, table.of, table.left_out, words),
        notes=table.notes,
        defined=defined,
    )


def _heads(table: Table, grounds: Grounds) -> Iterator[Head]:
    source = grounds.sources.get(table.key)
    shown = source.table if source else None
    known = {name for each in grounds.projections if each.name == shown for name, _ in each.columns}
    for column in table.columns:
        link = f"{projection_id(shown or '')}-{column.key}" if column.key in known else None
        yield Head(column.label, link)


def _looks(table: Table, rows: tuple[tuple[Shown, ...], ...]) -> Iterator[str]:
    """Say of each column whether it holds numbers, ids, or texts so long that they are broken."""
    for at, column in enumerate(table.columns):
        longest = max((len(row[at].said) for row in rows), default=0) if column.kind in _BREAK else 0
        look = (
            "n" if column.kind in NUMBERS
            else "i" if column.kind is Kind.ID
            else "l" if longest > _LONG
            else "m" if longest > _SHORT
            else ""
        )  # fmt: skip
        if look:
            yield f"{look}{at + 1}"


def looks_of(parts: Iterable[Part]) -> str:
    """Write the rules for the columns of all tables of a page: said once, not once in every cell."""
    used = sorted({each for part in parts for each in part.looks.split()}, key=lambda each: (each[0], int(each[1:])))
    rules = ""
    for look, (where, rule) in _LOOKS.items():
        if places := [each[1:] for each in used if each[0] == look]:
            chosen = ",".join(f".{look}{place} {where}:nth-child({place})" for place in places)
            rules += f"{chosen}{{{rule}}}\n"
    return rules


def _rows(table: Table, lang: str) -> Iterator[tuple[Shown, ...]]:
    before: tuple[Cell, ...] = ()
    for row in table.rows:
        same = True
        cells: list[Shown] = []
        for at, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            same = same and bool(before) and column.kind in _HEADS and before[at] == cell
            cells.append(_cell(cell, column, lang, head=at == 0 and column.kind in _HEADS, same=same))
        before = row
        yield tuple(cells)


def _cell(cell: Cell, column: Column, lang: str, *, head: bool, same: bool) -> Shown:
    said = page_text(cell, column, lang)
    if column.kind in _POSITIONS and cell not in (None, ()):
        return Shown(said, head, same, positions=cell if isinstance(cell, tuple) else (int(str(cell)),))
    lead = UUID_LEAD.match(said) if column.kind is Kind.ID else None
    if lead:
        return Shown(said[lead.end() :], head, same, code=True, lead=lead[0])
    return Shown(said, head, same, code=column.kind is Kind.ID and cell is not None)

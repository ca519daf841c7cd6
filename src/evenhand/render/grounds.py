"""Lead from each number to what defines it, and from each finding to its entries."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from importlib import import_module

from evenhand.clock import instant_text
from evenhand.errors import InputError
from evenhand.models import Projection
from evenhand.models.shelf import in_order
from evenhand.render.blocks import Block, Definition, Findings, Grounds, Kind, Named, Source, Table
from evenhand.render.declare import BlockDeclared
from evenhand.render.making import Making
from evenhand.sentence import Sentence

MOST_ENTRIES = 100
"""So many entries are told by kind and time; a page with more of them says so."""


def grounds(
    declared: Iterable[BlockDeclared], blocks: Iterable[Block], making: Making, known: Mapping[str, Projection]
) -> Grounds:
    """Gather the definitions of all that the blocks read, and the entries that they name."""
    sources = {
        each.key: Source(tuple(read for read in each.projections() if read in known), each.measures, each.table)
        for each in declared
    }
    read = tuple(dict.fromkeys(name for each in sources.values() for name in each.projections))
    used = {each.name: each for each in in_order(known, read)}
    return Grounds(
        sources=sources,
        projections=tuple(_projection(used[name], making.words.lang) for name in sorted(used)),
        measures=tuple(measure(name) for name in sorted({name for each in sources.values() for name in each.measures})),
        entries=tuple(_named(blocks, making)),
    )


def _projection(of: Projection, lang: str) -> Definition:
    title, titled_in = of.titled(lang)
    return Definition(of.name, title, of.grain, tuple(of.columns.items()), of.reads, own=of.custom, titled_in=titled_in)


def measure(name: str) -> Definition:
    """Answer with what a measure says of itself. Raises ``InputError`` if there is no measure of this name."""
    try:
        said = inspect.getdoc(import_module(f"evenhand.measures.{name}")) or ""
    except ModuleNotFoundError:
        raise InputError(
            Sentence("there is no measure {name}; the measures are the modules of evenhand.measures", name=name)
        ) from None
    title, _, rest = said.partition("\n\n")
    return Definition(name, " ".join(title.split()), rest.strip())


def positions(blocks: Iterable[Block]) -> tuple[int, ...]:
    """List the entries that blocks name, each once, as they come."""
    return tuple(dict.fromkeys(position for block in blocks for position in _of(block)))


def _of(block: Block) -> Iterator[int]:
    match block:
        case Findings():
            for item in block.items:
                yield from item.positions
        case Table():
            for at, column in enumerate(block.columns):
                if column.kind in {Kind.POSITION, Kind.POSITIONS}:
                    for row in block.rows:
                        cell = row[at]
                        yield from cell if isinstance(cell, tuple) else (cell,) if isinstance(cell, int) else ()
        case _:
            return


def _named(blocks: Iterable[Block], making: Making) -> Iterator[Named]:
    wanted = list(positions(blocks))[:MOST_ENTRIES]
    found = making.rows("SELECT position, type, recorded_at FROM entry WHERE position IN (SELECT unnest(?)) "
                        "ORDER BY position", [wanted]) if wanted else ()  # fmt: skip
    for position, type_, recorded in found:
        yield Named(int(str(position)), str(type_), instant_text(recorded.replace(tzinfo=UTC)))

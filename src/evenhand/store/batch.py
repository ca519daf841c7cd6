"""Give new entries their place: position, time, and what they change in the tree.

Pure: a head and some rows in, entries and a head out. It refuses a line that is too long and text that no line holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from evenhand.errors import InputError
from evenhand.events.entry import MAX_LINE_BYTES, Entry, line
from evenhand.merkle.tiles import Tile, grow, partial_tiles
from evenhand.merkle.tree import leaf_hash
from evenhand.sentence import Sentence
from evenhand.store.shape import Head, NewEntry


class Batch(NamedTuple):
    """What one transaction writes."""

    entries: list[Entry]
    head: Head
    grown: tuple[Tile, ...]
    """Tiles that stood already and are longer now."""
    fresh: tuple[Tile, ...]


def place(head: Head, partial: Mapping[int, bytes], news: Sequence[NewEntry], now: str) -> Batch:
    """Put ``news`` after ``head``; ``partial`` holds the tiles that are not full, by level.

    All get one time: ``now``, or the head's where the clock is behind it. Raises ``InputError`` for a text that cannot
    stand in a line, ``ValueError`` when the tiles do not fit the head.
    """
    recorded_at = max(now, head.recorded_at)
    entries = [Entry._make((position, recorded_at, *new)) for position, new in enumerate(news, head.position + 1)]
    leaves = [leaf_hash(each) for each in _lines(entries)]
    frontier, tiles = grow(head.frontier, partial, leaves)
    standing = {(shape.level, shape.idx) for shape in partial_tiles(head.position)}
    return Batch(
        entries,
        Head(head.position + len(entries), recorded_at, frontier),
        grown=tuple(tile for tile in tiles if (tile.level, tile.idx) in standing),
        fresh=tuple(tile for tile in tiles if (tile.level, tile.idx) not in standing),
    )


def _lines(entries: Sequence[Entry]) -> list[bytes]:
    try:
        lines = [line(entry) for entry in entries]
    except UnicodeEncodeError:
        raise InputError(Sentence("a new entry holds half of a surrogate pair, which no UTF-8 text can hold")) from None
    if any(len(each) > MAX_LINE_BYTES or b"\0" in each for each in lines):
        raise InputError(*_problems(lines))
    return lines


def _problems(lines: Sequence[bytes]) -> list[str]:
    return [
        Sentence("new entry {turn} of {count}: {problem}", turn=turn, count=len(lines), problem=problem)
        for turn, each in enumerate(lines, 1)
        for problem, found in (
            (
                Sentence(
                    "its line has {count:,} bytes, at most {most:,} are allowed; shorten its texts",
                    count=len(each),
                    most=MAX_LINE_BYTES,
                ),
                len(each) > MAX_LINE_BYTES,
            ),
            (Sentence("it holds a NUL character, which a database's text cannot hold; leave it out"), b"\0" in each),
        )
        if found
    ]

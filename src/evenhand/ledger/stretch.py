"""Re-hash one stretch of a ledger and compare every entry in it with the leaf that was recorded for it.

Stretches begin and end where whole tiles do, so that each can be examined by itself, in any process, in flat memory;
what has to be known across stretches comes back in ``Examined``. Nothing raises for what is wrong with an entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol

from evenhand.errors import Finding, InputError, TamperedError
from evenhand.events.entry import line
from evenhand.events.form import faults
from evenhand.merkle.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH
from evenhand.merkle.tree import HASH_BYTES, Frontier, leaf_hashes
from evenhand.sentence import Sentence

STRETCH_HEIGHT: Final = 14
STRETCH: Final = 1 << STRETCH_HEIGHT
"""Entries a stretch has at most: whole tiles of level 0 and a whole subtree, small enough to be shared out evenly."""

MOST_FINDINGS: Final = 100
"""Findings listed at most, of a stretch and of a ledger: beyond that a list helps nobody."""

LEAF_DIFFERS: Final = Sentence(
    "its line does not have the hash that was recorded for it: the entry, or the hash, was changed"
)

_PATIENCE: Final = 20
"""Damaged entries of one stretch that are looked for, one by one."""

_PLACE = itemgetter(2, 3, 0)  # stream, version, position: a row of Stored.by_stream
_NAME = itemgetter(4, 0)  # id, position: a row of Stored.by_id
_POSITION = itemgetter(0)


class Rows(Protocol):
    """What examining reads of a store."""

    def rows(self, first: int, last: int) -> Iterator[Sequence[Any]]:
        """Walk the rows of these positions in pages, in position order."""
        ...

    def tiles(self, level: int, first: int, count: int) -> Mapping[int, bytes]:
        """Answer with the hashes of tiles by index."""
        ...


class Stretch(NamedTuple):
    """Which entries to examine, and how."""

    first: int
    """One more than a multiple of ``STRETCH``."""
    last: int
    marks: tuple[int, ...] = ()
    """Sizes at which the tree is to be remembered, rising, all of them in this stretch."""
    against_classes: bool = False


class Examined(NamedTuple):
    """What examining a stretch brought to light."""

    stretch: Stretch
    findings: tuple[Finding, ...]
    unlisted: int
    """Findings beyond the most that are listed."""
    entries: int
    frontier: Frontier | None
    """The tree over the entries of this stretch alone; none if one of them is missing or cannot be read."""
    marked: tuple[Frontier, ...]
    """The trees at the marks, of this stretch alone; none if the tree could not be had."""
    first_time: str
    last_time: str
    places: int
    """A fingerprint of all (stream, version, position), whatever their order."""
    names: int
    """A fingerprint of all (id, position)."""
    types: Counter[str]
    """How many entries of which type."""


def examine(stored: Rows, stretch: Stretch) -> Examined:
    """Examine a stretch: form, order and hash of each of its entries."""
    return _Examination(stored, stretch).run()


class _Examination:
    """The state of one examination, from page to page."""

    def __init__(self, stored: Rows, stretch: Stretch) -> None:
        self._stored = stored
        self._stretch = stretch
        self._expected = stretch.first
        self._findings: list[Finding] = []
        self._unlisted = 0
        self._tree = Frontier()
        self._whole = True
        self._marked: list[Frontier] = []
        self._bare: set[int] = set()  # tiles of level 0 in which a hash is missing
        self._roots: list[bytes] = []  # of the complete tiles of level 0
        self._first_time = self._last_time = ""
        self._entries = self._places = self._names = 0
        self._types: Counter[str] = Counter()
        tiles = range((stretch.first - 1) // TILE_WIDTH, (stretch.last - 1) // TILE_WIDTH + 1)
        held = stored.tiles(0, tiles.start, len(tiles))
        for idx in (idx for idx in tiles if len(held.get(idx, b"")) > TILE_BYTES):
            self._find(
                None,
                Sentence("tile {idx} of level 0 holds more than {tile_width} hashes", idx=idx, tile_width=TILE_WIDTH),
            )
        self._recorded = b"".join(held.get(idx, b"").ljust(TILE_BYTES, b"\0")[:TILE_BYTES] for idx in tiles)

    def run(self) -> Examined:
        for page in self._pages():
            self._page(page)
        self._gap(self._stretch.last + 1)
        if self._whole:
            self._compare_level_1()
        return Examined(
            self._stretch,
            tuple(self._findings),
            self._unlisted,
            self._entries,
            self._tree if self._whole else None,
            tuple(self._marked) if self._whole else (),
            self._first_time,
            self._last_time,
            self._places,
            self._names,
            self._types,
        )

    def _find(self, position: int | None, problem: str) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(Finding(position, problem))
        else:
            self._unlisted += 1

    def _lose(self, position: int, problem: str) -> None:
        """Find something after which the tree over the stretch cannot be had."""
        self._find(position, problem)
        self._whole = False

    def _pages(self) -> Iterator[Sequence[Any]]:
        """Walk the rows; where the database cannot give one, name it and go on behind it, a few times."""
        last = self._stretch.last
        for _ in range(_PATIENCE):
            try:
                yield from self._stored.rows(self._expected, last)
            except TamperedError:
                bad = _unreadable(self._stored, self._expected, last)
                if bad > self._expected:
                    yield from self._stored.rows(self._expected, bad - 1)
                self._gap(bad)
                self._lose(bad, Sentence("the database cannot read it: its bytes are damaged, or are not text"))
                self._expected = bad + 1
            else:
                return
            if self._expected > last:
                return
        self._lose(
            self._expected,
            Sentence("it and all up to entry {last:,} were not read: too much before them is damaged", last=last),
        )
        self._expected = last + 1

    def _page(self, rows: Sequence[Any]) -> None:
        positions = list(map(_POSITION, rows))
        dense = positions == list(range(self._expected, self._expected + len(rows)))
        for place, problem in faults(rows, after=self._last_time):
            self._find(positions[place], problem)
        if dense:
            self._expected += len(rows)
        else:
            self._count(positions)
        self._note(rows)
        leaves = _leaves(rows)
        if leaves is None or not dense:
            self._one_by_one(rows)
        else:
            self._together(rows, leaves)

    def _note(self, rows: Sequence[Any]) -> None:
        """Keep what has to be compared beyond this page."""
        times = [row[1] for row in rows if isinstance(row[1], str)]
        if times:
            self._first_time = self._first_time or times[0]
            self._last_time = times[-1]
        self._entries += len(rows)
        self._places += sum(map(hash, map(_PLACE, rows)))
        self._names += sum(map(hash, map(_NAME, rows)))
        self._types.update([row[5] for row in rows])
        if self._stretch.against_classes:
            for row in rows:
                for problem in _misfits(row):
                    self._find(row[0], problem)

    def _count(self, positions: Sequence[int]) -> None:
        for position in positions:
            if position < self._expected:
                self._lose(position, Sentence("its position stands twice"))
            else:
                self._gap(position)
                self._expected = position + 1

    def _gap(self, found: int) -> None:
        """Say that entries are missing, from the one expected to the one before ``found``."""
        if found > self._expected:
            many = found - self._expected
            run = (
                Sentence("it is missing")
                if many == 1
                else Sentence("it and the {many:,} after it are missing", many=many - 1)
            )
            self._lose(self._expected, run)

    def _together(self, rows: Sequence[Any], leaves: list[bytes]) -> None:
        start = (rows[0][0] - self._stretch.first) * HASH_BYTES
        joined = b"".join(leaves)
        if joined != self._recorded[start : start + len(joined)]:
            for row, leaf in zip(rows, leaves, strict=True):
                self._compare(row[0], leaf)
        if self._whole:
            self._extend(leaves)

    def _one_by_one(self, rows: Sequence[Any]) -> None:
        """Compare each row that has a line; the tree over the stretch cannot be had."""
        self._whole = False
        for row in rows:
            leaves = _leaves([row])
            if leaves is not None and type(row[0]) is int:
                self._compare(row[0], leaves[0])

    def _compare(self, position: int, leaf: bytes) -> None:
        start = (position - self._stretch.first) * HASH_BYTES
        recorded = self._recorded[start : start + HASH_BYTES]
        if recorded == bytes(HASH_BYTES):
            tile = (position - 1) // TILE_WIDTH
            if tile not in self._bare:
                self._find(position, Sentence("no hash stands for it: its tile, or the tile's end, is missing"))
            self._bare.add(tile)
        elif leaf != recorded:
            self._find(position, LEAF_DIFFERS)

    def _extend(self, leaves: list[bytes]) -> None:
        for mark in self._stretch.marks[len(self._marked) :]:
            upto = mark - self._stretch.first + 1 - self._tree.size
            if upto > len(leaves):
                break
            self._marked.append(self._tree.extend(leaves[:upto]))
        self._tree, heights = self._tree.completed(leaves)
        if len(heights) > TILE_HEIGHT:
            self._roots += heights[TILE_HEIGHT]

    def _compare_level_1(self) -> None:
        """Compare the roots of complete tiles with their place in the tile above."""
        idx, place = divmod((self._stretch.first - 1) // TILE_WIDTH, TILE_WIDTH)
        stored, roots = self._stored.tiles(1, idx, 1).get(idx, b""), b"".join(self._roots)
        if stored[place * HASH_BYTES :][: len(roots)] != roots:  # what follows may have grown since
            self._find(None, Sentence("tile {idx} of level 1 does not hold the roots of the tiles below it", idx=idx))


def _leaves(rows: Sequence[Any]) -> list[bytes] | None:
    """Hash the rows' lines; none if one of them cannot be composed, which its fault says already."""
    try:
        return leaf_hashes(map(line, rows))
    except (AttributeError, TypeError, UnicodeEncodeError):
        return None


def _misfits(row: Sequence[Any]) -> tuple[str, ...]:
    from evenhand.events.registry import REGISTRY, parse  # noqa: PLC0415 - half a second, and not every process needs it

    if not REGISTRY.knows(row[5]) or not isinstance(row[6], str):
        return ()
    try:
        parse(REGISTRY.event_class(row[5]), row[6])
    except InputError as error:
        return error.problems
    return ()


def _unreadable(stored: Rows, first: int, last: int) -> int:
    """Find the first position that cannot be read, by halves."""
    while first < last:
        middle = (first + last) // 2
        try:
            for _ in stored.rows(first, middle):
                pass
        except TamperedError:
            last = middle
        else:
            first = middle + 1
    return first

"""Weigh what the parts of a verification brought to light, and put it into words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, cast

from pydantic_core import from_json

from evenhand.checkpoint.judge import Weighed
from evenhand.errors import Finding, TamperedError, UnavailableError
from evenhand.events.entry import line
from evenhand.events.ledger import FORMAT, LedgerOpened
from evenhand.events.registry import REGISTRY
from evenhand.ledger.order import Walked
from evenhand.ledger.stretch import LEAF_DIFFERS, MOST_FINDINGS, STRETCH, STRETCH_HEIGHT, Examined, Rows
from evenhand.ledger.verification import (
    ALWAYS,
    CLASSES,
    FIELDS,
    HASHED,
    RULES,
    SEEN,
    TAIL,
    TAIL_SINCE,
    UNKNOWN,
    Verification,
)
from evenhand.merkle.tiles import TILE_HEIGHT, TILE_WIDTH, tile_counts
from evenhand.merkle.tree import HASH_BYTES, Frontier, leaf_hash
from evenhand.sentence import Sentence
from evenhand.store.stored import Bounds


class Table(Rows, Protocol):
    """What weighing reads of a store."""

    @property
    def place(self) -> str:
        """Name the store in a message."""
        ...

    def bounds(self) -> Bounds:
        """Answer with where the tables begin and end."""
        ...

    def count(self) -> int:
        """Count the entries."""
        ...

    def guards(self) -> tuple[str, ...]:
        """Say which guards no longer stand as they were made."""
        ...


class _HeadRow(NamedTuple):
    position: int
    recorded_at: str
    frontier: Frontier


class Verdict:
    """Brings together what the parts found."""

    def __init__(self, stored: Table, bounds: Bounds) -> None:
        self._stored = stored
        self._bounds = bounds
        self._findings: list[Finding] = []
        self._unlisted = 0
        self._examined: list[Examined] = []
        self._marked: dict[int, Frontier] = {}
        self._last_time = ""
        self.walks: list[Walked] = []
        self._head = self._read_head()
        self._last = 0 if bounds.last is None else bounds.last if type(bounds.last) is int else stored.count()
        self.examined_upto = 0

    def _find(self, position: int | None, problem: str) -> None:
        self._findings.append(Finding(position, problem))

    def _read_head(self) -> _HeadRow | None:
        if len(self._bounds.heads) != 1:
            self._find(
                None, Sentence("there are {count} head rows, where one should stand", count=len(self._bounds.heads))
            )
            return None
        position, recorded_at, frontier = self._bounds.heads[0]
        try:
            return _HeadRow(position, recorded_at, Frontier.from_bytes(position, frontier))
        except (AttributeError, TypeError, ValueError):
            self._find(None, Sentence("the head row does not hold the tree of as many entries as it says"))
            return None

    def begin(self) -> None:
        """Look at the ends of the ledger and at its first entry; ``UnavailableError`` for an unknown format."""
        for drift in self._stored.guards():
            self._find(None, Sentence("{drift}: what should stop accidents was taken away or changed", drift=drift))
        first, last = self._bounds.first, self._bounds.last
        if not all(end is None or type(end) is int for end in (first, last)):
            self._find(None, Sentence("there are entries whose position is not a whole number"))
        elif first is not None and first < 1:
            self._find(first, Sentence("it stands before the first position, which is 1"))
        if self._head is not None:
            self._compare_ends(self._head.position, self._last)
            self._compare_shelves(self._head.position)
        self._look_at_opening()
        self._limit()

    def _limit(self) -> None:
        """Decide how far to examine: not as far as a forged end says, if it would keep us busy for ever."""
        size = self._last if self._head is None else self._head.position
        if self._findings:
            size = min(size, 2 * self._stored.count() + STRETCH)
        self.examined_upto = max(0, min(size, self._last))

    def _compare_ends(self, said: int, last: int) -> None:
        if last < said:
            many = said - last
            run = (
                Sentence("it is missing")
                if many == 1
                else Sentence("it and the {many:,} after it are missing", many=many - 1)
            )
            self._find(
                last + 1, Sentence("{run}: the head row says that the ledger has {said:,} entries", run=run, said=said)
            )
        if last > said:
            position = next((row[0] for page in self._stored.rows(said + 1, last) for row in page), last)
            self._find(
                position,
                Sentence("it stands behind the end that the head row names: it was not appended by the ledger"),
            )

    def _compare_shelves(self, size: int) -> None:
        """Compare which tiles stand with those that a tree of this size has."""
        found = {shelf.level: shelf[1:] for shelf in self._bounds.shelves}
        for level, hashes in enumerate(tile_counts(size)):
            last = (hashes - 1) // TILE_WIDTH
            wanted = (0, last, last + 1, (hashes - last * TILE_WIDTH) * HASH_BYTES)
            if found.pop(level, None) != wanted:
                self._find(
                    None,
                    Sentence(
                        "the tiles of level {level} do not hold {hashes:,} hashes without a gap",
                        level=level,
                        hashes=hashes,
                    ),
                )
        if found:
            self._find(
                None, Sentence("there are tiles of levels that a ledger of {size:,} entries does not have", size=size)
            )

    def _look_at_opening(self) -> None:
        number = self._format()
        if number is not None and number > FORMAT:
            raise UnavailableError(
                Sentence(
                    "{place}: this ledger has a newer format than this version of evenhand knows ({format}); "
                    "update evenhand",
                    place=self._stored.place,
                    format=FORMAT,
                )
            )
        if number != FORMAT:
            self._find(
                1, Sentence("it does not open a ledger of format {format}, as the first entry must", format=FORMAT)
            )

    def _format(self) -> int | None:
        """Read the format from the first entry; none where it does not open a ledger."""
        try:
            row = next((row for page in self._stored.rows(1, 1) for row in page), None)
        except TamperedError:  # examining the entry says more
            return None
        if row is None or not re.fullmatch(r"ledger\.opened\.v[1-9][0-9]*", str(row[5])):
            return None
        return _format_of(row[6]) if row[5] == LedgerOpened.TOPIC else FORMAT + 1

    def add(self, examined: Examined) -> None:
        """Take in what one stretch brought to light, in order."""
        if examined.first_time and examined.first_time < self._last_time:
            self._find(examined.stretch.first, Sentence("recorded_at is earlier than in the entry before it"))
        self._last_time = examined.last_time or self._last_time
        self._findings += examined.findings
        self._unlisted += examined.unlisted
        self._examined.append(examined)
        self._marked |= zip(examined.stretch.marks, examined.marked, strict=False)

    def end(self) -> None:
        """Compare the whole with the head row, the upper tiles and the indexes."""
        for walk in self.walks:
            self._findings += walk.findings
        tree = self._tree()
        if tree is None:
            return
        self._compare_indexes()
        self._compare_upper_tiles()
        if self._head is None or self._head.position != tree.size:
            return
        if self._head.recorded_at != self._last_time:
            self._find(None, Sentence("the head row has another time than the last entry"))
        if self._head.frontier != tree:
            self._find(None, Sentence("the head row holds another tree than the entries make"))
        else:
            self._acquit_entries()

    def _acquit_entries(self) -> None:
        """Say of hashes that differ that the tile was changed: the head row vouches for the entries."""
        other = Sentence("its hash in the tiles was changed: its line agrees with the head row")
        self._findings = [
            each._replace(problem=other) if each.problem == LEAF_DIFFERS else each for each in self._findings
        ]

    def _tree(self) -> Frontier | None:
        return _joined([each.frontier for each in self._examined])

    def _compare_indexes(self) -> None:
        held = (sum(each.places for each in self._examined), sum(each.names for each in self._examined))
        for name, walk, table in zip(("stream and version", "id"), self.walks, held, strict=False):
            if walk.fingerprint is not None and walk.fingerprint != table:
                self._find(
                    None,
                    Sentence(
                        "the index on {name} holds other entries than the table: look-ups may miss some", name=name
                    ),
                )

    def _compare_upper_tiles(self) -> None:
        """Compare the levels above those that the stretches looked at."""
        roots = [each.frontier.hashes[0] for each in self._examined if each.frontier and each.frontier.size == STRETCH]
        _, heights = Frontier().completed(roots)
        for level, hashes in enumerate(heights[2 * TILE_HEIGHT - STRETCH_HEIGHT :: TILE_HEIGHT], 2):
            tiles = range((len(hashes) - 1) // TILE_WIDTH + 1)
            held = self._stored.tiles(level, 0, len(tiles))
            for idx in tiles:
                wanted = b"".join(hashes[idx * TILE_WIDTH : (idx + 1) * TILE_WIDTH])
                if held.get(idx, b"")[: len(wanted)] != wanted:
                    self._find(
                        None,
                        Sentence(
                            "tile {idx} of level {level} does not hold the roots of the tiles below it",
                            idx=idx,
                            level=level,
                        ),
                    )

    @property
    def size(self) -> int:
        """How many entries were examined."""
        return self.examined_upto

    def root(self, size: int) -> bytes | None:
        """Answer with the root over the first entries, as they were hashed just now; none where it cannot be had."""
        whole = [each.frontier for each in self._examined[: (size - 1) // STRETCH]] if size else []
        tree = _joined([*whole, *([self._marked.get(size)] if size else [])])
        return None if tree is None else tree.root()

    def leaf(self, position: int) -> bytes | None:
        """Answer with the hash of an entry's line; none where it cannot be read."""
        row = self._row(position)
        try:
            return None if row is None else leaf_hash(line(row))
        except (AttributeError, TypeError, UnicodeEncodeError):
            return None

    def recorded_at(self, position: int) -> str | None:
        """Answer with the time of an entry as it stands; none where it cannot be read."""
        row = self._row(position)
        return row[1] if row is not None and isinstance(row[1], str) else None

    def _row(self, position: int) -> Any:
        try:
            return next((row for page in self._stored.rows(position, position) for row in page), None)
        except TamperedError:
            return None

    def remember(self, size: int, root: str) -> None:
        """Compare the beginning of the ledger with a root from before."""
        found = self.root(size) if size <= self.examined_upto else None
        if size > self.examined_upto:
            self._find(
                self.examined_upto + 1,
                Sentence(
                    "it and all up to entry {size:,} are missing: they stood here when the root was remembered",
                    size=size,
                ),
            )
        elif found is None:
            self._find(
                None,
                Sentence("the first {size:,} entries cannot be compared with the root that was remembered", size=size),
            )
        elif found.hex() != root:
            self._find(None, Sentence("the first {size:,} entries changed since their root was remembered", size=size))

    def spoken(self, weighed: Weighed, *, seen: int | None, held: bool, against_classes: bool) -> Verification:
        """Put everything into words; ``held`` says whether a checkpoint kept elsewhere was given."""
        tree = self._tree() if self.examined_upto == self._last else None
        entries = sum(each.entries for each in self._examined)
        checked: list[Sentence] = []
        if not self._findings:
            checked.append(Sentence(HASHED, count=entries))
            checked += [Sentence(FIELDS)] if against_classes else []
            checked += [Sentence(SEEN, size=seen)] if seen is not None else []
        self._findings += weighed.findings
        listed = self._listed()
        types = sum((each.types for each in self._examined), Counter[str]())
        unknown = sum(count for topic, count in types.items() if not REGISTRY.knows(topic))
        left = (
            TAIL_SINCE if seen is not None or held else TAIL,
            *weighed.not_checked,
            RULES,
            *(() if against_classes else (CLASSES,)),
            *((Sentence(UNKNOWN, count=unknown),) if unknown else ()),
            *ALWAYS,
        )
        root = tree.root().hex() if tree else None
        return Verification(not listed, entries, root, listed, (*checked, *weighed.checked), left)

    def _listed(self) -> tuple[Finding, ...]:
        placed = sorted(
            (each for each in self._findings if each.position is not None), key=lambda each: each.position or 0
        )
        listed = placed[:MOST_FINDINGS] + [each for each in self._findings if each.position is None]
        if unlisted := self._unlisted + len(placed[MOST_FINDINGS:]):
            listed.append(Finding(None, Sentence("{unlisted:,} more are not listed", unlisted=unlisted)))
        return tuple(listed)


def _joined(trees: Sequence[Frontier | None]) -> Frontier | None:
    """Put the trees of stretches together; only the last may be smaller than a stretch."""
    whole = [tree for tree in trees if tree is not None]
    if len(whole) < len(trees):
        return None
    full = [tree.hashes[0] for tree in whole if tree.size == STRETCH]
    rest = next((tree for tree in whole if tree.size != STRETCH), Frontier())
    return Frontier(len(full) * STRETCH + rest.size, (*Frontier().extend(full).hashes, *rest.hashes))


def _format_of(body: Any) -> int | None:
    try:
        opened = from_json(body)
    except (TypeError, ValueError):
        return None
    number = cast("dict[str, Any]", opened).get("format") if isinstance(opened, dict) else None
    return number if type(number) is int else None

"""Read inside one transaction.

A reader is valid as long as the transaction it was given for. Lists come in position order. What a reader hands out is
what is stored; whether it is what was recorded is for ``verify`` to say.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final, Protocol

from sqlalchemy import JSON, BigInteger, Connection, LargeBinary, Select, Text, and_, bindparam, cast, func, select

from evenhand.errors import TamperedError
from evenhand.events.entry import Entry
from evenhand.merkle.tiles import partial_tiles
from evenhand.merkle.tree import Frontier
from evenhand.sentence import Sentence
from evenhand.store.shape import Head
from evenhand.store.tables import ENTRY, HEAD, IS_OF_PERSONS, TILE

_AT_ONCE: Final = 5_000  # ids in one statement; both databases take more, not without end

# SQLite keeps text in any column, and reading text where bytes belong would fail: hence the casts.
_HASHES: Final = cast(TILE.c.hashes, LargeBinary)
_HEAD: Final = select(HEAD.c.position, HEAD.c.recorded_at, cast(HEAD.c.frontier, LargeBinary).label("frontier"))
_LOCKED_HEAD: Final = _HEAD.with_for_update()
_OF_TYPE: Final = (
    select(ENTRY)
    .where(ENTRY.c.stream == bindparam("stream"), ENTRY.c.type.in_(bindparam("types", expanding=True)))
    .order_by(ENTRY.c.position)
)
_OF_PERSONS: Final = select(ENTRY).where(IS_OF_PERSONS).order_by(ENTRY.c.position)
_OF_KIND: Final = select(ENTRY).where(ENTRY.c.type == bindparam("kind")).order_by(ENTRY.c.position)
_TILE: Final = select(_HASHES).where(TILE.c.level == bindparam("at"), TILE.c.idx == bindparam("index"))
_TILES: Final = (
    select(TILE.c.idx, _HASHES.label("hashes"))
    .where(TILE.c.level == bindparam("at"), TILE.c.idx >= bindparam("first"), TILE.c.idx < bindparam("end"))
    .order_by(TILE.c.idx)
)


class Reader(Protocol):
    """What a plan may ask about the ledger before it answers with new entries."""

    def head(self) -> Head:
        """Answer with the last position, its time, and the tree."""
        ...

    def by_ids(self, ids: Collection[str]) -> dict[str, Entry]:
        """Answer with those of these entries that stand, by id."""
        ...

    def after(self, versions: Mapping[str, int]) -> list[Entry]:
        """Answer with the entries of these streams whose version is greater than the one given."""
        ...

    def of_type(self, stream: str, types: Collection[str]) -> list[Entry]:
        """Answer with the entries of one stream that have one of these types."""
        ...

    def of_persons(self) -> list[Entry]:
        """Answer with every merge, separation and erasure of people, found without reading the rest."""
        ...

    def opened(self, streams: Collection[str]) -> dict[str, Entry]:
        """Answer with the first entry of those of these streams that stand, by stream."""
        ...

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Answer with the version of the last entry of each of these streams that stand."""
        ...

    def naming(self, kind: str, ids: Collection[str]) -> list[Entry]:
        """Answer with the entries of one type whose body names one of these ids; it reads all entries, ask seldom."""
        ...


class SqlReader:
    """The one reader there is, over a connection in a transaction."""

    def __init__(self, connection: Connection, place: str) -> None:
        """Take a connection whose transaction has begun; ``place`` names the ledger in messages."""
        self._connection = connection
        self._place = place

    def head(self) -> Head:
        """Answer with the last position, its time, and the tree. Raises ``TamperedError`` if the row is not whole."""
        return self._head(_HEAD)

    def locked_head(self) -> Head:
        """Answer with the head, keeping other writers out until the transaction ends."""
        return self._head(_LOCKED_HEAD)

    def _head(self, statement: Select[*tuple[Any, ...]]) -> Head:
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise TamperedError(
                Sentence("{place}: the head row is missing; append nothing, run: evenhand verify", place=self._place)
            )
        try:
            return Head(row.position, str(row.recorded_at), Frontier.from_bytes(row.position, row.frontier))
        except (TypeError, ValueError):
            raise TamperedError(
                Sentence(
                    "{place}: the head row does not hold the tree of the entries it counts; append nothing, "
                    "run: evenhand verify",
                    place=self._place,
                )
            ) from None

    def by_ids(self, ids: Collection[str]) -> dict[str, Entry]:
        """Answer with those of these entries that stand, by id."""
        by_id = _by_id(self._connection.dialect.name)
        return {entry.id: entry for some in _some(ids) for entry in self._entries(by_id, wanted=some)}

    def after(self, versions: Mapping[str, int]) -> list[Entry]:
        """Answer with the entries of these streams whose version is greater than the one given."""
        if not versions:
            return []
        return list(self._entries(_after(self._connection.dialect.name), wanted=json.dumps(dict(versions))))

    def of_type(self, stream: str, types: Collection[str]) -> list[Entry]:
        """Answer with the entries of one stream that have one of these types."""
        return list(self._entries(_OF_TYPE, stream=stream, types=list(types)))

    def of_persons(self) -> list[Entry]:
        """Answer with every merge, separation and erasure of people, found without reading the rest."""
        return list(self._entries(_OF_PERSONS))

    def opened(self, streams: Collection[str]) -> dict[str, Entry]:
        """Answer with the first entry of those of these streams that stand, by stream."""
        opened = _opened(self._connection.dialect.name)
        return {entry.stream: entry for some in _some(streams) for entry in self._entries(opened, wanted=some)}

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """Answer with the version of the last entry of each of these streams that stand."""
        last = _versions(self._connection.dialect.name)
        rows = (row for some in _some(streams) for row in self._connection.execute(last, {"wanted": some}))
        return dict(map(tuple, rows))

    def naming(self, kind: str, ids: Collection[str]) -> list[Entry]:
        """Answer with the entries of one type whose body names one of these ids; it reads all entries, ask seldom."""
        return [entry for entry in self._entries(_OF_KIND, kind=kind) if any(each in entry.body for each in ids)]

    def stream(
        self,
        stream: str,
        *,
        after: int | None = None,
        upto: int | None = None,
        descending: bool = False,
        count: int | None = None,
    ) -> list[Entry]:
        """Answer with one stream in the order of its versions, or of some of them."""
        version = ENTRY.c.version
        statement = select(ENTRY).where(ENTRY.c.stream == stream)
        if after is not None:
            statement = statement.where(version > after)
        if upto is not None:
            statement = statement.where(version <= upto)
        return list(self._entries(statement.order_by(version.desc() if descending else version).limit(count)))

    def page(self, *, after: int, upto: int | None, count: int, types: Collection[str] = ()) -> list[Entry]:
        """Answer with at most ``count`` entries of greater position than ``after``, up to and with ``upto``."""
        statement = select(ENTRY).where(ENTRY.c.position > after)
        if upto is not None:
            statement = statement.where(ENTRY.c.position <= upto)
        if types:
            statement = statement.where(ENTRY.c.type.in_(types))
        return list(self._entries(statement.order_by(ENTRY.c.position).limit(count)))

    def partial(self, size: int) -> dict[int, bytes]:
        """Answer with the tiles that are not full in a tree of so many entries, by level; a missing one is left out."""
        held = {
            shape.level: self._connection.execute(_TILE, {"at": shape.level, "index": shape.idx}).scalar()
            for shape in partial_tiles(size)
        }
        return {level: hashes for level, hashes in held.items() if hashes is not None}

    def tiles(self, level: int, first: int, count: int) -> dict[int, bytes]:
        """Answer with the hashes of ``count`` tiles of a level from ``first`` on, by index, as far as they stand."""
        rows = self._connection.execute(_TILES, {"at": level, "first": first, "end": first + count})
        return {row.idx: row.hashes for row in rows}

    def _entries(self, statement: Select[*tuple[Any, ...]], **values: object) -> Iterator[Entry]:
        return map(Entry._make, self._connection.execute(statement, values))


def _some(texts: Collection[str]) -> Iterator[str]:
    """Write texts as JSON lists of a length that one statement takes: the statement's own text never changes."""
    wanted = list(texts)
    return (json.dumps(wanted[start : start + _AT_ONCE]) for start in range(0, len(wanted), _AT_ONCE))


def _listed(dialect: str) -> Any:
    """Build the table that a JSON list of texts is."""
    given = bindparam("wanted", type_=Text)
    if dialect == "sqlite":
        return func.json_each(given).table_valued("value", name="wanted")
    return func.json_array_elements_text(cast(given, JSON)).table_valued("value", name="wanted")


@cache
def _by_id(dialect: str) -> Select[*tuple[Any, ...]]:
    wanted = _listed(dialect)
    return select(ENTRY).join_from(wanted, ENTRY, ENTRY.c.id == wanted.c.value).order_by(ENTRY.c.position)


@cache
def _opened(dialect: str) -> Select[*tuple[Any, ...]]:
    wanted = _listed(dialect)
    return select(ENTRY).join_from(wanted, ENTRY, and_(ENTRY.c.stream == wanted.c.value, ENTRY.c.version == 1))


@cache
def _versions(dialect: str) -> Select[*tuple[Any, ...]]:
    wanted = _listed(dialect)
    last = select(ENTRY.c.stream, func.max(ENTRY.c.version))
    return last.join_from(wanted, ENTRY, ENTRY.c.stream == wanted.c.value).group_by(ENTRY.c.stream)


@cache
def _after(dialect: str) -> Select[*tuple[Any, ...]]:
    """Build the statement that joins a JSON object of stream and version, so that its text never changes."""
    wanted: Any
    if dialect == "sqlite":
        wanted = func.json_each(bindparam("wanted", type_=Text)).table_valued("key", "value", name="wanted")
    else:
        given = cast(bindparam("wanted", type_=Text), JSON)
        wanted = func.json_each_text(given).table_valued("key", "value", name="wanted")
    newer = and_(ENTRY.c.stream == wanted.c.key, ENTRY.c.version > cast(wanted.c.value, BigInteger))
    return select(ENTRY).join_from(wanted, ENTRY, newer).order_by(ENTRY.c.position)

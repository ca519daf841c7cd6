"""What is stored, row by row as the driver gives it, for who does not trust it yet.

Nothing is made into entries, and nothing is assumed to be there: a head row may be missing, a column may hold what it
should not. Pages are small, so that memory does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, LargeBinary, Select, cast, func, select

from evenhand.store.database import Database
from evenhand.store.tables import ENTRY, HEAD, TILE

PAGE: Final = 512
"""Rows at once: few enough that the memory of one page is used again by the next."""

_FIRST: Final = select(func.min(ENTRY.c.position))
_LAST: Final = select(func.max(ENTRY.c.position))
_COUNT: Final = select(func.count()).select_from(ENTRY)
_HASHES: Final = cast(TILE.c.hashes, LargeBinary)  # SQLite keeps text in any column, and reading it could fail
_HEADS: Final = select(HEAD.c.position, HEAD.c.recorded_at, cast(HEAD.c.frontier, LargeBinary))
_SHELVES: Final = select(TILE.c.level, func.min(TILE.c.idx), func.max(TILE.c.idx), func.count()).group_by(TILE.c.level)


class Shelf(NamedTuple):
    """Which tiles a level has, and how many bytes the last of them holds."""

    level: int
    first: int
    last: int
    tiles: int
    last_bytes: int


class Bounds(NamedTuple):
    """Where the tables begin and end, all at one moment."""

    heads: tuple[tuple[Any, Any, Any], ...]
    """Position, recorded_at and frontier; one row in a ledger that is whole."""
    first: int | None
    last: int | None
    shelves: tuple[Shelf, ...]


class Stored:
    """Reads the tables of a store; every method opens and ends a transaction of its own."""

    def __init__(self, database: Database) -> None:
        """Take a database that was looked at before: its tables stand."""
        self._database = database

    @property
    def place(self) -> str:
        """Name the store in a message."""
        return self._database.place

    def bounds(self) -> Bounds:
        """Answer with where the tables begin and end."""
        with self._database.reading() as connection:
            heads = tuple((row[0], row[1], row[2]) for row in connection.execute(_HEADS))
            first, last = connection.execute(_FIRST).scalar(), connection.execute(_LAST).scalar()
            shelves = tuple(
                Shelf(level, low, high, count, _bytes_of(connection, level, high))
                for level, low, high, count in connection.execute(_SHELVES).all()
            )
        return Bounds(heads, first, last, shelves)

    def count(self) -> int:
        """Count the entries; it reads a whole index, so ask only when the bounds do not tell."""
        with self._database.reading() as connection:
            return connection.execute(_COUNT).scalar_one()

    def rows(self, first: int, last: int) -> Iterator[list[Any]]:
        """Walk the rows of the positions ``first`` to ``last``, columns in the order of ``Entry``, a page at a time."""
        return self._walk(select(ENTRY).where(ENTRY.c.position.between(first, last)).order_by(ENTRY.c.position))

    def by_stream(self, last: int) -> Iterator[list[Any]]:
        """Walk (stream, version, position) up to a position, in the order of their index, where one stands."""
        columns = select(ENTRY.c.stream, ENTRY.c.version, ENTRY.c.position).where(_unsorted_upto(last))
        return self._walk(columns.order_by(ENTRY.c.stream, ENTRY.c.version))

    def by_id(self, last: int) -> Iterator[list[Any]]:
        """Walk (id, position) up to a position, in the order of its index, where one stands."""
        columns = select(ENTRY.c.id, ENTRY.c.position).where(_unsorted_upto(last))
        return self._walk(columns.order_by(ENTRY.c.id))

    def tiles(self, level: int, first: int, count: int) -> dict[int, bytes]:
        """Answer with the hashes of the tiles of a level, by index, as far as they stand."""
        wanted = TILE.c.idx.between(first, first + count - 1)
        chosen = select(TILE.c.idx, _HASHES).where(TILE.c.level == level, wanted)
        with self._database.reading() as connection:
            return {idx: hashes or b"" for idx, hashes in connection.execute(chosen)}

    def guards(self) -> tuple[str, ...]:
        """Say which triggers and indexes no longer stand as they were made; nothing when all do."""
        with self._database.reading() as connection:
            return self._database.drift(connection)

    def _walk(self, chosen: Select[*tuple[Any, ...]]) -> Iterator[list[Any]]:
        with self._database.reading() as connection:
            # All values are integers of ours; the driver's own cursor is a third faster than SQLAlchemy's rows.
            text = str(chosen.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
            cursor = _cursor(connection)
            try:
                cursor.execute(text)
                while page := cursor.fetchmany(PAGE):
                    yield page
            finally:
                cursor.close()


def _unsorted_upto(last: int) -> ColumnElement[bool]:
    """Compare a sum, or SQLite would walk by the key of the row and sort, where an index stands in order."""
    return (ENTRY.c.position + 0) <= last


def _cursor(connection: Connection) -> Any:
    """Open a driver's cursor that does not fetch everything at once."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor() if connection.dialect.name == "sqlite" else driver.cursor(name="evenhand_walk")


def _bytes_of(connection: Connection, level: int, idx: int) -> int:
    chosen = select(func.length(_HASHES)).where(TILE.c.level == level, TILE.c.idx == idx)
    return connection.execute(chosen).scalar() or 0

"""Read the log without the store: ADBC hands DuckDB whole columns, which is twenty times faster than rows in Python.

One connection is one read transaction, and every query has a cursor of its own: executing a cursor again whose result
was not read to its end lost rows without a word. What arrived is therefore also counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import duckdb

from evenhand.errors import TamperedError, UnavailableError
from evenhand.events.entry import Entry
from evenhand.merkle.tiles import partial_tiles
from evenhand.merkle.tree import EMPTY_ROOT, HASH_BYTES, Frontier

STAGED = "temp.main.staged"
_STAGE = (
    "CREATE OR REPLACE TEMP TABLE staged AS SELECT CAST(position AS BIGINT) AS position, recorded_at, stream, "
    "CAST(version AS BIGINT) AS version, id, type AS written_as, type, body FROM"
)
_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://")


class Mark(NamedTuple):
    """How far a log goes: its last position, when that was recorded, and the root of its tree in hexadecimal."""

    position: int
    recorded_at: str | None
    root: str


class Log(Protocol):
    """What the tables are made from."""

    def head(self) -> Mark:
        """Answer with the end of the log."""
        ...

    def root_at(self, position: int) -> str:
        """Answer with the root of the tree of the first entries, as the log's own tiles have it."""
        ...

    def recorded_at(self, position: int) -> str:
        """Answer with the time at which an entry was recorded."""
        ...

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""
        ...


class StoredLog:
    """A ledger's own database, SQLite or PostgreSQL, read through ADBC in one transaction."""

    def __init__(self, adbc: Any) -> None:
        """Take an open ADBC connection."""
        self._adbc = adbc
        self._scratch = duckdb.connect(":memory:")

    def close(self) -> None:
        """End the read transaction."""
        self._scratch.close()
        self._adbc.close()

    def head(self) -> Mark:
        """Answer with the end of the log."""
        found = self._rows("SELECT position, recorded_at, frontier FROM head")
        if not found or not found[0][0]:
            return Mark(0, None, EMPTY_ROOT.hex())
        position, recorded_at, frontier = found[0]
        try:
            return Mark(position, recorded_at, Frontier.from_bytes(position, frontier).root().hex())
        except ValueError:
            raise TamperedError("the head of the ledger does not fit its size; run: evenhand verify") from None

    def root_at(self, position: int) -> str:
        """Answer with the root of the tree of the first entries, as the log's own tiles have it."""
        hashes: list[bytes] = []
        for shape in reversed(partial_tiles(position)):
            found = self._rows(f"SELECT hashes FROM tile WHERE level = {shape.level:d} AND idx = {shape.idx:d}")
            row = found[0][0][: shape.width * HASH_BYTES] if found else b""
            if len(row) != shape.width * HASH_BYTES:
                raise TamperedError(f"tile {shape.idx} of level {shape.level} is missing; run: evenhand verify")
            leaves = [row[start : start + HASH_BYTES] for start in range(0, len(row), HASH_BYTES)]
            hashes += Frontier().extend(leaves).hashes
        return Frontier(position, tuple(hashes)).root().hex()

    def recorded_at(self, position: int) -> str:
        """Answer with the time at which an entry was recorded."""
        found = self._rows(f"SELECT recorded_at FROM entry WHERE position = {position:d}")
        if not found:
            raise TamperedError(f"entry {position} is missing; run: evenhand verify")
        return str(found[0][0])

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""
        entries = (
            "SELECT position, recorded_at, stream, version, id, type, body FROM entry "
            f"WHERE position > {after:d} AND position <= {upto:d} ORDER BY position"
        )
        with self._arriving(connection, entries):
            connection.execute(f"{_STAGE} arriving")

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._arriving(self._scratch, query):
            return self._scratch.execute("SELECT * FROM arriving").fetchall()

    @contextmanager
    def _arriving(self, connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[None]:
        with closing(self._adbc.cursor()) as cursor:
            cursor.execute(query)
            connection.register("arriving", cursor.fetch_arrow())
            try:
                yield
            finally:
                connection.unregister("arriving")


class ListedLog:
    """Entries in memory, for tests and examples; the root is not computed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Take the entries, from position 1 on."""
        self._entries = tuple(entries)

    def head(self) -> Mark:
        """Answer with the end of the log."""
        if not self._entries:
            return Mark(0, None, EMPTY_ROOT.hex())
        return Mark(self._entries[-1].position, self._entries[-1].recorded_at, "")

    def root_at(self, position: int) -> str:  # noqa: ARG002 - the protocol's
        """Answer with nothing: there is no tree."""
        return ""

    def recorded_at(self, position: int) -> str:
        """Answer with the time at which an entry was recorded."""
        return self._entries[position - 1].recorded_at

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""
        columns = zip(*self._entries[after:upto], strict=True)
        fields = zip(Entry._fields, ("BIGINT", "VARCHAR", "VARCHAR", "BIGINT", *["VARCHAR"] * 3), strict=True)
        unnested = ", ".join(f"unnest(CAST(${at} AS {kind}[])) AS {name}" for at, (name, kind) in enumerate(fields, 1))
        connection.execute(f"{_STAGE} (SELECT {unnested})", [list(column) for column in columns])


@contextmanager
def open_log(store_url: str) -> Iterator[StoredLog]:
    """Open a ledger's database for reading; ``UnavailableError`` when it cannot be."""
    try:
        log = StoredLog(_connect(store_url))
    except Exception as error:
        if isinstance(error, UnavailableError):
            raise
        raise UnavailableError(
            "the ledger's database cannot be read; see whether it is there, and not locked"
        ) from None
    with closing(log):
        yield log


def _connect(store_url: str) -> Any:
    if store_url.startswith(_SQLITE):
        return _connect_sqlite(Path(store_url.removeprefix(_SQLITE)))
    for prefix in _POSTGRESQL:
        if store_url.startswith(prefix):
            from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - loaded only where it is used

            return dbapi.connect("postgresql://" + store_url.removeprefix(prefix))
    raise UnavailableError("the address of the store must begin with sqlite:/// or postgresql://")


def _connect_sqlite(path: Path) -> Any:
    from adbc_driver_sqlite import dbapi  # noqa: PLC0415 - loaded only where it is used

    if not path.is_file():
        raise UnavailableError(f"there is no ledger at {path}")
    return dbapi.connect(f"file:{quote(str(path.absolute()))}?mode=ro")

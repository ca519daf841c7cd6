"""Open a ledger's database and read it column by column, without the store.

ADBC hands DuckDB whole columns, which is much faster than rows in Python. One connection is one read transaction, and
every query has a cursor of its own: executing a cursor again whose result was not read to its end lost rows.

ADBC brings a SQLite library of its own. On POSIX, closing a file drops every lock the process holds on it, those of
another library's connections included, and a writer without its locks can lose what it acknowledged. So when this
process has the ledger's file open already, it is read through Python's own library, in which the two know each other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import duckdb

from evenhand.columns.log import STAGE, StoredLog, entries_query
from evenhand.errors import EvenhandError, UnavailableError
from evenhand.sentence import Sentence

_BATCH_ROWS = "adbc.sqlite.query.batch_rows"
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://")
_PAGE = 50_000
_LEFT_OPEN: list[Any] = []
"""ADBC connections to files that this process opened elsewhere meanwhile: closing them would drop those locks."""


class AdbcLog(StoredLog):
    """A database read through ADBC."""

    def __init__(self, adbc: Any, scratch: duckdb.DuckDBPyConnection, path: Path | None = None) -> None:
        """Take an open ADBC connection, a DuckDB connection to read small results with, and the file if it is one."""
        self._adbc = adbc
        self._scratch = scratch
        self._path = path
        self._own = _times_open(path) if path else 0

    def close(self) -> None:
        """End the read transaction."""
        if self._path and _times_open(self._path) > self._own:
            self._adbc.rollback()
            _LEFT_OPEN.append(self._adbc)
        else:
            self._adbc.close()

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Answer with all rows of a small result."""
        with self._arriving(self._scratch, query):
            return self._scratch.execute("SELECT * FROM arriving").fetchall()

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""
        with self._arriving(connection, entries_query(after, upto)):
            connection.execute(STAGE)

    @contextmanager
    def _arriving(self, connection: duckdb.DuckDBPyConnection, query: str) -> Generator[None]:
        with closing(self._adbc.cursor()) as cursor:
            if self._path:
                cursor.adbc_statement.set_options(**{_BATCH_ROWS: "16384"})
            cursor.execute(query)
            connection.register("arriving", cursor.fetch_arrow())
            try:
                yield
            finally:
                connection.unregister("arriving")


class SqliteLog(StoredLog):
    """A SQLite file read through Python's own library, page by page."""

    def __init__(self, uri: str) -> None:
        """Open the file and begin to read."""
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """End the read transaction."""
        self._connection.close()

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Answer with all rows of a small result."""
        return self._connection.execute(query).fetchall()

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""
        for start in range(after, upto, _PAGE):
            page = self.fetch(entries_query(start, min(start + _PAGE, upto)))
            _stage_rows(connection, page, more=start > after)


def _stage_rows(connection: duckdb.DuckDBPyConnection, page: list[tuple[Any, ...]], *, more: bool) -> None:
    import numpy as np  # noqa: PLC0415 - loaded only where it is used

    names = ("position", "recorded_at", "stream", "version", "id", "type", "body")
    columns = zip(*page, strict=True) if page else ((),) * len(names)
    arriving: dict[str, Any] = {}
    for name, column in zip(names, columns, strict=True):
        arriving[name] = np.empty(len(page), dtype=np.int64 if name in ("position", "version") else object)
        arriving[name][:] = column
    connection.register("arriving", arriving)
    try:
        connection.execute(
            STAGE.replace("CREATE OR REPLACE TEMP TABLE staged AS", "INSERT INTO staged") if more else STAGE
        )
    finally:
        connection.unregister("arriving")


@contextmanager
def open_log(store_url: str, scratch: duckdb.DuckDBPyConnection) -> Generator[StoredLog]:
    """Open a ledger's database for reading; ``UnavailableError`` when it cannot be.

    ``store_url`` is ``sqlite:///PATH``, a URI (``file:…``) or ``postgresql://…``; ``scratch`` is for small results.
    """
    with ExitStack() as stack:
        try:
            log = stack.enter_context(closing(_open(store_url, scratch)))
            log.fetch("SELECT position FROM head")
        except EvenhandError:
            raise
        except Exception:  # noqa: BLE001 - each driver has errors of its own, and their texts can name an address
            raise UnavailableError(
                Sentence(
                    "the ledger's database cannot be read; see whether it is there, is a ledger, and is not locked"
                )
            ) from None
        yield log


def _open(store_url: str, scratch: duckdb.DuckDBPyConnection) -> StoredLog:
    for prefix in _POSTGRESQL:
        if store_url.startswith(prefix):
            from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - loaded only where it is used

            return AdbcLog(
                dbapi.connect(  # pyright: ignore[reportUnknownMemberType] - the driver leaves it untyped
                    "postgresql://" + store_url.removeprefix(prefix)
                ),
                scratch,
            )
    if store_url.startswith("sqlite:///"):
        path = Path(unquote(store_url.removeprefix("sqlite:///")))
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    elif store_url.startswith("file:"):
        path, uri = Path(unquote(store_url.removeprefix("file:").partition("?")[0])), store_url
    elif "://" not in store_url:
        path = Path(store_url)
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    else:
        raise UnavailableError(
            Sentence("the address of the store must be a path, or begin with sqlite:///, file: or postgresql://")
        )
    if not path.is_file():
        raise UnavailableError(Sentence("there is no ledger at {path}", path=path))
    if _times_open(path):
        return SqliteLog(uri)
    from adbc_driver_sqlite import dbapi as sqlite_dbapi  # noqa: PLC0415 - loaded only where it is used

    connection = sqlite_dbapi.connect(uri)  # pyright: ignore[reportUnknownMemberType] - the driver leaves it untyped
    return AdbcLog(connection, scratch, path)


def _times_open(path: Path) -> int:
    """Count this process's own descriptors of a file; where they cannot be listed, locks do not work in that way."""
    try:
        wanted = path.stat()
        descriptors = [int(each) for each in os.listdir("/dev/fd")]  # noqa: PTH208 - numbers, not paths
    except OSError:
        return 0
    count = 0
    for each in descriptors:
        try:
            found = os.fstat(each)
        except OSError:
            continue
        count += (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
    return count

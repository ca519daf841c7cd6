"""A ledger in one SQLite file: write-ahead log, every commit on the disk before it is acknowledged.

A file that somebody else made is opened for reading only: nothing in its folder is created, changed or recovered, and
no function that its schema names is trusted. If a log waits beside it, both are copied and the copy is read.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from evenhand.errors import EvenhandError, UnavailableError, reason
from evenhand.events.entry import Entry
from evenhand.sentence import Sentence
from evenhand.store import sqlite_guards, trouble
from evenhand.store.database import Database
from evenhand.store.foreign import Foreign, logged
from evenhand.store.trouble import WAIT_SECONDS

_ALWAYS: Final = ("trusted_schema = OFF", "recursive_triggers = ON", "cache_size = -65536")
_TO_WRITE: Final = ("synchronous = FULL", "wal_autocheckpoint = 10000")
_TO_READ: Final = ("query_only = ON",)
_INSERT: Final = (
    "INSERT INTO entry (position, recorded_at, stream, version, id, type, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
)

_MEANING: Final = {
    "SQLITE_CONSTRAINT_UNIQUE": trouble.repeated,
    "SQLITE_CONSTRAINT_TRIGGER": trouble.disagreeing,
    "SQLITE_CONSTRAINT_PRIMARYKEY": trouble.disagreeing,
    "SQLITE_CONSTRAINT_ROWID": trouble.disagreeing,
    "SQLITE_BUSY": trouble.locked,
    "SQLITE_LOCKED": trouble.locked,
    "SQLITE_READONLY": trouble.read_only,
    "SQLITE_PERM": trouble.read_only,
    "SQLITE_NOTADB": trouble.not_a_ledger,
    "SQLITE_CORRUPT": trouble.damaged,
    "SQLITE_CANTOPEN": trouble.unreachable,
    "SQLITE_FULL": trouble.no_room,
}


class SqliteDatabase(Database):
    """A file. Writers of this process queue here, those of other processes at the file's lock."""

    driver_error = sqlite3.Error

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Name the file; it is opened at the first transaction."""
        self.path = path
        self.place = str(path)
        self.read_only = read_only
        self._turn = Lock()
        self._foreign = Foreign(path) if read_only else None

    @cached_property
    def _uri(self) -> str:
        return self._foreign.uri() if self._foreign else f"file:{quote(str(self.path.absolute()))}?mode=rw"

    @property
    def source(self) -> str:
        """The file for reading, or the copy that is read in its place."""
        return self._uri.replace("?mode=rw", "?mode=ro")

    @cached_property
    def _engine(self) -> Engine:
        uri = self._uri
        pragmas = "".join(f"PRAGMA {each};" for each in _ALWAYS + (_TO_READ if self.read_only else _TO_WRITE))

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.executescript(pragmas)
            return connection

        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a transaction that sees one state of the ledger from beginning to end."""
        with self.speaking(), self._engine.connect() as connection, connection.begin():
            yield connection
        if self._foreign:
            self._foreign.must_stand_still()

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction that keeps other writers out from its beginning and commits at its end."""
        self.must_write()
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise trouble.locked(self.place)
        try:
            immediate = self._engine.execution_options(begin="IMMEDIATE")
            with self.speaking(), immediate.connect() as connection, connection.begin():
                yield connection
        finally:
            self._turn.release()

    def prepare(self) -> None:
        """Create the file, for its owner only, and turn its write-ahead log on."""
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise UnavailableError(
                Sentence(
                    "{place}: cannot be created: {reason}; choose a folder that you may write to",
                    place=self.place,
                    reason=reason(error),
                )
            ) from None
        with self.speaking(), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = WAL")

    def look(self) -> None:
        """Raise for a file that is missing, something else, cut within a page, or not to be written to."""
        if not self.path.exists():
            raise trouble.missing(self.place)
        size = self.path.stat().st_size if self.path.is_file() else 0
        if not size:
            raise trouble.not_a_ledger(self.place)
        if not self.read_only and not (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)):
            raise trouble.read_only(self.place)
        with self.reading() as connection:  # SQLite itself fills a page that is not whole with zeros
            whole = size % int(connection.exec_driver_sql("PRAGMA page_size").scalar_one()) == 0
        if not whole and not logged(self.path):
            raise trouble.damaged(self.place)

    def guard(self, connection: Connection) -> None:
        """Make the triggers; the tables stand already."""
        sqlite_guards.create(connection)

    def drift(self, connection: Connection) -> tuple[str, ...]:
        """Say which triggers and indexes no longer stand as they were made."""
        return sqlite_guards.drift(connection)

    def insert(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Write entries through one prepared statement of the driver."""
        connection.exec_driver_sql(_INSERT, list(entries))

    def trouble(self, error: BaseException) -> EvenhandError:
        """Say in words what SQLite means."""
        name = str(getattr(error, "sqlite_errorname", ""))
        if name == "SQLITE_CONSTRAINT_TRIGGER" and sqlite_guards.REPEATED in str(error):
            return trouble.repeated(self.place)
        if not name and "decode to UTF-8" in str(error):
            return trouble.damaged(self.place)
        meaning = _MEANING.get(name) or _MEANING.get("_".join(name.split("_")[:2]))
        return meaning(self.place) if meaning else trouble.failed(self.place, name or type(error).__name__)

    def close(self) -> None:
        """Let go of all connections, and of the copy if one was made."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
        if self._foreign:
            self._foreign.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

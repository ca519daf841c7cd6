"""A ledger in PostgreSQL, through psycopg: batches go in by binary COPY, the head row's lock orders the writers.

The server must keep text as UTF-8, and a commit is acknowledged only once it is on the server's disk, whatever the
server's own setting.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event

from evenhand.errors import EvenhandError, UnavailableError
from evenhand.events.entry import Entry
from evenhand.sentence import Sentence
from evenhand.store import postgres_guards, trouble
from evenhand.store.database import Database
from evenhand.store.trouble import WAIT_SECONDS

_COPY: Final = "COPY entry (position, recorded_at, stream, version, id, type, body) FROM STDIN (FORMAT BINARY)"
_TYPES: Final = ("int8", "text", "text", "int8", "text", "text", "text")
_SETTLE: Final = "SELECT set_config('lock_timeout', %s, false), set_config('synchronous_commit', 'on', false)"

_PLACE: Final = "entry_pkey"

_MEANING: Final = {
    "23505": trouble.repeated,  # unique_violation
    "55P03": trouble.locked,  # lock_not_available
    "25006": trouble.read_only,  # read_only_sql_transaction
    "42501": trouble.read_only,  # insufficient_privilege
    "42P01": trouble.not_a_ledger,  # undefined_table
    "42P07": trouble.present,  # duplicate_table
    "42723": trouble.present,  # duplicate_function
    "3D000": trouble.missing,  # no such database
    "53100": trouble.no_room,  # disk_full
    "XX001": trouble.damaged,  # data_corrupted
    "XX002": trouble.damaged,  # index_corrupted
}
_NO_ANSWER: Final = {"08", "28", "57"}  # connection, authorisation, shut down


class PostgresDatabase(Database):
    """A database on a server, or a schema of it: the first of the connection's search path."""

    driver_error = psycopg.Error

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        """Name the database; nothing connects before the first transaction."""
        self._url = url.set(drivername="postgresql+psycopg")
        self.place = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self.read_only = read_only

    @property
    def source(self) -> str:
        """The address for libpq, password and all."""
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self._url, hide_parameters=True, pool_pre_ping=True)
        event.listen(engine, "connect", _settle)
        return engine

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a transaction that sees one state of the ledger from beginning to end."""
        still = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with self.speaking(), still.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction whose statements each see what is committed: other writers wait at the head row."""
        self.must_write()
        fresh = self._engine.execution_options(isolation_level="READ COMMITTED")
        with self.speaking(), fresh.connect() as connection, connection.begin():
            yield connection

    def prepare(self) -> None:
        """Look; a server needs nothing else."""
        self.look()

    def look(self) -> None:
        """Refuse a database that does not keep text as UTF-8."""
        with self.reading() as connection:
            if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
                raise UnavailableError(
                    Sentence(
                        "{place}: this database does not keep text as UTF-8; make one with: createdb -E UTF8",
                        place=self.place,
                    )
                )

    def guard(self, connection: Connection) -> None:
        """Make the triggers; the tables stand already."""
        postgres_guards.create(connection)

    def drift(self, connection: Connection) -> tuple[str, ...]:
        """Say which triggers and indexes no longer stand as they were made."""
        return postgres_guards.drift(connection)

    def insert(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Copy entries in as binary rows."""
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for entry in entries:
                copy.write_row(entry)

    def trouble(self, error: BaseException) -> EvenhandError:
        """Say in words what PostgreSQL means."""
        code = getattr(error, "sqlstate", None) or ""
        if code == "23000" or (isinstance(error, psycopg.Error) and error.diag.constraint_name == _PLACE):
            return trouble.disagreeing(self.place)
        if code[:2] in _NO_ANSWER or (not code and isinstance(error, psycopg.OperationalError)):
            return trouble.unreachable(self.place)
        meaning = _MEANING.get(code)
        return meaning(self.place) if meaning else trouble.failed(self.place, code or type(error).__name__)

    def close(self) -> None:
        """Let go of all connections."""
        if "_engine" in self.__dict__:
            self._engine.dispose()


def _settle(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.execute(_SETTLE, (f"{WAIT_SECONDS}s",))
    connection.commit()

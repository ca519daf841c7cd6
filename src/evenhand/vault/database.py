"""The vault's database: transactions on SQLite or PostgreSQL, durable when they end, and errors in words.

No error carries a parameter of a statement. ``synchronous=FULL`` and ``synchronous_commit=on`` are not settings to tune
here: an epoch file must never be ahead of the commit it stands for.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError

from evenhand.errors import EvenhandError, InputError, TamperedError, UnavailableError
from evenhand.sentence import Sentence
from evenhand.vault.tables import FORMAT, meta

VAULT_FILE = "vault.db"
_BUSY_SECONDS = 10
_SCRUB_BUSY_MS = 2_000  # what is not scrubbed now will be at the next opening
_CREATING = 0x65_76_65_6E  # the number of PostgreSQL's advisory lock for creating a vault
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-65536",  # marks are scattered: an import of many records touches pages all over
)
_SAID = (
    ("locked", UnavailableError, Sentence("is locked by another process; wait until it is done, then try again")),
    ("readonly", UnavailableError, Sentence("cannot be written; check the permissions of the file and its folder")),
    (
        "read-only",
        UnavailableError,
        Sentence("cannot be written; give the role the right to, or use the primary server"),
    ),
    ("unable to open", UnavailableError, Sentence("cannot be opened; check that the folder exists and may be written")),
    ("not a database", UnavailableError, Sentence("is not a vault's database; check the path")),
    ("disk image is malformed", TamperedError, Sentence("is damaged; restore it and its epoch file from one backup")),
    ("disk is full", UnavailableError, Sentence("has no room left on its disk; free some, then try again")),
)


class Database:
    """A vault's database and nothing of its secrets."""

    def __init__(self, url: str | None, folder: Path) -> None:
        self._url = _url(url, folder)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.name = self._url.database if self.is_sqlite else self._url.render_as_string()
        self._engine = _sqlite_engine(self._url) if self.is_sqlite else _postgres_engine(self._url)

    def exists(self) -> bool:
        """Tell whether there is a vault, without making a file."""
        if self.is_sqlite and not Path(self._url.database or "").exists():
            return False
        with self.reading() as connection:
            return has_tables(connection)

    def make_file(self) -> None:
        """Make an empty SQLite file that only its owner may read; SQLite gives its other files the same mode."""
        if self.is_sqlite:
            os.close(os.open(self._url.database or "", os.O_RDWR | os.O_CREAT, 0o600))

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a transaction that sees one state of the database throughout."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._said(), self._engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction that is durable when it ends; on SQLite it is the only writer."""
        level = {"writing": True} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
        with self._said(), self._engine.connect().execution_options(**level) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text("set local synchronous_commit = on"))
            yield connection

    @contextmanager
    def creating(self) -> Generator[Connection]:
        """Open the transaction that makes the tables; only one process at a time is in it."""
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _CREATING})
            yield connection

    def scrub(self) -> bool:
        """Rewrite a SQLite file without its free pages and empty its log; false while another process reads.

        On PostgreSQL there is nothing to do: what old pages hold was wrapped by an epoch key that is gone.
        """
        if not self.is_sqlite:
            return True
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection  # VACUUM runs outside any transaction
            try:
                driver.execute(f"pragma busy_timeout={_SCRUB_BUSY_MS}")
                driver.execute("vacuum")
                return bool(driver.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0)
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    return False
                raise
            finally:
                driver.execute(f"pragma busy_timeout={_BUSY_SECONDS * 1_000}")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def _said(self) -> Generator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            said = self._in_words(error)
            if said is None:
                raise
            raise said from None

    def _in_words(self, error: DBAPIError) -> EvenhandError | None:
        reason = str(error.orig)
        for sign, kind, words in _SAID:
            if sign in reason:
                return kind(Sentence("the vault's database {name} {words}", name=self.name, words=words))
        if not self.is_sqlite and isinstance(error, OperationalError):
            return UnavailableError(
                Sentence("the vault's database {name} does not answer; check that the server runs", name=self.name)
            )
        return None


def _url(url: str | None, folder: Path) -> URL:
    try:
        parsed = URL.create("sqlite", database=str(folder / VAULT_FILE)) if url is None else make_url(url)
    except ArgumentError:
        raise InputError(
            Sentence("the vault's database address is not a URL such as postgresql://host/database")
        ) from None
    backend = parsed.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database:
        return parsed
    raise InputError(
        Sentence("a vault lies in SQLite or PostgreSQL; give sqlite:///path or postgresql://host/database")
    )


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("begin immediate" if writing else "begin")

    del settle, begin  # registered above; named only because a decorator needs a function
    return engine


def _postgres_engine(url: URL) -> Engine:
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def has_tables(connection: Connection) -> bool:
    """Tell whether this database holds a vault."""
    return inspect(connection).has_table(meta.name)


def read_meta(connection: Connection) -> dict[str, str]:
    """Read format, vault, epoch and scrub."""
    return {row.name: row.value for row in connection.execute(select(meta.c.name, meta.c.value))}


def check_format(database: Database) -> dict[str, str]:
    """Read what the vault says of itself; refuse what is not a vault or is of another format."""
    if not database.exists():
        raise UnavailableError(
            Sentence("there is no vault in {name}; check the path, or run: evenhand init", name=database.name)
        )
    with database.reading() as connection:
        facts = read_meta(connection)
    if facts.get("format") != FORMAT:
        raise UnavailableError(
            Sentence(
                "the vault in {name} is of another format than {format}; use the version of evenhand that made it",
                name=database.name,
                format=FORMAT,
            )
        )
    return facts


def lock_epoch(connection: Connection) -> int:
    """Read the epoch's number and hold it until the transaction ends: one writer at a time, as SQLite has it anyway."""
    query = select(meta.c.value).where(meta.c.name == "epoch").with_for_update()
    return int(connection.execute(query).scalar_one())


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Change one of the facts of the vault."""
    connection.execute(update(meta).where(meta.c.name == name).values(value=value))

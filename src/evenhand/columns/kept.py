"""The facts file: kept beside the ledger, brought up to date by one process at a time, made again when it does not fit.

Nothing is lost with it. It is thrown away when it was made by other definitions or another DuckDB, when it is no prefix
of the log, when it cannot be read, and when its rows are not those its digests were made from. The digests show an
accident; whoever edits the rows on purpose can edit them too, which is why an auditor has the facts made from the log.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

import duckdb

from evenhand.columns import sync, tables
from evenhand.columns.lock import BusyError, hold
from evenhand.columns.log import Log, Mark
from evenhand.columns.quoting import literal
from evenhand.columns.sandbox import connect
from evenhand.events.registry import Registry

FILE = "facts.duckdb"
LOCK = "facts.lock"
_WAIT_SECONDS = 10.0

Say = Callable[[str], None]


class _Standing(Enum):
    CURRENT = auto()
    BEHIND = auto()
    OTHER = auto()


class _UnfitError(Exception):
    """The file is not what it should be; its message says why."""


def kept(
    folder: Path, log: Log, *, registry: Registry, head: Mark, say: Say, check: bool, wait_seconds: float = _WAIT_SECONDS
) -> duckdb.DuckDBPyConnection | None:
    """Answer with a connection to the facts file, up to date and read-only, as ``facts``; None when it cannot be had."""
    path = folder.absolute() / FILE
    try:
        with hold(folder / LOCK, wait_seconds=wait_seconds):
            return _brought_up(path, log, registry, head, say, check=check)
    except BusyError:
        say(f"{FILE} is being brought up to date by another process; making the facts in memory")
    except OSError:
        connection = _as_it_is(path, log, registry, head, check=check)
        if connection is None:
            say(f"{folder} cannot be written; making the facts in memory")
        return connection
    return None


def _brought_up(
    path: Path, log: Log, registry: Registry, head: Mark, say: Say, *, check: bool
) -> duckdb.DuckDBPyConnection | None:
    connection = connect(path)
    try:
        try:
            _bring_up(connection, path, log, registry, head, check=check)
        except _UnfitError as error:
            say(f"{FILE} {error}; making it again")
            _detach(connection)
            _remove(path)
            _bring_up(connection, path, log, registry, head, check=check)
    except (duckdb.IOException, duckdb.ResourceInUseException, _UnfitError):
        connection.close()
        say(f"{FILE} is in use or cannot be written; making the facts in memory")
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(
    connection: duckdb.DuckDBPyConnection, path: Path, log: Log, registry: Registry, head: Mark, *, check: bool
) -> None:
    """Leave the file attached for reading, at the head of the log. Raises ``_UnfitError`` when it must be made again."""
    behind = not path.exists() or _wal(path).exists()
    if not behind:
        _attach(connection, path, read_only=True)
        behind = _require_prefix(connection, log, registry, head) is _Standing.BEHIND
    if behind:
        _detach(connection)
        _write(connection, path, log, registry, head)
        _attach(connection, path, read_only=True)
    if check and sync.recomputed(connection, registry) != sync.digests(connection):
        raise _UnfitError("has rows that are not those it was made with")


def _write(connection: duckdb.DuckDBPyConnection, path: Path, log: Log, registry: Registry, head: Mark) -> None:
    new = not path.exists()
    _attach(connection, path, read_only=False)
    try:
        if new:
            connection.execute("BEGIN")
            tables.create(connection, registry)
            connection.execute("COMMIT")
        _require_prefix(connection, log, registry, head)
        sync.bring_up(connection, log, registry, head=head)
    finally:
        _detach(connection)


def _as_it_is(
    path: Path, log: Log, registry: Registry, head: Mark, *, check: bool
) -> duckdb.DuckDBPyConnection | None:
    """Read the file without writing anything, if it is at the head of the log."""
    connection = connect(path)
    try:
        _attach(connection, path, read_only=True)
        if _require_prefix(connection, log, registry, head) is _Standing.CURRENT and (
            not check or sync.recomputed(connection, registry) == sync.digests(connection)
        ):
            return connection
    except (duckdb.Error, _UnfitError):
        pass
    connection.close()
    return None


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS facts (READ_ONLY {'true' if read_only else 'false'})")
    except duckdb.ResourceInUseException:
        raise
    except duckdb.Error as error:
        if "lock" in str(error) or path.is_dir():
            raise
        raise _UnfitError("cannot be read") from None


def _detach(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DETACH DATABASE IF EXISTS facts")


def _require_prefix(
    connection: duckdb.DuckDBPyConnection, log: Log, registry: Registry, head: Mark
) -> _Standing:
    try:
        found = connection.execute("SELECT position, root, definitions FROM facts.log.watermark").fetchall()
    except duckdb.Error:
        raise _UnfitError("has no watermark") from None
    if len(found) != 1 or found[0][2] != tables.definitions_digest(registry):
        raise _UnfitError("was made by another version")
    position, root, _ = found[0]
    if not 0 <= position <= head.position:
        raise _UnfitError("is ahead of the ledger")
    if root != (head.root if position == head.position else log.root_at(position)):
        raise _UnfitError("was made from another log")
    return _Standing.CURRENT if position == head.position else _Standing.BEHIND


def _remove(path: Path) -> None:
    for each in (path, _wal(path)):
        each.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")

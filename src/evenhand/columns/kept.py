"""The facts file: kept beside the ledger, brought up to date by one process at a time, made again when it does not fit.

Nothing is lost with it. It is thrown away when it was made by other definitions or another DuckDB, when it is no prefix
of the log, when it cannot be read, and when its rows are not those its digests were made from. The digests show an
accident; whoever edits the rows on purpose can edit them too, which is why an auditor has the facts made from the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evenhand.columns import sync, tables
from evenhand.columns.log import Log, Mark
from evenhand.columns.quoting import literal
from evenhand.disk import BusyError, hold
from evenhand.events.registry import Registry
from evenhand.sentence import Sentence

FILE = "facts.duckdb"
LOCK = "facts.lock"
WAIT_SECONDS = 10.0


class _UnfitError(Exception):
    """The file is not what it should be; its message says why."""


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The file of one ledger and the log it is to agree with, seen through a connection that may open no other."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    log: Log
    head: Mark
    registry: Registry
    check: bool
    """Whether the rows are held to their digests."""

    def bring_up(self, *, say: Callable[[str], None], wait_seconds: float = WAIT_SECONDS) -> bool:
        """Attach the file as ``facts``, up to date and for reading only; False, and said why, when that cannot be."""
        try:
            with hold(self.path.with_name(LOCK), wait_seconds=wait_seconds):
                return self._held(say)
        except BusyError:
            say(
                Sentence("{file} is being brought up to date by another process; making the facts in memory", file=FILE)
            )
        except OSError:
            if self._as_it_is():
                return True
            say(Sentence("{parent} cannot be written; making the facts in memory", parent=self.path.parent))
        return False

    def _held(self, say: Callable[[str], None]) -> bool:
        try:
            try:
                self._synced()
            except _UnfitError as error:
                say(Sentence("{file} {error}; making it again", file=FILE, error=error))
                self._detach()
                self._remove()
                self._synced()
        except (duckdb.IOException, duckdb.ResourceInUseException, duckdb.PermissionException, _UnfitError):
            self._detach()
            say(Sentence("{file} is in use or cannot be written; making the facts in memory", file=FILE))
            return False
        return True

    def _synced(self) -> None:
        """Leave the file attached for reading, at the head of the log."""
        behind = not self.path.exists() or self._wal.exists()
        if not behind:
            self._attach(read_only=True)
            behind = self._position() < self.head.position
        if behind:
            self._detach()
            self._write()
            self._attach(read_only=True)
        self._check()

    def _write(self) -> None:
        new = not self.path.exists()
        self._attach(read_only=False)
        try:
            if new:
                self.path.chmod(0o600)
                self.connection.execute("BEGIN")
                tables.create(self.connection, self.registry)
                self.connection.execute("COMMIT")
            self._position()
            sync.bring_up(self.connection, self.log, self.registry, head=self.head)
        finally:
            self._detach()

    def _as_it_is(self) -> bool:
        """Read the file without writing anything, if it is at the head of the log."""
        try:
            self._attach(read_only=True)
            if self._position() == self.head.position:
                self._check()
                return True
        except (duckdb.Error, _UnfitError):
            pass
        self._detach()
        return False

    def _position(self) -> int:
        """Answer how far the file goes, if it was made from the first so many entries of this log, as now defined."""
        try:
            found = self.connection.execute("SELECT position, root, definitions FROM facts.log.watermark").fetchall()
        except duckdb.Error:
            raise _UnfitError(Sentence("has no watermark")) from None
        if len(found) != 1 or found[0][2] != tables.definitions_digest(self.registry):
            raise _UnfitError(Sentence("was made by another version"))
        if self._has_views():
            raise _UnfitError(Sentence("has tables that are not its own"))
        position = int(found[0][0])
        if not 0 <= position <= self.head.position:
            raise _UnfitError(Sentence("is ahead of the ledger"))
        if found[0][1] != (self.head.root if position == self.head.position else self.log.root_at(position)):
            raise _UnfitError(Sentence("was made from another log"))
        return position

    def _has_views(self) -> bool:
        """Look for views, which can stand where a table should and say something else at each reading."""
        query = "SELECT count(*) FROM duckdb_views() WHERE database_name = 'facts' AND NOT internal"
        return self.connection.execute(query).fetchall() != [(0,)]

    def _check(self) -> None:
        try:
            same = not self.check or (sync.recomputed(self.connection, self.registry) == sync.digests(self.connection))
        except duckdb.Error:
            same = False
        if not same:
            raise _UnfitError(Sentence("has rows that are not those it was made with"))

    def _attach(self, *, read_only: bool) -> None:
        mode = "true" if read_only else "false"
        try:
            self.connection.execute(f"ATTACH {literal(str(self.path))} AS facts (READ_ONLY {mode})")
        except duckdb.ResourceInUseException:
            raise
        except duckdb.Error as error:
            if "lock" in str(error) or not self.path.is_file():
                raise
            raise _UnfitError(Sentence("cannot be read")) from None

    def _detach(self) -> None:
        self.connection.execute("DETACH DATABASE IF EXISTS facts")

    def _remove(self) -> None:
        for each in (self.path, self._wal):
            each.unlink(missing_ok=True)

    @property
    def _wal(self) -> Path:
        return self.path.with_name(self.path.name + ".wal")

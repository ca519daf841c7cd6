"""Open a ledger's facts: bring them up to date, check them, cut them at an as-of, and close the doors.

The tables live in ``facts.duckdb`` beside the ledger. Whoever brings them up to date holds ``facts.lock``; afterwards
they are read without writing, so that several may read at once. Where that is not possible, because the file is in use
or the folder cannot be written, the tables are made in memory, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

import duckdb

from evenhand.clock import parse_instant
from evenhand.columns import sync, tables
from evenhand.columns.log import Log, Mark
from evenhand.columns.sandbox import close_doors, connect
from evenhand.errors import InputError
from evenhand.events.registry import Registry

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AsOf:
    """What the ledger knew, and the instant to which the clocks of open cases run."""

    position: int
    instant: datetime


@dataclass(frozen=True)
class Facts:
    """A ledger's typed tables, cut at an as-of; a context manager."""

    connection: duckdb.DuckDBPyConnection = field(repr=False)
    as_of: AsOf
    zone: str
    trusted: bool
    """Whether the tables are surely what the log says: made from it just now, or their digests match."""
    root: str | None
    """The root of the tree of the first ``as_of.position`` entries; none unless the tables are trusted."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tables."""
        self.connection.close()


def in_memory(
    log: Log,
    *,
    registry: Registry,
    instant: datetime | None = None,
    position: int | None = None,
    zone: str | None = None,
    clock: Callable[[], datetime],
) -> Facts:
    """Make the tables in memory, from the log alone."""
    connection = connect()
    try:
        connection.execute("ATTACH ':memory:' AS facts")
        head = log.head()
        tables.create(connection, registry)
        sync.bring_up(connection, log, registry, head=head)
        return _shown(connection, log, head, registry, position, instant, zone, clock, trusted=True)
    except BaseException:
        connection.close()
        raise


def _shown(
    connection: duckdb.DuckDBPyConnection,
    log: Log,
    head: Mark,
    registry: Registry,
    position: int | None,
    instant: datetime | None,
    zone: str | None,
    clock: Callable[[], datetime],
    *,
    trusted: bool,
) -> Facts:
    as_of = _as_of(log, head, position, instant, clock)
    if zone is None:
        found = connection.execute("SELECT zone FROM facts.log.ledger_opened ORDER BY position LIMIT 1").fetchall()
        zone = found[0][0] if found else "UTC"
    tables.show(connection, registry, position=as_of.position, instant=as_of.instant, zone=zone)
    close_doors(connection)
    root = head.root if as_of.position == head.position else log.root_at(as_of.position)
    return Facts(connection, as_of, zone, trusted, root if trusted else None)


def _as_of(log: Log, head: Mark, position: int | None, instant: datetime | None, clock: Callable[[], datetime]) -> AsOf:
    if position is None:
        position = head.position
    if not 0 <= position <= head.position:
        raise InputError(f"as-of position {position} is not in the ledger, which has {head.position} entries")
    recorded = parse_instant(log.recorded_at(position)) if position else datetime.min.replace(tzinfo=UTC)
    if instant is None:
        return AsOf(position, max(clock().astimezone(UTC), recorded))
    if instant.astimezone(UTC) < recorded:
        raise InputError(
            f"the as-of instant lies before entry {position} was recorded; give a later instant or an earlier position"
        )
    return AsOf(position, instant.astimezone(UTC))

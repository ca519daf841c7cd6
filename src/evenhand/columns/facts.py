"""Open a ledger's facts: bring them up to date, check them, and cut them at an as-of.

The tables live in ``facts.duckdb`` beside the ledger. Whoever brings them up to date holds ``facts.lock``; afterwards
they are read without writing, so that several may read at once. Where that is not possible, because the file is in use
or the folder cannot be written, the tables are made in memory, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self
from zoneinfo import available_timezones

import duckdb

from evenhand.clock import Clock, parse_instant, system_clock
from evenhand.columns import sync, tables
from evenhand.columns.kept import FILE, FactsFile
from evenhand.columns.log import Log, Mark
from evenhand.columns.opened import open_log
from evenhand.columns.sandbox import MEMORY_LIMIT, connect
from evenhand.errors import InputError, UnavailableError
from evenhand.events.registry import REGISTRY, Registry
from evenhand.sentence import Sentence


class AsOf(NamedTuple):
    """What the ledger knew, and the instant (UTC) to which the clocks of open cases run."""

    position: int
    instant: datetime


@dataclass(frozen=True)
class Facts:
    """A ledger's typed tables, cut at an as-of; a context manager."""

    connection: duckdb.DuckDBPyConnection = field(repr=False)
    """Its doors are closed: it reads its tables and nothing else."""
    as_of: AsOf
    zone: str
    trusted: bool
    """Whether the tables were made from the log in this run, or their digests were checked and match."""
    root: str | None
    """The root of the tree of the first ``as_of.position`` entries, in hexadecimal; none unless ``trusted``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tables."""
        self.connection.close()


@dataclass(frozen=True, slots=True)
class Cut:
    """Which as-of is asked for: none of ``position`` means the head, none of ``instant`` the clock now."""

    position: int | None
    instant: datetime | None
    zone: str | None
    clock: Clock

    def as_of(self, log: Log, head: Mark) -> AsOf:
        """Settle the pair; ``InputError`` when the ledger does not go so far, or had not recorded it by then."""
        position = head.position if self.position is None else self.position
        if not 0 <= position <= head.position:
            raise InputError(
                Sentence(
                    "as-of position {position} is not in the ledger, which has {entries} entries",
                    position=position,
                    entries=head.position,
                )
            )
        recorded = parse_instant(log.recorded_at(position)) if position else datetime.min.replace(tzinfo=UTC)
        if self.instant is None:
            return AsOf(position, max(self.clock().astimezone(UTC), recorded))
        if self.instant.tzinfo is None:
            raise InputError(Sentence("the as-of instant needs an offset, such as Z or +08:00"))
        if self.instant < recorded:
            raise InputError(
                Sentence(
                    "the as-of instant lies before entry {position} was recorded; give a later instant or an "
                    "earlier position",
                    position=position,
                )
            )
        return AsOf(position, self.instant.astimezone(UTC))


def open_facts(
    store_url: str,
    folder: Path,
    *,
    registry: Registry = REGISTRY,
    from_log: bool = False,
    as_of: tuple[int | None, datetime | None] | None = None,
    zone: str | None = None,
    clock: Clock = system_clock,
    say: Callable[[str], None] = lambda _: None,
    check: bool = True,
    upto: int | None = None,
) -> Facts:
    """Open the facts of a ledger, up to its head and cut at ``as_of``; close them, or use them in a ``with``.

    ``from_log`` makes them in memory and looks at no file; ``check=False`` leaves the digests of the file unchecked,
    and the facts untrusted. ``zone`` is the report's, else the ledger's own. ``upto`` reads no entry after that one, as
    for a ledger that is damaged there, and makes the facts in memory. What is unusual is said in words.

    Raises ``UnavailableError`` (no ledger there, or of a newer version), ``TamperedError`` (an entry is missing or has
    not the form of its type) and ``InputError`` (an as-of that cannot be).
    """
    position, instant = as_of or (None, None)
    if zone is not None and zone not in available_timezones():
        raise InputError(
            Sentence("the zone of the report is not an IANA time zone, such as Europe/Berlin or Asia/Shanghai")
        )
    cut = Cut(position, instant, zone, clock)
    path = folder.absolute() / FILE
    from_log = from_log or upto is not None
    connection = connect(None if from_log else path)
    try:
        with open_log(store_url, connection) as log:
            head = log.head() if upto is None else _mark(log, upto)
            cut.as_of(log, head)
            if not from_log and FactsFile(connection, path, log, head, registry, check).bring_up(say=say):
                return _shown(connection, log, head, registry, cut=cut, trusted=check)
            return _made_in_memory(connection, log, head, registry, cut=cut)
    except duckdb.OutOfMemoryException:
        connection.close()
        raise UnavailableError(
            Sentence("the facts of this ledger need more than the {limit} they may take", limit=MEMORY_LIMIT)
        ) from None
    except BaseException:
        connection.close()
        raise


def _mark(log: Log, position: int) -> Mark:
    return Mark(position, log.recorded_at(position) if position else "", log.root_at(position))


def facts_of_log(log: Log, *, registry: Registry, cut: Cut) -> Facts:
    """Make the facts of any log in memory."""
    connection = connect()
    try:
        return _made_in_memory(connection, log, log.head(), registry, cut=cut)
    except BaseException:
        connection.close()
        raise


def _made_in_memory(
    connection: duckdb.DuckDBPyConnection, log: Log, head: Mark, registry: Registry, *, cut: Cut
) -> Facts:
    connection.execute("ATTACH ':memory:' AS facts")
    tables.create(connection, registry)
    sync.bring_up(connection, log, registry, head=head)
    return _shown(connection, log, head, registry, cut=cut, trusted=True)


def _shown(
    connection: duckdb.DuckDBPyConnection, log: Log, head: Mark, registry: Registry, *, cut: Cut, trusted: bool
) -> Facts:
    as_of = cut.as_of(log, head)
    zone = cut.zone or _ledgers_own(connection)
    tables.show(connection, registry, position=as_of.position, instant=as_of.instant, zone=zone)
    root = head.root if as_of.position == head.position else log.root_at(as_of.position)
    return Facts(connection, as_of, zone, trusted, root if trusted else None)


def _ledgers_own(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute("SELECT zone FROM facts.log.ledger_opened ORDER BY position LIMIT 1").fetchall()
    return str(found[0][0]) if found else "UTC"

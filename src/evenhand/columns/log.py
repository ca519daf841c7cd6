"""The log as the tables' source: its head, its root at any size, and its entries staged in DuckDB.

What arrived is counted, because a source has been seen to lose rows without a word.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Protocol

import duckdb

from evenhand.errors import TamperedError
from evenhand.merkle.proofs import root_at
from evenhand.merkle.tree import EMPTY_ROOT, Frontier
from evenhand.sentence import Sentence

STAGE = (
    "CREATE OR REPLACE TEMP TABLE staged AS SELECT CAST(position AS BIGINT) AS position, "
    "make_timestamp(epoch_us(TRY_CAST(recorded_at AS TIMESTAMPTZ))) AS recorded_at, "
    "TRY_CAST(stream AS UUID) AS stream, CAST(version AS BIGINT) AS version, TRY_CAST(id AS UUID) AS id, "
    "TRY_CAST(type AS topic) AS type, CAST(body AS VARCHAR) AS body FROM arriving"
)
"""Takes the entries as they arrive; what does not fit its column is null, and looked for afterwards."""


class Mark(NamedTuple):
    """How far a log goes: its last position, when that was recorded, and the root of its tree in hexadecimal."""

    position: int
    recorded_at: str
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


class StoredLog(ABC):
    """A ledger's own database; how its rows are had is left to the subclass."""

    @abstractmethod
    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Answer with all rows of a small result, or raise whatever the driver does."""

    @abstractmethod
    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        """Put the entries after one position, up to another, into the temporary table ``staged``."""

    @abstractmethod
    def close(self) -> None:
        """End the read transaction."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Answer with all rows of a small result. Raises ``TamperedError`` if the database is damaged there."""
        try:
            return self.fetch(query)
        except Exception:  # noqa: BLE001 - each driver has errors of its own, and their texts can hold a value
            raise TamperedError(
                Sentence("a part of the ledger's database cannot be read; run: evenhand verify")
            ) from None

    def head(self) -> Mark:
        """Answer with the end of the log."""
        found = self.rows("SELECT position, recorded_at, frontier FROM head")
        if not found or not found[0][0]:
            return Mark(0, "", EMPTY_ROOT.hex())
        position, recorded_at, frontier = found[0]
        try:
            return Mark(position, recorded_at, Frontier.from_bytes(position, frontier).root().hex())
        except ValueError:
            raise TamperedError(
                Sentence("the head of the ledger does not fit its size; run: evenhand verify")
            ) from None

    def root_at(self, position: int) -> str:
        """Answer with the root of the tree of the first entries, as the log's own tiles have it."""
        try:
            return root_at(position, self._tile).hex()
        except ValueError as wrong:
            raise TamperedError(Sentence("{wrong}; run: evenhand verify", wrong=wrong)) from None

    def _tile(self, level: int, idx: int) -> bytes:
        found = self.rows(f"SELECT hashes FROM tile WHERE level = {level:d} AND idx = {idx:d}")
        return bytes(found[0][0]) if found else b""

    def recorded_at(self, position: int) -> str:
        """Answer with the time at which an entry was recorded."""
        found = self.rows(f"SELECT recorded_at FROM entry WHERE position = {position:d}")
        if not found:
            raise TamperedError(Sentence("entry {position} is missing; run: evenhand verify", position=position))
        return str(found[0][0])


def entries_query(after: int, upto: int) -> str:
    """Write the query of a stretch of entries, the same for every database."""
    return (
        "SELECT position, recorded_at, stream, version, id, type, body FROM entry "
        f"WHERE position > {after:d} AND position <= {upto:d} ORDER BY position"
    )

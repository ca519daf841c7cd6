"""The vault's tables. Their names begin with ``vault_``, so that they are at home in any database.

No table holds a name, an address or an outside id that can be read without the key of the person it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)
from sqlalchemy.dialects import postgresql, sqlite

FORMAT = "1"
AT_ONCE = 1_000
"""Rows or parameters in one statement; below the limits of both databases."""

metadata = MetaData()

meta = Table(
    "vault_meta",
    metadata,
    Column("name", Text, primary_key=True),  # format, vault, epoch, scrubbed
    Column("value", Text, nullable=False),
)

key = Table(
    "vault_key",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("settled", Boolean, nullable=False),  # an entry of this subject has been seen: never an orphan again
    sqlite_with_rowid=False,
)
unsettled = Index(
    "vault_key_unsettled",
    key.c.created_at,
    sqlite_where=key.c.settled == false(),
    postgresql_where=key.c.settled == false(),
)

destroyed = Table(
    "vault_destroyed",  # so that an erased subject is never given a second key
    metadata,
    Column("subject", Text, primary_key=True),
    Column("destroyed_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

outside_id = Table(
    "vault_outside_id",
    metadata,
    Column("mark", LargeBinary, primary_key=True),  # keyed digest of system, kind and reference
    Column("subject", Text, ForeignKey(key.c.subject), nullable=False, index=True),
    Column("system", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),  # a box under the subject's key
    sqlite_with_rowid=False,
)

record = Table(
    "vault_record",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),  # keyed: under the subject's key, or the import key for a record of nobody
    Column("entry", Text, nullable=False),
    Column("subject", Text, ForeignKey(key.c.subject), index=True),
    sqlite_with_rowid=False,
)

suppression = Table(
    "vault_suppression",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

opening = Table(
    "vault_opening",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("how_many", Integer, nullable=False),
)

T = TypeVar("T")


def chunks(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces that one statement can take."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, leaving as they are those whose primary key is there already."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))

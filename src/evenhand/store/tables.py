"""The tables of a ledger, the same on SQLite and PostgreSQL.

Text columns hold the line's own characters, so that composing a line from a row is one formatting and no conversion.
Leaf hashes stand once: in the tiles of level 0, not beside the entries.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    or_,
)

FORMAT: Final = 1
"""The format of these tables; a ledger of a higher one is not opened."""

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER makes a key the row's own address on SQLite
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")  # by code point, whatever the server's language is

OF_PERSONS: Final = ("candidate.merged.v1", "candidate.separated.v1", "candidate.erased.v1", "person.erased.v1")
"""The few types that every opening looks for: whose keys must be gone, and who is one person."""
OF_PERSONS_INDEX: Final = "entry_of_persons"

METADATA: Final = MetaData()

ENTRY: Final = Table(
    "entry",
    METADATA,
    Column("position", _NUMBER, primary_key=True, autoincrement=False),
    Column("recorded_at", _TEXT, nullable=False),
    Column("stream", _TEXT, nullable=False),
    Column("version", _NUMBER, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("type", _TEXT, nullable=False),
    Column("body", _TEXT, nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("stream", "version"),
)


IS_OF_PERSONS: Final = or_(*(ENTRY.c.type == literal_column(f"'{kind}'") for kind in OF_PERSONS))
"""Spelt alike in the index and in the query, or it would not be used; with ``IN``, SQLite would build a set a row."""

Index(OF_PERSONS_INDEX, ENTRY.c.position, sqlite_where=IS_OF_PERSONS, postgresql_where=IS_OF_PERSONS)

HEAD: Final = Table(
    "head",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("position", _NUMBER, nullable=False),
    Column("recorded_at", _TEXT, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

TILE: Final = Table(
    "tile",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

META: Final = Table(
    "meta",
    METADATA,
    Column("name", _TEXT, primary_key=True),
    Column("value", _TEXT, nullable=False),
)

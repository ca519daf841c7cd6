"""The vault's tables. Their names begin with ``vault_``, so that they are at home in any database.

No table holds a name, an address or an outside id that can be read without the key of the person it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

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

FORMAT = "2"
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
    "vault_outside_id",  # in the order they came, and found by an index: marks are scattered, and boxes are large
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("mark", LargeBinary, nullable=False, unique=True),  # keyed digest of system, kind and reference
    Column("subject", Text, ForeignKey(key.c.subject), nullable=False, index=True),
    Column("system", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),  # a box under the subject's key
)

record = Table(
    "vault_record",  # added to, in the order things were seen: what is newer counts
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("mark", LargeBinary, nullable=False, index=True),  # keyed digest of system and reference
    Column("subject", Text, ForeignKey(key.c.subject), index=True),
    Column("seen", Text, nullable=False),  # JSON: kind, revision, digest (keyed, as in SeenRecord) and entry of each
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

_INSERT: Final = "INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING"
_SELECT: Final = "SELECT {columns} FROM {table} WHERE {column} IN ({signs})"


def chunks(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces that one statement can take."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, leaving as they are those whose primary key is there already."""
    columns = table.c.keys()
    insert_rows(connection, table, [tuple(row[each] for each in columns) for row in rows])


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Do the same with rows whose values stand in the order of the table's columns, without a number of its own."""
    if not rows:
        return
    columns = [each.name for each in table.c if each.autoincrement is not True]
    statement = _INSERT.format(
        table=table.name, columns=", ".join(columns), values=", ".join([_sign(connection)] * len(columns))
    )
    connection.exec_driver_sql(statement, rows)


def rows_in(connection: Connection, column: Column[Any], items: Sequence[Any], *more: Column[Any]) -> Iterator[Any]:
    """Yield the rows of which ``column`` is one of these, as tuples of it and of ``more`` of its table.

    Written out for the driver: an import asks this of thousands at a time, and building the statement took longer than
    answering it.
    """
    columns = ", ".join(each.name for each in (column, *more))
    for some in chunks(items):
        signs = ", ".join([_sign(connection)] * len(some))
        statement = _SELECT.format(columns=columns, table=column.table.name, column=column.name, signs=signs)
        yield from connection.exec_driver_sql(statement, tuple(some)).all()


def _sign(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"

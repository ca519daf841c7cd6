"""Make a ledger where there is none, and open one where there is.

An address is a file's path, ``sqlite:///`` with a percent-encoded path, or ``postgresql://``. What is there is looked
at before anything trusts it: missing, something else, of a newer format, cut short, or not to be written to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Table, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from evenhand.errors import InputError
from evenhand.sentence import Sentence
from evenhand.store import trouble
from evenhand.store.database import Database
from evenhand.store.shape import RepeatedError
from evenhand.store.sqlite import SqliteDatabase
from evenhand.store.tables import ENTRY, FORMAT, HEAD, META, METADATA, TILE

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")


def file_url(path: Path) -> str:
    """Write the address of a file, whatever characters its path has."""
    return _SQLITE + quote(str(path.absolute()))


def create(url: str) -> Database:
    """Make the tables, all or none. Raises ``UnavailableError`` if any of them stands there already."""
    database = _database(url, read_only=False)
    try:
        database.prepare()
        with database.writing() as connection:
            _must_be_free(connection, database.place)
            METADATA.create_all(connection, checkfirst=False)
            database.guard(connection)
            connection.execute(insert(META).values(name="format", value=str(FORMAT)))
            connection.execute(insert(HEAD).values(one=1, position=0, recorded_at="", frontier=b""))
    except RepeatedError:  # somebody else was making one at the same moment
        database.close()
        raise trouble.present(database.place) from None
    except BaseException:
        database.close()
        raise
    return database


def existing(url: str, *, read_only: bool) -> Database:
    """Find the ledger at an address. Raises ``UnavailableError`` or ``TamperedError``, naming place and remedy."""
    database = _database(url, read_only=read_only)
    try:
        database.look()
        with database.reading() as connection:
            _look_inside(connection, database.place)
    except BaseException:
        database.close()
        raise
    return database


def _database(url: str, *, read_only: bool) -> Database:
    if url.startswith(_POSTGRES):
        return _on_server(url, read_only=read_only)
    if url.startswith(_SQLITE):
        return SqliteDatabase(Path(unquote(url.removeprefix(_SQLITE))), read_only=read_only)
    if "://" in url:
        raise InputError(Sentence("the address of a store begins with sqlite:/// or postgresql://"))
    return SqliteDatabase(Path(url), read_only=read_only)


def _on_server(url: str, *, read_only: bool) -> Database:
    from evenhand.store.postgres import PostgresDatabase  # noqa: PLC0415 - its driver is loaded only where it is used

    try:
        return PostgresDatabase(make_url(url), read_only=read_only)
    except (ArgumentError, ValueError):
        raise InputError(
            Sentence("this postgresql:// address cannot be read; its form is postgresql://user@host/database")
        ) from None


def _must_be_free(connection: Connection, place: str) -> None:
    if set(inspect(connection).get_table_names()) & set(METADATA.tables):
        raise trouble.present(place)


def _look_inside(connection: Connection, place: str) -> None:
    """Compare format, tables and columns with ours; a view that bears a table's name is no table."""
    if not _stand(connection, META):
        raise trouble.not_a_ledger(place)
    number = connection.execute(select(META.c.value).where(META.c.name == "format")).scalar() or ""
    if number.isdecimal() and int(number) > FORMAT:
        raise trouble.newer(place, number, FORMAT)
    if number != str(FORMAT) or not _stand(connection, ENTRY, HEAD, TILE):
        raise trouble.not_a_ledger(place)


def _stand(connection: Connection, *tables: Table) -> bool:
    found = inspect(connection)
    names = found.get_table_names()
    return all(
        table.name in names and {each["name"] for each in found.get_columns(table.name)} == set(table.c.keys())
        for table in tables
    )

"""What a cheat with a ledger's database can do: past the triggers, around the store, with every hash made again.

Every cheat is checked to have changed something, so that a test cannot pass because its attack did nothing. That a file
has other bytes is not enough: taking the triggers away and putting them back changes a page, and nothing that counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from evenhand.events.entry import Entry, line
from evenhand.ledger.verify import Verification, verify
from evenhand.merkle.tiles import grow
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import Store

TABLES = ("entry", "head", "tile", "meta")


def digest(path: Path) -> bytes:
    """Digest every row of every table with the kind of each value, and what the tables and triggers are."""
    with closing(sqlite3.connect(path)) as database:
        return sha256(repr((rows_of(database), schema_of(database))).encode()).digest()


def rows_of(database: Any) -> list[Any]:
    """Answer with all rows of a ledger's tables; text and bytes are told apart, and text need not be UTF-8."""
    if isinstance(database, sqlite3.Connection):
        database.text_factory = lambda text: ("text", text)
    return [sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES]


def schema_of(database: Any) -> list[Any]:
    """Answer with the tables, indexes and triggers of a SQLite file; with the triggers and indexes of a server."""
    if isinstance(database, sqlite3.Connection):
        statement = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
    else:
        statement = (
            "SELECT tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            "UNION ALL SELECT indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        )
    return sorted(database.execute(statement).fetchall(), key=repr)


@contextmanager
def changes(path: Path) -> Iterator[None]:
    """See to it that what is done here changes bytes."""
    before = digest(path)
    yield
    assert digest(path) != before, "this attack did nothing"


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """Take the triggers away, let anything be done, and put the very same triggers back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, made in triggers:
            database.execute(made)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def cheat(path: Path, *statements: str, rehash: bool = False) -> None:
    """Run SQL behind the ledger's back; with ``rehash``, make tiles and head fit what then stands."""
    with changes(path), unguarded(path) as database:
        for statement in statements:
            database.execute(statement)
        if rehash:
            make_consistent(database)


def make_consistent(database: sqlite3.Connection) -> None:
    """Make every hash again, as somebody with the whole file and this program's source would."""
    Hand(database.cursor(), "?").rehash()


@dataclass(frozen=True)
class Hand:
    """Somebody at a database's prompt, behind the guards."""

    cursor: Any
    parameter: str

    def run(self, statement: str) -> None:
        self.cursor.execute(statement)

    def entries(self) -> list[Entry]:
        self.cursor.execute("SELECT * FROM entry ORDER BY position")
        return [Entry(*row) for row in self.cursor.fetchall()]

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Put other entries in the place of all, and make every hash again."""
        self.run("DELETE FROM entry")
        self.cursor.executemany(f"INSERT INTO entry VALUES ({', '.join([self.parameter] * 7)})", list(entries))
        self.rehash()

    def rehash(self) -> None:
        """Make tiles and head row fit the entries as they stand."""
        entries, one = self.entries(), self.parameter
        tree, tiles = grow(Frontier(), {}, [leaf_hash(line(entry)) for entry in entries])
        self.run("DELETE FROM tile")
        self.cursor.executemany(f"INSERT INTO tile VALUES ({one}, {one}, {one})", tiles)
        self.cursor.execute(
            f"UPDATE head SET position = {one}, recorded_at = {one}, frontier = {one}",
            (len(entries), entries[-1].recorded_at, tree.to_bytes()),
        )


@contextmanager
def made_by_hand(url: str) -> Iterator[Hand]:
    """Let anything be done to a ledger's tables; afterwards every guard stands as it stood."""
    if not url.startswith("postgresql"):
        with unguarded(Path(url)) as database:
            yield Hand(database.cursor(), "?")
        return
    with psycopg.connect(url) as server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield Hand(cursor, "%s")


def rebuilt_without(path: Path, constraints: tuple[str, ...]) -> None:
    """Make the table of entries again, the same but for some of its constraints."""
    with unguarded(path) as database:
        (made,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry'").fetchone()
        shorter = made
        for constraint in constraints:
            assert constraint in shorter
            shorter = shorter.replace(constraint, "position" if constraint.startswith("position ") else "CHECK (1)")
        indexes = database.execute("SELECT sql FROM sqlite_schema WHERE tbl_name = 'entry' AND type = 'index' AND sql")
        kept = [sql for (sql,) in indexes.fetchall()]
        database.execute("ALTER TABLE entry RENAME TO old")
        database.execute(shorter)
        database.execute("INSERT INTO entry SELECT * FROM old ORDER BY position")
        database.execute("DROP TABLE old")
        for sql in kept:
            database.execute(sql)


def patch(path: Path, find: bytes, put: bytes, *, page_type: int) -> None:
    """Overwrite bytes of the file where they first stand in a page of one type: 10 leaf of an index, 13 of a table."""
    assert len(find) == len(put)
    content = path.read_bytes()
    size = int.from_bytes(content[16:18]) if content[16:18] != b"\0\1" else 65_536
    place = content.find(find)
    while content[place - place % size] != page_type:
        place = content.find(find, place + 1)
        assert place >= 0, "these bytes stand in no such page"
    path.write_bytes(content[:place] + put + content[place + len(put) :])
    assert path.read_bytes() != content, "this attack did nothing"


def judged(
    path: Path, *, seen: tuple[int, str] | None = None, check: Callable[[Store], None] | None = None
) -> Verification:
    """Verify as an auditor does, who may not touch the file."""
    with Store.open(str(path), read_only=True) as store:
        if check:
            check(store)
        return verify(store, seen=seen)

"""What a cheat with a ledger's file can do: past the triggers, around the store, with every hash made again.

Every cheat is checked to have changed something, so that a test cannot pass because its attack did nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from evenhand.events.entry import line
from evenhand.ledger.verify import Verification, verify
from evenhand.merkle.tiles import grow
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import Store

TABLES = ("sqlite_schema", "entry", "head", "tile", "meta")


def digest(path: Path) -> bytes:
    """Digest every row of every table, and the file itself."""
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        rows = [database.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]
    return sha256(repr(rows).encode() + path.read_bytes()).digest()


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
    entries = database.execute("SELECT * FROM entry ORDER BY position").fetchall()
    tree, tiles = grow(Frontier(), {}, [leaf_hash(line(entry)) for entry in entries])
    database.execute("DELETE FROM tile")
    database.executemany("INSERT INTO tile VALUES (?, ?, ?)", tiles)
    database.execute(
        "UPDATE head SET position = ?, recorded_at = ?, frontier = ?", (len(entries), entries[-1][1], tree.to_bytes())
    )


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
    with changes(path):
        path.write_bytes(content[:place] + put + content[place + len(put) :])


def judged(
    path: Path, *, seen: tuple[int, str] | None = None, check: Callable[[Store], None] | None = None
) -> Verification:
    """Verify as an auditor does, who may not touch the file."""
    with Store.open(str(path), read_only=True) as store:
        if check:
            check(store)
        return verify(store, seen=seen)

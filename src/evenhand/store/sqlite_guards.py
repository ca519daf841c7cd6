"""The triggers of a ledger in SQLite, and whether they stand.

``insert or replace`` removes the rows it collides with without firing a delete trigger, so the insert trigger itself
looks whether an id or a version stands already.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from evenhand.store.guards import INDEXES, drifted, not_indexed, not_unique

REPEATED: Final = "evenhand: this id or this version of the stream stands already"
"""What the insert trigger says below, where PostgreSQL's own constraint speaks."""

TRIGGERS: Final = {
    "entry_next": """
        CREATE TRIGGER entry_next BEFORE INSERT ON entry BEGIN
          SELECT CASE
            WHEN coalesce(
                (SELECT NEW.position <> position + 1 OR NEW.recorded_at < recorded_at
                  FROM entry ORDER BY position DESC LIMIT 1),
                NEW.position <> 1)
              THEN RAISE(ABORT, 'evenhand: the next entry takes the position after the last, and no earlier time')
            WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
              OR EXISTS (SELECT 1 FROM entry WHERE stream = NEW.stream AND version = NEW.version)
              THEN RAISE(ABORT, 'evenhand: this id or this version of the stream stands already')
          END;
        END""",
    "entry_unchanged": """
        CREATE TRIGGER entry_unchanged BEFORE UPDATE ON entry BEGIN
          SELECT RAISE(ABORT, 'evenhand: an entry is never changed');
        END""",
    "entry_kept": """
        CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN
          SELECT RAISE(ABORT, 'evenhand: an entry is never removed');
        END""",
    "head_one": """
        CREATE TRIGGER head_one BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head) BEGIN
          SELECT RAISE(ABORT, 'evenhand: there is one head row');
        END""",
    "head_onward": """
        CREATE TRIGGER head_onward BEFORE UPDATE ON head
        WHEN NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at BEGIN
          SELECT RAISE(ABORT, 'evenhand: the head only moves on');
        END""",
    "head_kept": """
        CREATE TRIGGER head_kept BEFORE DELETE ON head BEGIN
          SELECT RAISE(ABORT, 'evenhand: there is one head row');
        END""",
    "tile_once": """
        CREATE TRIGGER tile_once BEFORE INSERT ON tile
        WHEN EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND idx = NEW.idx) BEGIN
          SELECT RAISE(ABORT, 'evenhand: a tile only grows at its end');
        END""",
    "tile_grows": """
        CREATE TRIGGER tile_grows BEFORE UPDATE ON tile
        WHEN NEW.level IS NOT OLD.level OR NEW.idx IS NOT OLD.idx
          OR length(NEW.hashes) <= length(OLD.hashes)
          OR substr(NEW.hashes, 1, length(OLD.hashes)) IS NOT OLD.hashes BEGIN
          SELECT RAISE(ABORT, 'evenhand: a tile only grows at its end');
        END""",
    "tile_kept": """
        CREATE TRIGGER tile_kept BEFORE DELETE ON tile BEGIN
          SELECT RAISE(ABORT, 'evenhand: a tile only grows at its end');
        END""",
}


def create(connection: Connection) -> None:
    """Make the triggers; the tables stand already."""
    for statement in TRIGGERS.values():
        connection.exec_driver_sql(statement)


def drift(connection: Connection) -> tuple[str, ...]:
    """Say which triggers and indexes no longer stand as they were made; views and triggers of others too."""
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view', 'index')"
    ).all()
    triggers = {name: sql or "" for kind, name, sql in found if kind == "trigger"}
    views = {name: "" for kind, name, _ in found if kind == "view"}
    return (
        *drifted("trigger", TRIGGERS, triggers),
        *drifted("view", {}, views),
        *not_unique({table: _unique(connection, table) for table in INDEXES}),
        *not_indexed({name for kind, name, _ in found if kind == "index"}),
    )


def _unique(connection: Connection, table: str) -> frozenset[tuple[str, ...]]:
    """Answer with the columns that are unique together, whole-table indexes and the key of the row."""
    key = connection.exec_driver_sql("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    indexes = connection.exec_driver_sql(
        'SELECT name FROM pragma_index_list(?) WHERE "unique" AND NOT partial', (table,)
    )
    columns = [
        tuple(connection.exec_driver_sql("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (name,)).scalars())
        for name in indexes.scalars().all()
    ]
    return frozenset({tuple(key.scalars()), *columns})

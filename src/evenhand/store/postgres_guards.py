"""The triggers of a ledger in PostgreSQL, and whether they stand.

They look at a statement, not at each row, so that a batch copied in costs one look.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from evenhand.store.guards import INDEXES, drifted, not_indexed, not_unique

FUNCTIONS: Final = {
    "evenhand_refuse": "BEGIN RAISE USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END",
    "evenhand_entry_next": """
        DECLARE
          first bigint; last bigint; many bigint; earliest text; before text;
        BEGIN
          SELECT min(position), max(position), count(*), min(recorded_at)
            INTO first, last, many, earliest FROM added;
          IF many = 0 THEN RETURN NULL; END IF;
          SELECT recorded_at INTO before FROM entry WHERE position = first - 1;
          IF last - first + 1 <> many OR (first <> 1 AND before IS NULL) THEN
            RAISE EXCEPTION 'evenhand: the next entry takes the position after the last'
              USING ERRCODE = 'integrity_constraint_violation';
          ELSIF earliest < before THEN
            RAISE EXCEPTION 'evenhand: an entry is not recorded before the one it follows'
              USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NULL;
        END""",
    "evenhand_head_onward": """
        BEGIN
          IF NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at THEN
            RAISE EXCEPTION 'evenhand: the head only moves on' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END""",
    "evenhand_tile_grows": """
        BEGIN
          IF NEW.level <> OLD.level OR NEW.idx <> OLD.idx OR length(NEW.hashes) <= length(OLD.hashes)
            OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes THEN
            RAISE EXCEPTION 'evenhand: a tile only grows at its end' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END""",
}

TRIGGERS: Final = {
    "entry_next": "CREATE TRIGGER entry_next AFTER INSERT ON entry REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION evenhand_entry_next()",
    "entry_unchanged": "CREATE TRIGGER entry_unchanged BEFORE DELETE OR UPDATE OR TRUNCATE ON entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION evenhand_refuse('evenhand: an entry is never changed')",
    "head_onward": "CREATE TRIGGER head_onward BEFORE UPDATE ON head "
    "FOR EACH ROW EXECUTE FUNCTION evenhand_head_onward()",
    "head_kept": "CREATE TRIGGER head_kept BEFORE DELETE OR TRUNCATE ON head "
    "FOR EACH STATEMENT EXECUTE FUNCTION evenhand_refuse('evenhand: there is one head row')",
    "tile_grows": "CREATE TRIGGER tile_grows BEFORE UPDATE ON tile FOR EACH ROW EXECUTE FUNCTION evenhand_tile_grows()",
    "tile_kept": "CREATE TRIGGER tile_kept BEFORE DELETE OR TRUNCATE ON tile "
    "FOR EACH STATEMENT EXECUTE FUNCTION evenhand_refuse('evenhand: a tile only grows at its end')",
}


def create(connection: Connection) -> None:
    """Make the functions and triggers; the tables stand already."""
    for name, body in FUNCTIONS.items():
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $${body}$$"
        )
    for statement in TRIGGERS.values():
        connection.exec_driver_sql(statement)


def drift(connection: Connection) -> tuple[str, ...]:
    """Say which functions, triggers and indexes no longer stand as they were made; triggers of others too."""
    functions = connection.exec_driver_sql(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)",
        (list(FUNCTIONS),),
    ).all()
    triggers = connection.exec_driver_sql(
        "SELECT tgname, CASE WHEN tgenabled IN ('O', 'A') THEN pg_get_triggerdef(oid, true) ELSE 'off' END "
        "FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY(%s::regclass[])",
        (list(INDEXES),),
    ).all()
    return (
        *drifted("function", FUNCTIONS, dict(map(tuple, functions))),
        *drifted("trigger", TRIGGERS, dict(map(tuple, triggers))),
        *not_unique({table: _unique(connection, table) for table in INDEXES}),
        *not_indexed(set(_indexes(connection))),
    )


def _indexes(connection: Connection) -> Iterable[str]:
    return connection.exec_driver_sql(
        "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE indrelid = 'entry'::regclass AND indisvalid"
    ).scalars()


def _unique(connection: Connection, table: str) -> frozenset[tuple[str, ...]]:
    """Answer with the columns that are unique together, whole-table indexes that stand and are used."""
    rows = connection.exec_driver_sql(
        "SELECT (SELECT array_agg(attname::text ORDER BY place) FROM unnest(indkey) WITH ORDINALITY AS key(num, place) "
        "JOIN pg_attribute ON attrelid = indrelid AND attnum = num) "
        "FROM pg_index WHERE indrelid = %s::regclass AND indisunique AND indisvalid AND indpred IS NULL",
        (table,),
    )
    return frozenset(tuple(columns) for columns in rows.scalars() if columns)

"""Triggers stop each accident past the store, and drift of the triggers themselves is said."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from evenhand.errors import TamperedError
from evenhand.events.entry import Entry
from evenhand.store import Store

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
ROW = "'9999-01-01T00:00:00.000000Z', 'a stream', 1, 'an id', 'fact.stated.v1', '{}'"
SAME_ID = "'9999-01-01T00:00:00.000000Z', 'a stream', 1, '{id}', 'fact.stated.v1', '{{}}'"
SAME_VERSION = "'9999-01-01T00:00:00.000000Z', '{stream}', 1, 'an id', 'fact.stated.v1', '{{}}'"
EARLIER = "'2020-01-01T00:00:00.000000Z', 'a stream', 1, 'an id', 'fact.stated.v1', '{}'"

ACCIDENTS = {
    "change a body": "UPDATE entry SET body = '{}' WHERE position = 2",
    "change a time": "UPDATE entry SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 2",
    "move an entry": "UPDATE entry SET position = 9 WHERE position = 3",
    "remove an entry": "DELETE FROM entry WHERE position = 2",
    "remove the last entry": "DELETE FROM entry WHERE position = 3",
    "remove all": "DELETE FROM entry",
    "leave a gap": f"INSERT INTO entry VALUES (5, {ROW})",
    "insert before": f"INSERT INTO entry VALUES (0, {ROW})",
    "insert in a place that is taken": f"INSERT INTO entry VALUES (2, {ROW})",
    "insert before its time": f"INSERT INTO entry VALUES (4, {EARLIER})",
    "remove the head": "DELETE FROM head",
    "take the head back": "UPDATE head SET position = 2",
    "take the head back in time": "UPDATE head SET recorded_at = '2020-01-01T00:00:00.000000Z'",
    "a second head": "INSERT INTO head VALUES (2, 9, '9', '')",
    "change a tile": "UPDATE tile SET hashes = substr(hashes, 2) || substr(hashes, 1, 1)",
    "cut a tile": "UPDATE tile SET hashes = substr(hashes, 1, 32)",
    "move a tile": "UPDATE tile SET idx = 7",
    "remove a tile": "DELETE FROM tile",
}
SQLITE_ONLY = {
    "replace an entry": f"INSERT OR REPLACE INTO entry VALUES (2, {ROW})",
    "replace an entry by its id": f"INSERT OR REPLACE INTO entry VALUES (4, {SAME_ID})",
    "replace an entry by its version": f"REPLACE INTO entry VALUES (4, {SAME_VERSION})",
    "upsert an entry": f"INSERT INTO entry VALUES (4, {SAME_ID}) ON CONFLICT (id) DO UPDATE SET body = '[]'",
    "update or replace": "UPDATE OR REPLACE entry SET id = '{id}' WHERE position = 3",
    "let the database choose the place": f"INSERT INTO entry VALUES (NULL, {ROW})",
    "replace the head": "INSERT OR REPLACE INTO head VALUES (1, 0, '', x'')",
    "replace a tile": "INSERT OR REPLACE INTO tile VALUES (0, 0, x'00')",
}
POSTGRES_ONLY = {
    "empty the table": "TRUNCATE entry",
    "empty the tiles": "TRUNCATE tile",
    "empty the head": "TRUNCATE head",
    "upsert an entry": f"INSERT INTO entry VALUES (4, {SAME_ID}) ON CONFLICT (id) DO UPDATE SET body = '[]'",
    "upsert in its place": f"INSERT INTO entry VALUES (2, {ROW}) ON CONFLICT (position) DO UPDATE SET body = '[]'",
    "insert a batch with a gap": "INSERT INTO entry SELECT n, '9', 's' || n, 1, 'i' || n, 't', '{}' "
    "FROM unnest(ARRAY[4, 6]) AS n",
}


@pytest.fixture
def three(store, draft, append):
    return append(store, [draft() for _ in range(3)])


def stands(store: Store, three: list[Entry]) -> bool:
    return list(store.entries()) == three and store.head().position == 3 and store.guards() == ()


@pytest.mark.parametrize("statement", ACCIDENTS.values(), ids=ACCIDENTS.keys())
def test_an_accident_is_stopped(store, three, around, statement):
    with pytest.raises(REFUSED):
        around(statement)
    assert stands(store, three)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", SQLITE_ONLY.values(), ids=SQLITE_ONLY.keys())
def test_an_accident_that_only_sqlite_offers_is_stopped(store, three, around, statement):
    with pytest.raises(REFUSED):
        around(
            statement.format(id=three[0].id, stream=three[0].stream)
            if "{id}" in statement or "{stream}" in statement
            else statement
        )
    assert stands(store, three)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", POSTGRES_ONLY.values(), ids=POSTGRES_ONLY.keys())
def test_an_accident_that_only_postgres_offers_is_stopped(store, three, around, statement):
    with pytest.raises(REFUSED):
        around(statement.format(id=three[0].id) if "{id}" in statement else statement)
    assert stands(store, three)


def test_a_next_entry_in_its_place_and_time_is_not_an_accident(store, three, around):
    around(f"INSERT INTO entry VALUES (4, {ROW})")
    assert len(list(store.entries())) == 4


def test_an_append_after_a_stray_entry_is_refused_as_tampering(store, three, draft, append, around):
    around(f"INSERT INTO entry VALUES (4, {ROW})")
    with pytest.raises(TamperedError, match="nothing was written"):
        append(store, [draft()])
    assert store.head().position == 3


def test_all_guards_stand_in_a_new_store(store):
    assert store.guards() == ()


@pytest.mark.parametrize(
    "trigger", ["entry_next", "entry_unchanged", "head_onward", "head_kept", "tile_grows", "tile_kept"]
)
def test_a_dropped_trigger_is_said(store, store_url, around, trigger):
    table = f" ON {trigger.split('_')[0]}" if store_url.startswith("postgresql") else ""
    around(f"DROP TRIGGER {trigger}{table}")
    assert store.guards() == (f"trigger {trigger} is missing",)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_trigger_that_was_made_toothless_is_said_on_sqlite(store, around):
    around("DROP TRIGGER entry_unchanged")
    around("CREATE TRIGGER entry_unchanged BEFORE UPDATE ON entry BEGIN SELECT 1; END")
    assert store.guards() == ("trigger entry_unchanged is not as it was made",)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_strange_trigger_or_view_is_said(store, around):
    around("CREATE TRIGGER also AFTER INSERT ON entry BEGIN DELETE FROM meta; END")
    around("CREATE VIEW decision AS SELECT 1")
    assert store.guards() == ("trigger also is not one of the ledger's", "view decision is not one of the ledger's")


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER TABLE entry DISABLE TRIGGER entry_unchanged", "trigger entry_unchanged is not as it was made"),
        (
            "CREATE OR REPLACE FUNCTION evenhand_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "function evenhand_refuse is not as it was made",
        ),
        ("ALTER TABLE entry DROP CONSTRAINT entry_id_key", "table entry has no unique index on id"),
        ("DROP INDEX entry_of_persons", "index entry_of_persons is missing"),
    ],
    ids=["disabled", "toothless", "not unique", "index"],
)
def test_what_was_loosened_is_said_on_postgres(store, around, statement, said):
    around(statement)
    assert store.guards() == (said,)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_index_dropped_is_said(store, around):
    around("DROP INDEX entry_of_persons")
    assert store.guards() == ("index entry_of_persons is missing",)

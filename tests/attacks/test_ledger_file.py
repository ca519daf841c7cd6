"""One test per way to cheat with the file of a ledger. Each attack is checked to have changed bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cheating import changes, cheat, digest, judged, make_consistent, patch, rebuilt_without, unguarded
from evenhand.checkpoint import judge
from evenhand.errors import TamperedError, UnavailableError
from evenhand.ledger import verification
from evenhand.ledger.stretch import LEAF_DIFFERS
from evenhand.ledger.verify import Verification
from evenhand.store import Store

OTHER = "ffffffff-0000-4000-8000-000000000000"
BACK = "recorded_at is earlier than in the entry before it"
VERSION = "its version is not one more than the last before it in its stream"


def first(found: Verification) -> tuple[int | None, str]:
    assert not found.ok
    return found.findings[0]


def test_a_ledger_that_nobody_touched_verifies(whole: Path) -> None:
    found = judged(whole)
    assert (found.ok, found.entries, found.problems) == (True, 600, ())


# One thing changed, the hashes left as they were


@pytest.mark.parametrize(
    "change",
    [
        """body = replace(body, 'reject', 'advance')""",
        """body = body || ' '""",
        """recorded_at = '2026-01-05T09:00:00.000000Z'""",
        """recorded_at = replace(recorded_at, '.000000Z', '.000001Z')""",
        f"""stream = '{OTHER}'""",
        """version = 9""",
        f"""id = '{OTHER}'""",
        """type = 'offer.extended.v1'""",
        """body = cast(body as blob)""",
        """body = cast(X'7B2261223A22FF227D' as text)""",
        """body = ''""",
        """version = 'two'""",
    ],
)
@pytest.mark.parametrize("position", [2, 257, 600])
def test_an_edited_entry_is_named(ledger: Path, change: str, position: int) -> None:
    cheat(ledger, f"UPDATE entry SET {change} WHERE position = {position}")
    assert first(judged(ledger))[0] == position


def test_two_entries_that_changed_places_are_both_named(ledger: Path) -> None:
    cheat(
        ledger,
        "UPDATE entry SET position = -1 WHERE position = 100",
        "UPDATE entry SET position = 100 WHERE position = 200",
        "UPDATE entry SET position = 200 WHERE position = -1",
    )
    named = {position for position, problem in judged(ledger).findings if problem == LEAF_DIFFERS}
    assert named == {100, 200}


def test_two_bodies_that_changed_places_are_both_named(ledger: Path) -> None:
    cheat(
        ledger,
        "CREATE TEMP TABLE held AS SELECT position, body FROM entry WHERE position IN (100, 200)",
        "UPDATE entry SET body = (SELECT body FROM held WHERE position = 200) WHERE position = 100",
        "UPDATE entry SET body = (SELECT body FROM held WHERE position = 100) WHERE position = 200",
    )
    assert [position for position, _ in judged(ledger).findings if position] == [100, 200]


@pytest.mark.parametrize("position", [1, 2, 256, 257, 599])
def test_a_deleted_entry_is_named(ledger: Path, position: int) -> None:
    cheat(ledger, f"DELETE FROM entry WHERE position = {position}")
    found = judged(ledger)
    assert (position, "it is missing") in found.findings
    assert first(found)[0] == position
    assert found.root is None


def test_a_deleted_entry_is_named_even_if_those_behind_it_moved_up(ledger: Path) -> None:
    cheat(
        ledger,
        "DELETE FROM entry WHERE position = 100",
        "UPDATE entry SET position = -position WHERE position > 100",
        "UPDATE entry SET position = -position - 1 WHERE position < 0",
    )
    assert first(judged(ledger)) == (100, LEAF_DIFFERS)


def test_a_cut_tail_is_named(ledger: Path) -> None:
    cheat(ledger, "DELETE FROM entry WHERE position > 590")
    said = "it and the 9 after it are missing: the head row says that the ledger has 600 entries"
    assert first(judged(ledger)) == (591, said)


def test_a_cut_tail_is_noticed_though_the_head_row_was_rewound(ledger: Path, whole: Path) -> None:
    cheat(
        ledger,
        "DELETE FROM entry WHERE position > 512",
        "UPDATE head SET position = 512, recorded_at = (SELECT max(recorded_at) FROM entry),"
        f" frontier = X'{tree_of(whole, 512)}'",
    )
    assert first(judged(ledger)) == (None, "the tiles of level 0 do not hold 512 hashes without a gap")


def tree_of(path: Path, size: int) -> str:
    from evenhand.events.entry import line
    from evenhand.merkle.tree import Frontier, leaf_hash

    with Store.open(str(path), read_only=True) as store:
        return Frontier().extend([leaf_hash(line(entry)) for entry in store.entries(upto=size)]).to_bytes().hex()


def test_an_entry_slipped_in_behind_the_head_is_named(ledger: Path) -> None:
    cheat(
        ledger,
        f"INSERT INTO entry SELECT 601, recorded_at, '{OTHER}', 1, '{OTHER}', type, body"
        " FROM entry WHERE position = 600",
    )
    assert first(judged(ledger))[0] == 601
    assert "not appended by the ledger" in first(judged(ledger))[1]


@pytest.mark.parametrize("position", [0, -7, 10**12])
def test_an_entry_slipped_in_where_none_can_stand_is_named(ledger: Path, position: int) -> None:
    cheat(
        ledger,
        f"INSERT INTO entry SELECT {position}, recorded_at, '{OTHER}', 1, '{OTHER}', type, body"
        " FROM entry WHERE position = 600",
    )
    assert first(judged(ledger))[0] == position


def test_an_entry_moved_behind_the_end_is_missed_where_it_stood(ledger: Path) -> None:
    cheat(ledger, "UPDATE entry SET position = 601 WHERE position = 300")
    assert [position for position, _ in judged(ledger).findings if position] == [300, 601]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("position = 599", "the head row does not hold the tree of as many entries as it says"),
        ("position = 593", "it stands behind the end that the head row names"),
        ("position = 609", "are missing: the head row says that the ledger has 609 entries"),
        ("recorded_at = '2027-01-01T00:00:00.000000Z'", "the head row has another time than the last entry"),
        ("frontier = zeroblob(length(frontier))", "the head row holds another tree than the entries make"),
        ("frontier = X'00'", "the head row does not hold the tree of as many entries as it says"),
        ("frontier = 'text'", "the head row does not hold the tree of as many entries as it says"),
        ("position = -600", "the head row does not hold the tree of as many entries as it says"),
    ],
)
def test_a_head_row_that_was_changed_is_noticed(ledger: Path, change: str, said: str) -> None:
    cheat(ledger, f"UPDATE head SET {change}")
    assert any(said in problem for problem in judged(ledger).problems)


def test_a_head_row_that_was_removed_is_noticed(ledger: Path) -> None:
    cheat(ledger, "DELETE FROM head")
    assert first(judged(ledger)) == (None, "there are 0 head rows, where one should stand")


def test_a_changed_leaf_hash_is_named_and_its_entry_acquitted(ledger: Path) -> None:
    cheat(ledger, "UPDATE tile SET hashes = zeroblob(31) || X'01' || substr(hashes, 33) WHERE level = 0 AND idx = 1")
    assert judged(ledger).findings == ((257, "its hash in the tiles was changed: its line agrees with the head row"),)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE tile SET hashes = zeroblob(64) WHERE level = 1", "tile 0 of level 1 does not hold the roots"),
        ("DELETE FROM tile WHERE level = 1", "the tiles of level 1 do not hold 2 hashes without a gap"),
        ("DELETE FROM tile WHERE level = 0 AND idx = 1", "the tiles of level 0 do not hold 600 hashes without a gap"),
        ("DELETE FROM tile WHERE level = 0 AND idx = 2", "the tiles of level 0 do not hold 600 hashes without a gap"),
        ("INSERT INTO tile VALUES (0, 3, zeroblob(32))", "the tiles of level 0 do not hold 600 hashes without a gap"),
        (
            "INSERT INTO tile VALUES (7, 0, zeroblob(32))",
            "there are tiles of levels that a ledger of 600 entries does not have",
        ),
        ("UPDATE tile SET hashes = hashes || zeroblob(32) WHERE idx = 0 AND level = 0", "holds more than 256 hashes"),
        ("UPDATE tile SET hashes = hashes || zeroblob(32) WHERE idx = 2", "do not hold 600 hashes without a gap"),
    ],
)
def test_tiles_that_were_changed_are_noticed(ledger: Path, statement: str, said: str) -> None:
    cheat(ledger, statement)
    assert any(said in problem for problem in judged(ledger).problems)


# Every hash made again: what form, order and guards still show

FORGED_BODIES = {
    "a member smuggled behind the body": ("""{"outcome":"reject"},"type":"offer.extended.v1\"""", "exactly one JSON"),
    "a whole entry smuggled behind it": ("""{"outcome":"reject"},"body":{"outcome":"advance"}""", "ends at character"),
    "a line feed": ('{"outcome":\n"reject"}', "not one line"),
    "a carriage return": ('{"outcome":"reject"\r}', "not one line"),
    "a trailing space": ('{"outcome":"reject"} ', "exactly one JSON object"),
    "a trailing line feed": ('{"outcome":"reject"}\n', "exactly one JSON object"),
    "a float": ('{"score":0.1}', "floats and exponents"),
    "a name twice": ('{"outcome":"reject","outcome":"advance"}', "name twice"),
    "a name twice, once escaped": ('{"outcome":"reject","\\u006futcome":"advance"}', "name twice"),
    "an integer too large": ('{"score":9007199254740993}', "outside"),
    "half a character": ('{"text":"\\ud83d"}', "surrogate"),
    "a body too deep": ('{"a":' + "[" * 32 + "]" * 32 + "}", "deeper than 32"),
    "a body too long": ('{"a":"' + "x" * 65_536 + '"}', "bytes; at most 65,535"),
}


@pytest.mark.parametrize(("body", "said"), FORGED_BODIES.values(), ids=FORGED_BODIES)
def test_a_body_out_of_form_is_named_though_every_hash_was_made_again(ledger: Path, body: str, said: str) -> None:
    cheat(ledger, f"UPDATE entry SET body = '{body}' WHERE position = 300", rehash=True)
    position, problem = first(judged(ledger))
    assert position == 300
    assert said in problem


@pytest.mark.parametrize(
    ("change", "position", "said"),
    [
        ("recorded_at = '2026-01-05T09:00:00Z'", 300, "six digits"),
        ("recorded_at = '2026-02-30T09:00:00.000000Z'", 300, "six digits"),
        ("recorded_at = '2026-01-05T09:00:00.000000Z'", 300, BACK),
        ("recorded_at = '2027-01-05T09:00:00.000000Z'", 301, BACK),
        (f"stream = '{OTHER.upper()}'", 300, "the stream is not a UUID in lower case"),
        ("id = id || '\n'", 300, "the id is not a UUID in lower case"),
        ("""type = 'a","body":{},"x":"b.v1'""", 300, "the type is not a topic"),
        ("version = 0", 300, "the version is not a whole number"),
        ("version = 5", 300, VERSION),
        (f"stream = '{OTHER}'", 300, VERSION),
    ],
)
def test_an_envelope_out_of_form_or_order_is_named_though_every_hash_was_made_again(
    ledger: Path, change: str, position: int, said: str
) -> None:
    cheat(ledger, f"UPDATE entry SET {change} WHERE position = 300", rehash=True)
    named, problem = first(judged(ledger))
    assert named == position
    assert said in problem


def test_a_version_taken_out_of_a_stream_is_named_though_everything_moved_up(ledger: Path) -> None:
    cheat(
        ledger,
        "DELETE FROM entry WHERE position = 299",  # third of four in its stream
        "UPDATE entry SET position = -position WHERE position > 299",
        "UPDATE entry SET position = -position - 1 WHERE position < 0",
        rehash=True,
    )
    assert judged(ledger).findings == ((299, VERSION),)


def test_two_versions_of_a_stream_in_the_wrong_order_are_named(ledger: Path) -> None:
    cheat(
        ledger,
        "UPDATE entry SET version = 9 WHERE position = 298",
        "UPDATE entry SET version = 2 WHERE position = 299",
        "UPDATE entry SET version = 3 WHERE position = 298",
        rehash=True,
    )
    assert judged(ledger).findings == ((298, VERSION),)


@pytest.mark.parametrize(
    ("constraints", "change", "said"),
    [
        (("UNIQUE (stream, version)",), "version = 1", VERSION),
        (("UNIQUE (id)",), "id = (SELECT id FROM entry WHERE position = 2)", "its id stands twice"),
    ],
)
def test_a_second_one_of_what_stands_once_is_named_though_its_index_was_dropped(
    ledger: Path, constraints: tuple[str, ...], change: str, said: str
) -> None:
    rebuilt_without(ledger, constraints)
    cheat(ledger, f"UPDATE entry SET {change} WHERE position = 300", rehash=True)
    found = judged(ledger)
    assert first(found) == (300, said)
    assert any("has no unique index on" in problem for problem in found.problems)


def test_a_position_that_stands_twice_is_named(ledger: Path) -> None:
    rebuilt_without(ledger, ("PRIMARY KEY (position)",))
    cheat(
        ledger,
        f"INSERT INTO entry SELECT 300, recorded_at, '{OTHER}', 1, '{OTHER}', type, body"
        " FROM entry WHERE position = 300",
    )
    assert (300, "its position stands twice") in judged(ledger).findings


@pytest.mark.parametrize("position", ["'x'", "300.5", "NULL", "X'07'"])
def test_a_position_that_is_no_number_is_noticed(ledger: Path, position: str) -> None:
    rebuilt_without(ledger, ("PRIMARY KEY (position)", "position INTEGER NOT NULL"))
    cheat(
        ledger,
        f"INSERT INTO entry SELECT {position}, recorded_at, '{OTHER}', 1, '{OTHER}', type, body"
        " FROM entry WHERE position = 300",
    )
    assert not judged(ledger).ok


def test_an_end_moved_out_of_sight_does_not_keep_verify_busy(ledger: Path) -> None:
    cheat(
        ledger,
        "UPDATE entry SET position = 600 + 1125899906842624 WHERE position = 600",
        "UPDATE head SET position = 592 + 1125899906842624",
    )
    assert first(judged(ledger))[0] == 600


def test_a_first_entry_that_cannot_be_read_is_named(ledger: Path) -> None:
    cheat(ledger, "UPDATE entry SET body = cast(X'7BFF7D' as text) WHERE position = 1")
    assert (1, "the database cannot read it: its bytes are damaged, or are not text") in judged(ledger).findings


def test_a_first_entry_that_opens_nothing_is_named(ledger: Path) -> None:
    cheat(ledger, "UPDATE entry SET type = 'decision.made.v1' WHERE position = 1", rehash=True)
    assert first(judged(ledger)) == (1, "it does not open a ledger of format 1, as the first entry must")


def test_a_ledger_made_to_look_newer_is_not_called_whole(ledger: Path) -> None:
    cheat(ledger, """UPDATE entry SET body = '{"format":2}' WHERE position = 1""", rehash=True)
    with pytest.raises(UnavailableError, match="newer format"):
        judged(ledger)


# Guards


def names(path: Path, kind: str) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))]


def test_each_trigger_that_is_dropped_is_reported(ledger: Path) -> None:
    triggers = names(ledger, "trigger")
    assert triggers
    for dropped, name in enumerate(triggers, 1):
        with changes(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as database:
            database.execute(f"DROP TRIGGER {name}")
        found = judged(ledger)
        assert len(found.findings) == dropped
        assert any(f"trigger {name} is missing" in problem for problem in found.problems)


def test_a_trigger_replaced_by_one_that_does_nothing_is_reported(ledger: Path) -> None:
    with changes(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("DROP TRIGGER entry_kept")
        database.execute("CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT 1; END")
    assert any("trigger entry_kept is not as it was made" in problem for problem in judged(ledger).problems)


def test_a_trigger_of_a_stranger_is_reported(ledger: Path) -> None:
    with changes(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("CREATE TRIGGER sly AFTER INSERT ON entry BEGIN UPDATE head SET position = 0; END")
    assert any("trigger sly is not one of the ledger's" in problem for problem in judged(ledger).problems)


def test_a_view_in_the_place_of_the_table_is_not_taken_for_a_ledger(ledger: Path) -> None:
    with changes(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        for name in names(ledger, "trigger"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("ALTER TABLE entry RENAME TO other")
        database.execute("CREATE VIEW entry AS SELECT * FROM other WHERE position <> 300")
    with pytest.raises(UnavailableError):
        judged(ledger)


# The file's own bytes


def test_bytes_changed_in_the_file_itself_are_named(ledger: Path) -> None:
    patch(ledger, b'"n":1299}', b'"n":1399}', page_type=13)
    assert first(judged(ledger)) == (300, LEAF_DIFFERS)


def test_bytes_that_are_no_text_are_named(ledger: Path) -> None:
    patch(ledger, b'"n":1299}', b'"n":1\xff99}', page_type=13)
    said = "the database cannot read it: its bytes are damaged, or are not text"
    assert judged(ledger).findings == ((300, said),)


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        (b"00000010-0000-0000-0000-00000000004a", b"00000010-0000-0000-0000-00000000004A", "stream and version"),
        (b"00000000-0400-0000-0000-00000000012b", b"00000000-0400-0000-0000-00000000012B", "id"),
    ],
)
def test_an_entry_hidden_from_look_ups_in_an_index_is_noticed(ledger: Path, find: bytes, put: bytes, said: str) -> None:
    patch(ledger, find, put, page_type=10)
    found = judged(ledger)
    assert not found.ok
    assert any(f"the index on {said} holds other entries than the table" in problem for problem in found.problems)


@pytest.mark.parametrize("left", [0, 100, 4096, 4096 * 9, -4096, -1])
def test_a_file_that_was_cut_short_is_never_called_whole(ledger: Path, left: int) -> None:
    content = ledger.read_bytes()
    ledger.write_bytes(content[:left])
    assert ledger.read_bytes() != content
    with pytest.raises((TamperedError, UnavailableError)):
        judged(ledger).must_hold()


def test_a_change_that_waits_in_the_log_beside_the_file_is_named(ledger: Path, tmp_path: Path) -> None:
    before = digest(ledger)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        made = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_unchanged'").fetchone()[0]
        database.execute("DROP TRIGGER entry_unchanged")
        database.execute("UPDATE entry SET body = replace(body, 'reject', 'advance') WHERE position = 300")
        database.execute(made)
        copy = tmp_path / "taken" / "ledger.db"
        copy.parent.mkdir()
        for suffix in ("", "-wal"):  # as it stands on the disk while the cheat still holds it open
            Path(f"{copy}{suffix}").write_bytes(Path(f"{ledger}{suffix}").read_bytes())
    assert digest(ledger) != before
    waiting = {each.name: each.read_bytes() for each in copy.parent.iterdir()}
    assert first(judged(copy)) == (300, LEAF_DIFFERS)
    assert {each.name: each.read_bytes() for each in copy.parent.iterdir()} == waiting


# What the file alone cannot show


def cut(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM entry WHERE position > 590")


def rewritten(database: sqlite3.Connection) -> None:
    database.execute("UPDATE entry SET body = replace(body, 'reject', 'advance') WHERE position = 300")


def backdated(database: sqlite3.Connection) -> None:
    database.execute(
        "UPDATE entry SET recorded_at = (SELECT recorded_at FROM entry WHERE position = 299) WHERE position = 300"
    )


@pytest.mark.parametrize("attack", [cut, rewritten, backdated])
def test_a_consistent_forgery_is_not_seen_in_the_file_and_verify_says_so(
    ledger: Path, whole: Path, attack: Callable[[sqlite3.Connection], None]
) -> None:
    remembered = judged(whole)
    with changes(ledger), unguarded(ledger) as database:
        attack(database)
        make_consistent(database)
    alone = judged(ledger)
    assert alone.ok
    assert alone.root != remembered.root
    assert verification.TAIL in alone.not_checked
    assert judge.NO_CHECKPOINT in alone.not_checked
    assert judge.NO_TIMES in alone.not_checked
    assert remembered.root is not None
    held = judged(ledger, seen=(remembered.entries, remembered.root))
    assert not held.ok
    assert verification.TAIL not in held.not_checked


def test_a_truncated_tail_cannot_be_regrown(ledger: Path, whole: Path) -> None:
    remembered = judged(whole)
    assert remembered.root is not None
    with changes(ledger), unguarded(ledger) as database:
        cut(database)
        database.execute(
            "WITH RECURSIVE more(position) AS (SELECT 591 UNION ALL SELECT position + 1 FROM more WHERE position < 700)"
            " INSERT INTO entry SELECT more.position, recorded_at,"
            " printf('ffffffff-0000-4000-8000-%012x', more.position), 1,"
            " printf('ffffffff-0000-4000-8000-%012x', more.position), type, body FROM more, entry"
            " WHERE entry.position = 590"
        )
        make_consistent(database)
    assert judged(ledger).ok
    held = judged(ledger, seen=(remembered.entries, remembered.root))
    assert held.findings == ((None, "the first 600 entries changed since their root was remembered"),)

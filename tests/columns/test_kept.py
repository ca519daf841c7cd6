"""The facts file may be anything or nothing: the answers are those of the log, and what was unusual is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from build import FEW, some_entries
from evenhand import disk
from evenhand.columns import kept
from evenhand.columns.facts import Facts
from evenhand.events.base import Event, StreamKind
from evenhand.events.registry import REGISTRY, Registry
from evenhand.store import Store

Content = Callable[[Facts], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def facts_file(filled: Any) -> Path:
    """The file of the filled ledger, up to date."""
    filled.facts().close()
    assert filled.said == []
    return Path(filled.folder / "facts.duckdb")


def edit(path: Path, statement: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def test_the_file_is_its_owners_only(facts_file: Path) -> None:
    assert facts_file.stat().st_mode & 0o077 == 0
    assert facts_file.with_name("facts.lock").stat().st_mode & 0o077 == 0


def test_a_second_opening_writes_nothing(filled: Any, facts_file: Path) -> None:
    before = facts_file.read_bytes()
    with filled.facts() as facts:
        assert facts.trusted
        assert facts.root
    assert facts_file.read_bytes() == before
    assert filled.said == []


def test_a_deleted_file_is_made_again_without_a_word(filled: Any, facts_file: Path, content: Content) -> None:
    facts_file.unlink()
    with filled.facts() as again, filled.facts(from_log=True) as made:
        assert content(again) == content(made)
    assert filled.said == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.write_bytes(b"garbage" * 999), "cannot be read"),
        (lambda path: path.write_bytes(b""), "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), ""),
        (lambda path: edit(path, "UPDATE log.decision_made SET outcome = 'reject'"), "rows"),
        (lambda path: edit(path, "DELETE FROM log.entry WHERE position = 17"), "rows"),
        (lambda path: edit(path, "INSERT INTO log.stage_entered SELECT * FROM log.stage_entered LIMIT 1"), "rows"),
        (lambda path: edit(path, "UPDATE log.stream SET kind = 'policy'"), "rows"),
        (lambda path: edit(path, "UPDATE log.digest SET digest = digest + 1"), "rows"),
        (lambda path: edit(path, "ALTER TABLE log.decision_made DROP COLUMN automation"), "rows"),
        (lambda path: edit(path, "DROP TABLE log.decision_made"), "rows"),
        (lambda path: edit(path, "CREATE VIEW log.mine AS SELECT 1"), "tables that are not its own"),
        (lambda path: edit(path, "DROP TABLE log.watermark"), "has no watermark"),
        (lambda path: edit(path, "DROP SCHEMA log CASCADE"), "has no watermark"),
        (lambda path: edit(path, "UPDATE log.watermark SET position = 301"), "is ahead of the ledger"),
        (lambda path: edit(path, "UPDATE log.watermark SET root = repeat('0', 64)"), "was made from another log"),
        (lambda path: edit(path, "UPDATE log.watermark SET position = 299"), "was made from another log"),
        (lambda path: edit(path, "UPDATE log.watermark SET definitions = ''"), "was made by another version"),
    ],
)
def test_a_file_that_was_harmed_is_made_again_and_it_is_said(
    filled: Any, facts_file: Path, content: Content, harm: Callable[[Path], object], said: str
) -> None:
    harm(facts_file)
    with filled.facts() as again, filled.facts(from_log=True) as made:
        assert again.trusted
        assert again.root == made.root
        assert content(again) == content(made)
    assert len(filled.said) == 1
    assert said in filled.said[0]
    filled.said.clear()
    filled.facts().close()
    assert filled.said == []


def test_rows_that_were_not_held_to_their_digests_name_no_root(filled: Any, facts_file: Path) -> None:
    edit(facts_file, "UPDATE log.decision_made SET outcome = 'advance'")
    with filled.facts(check=False) as facts:
        assert not facts.trusted
        assert facts.root is None


def test_facts_made_from_the_log_look_at_no_file(filled: Any, facts_file: Path) -> None:
    edit(facts_file, "UPDATE log.decision_made SET outcome = 'reject'")
    edited = facts_file.read_bytes()
    with filled.facts(from_log=True) as facts:
        assert facts.trusted
        assert facts.connection.execute("SELECT DISTINCT outcome FROM decision_made").fetchall() == [("advance",)]
    assert filled.said == []
    assert facts_file.read_bytes() == edited


class Smiled(Event):
    """A type that a later version has."""

    TOPIC = "interviewer.smiled.v1"
    STREAMS = (StreamKind.CANDIDACY,)
    how_often: int


def test_changed_definitions_make_the_file_again(filled: Any, facts_file: Path) -> None:
    later = Registry([*REGISTRY.current, Smiled])
    with filled.facts(registry=later) as facts:
        assert facts.connection.execute("SELECT how_often FROM interviewer_smiled").fetchall() == []
    assert filled.said == ["facts.duckdb was made by another version; making it again"]


def test_a_file_of_another_ledger_is_made_again(filled: Any, facts_file: Path, tmp_path: Path) -> None:
    other = type(filled)(tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
    other.folder.mkdir()
    kept_of_other = other.folder / "facts.duckdb"
    kept_of_other.write_bytes(facts_file.read_bytes())
    Store.create(other.url).close()
    other.append(some_entries(400, 9, topics=FEW))
    with other.facts() as facts:
        assert facts.as_of.position == 400
    assert other.said == ["facts.duckdb was made from another log; making it again"]


def test_while_another_process_brings_it_up_to_date_the_facts_are_made_in_memory(
    filled: Any, facts_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept.FactsFile.bring_up, "__kwdefaults__", {"wait_seconds": 0.0})
    with disk.hold(facts_file.with_name("facts.lock"), wait_seconds=0.0), filled.facts() as facts:
        assert facts.trusted
        assert facts.as_of.position == 300
    assert filled.said == ["facts.duckdb is being brought up to date by another process; making the facts in memory"]


READER = """
import sys, duckdb
connection = duckdb.connect()
connection.execute(f"ATTACH '{sys.argv[1]}' AS facts (READ_ONLY)")
print("reading", flush=True)
sys.stdin.read()
"""


def test_two_processes_read_it_at_once_and_a_third_that_must_write_works_in_memory(
    filled: Any, facts_file: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(facts_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"reading\n"
        with filled.facts() as facts:
            assert facts.trusted
        assert filled.said == []
        filled.append(some_entries(20, 7, topics=FEW))
        with filled.facts() as facts:
            assert facts.as_of.position == 320
            assert facts.trusted
        assert filled.said == ["facts.duckdb is in use or cannot be written; making the facts in memory"]
        assert other.stdin
        other.stdin.close()
    filled.said.clear()
    with filled.facts() as facts:
        assert facts.as_of.position == 320
    assert filled.said == []


def test_in_a_folder_that_cannot_be_written_the_file_is_read_if_it_is_current(filled: Any, facts_file: Path) -> None:
    unwritable = facts_file.with_name("facts.lock")
    unwritable.unlink()
    unwritable.mkdir()  # opening it for writing fails, for root too
    with filled.facts() as facts:
        assert facts.trusted
    assert filled.said == []
    filled.append(some_entries(20, 7, topics=FEW))
    with filled.facts() as facts:
        assert facts.as_of.position == 320
    assert len(filled.said) == 1
    assert filled.said[0].endswith("cannot be written; making the facts in memory")


def test_a_folder_in_the_files_place_is_left_alone(filled: Any) -> None:
    (filled.folder / "facts.duckdb").mkdir()
    with filled.facts() as facts:
        assert facts.trusted
    assert filled.said == ["facts.duckdb is in use or cannot be written; making the facts in memory"]
    assert (filled.folder / "facts.duckdb").is_dir()

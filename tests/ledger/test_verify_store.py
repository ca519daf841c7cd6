"""Verify over real databases, in this process and in others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from evenhand.clock import Clock, stepping_clock
from evenhand.errors import UnavailableError
from evenhand.ledger import crew
from evenhand.ledger.crew import Door, Job, Result, perform, share
from evenhand.ledger.order import Ids, Versions
from evenhand.ledger.stretch import LEAF_DIFFERS, Stretch
from evenhand.ledger.verify import judge, verify
from evenhand.store import NewEntry, Store

CLOCK = stepping_clock(datetime(2026, 1, 5, 9, tzinfo=UTC))


def made(first: int, count: int) -> list[NewEntry]:
    return [
        NewEntry(
            str(UUID(int=2**100 + number // 4)),
            number % 4 + 1,
            str(UUID(int=number + 1)),
            "ledger.opened.v1" if number == 0 else "decision.made.v1",
            '{"format":1}' if number == 0 else f'{{"text":"反馈 {number}"}}',
        )
        for number in range(first, first + count)
    ]


def append(store: Store, news: Sequence[NewEntry], clock: Clock = CLOCK) -> None:
    store.transact(lambda _reader: news, clock=clock)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.create(store_url) as filled:
        append(filled, made(0, 250))
        append(filled, made(250, 350))
        yield filled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with Store.create(str(path)) as filled:
        append(filled, made(0, 600))
    return path


def tampered(url: str) -> None:
    change = "UPDATE entry SET body = '{}' WHERE position = 300"
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            connection.execute("ALTER TABLE entry DISABLE TRIGGER ALL")
            assert connection.execute(change.encode()).rowcount == 1
            connection.execute("ALTER TABLE entry ENABLE TRIGGER ALL")
        return
    with closing(sqlite3.connect(url)) as database, database:
        database.execute("DROP TRIGGER entry_unchanged")
        assert database.execute(change).rowcount == 1


def test_a_ledger_verifies_in_one_process_and_in_two(store: Store) -> None:
    alone = verify(store, workers=1)
    shared = verify(store, workers=2)
    assert alone == shared
    assert (alone.ok, alone.entries) == (True, 600)
    assert alone.root == store.head().frontier.root().hex()
    assert alone.root is not None
    assert verify(store, workers=2, seen=(600, alone.root)).ok


def test_an_entry_changed_in_the_database_is_named_by_one_process_and_by_two(store: Store, store_url: str) -> None:
    tampered(store_url)
    for workers in (1, 2):
        assert verify(store, workers=workers).findings[0] == (300, LEAF_DIFFERS)


def test_entries_appended_while_a_ledger_is_verified_are_left_for_the_next_time(store: Store) -> None:
    def late(jobs: Sequence[Job]) -> Iterator[Result]:
        append(store, made(600, 300))
        return map(partial(perform, store.stored()), jobs)

    found = judge(store.stored(), late)
    assert (found.ok, found.entries) == (True, 600)
    assert verify(store).entries == 900


def test_a_file_of_somebody_else_is_verified_by_two_processes_and_not_touched(file: Path) -> None:
    before = {each.name: each.read_bytes() for each in file.parent.iterdir()}
    with Store.open(str(file), read_only=True) as store:
        assert verify(store, workers=2).ok
    assert {each.name: each.read_bytes() for each in file.parent.iterdir()} == before


def test_a_log_that_waits_beside_a_file_is_verified_with_it_by_two_processes(file: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken" / "ledger.db"
    taken.parent.mkdir()
    with Store.open(str(file)) as store:
        append(store, made(600, 20))
        for suffix in ("", "-wal"):
            Path(f"{taken}{suffix}").write_bytes(Path(f"{file}{suffix}").read_bytes())
    with Store.open(str(taken), read_only=True) as store:
        found = verify(store, workers=2)
    assert (found.ok, found.entries) == (True, 620)
    assert sorted(each.name for each in taken.parent.iterdir()) == ["ledger.db", "ledger.db-wal"]


def test_what_a_process_cannot_open_is_said_by_the_one_who_asked(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no ledger here"):
        list(share(Door(str(tmp_path / "none.db"), read_only=True), [Ids(1), Versions(1), Stretch(1, 1)], workers=2))


def test_a_process_that_is_killed_is_said_and_not_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_START", "import os; os._exit(9)")
    with Store.open(str(file)) as store, pytest.raises(UnavailableError, match="ended before it was done"):
        verify(store, workers=2)


def test_a_program_without_a_main_guard_can_verify_in_several_processes(file: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from evenhand.ledger.verify import verify\n"
        "from evenhand.store import Store\n"
        f"with Store.open({str(file)!r}) as store:\n"
        "    print(verify(store, workers=2).ok)\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")

"""Reading the facts takes no lock away from a ledger that this process has open."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from build import some_entries
from evenhand.clock import system_clock
from evenhand.columns import opened
from evenhand.columns.opened import AdbcLog, SqliteLog, open_log
from evenhand.columns.sandbox import connect
from evenhand.errors import TamperedError
from evenhand.store import Store

INTRUDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
"""


def may_another_write(path: Path) -> bool:
    return subprocess.run([sys.executable, "-c", INTRUDER, str(path)], check=False, capture_output=True).returncode == 0


def test_a_writer_in_this_process_keeps_its_lock_while_the_facts_are_read(filled: Any) -> None:
    path = filled.folder / "ledger.db"
    answers = []

    def plan(_: Any) -> list[Any]:
        with filled.facts() as facts:
            answers.append(facts.as_of.position)
        answers.append(may_another_write(path))
        return some_entries(1, 77)

    with Store.open(filled.url) as store:
        store.transact(plan, clock=system_clock)
    assert answers == [300, False]
    assert may_another_write(path)


def test_an_open_ledger_is_read_through_its_own_library_and_a_closed_one_through_adbc(filled: Any) -> None:
    scratch = connect()
    with open_log(filled.url, scratch) as log:
        assert isinstance(log, AdbcLog)
        assert opened._times_open(filled.folder / "ledger.db")
        closed = log.head(), log.root_at(123), log.recorded_at(7)
    assert not opened._times_open(filled.folder / "ledger.db")
    assert not opened._LEFT_OPEN
    with Store.open(filled.url) as store:
        store.head()
        with open_log(filled.url, scratch) as log:
            assert isinstance(log, SqliteLog)
            assert (log.head(), log.root_at(123), log.recorded_at(7)) == closed
    scratch.close()


def test_the_tables_are_the_same_by_either_way(filled: Any, content: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_PAGE", 70)
    with filled.facts(from_log=True) as by_adbc, Store.open(filled.url) as store:
        store.head()
        with filled.facts(from_log=True) as by_sqlite:
            assert content(by_adbc) == content(by_sqlite)


def test_a_ledger_opened_while_adbc_reads_keeps_its_locks(filled: Any) -> None:
    path = filled.folder / "ledger.db"
    scratch = connect()
    with open_log(filled.url, scratch) as log:
        assert isinstance(log, AdbcLog)
        late = sqlite3.connect(path, isolation_level=None)
        late.execute("BEGIN IMMEDIATE")
    assert len(opened._LEFT_OPEN) == 1
    assert not may_another_write(path)
    late.execute("ROLLBACK")
    late.close()
    scratch.close()
    while opened._LEFT_OPEN:
        opened._LEFT_OPEN.pop().close()


def test_a_body_that_is_no_utf_8_is_said_so_and_not_shown(filled: Any) -> None:
    with sqlite3.connect(filled.folder / "ledger.db") as cheat:
        for (name,) in cheat.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            cheat.execute(f"DROP TRIGGER {name}")
        cheat.execute("UPDATE entry SET body = CAST(x'7b22736563726574ff227d' AS TEXT) WHERE position = 9")
    cheat.close()
    with pytest.raises(TamperedError, match="run: evenhand verify") as raised:
        filled.facts()
    assert "secret" not in str(raised.value)
    with Store.open(filled.url) as store:
        store.head()
        with pytest.raises(TamperedError, match="run: evenhand verify"):
            filled.facts()

"""A file of somebody else is read and left exactly as it is, with all that its log holds."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.errors import UnavailableError
from evenhand.store import Store, copying

LEFT_OPEN = """
import sys, time
from evenhand.clock import system_clock
from evenhand.store import NewEntry, Store

store = Store.open(sys.argv[1])
store.transact(lambda reader: [NewEntry("late", 1, "late", "fact.stated.v1", "{}")], clock=system_clock)
print("written", flush=True)
time.sleep(600)
"""


@pytest.fixture
def path(tmp_path: Path, draft, append) -> Path:
    (tmp_path / "theirs").mkdir()
    made = tmp_path / "theirs" / "ledger.db"
    with Store.create(str(made)) as store:
        append(store, [draft() for _ in range(300)])
    return made


@pytest.fixture
def logged(path: Path) -> Path:
    """The same file with a log beside it that was never brought in, as a killed writer leaves it."""
    with subprocess.Popen([sys.executable, "-c", LEFT_OPEN, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    assert Path(f"{path}-wal").stat().st_size
    return path


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.iterdir()}


def test_reading_creates_nothing_beside_a_file(path: Path):
    before = content(path.parent)
    with Store.open(str(path), read_only=True) as store:
        assert len(list(store.entries())) == 300
        assert store.guards() == ()
        assert content(path.parent) == before
    assert content(path.parent) == before


def test_a_waiting_log_is_read_and_stays_as_it_is(logged: Path):
    before = content(logged.parent)
    with Store.open(str(logged), read_only=True) as store:
        assert [entry.stream for entry in store.entries(after=300)] == ["late"]
        assert store.head().position == 301
        assert content(logged.parent) == before
    assert content(logged.parent) == before


def test_the_copy_is_private_and_gone_after(logged: Path):
    with Store.open(str(logged), read_only=True) as store:
        copy = Path(store.source.removeprefix("file:").split("?", maxsplit=1)[0])
        assert copy.parent != logged.parent
        assert copy.parent.stat().st_mode & 0o777 == 0o700
        connection = sqlite3.connect(store.source, uri=True)
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (301,)
        connection.close()
    assert not copy.parent.exists()


def test_opening_for_writing_brings_the_log_in(logged: Path):
    with Store.open(str(logged)) as store:
        assert store.head().position == 301
    assert [each.name for each in logged.parent.iterdir()] == ["ledger.db"]


def test_a_copy_made_while_somebody_writes_is_refused(path: Path, tmp_path: Path):
    pauses: list[float] = []
    target = tmp_path / "copy.db"
    first = path.stat().st_mtime_ns

    def write_meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        os.utime(path, ns=(0, first + len(pauses)))

    def copied(now: int) -> bool:
        return copying.copy(path, target, pause=write_meanwhile, now_ns=lambda: now)

    assert not copied(first)  # changed this very moment, every time it is looked at
    assert len(pauses) == 20
    assert copied(first + 10**9)
    assert target.read_bytes() == path.read_bytes()


def test_a_file_that_changes_while_it_is_read_is_refused(path: Path):
    with Store.open(str(path), read_only=True) as store:
        os.utime(path, ns=(0, 0))
        with pytest.raises(UnavailableError, match="somebody writes to it while it is read"):
            store.head()


def test_a_file_that_is_opened_for_writing_while_it_is_read_can_be_read_until_something_is_written(
    path: Path, draft, append
):
    with Store.open(str(path), read_only=True) as store:
        with Store.open(str(path)) as writer:
            writer.head()
            assert Path(f"{path}-wal").exists()
            assert store.head().position == 300
        assert store.head().position == 300
        with Store.open(str(path)) as writer:
            append(writer, [draft()])
            with pytest.raises(UnavailableError, match="somebody writes to it while it is read"):
                store.head()
        with pytest.raises(UnavailableError, match="somebody writes to it while it is read"):
            store.head()


def test_a_copy_does_not_take_away_the_locks_of_an_open_writer(path: Path, draft, append):
    """Closing a file drops a process's own locks on it: a copy made in this process would."""
    with Store.open(str(path)) as store:
        append(store, [draft()])
        with Store.open(str(path), read_only=True) as foreign:
            assert foreign.head().position == 301
        held = Path("/proc/locks")
        if held.exists():
            inode = f":{Path(f'{path}-shm').stat().st_ino} "
            assert any(inode in lock and f" {os.getpid()} " in lock for lock in held.read_text().splitlines())


def test_nothing_a_foreign_schema_names_is_run(path: Path):
    """A trigger or view may call functions of the program that opens the file, if its schema is trusted."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIEW innocent AS SELECT load_extension('/tmp/theirs.so')")
    connection.commit()
    connection.close()
    with Store.open(str(path), read_only=True) as store:
        assert store.guards() == ("view innocent is not one of the ledger's",)
        reader = sqlite3.connect(store.source, uri=True)
        reader.close()


def test_a_file_opened_for_reading_cannot_be_written_past_the_store_either(path: Path):
    with Store.open(str(path), read_only=True) as store:
        database = store._database
        with pytest.raises(UnavailableError, match="can be read but not written"), database.reading() as connection:
            connection.exec_driver_sql("DELETE FROM meta")


def test_a_copy_without_its_log_is_simply_shorter(logged: Path, tmp_path: Path):
    """Nothing in the file says that a log belonged to it; a checkpoint does."""
    alone = tmp_path / "alone.db"
    shutil.copyfile(logged, alone)
    with Store.open(str(alone), read_only=True) as store:
        assert store.head().position == 300

"""Kill a vault's process before each line it executes, then open the vault again and see what stands.

Run by ``test_killing.py`` in a process of its own that forks once for each kill: ``killing.py SCENARIO STRIDE [URL]``.
The death is a real SIGKILL. One in three is followed by another process that is killed while it opens the vault again,
at a line drawn by lot.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import make_url, select

from evenhand import disk
from evenhand.errors import ErasedError
from evenhand.vault import OutsideId, Vault, associated_data
from evenhand.vault import vault as the_room
from evenhand.vault.tables import key

OURS = (str(Path(the_room.__file__).parent), disk.__file__)
PEOPLE = [str(UUID(int=number, version=4)) for number in range(1, 5)]
NEW = [str(UUID(int=number, version=4)) for number in range(1_001, 1_004)]
ADA, *OTHERS = PEOPLE
HERE = associated_data("hiring.example", str(UUID(int=99, version=4)), "notice.given.v1", "/text")
WORK, BASE = f"killing_work_{os.getpid()}", f"killing_base_{os.getpid()}"
SERVER = sys.argv[3] if len(sys.argv) > 3 else None  # a PostgreSQL server's address; otherwise SQLite
URL = SERVER and make_url(SERVER).set(database=WORK).render_as_string(hide_password=False)
FILES = {"vault.db", "vault.db-wal", "vault.db-shm", "vault.key", "vault.epoch"}


class Before(NamedTuple):
    """What stood before the killing."""

    boxes: dict[str, str]
    row: bytes
    epoch: bytes


def open_vault(folder: Path) -> Vault:
    return Vault.open(URL, folder, entropy=os.urandom, environment={})


def prepare(folder: Path) -> Before:
    renew_database("template1")
    with Vault.create(URL, folder, entropy=os.urandom, environment={}) as vault:
        vault.new_keys(PEOPLE)
        vault.remember_many([OutsideId("ats", "candidate", each, each) for each in PEOPLE])
        boxes = {each: vault.sealer(each).seal(each, HERE, os.urandom(12)) for each in PEOPLE}
        with vault._parts.database.reading() as connection:
            row = connection.execute(select(key.c.wrapped).where(key.c.subject == ADA)).scalar_one()
    keep_database()
    return Before(boxes, row, (folder / "vault.epoch").read_bytes())


def server(*statements: str) -> None:
    if SERVER:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def renew_database(template: str) -> None:
    server(f"drop database if exists {WORK} with (force)", f"create database {WORK} template {template}")


def keep_database() -> None:
    server(f"create database {BASE} template {WORK}")


def wait_for_the_dead() -> None:
    """Wait until the server has noticed that its client is gone: what it was told before, it still does."""
    if SERVER:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            query = f"select count(*) from pg_stat_activity where datname = '{WORK}'"
            while connection.execute(query).fetchone() != (0,):
                time.sleep(0.005)


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Fork, do ``work``, and die before the ``line``-th line of the room; false if the work was done before that."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        wait_for_the_dead()
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.WEXITSTATUS(status) == 0, "the child failed by itself"
        return False
    left = line

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if what == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    work()
    sys.settrace(None)
    os._exit(0)


def create(folder: Path) -> None:
    Vault.create(URL, folder, entropy=os.urandom, environment={}).close()


def destroy(folder: Path) -> None:
    with open_vault(folder) as vault:
        vault.destroy([ADA])


def make_keys(folder: Path) -> None:
    with open_vault(folder) as vault:
        vault.new_keys(NEW)


def check_destroyed(folder: Path, before: Before) -> bool:
    """Ada is whole or gone, everybody else whole; then finish as the ledger would, and look at every byte."""
    with open_vault(folder) as vault:
        assert tidy(folder)
        try:
            assert vault.sealer(ADA).open(before.boxes[ADA], HERE) == ADA
            was_there = True
        except ErasedError:
            was_there = False
        assert (vault.find("ats", "candidate", ADA) == ADA) is was_there
        assert vault.suppressed("ats", "candidate", ADA) is not was_there
        assert vault.reconcile([ADA], PEOPLE).destroyed == ((ADA,) if was_there else ())
        assert ADA not in vault.sealers([ADA])
        assert vault.suppressed("ats", "candidate", ADA)
        keys = vault.sealers(OTHERS)
        assert all(keys[each].open(before.boxes[each], HERE) == each for each in OTHERS)
    files = b"".join(path.read_bytes() for path in folder.iterdir())
    assert before.row not in files
    assert before.epoch not in files
    return was_there


def check_keys(folder: Path, before: Before) -> bool:
    with open_vault(folder) as vault:
        assert tidy(folder)
        made = vault.sealers(NEW)
        assert len(made) in {0, len(NEW)}, "half a batch"
        commitments = vault.new_keys(NEW)
        assert not made or commitments == [made[each].commitment for each in NEW]
        assert vault.sealer(ADA).open(before.boxes[ADA], HERE) == ADA
        return not made


def check_created(folder: Path, _: Before) -> bool:
    there = Vault.exists(URL, folder)
    if not there:
        create(folder)
    with open_vault(folder) as vault:
        assert tidy(folder)
        vault.new_key(ADA)
    return not there


def tidy(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= FILES


def look(folder: Path) -> None:
    if Vault.exists(URL, folder):
        open_vault(folder).close()


SCENARIOS: dict[str, tuple[Callable[[Path], None], Callable[[Path, Before], bool]]] = {
    "create": (create, check_created),
    "destroy": (destroy, check_destroyed),
    "new_keys": (make_keys, check_keys),
}


def main(scenario: str, stride: int) -> None:
    work, check = SCENARIOS[scenario]
    lots = random.Random(1)
    shelf = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill loses no page cache: no disk is needed
    with tempfile.TemporaryDirectory(dir=shelf) as top:
        folder = Path(top) / "work"
        base = Path(top) / "base"
        before = prepare(base)
        line, kills, undone, died = 1, 0, 0, True
        while died:
            shutil.rmtree(folder, ignore_errors=True)
            renew_database("template1" if scenario == "create" else BASE)
            if scenario != "create":
                shutil.copytree(base, folder)
            died = killed_at(line, lambda: work(folder))
            if died and kills % 3 == 0:
                killed_at(lots.randrange(1, 120), lambda: look(folder))
            undone += check(folder, before)
            line += stride
            kills += died
    server(f"drop database {WORK} with (force)", f"drop database {BASE}")
    print(kills, undone)  # noqa: T201 (what the test reads)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

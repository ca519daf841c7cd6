"""Many processes append at once: nothing is lost, nothing stands twice, and there is no gap."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from itertools import pairwise

import pytest

from evenhand.clock import system_clock
from evenhand.errors import UnavailableError
from evenhand.events.entry import line
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import RepeatedError, Store, postgres, sqlite, trouble

PROCESSES, TURNS, AT_ONCE = 8, 40, 5

APPENDING = """
import sys
from uuid import uuid4
from evenhand.clock import system_clock
from evenhand.store import NewEntry, Store

url, me, turns, at_once = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with Store.open(url) as store:
    for turn in range(turns):
        first = turn * at_once + 1
        news = [NewEntry(me, first + n, str(uuid4()), "fact.stated.v1", "{}") for n in range(at_once)]
        store.transact(lambda reader: news, clock=system_clock)
"""


def test_eight_processes_lose_nothing_and_leave_no_gap(store):
    running = [
        subprocess.Popen([sys.executable, "-c", APPENDING, store.url, f"writer {n}", str(TURNS), str(AT_ONCE)])
        for n in range(PROCESSES)
    ]
    assert [each.wait(timeout=120) for each in running] == [0] * PROCESSES

    entries = list(store.entries())
    assert [entry.position for entry in entries] == list(range(1, PROCESSES * TURNS * AT_ONCE + 1))
    assert Counter(entry.stream for entry in entries) == {f"writer {n}": TURNS * AT_ONCE for n in range(PROCESSES)}
    assert all(early.recorded_at <= late.recorded_at for early, late in pairwise(entries))
    assert store.head().frontier == Frontier().extend([leaf_hash(line(entry)) for entry in entries])


def test_two_writers_who_both_plan_the_next_version_do_not_both_see_it_free(store, draft):
    """Each reads inside the writer's lock, so the second sees what the first wrote."""
    together = threading.Barrier(4)
    planned: list[int] = []

    def append_next() -> None:
        together.wait()

        def plan(reader):
            version = 1 + len(reader.after({"one": 0}))
            planned.append(version)
            return [draft("one", version)]

        store.transact(plan, clock=system_clock)

    writers = [threading.Thread(target=append_next) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert sorted(planned) == [1, 2, 3, 4]
    assert [entry.version for entry in store.stream("one")] == [1, 2, 3, 4]


def test_a_writer_who_waits_too_long_is_told_who_to_wait_for(store, draft, append, monkeypatch):
    for room in (sqlite, postgres, trouble):
        monkeypatch.setattr(room, "WAIT_SECONDS", 0.2)
    with Store.open(store.url) as other:

        def hold(_reader):
            with pytest.raises(UnavailableError, match=r"locked by another process for 0\.2 seconds"):
                append(other, [draft()])
            return [draft()]

        store.transact(hold, clock=system_clock)
    assert store.head().position == 1


def test_a_conflict_in_one_thread_does_not_disturb_the_others(store, draft, append):
    standing = draft("one")
    append(store, [standing])
    with pytest.raises(RepeatedError):
        append(store, [draft(), standing])
    assert [entry.position for entry in append(store, [draft(), draft()])] == [2, 3]

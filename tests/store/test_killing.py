"""A writer is killed at any moment: what it acknowledged stands, and what it had begun leaves nothing.

EVENHAND_KILLS says how often; the default keeps the run short.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from evenhand.errors import UnavailableError
from evenhand.events.entry import line
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import Store

KILLS = int(os.environ.get("EVENHAND_KILLS", "25"))

APPENDING = """
import sys
from uuid import uuid4
from evenhand.clock import system_clock
from evenhand.store import NewEntry, Store

url, at_once = sys.argv[1], int(sys.argv[2])
with Store.open(url) as store:
    while True:
        batch = str(uuid4())
        news = [NewEntry(batch, n + 1, str(uuid4()), "fact.stated.v1", "{}") for n in range(at_once)]
        written = store.transact(lambda reader: news, clock=system_clock)
        print(written[-1].position, flush=True)
"""

CREATING = """
import sys
from evenhand.store import Store
print("ready", flush=True)
Store.create(sys.argv[1]).close()
"""


def killed_while_appending(url: str, at_once: int, after: float) -> int:
    """Answer with the last position that was acknowledged."""
    with subprocess.Popen([sys.executable, "-c", APPENDING, url, str(at_once)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(after)
        writer.kill()
        return int((first + writer.stdout.read()).split(b"\n")[-2])


def test_no_acknowledged_entry_is_lost_by_a_kill(store):
    chance = random.Random(7)
    kills = KILLS if not store.url.startswith("postgresql") else max(1, KILLS // 5)
    for _ in range(kills):
        at_once = chance.choice([1, 3, 40, 700])
        before = store.head().position
        acknowledged = killed_while_appending(store.url, at_once, chance.uniform(0, 0.05))

        added = list(store.entries(after=before))
        assert added[-1].position >= acknowledged
        assert [entry.position for entry in added] == list(range(before + 1, added[-1].position + 1))
        assert len(added) % at_once == 0
    assert store.head().frontier == Frontier().extend([leaf_hash(line(entry)) for entry in store.entries()])
    assert store.guards() == ()


def test_a_creation_that_was_killed_can_be_done_again(tmp_path: Path):
    chance = random.Random(7)
    for turn in range(max(1, KILLS // 3)):
        path = str(tmp_path / f"{turn}.db")
        with subprocess.Popen([sys.executable, "-c", CREATING, path], stdout=subprocess.PIPE) as creator:
            assert creator.stdout is not None
            creator.stdout.readline()
            time.sleep(chance.uniform(0, 0.03))
            creator.kill()
        with suppress(UnavailableError):  # it may have come to its end
            Store.create(path).close()
        with Store.open(path) as store:
            assert store.head().position == 0
            assert store.guards() == ()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_half_created_file_is_no_ledger_yet(store_url):
    Path(store_url).touch()
    with pytest.raises(UnavailableError, match="not a ledger"):
        Store.open(store_url)
    with Store.create(store_url) as store:
        assert store.head().position == 0

"""A process killed at any moment loses nothing it had acknowledged, and leaves nothing half-done.

``EVENHAND_KILLS`` says how often each test kills. Stores, vault, imports and facts are killed in their own rooms too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from evenhand import Ledger
from evenhand.errors import ErasedError

KILLS = int(os.environ.get("EVENHAND_KILLS", "20"))

APPENDING = """
import os, sys, time
from pathlib import Path
from evenhand import Draft, Ledger
from evenhand.events.ids import new_id

def fresh():
    return new_id(int(time.time() * 1000), os.urandom)

with Ledger.open(Path(sys.argv[1])) as ledger:
    print("open", flush=True)
    while True:
        people = [Draft("candidate.registered.v1", fresh(), {"name": "Robin"}) for _ in range(20)]
        print(ledger.append(people)[-1].position, flush=True)
"""

ERASING = """
import os, sys, time
from pathlib import Path
from evenhand import Draft, Ledger
from evenhand.events.ids import new_id

def fresh():
    return new_id(int(time.time() * 1000), os.urandom)

with Ledger.open(Path(sys.argv[1])) as ledger:
    print("open", flush=True)
    while True:
        stays, goes = fresh(), fresh()
        ledger.append([Draft("candidate.registered.v1", each, {"name": "Robin"}) for each in (stays, goes)])
        ledger.erase(goes)
        print(goes, flush=True)
"""


def killed(script: str, folder: Path, rng: Random) -> list[str]:
    """Run a script until it has begun, kill it a little later, and answer with what it had acknowledged."""
    process = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(rng.random() * 0.25)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    return [line for line in said.splitlines(keepends=True) if line.endswith("\n")]


def test_an_acknowledged_entry_survives_being_killed_and_no_batch_is_torn(tmp_path: Path) -> None:
    folder, rng = tmp_path / "ledger", Random(1)
    Ledger.create(folder, origin="example.com/killed", zone="UTC").close()
    for _ in range(KILLS):
        acknowledged = killed(APPENDING, folder, rng)
        with Ledger.open(folder) as ledger:
            assert ledger.head().position >= max((int(each) for each in acknowledged), default=0)
            assert (ledger.head().position - 1) % 20 == 0
            assert ledger.verify(rules=True).problems == ()
    with Ledger.open(folder) as ledger:
        people = list(ledger.entries(after=1))
        assert all(body is not None for body in ledger.opened(people, purpose="a test"))


def test_an_erasure_killed_anywhere_is_whole_or_not_begun_after_the_next_opening(tmp_path: Path) -> None:
    folder, rng = tmp_path / "ledger", Random(2)
    Ledger.create(folder, origin="example.com/killed", zone="UTC").close()
    for _ in range(KILLS):
        acknowledged = {each.strip() for each in killed(ERASING, folder, rng)}
        with Ledger.open(folder) as ledger:
            assert ledger.verify().problems == ()
            entries = list(ledger.entries(after=1))
            erased = {entry.stream for entry in entries if entry.type == "candidate.erased.v1"}
            assert acknowledged <= erased
            for entry in entries:
                if entry.type == "candidate.registered.v1":
                    assert has_key(ledger, entry.stream) is (entry.stream not in erased)


def has_key(ledger: Ledger, subject: str) -> bool:
    try:
        ledger.vault.sealer(subject)
    except ErasedError:
        return False
    return True

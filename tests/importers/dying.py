"""Import ``people.csv`` of a folder, and be killed at the n-th call of one step: ``dying.py FOLDER STEP:N``.

Run by ``test_repeating.py`` in a process of its own; the death is a real SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evenhand import Ledger
from evenhand.importers import pipeline, reading, run
from evenhand.importers.planning import Planner
from evenhand.vault import Vault


def deadly(owner: Any, name: str, at: int, *, after: bool = False) -> None:
    """Replace a method by one that kills the process at its n-th call, before or after it has done its work."""
    lively = getattr(owner, name)
    calls = 0

    def call(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = lively(*args, **options)
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, call)


if __name__ == "__main__":
    folder, (step, number) = Path(sys.argv[1]), sys.argv[2].split(":")
    owners: dict[str, tuple[Any, str, bool]] = {
        "admitted": (Vault, "admit", True),
        "append": (Ledger, "append_sealed", False),
        "appended": (Ledger, "append_sealed", True),
        "records_seen": (Vault, "records_seen", True),
        "planned": (Planner, "plan", True),
    }
    owner, method, after = owners[step]
    reading.BATCH = pipeline.TOGETHER = 1_000  # so that a small file has several
    deadly(owner, method, int(number), after=after)
    with Ledger.open(folder / "ledger", clock=lambda: datetime(2026, 8, 1, tzinfo=UTC)) as ledger:
        run(ledger, folder / "people.csv", mapping=folder / "mapping.toml")

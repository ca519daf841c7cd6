"""Kill a witness before each line it executes, then ask it for two histories: it must never have cosigned both.

    python killing.py FOLDER

Prints how often it was killed, and how often the memory was still the old one. The death is a real SIGKILL.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from checkpoint.logs import Log, trusted
from evenhand import disk
from evenhand.checkpoint import witness as the_module
from evenhand.checkpoint.witness import Witness
from evenhand.errors import RefusedError, TamperedError

OURS = (the_module.__file__, disk.__file__)
LOG, FORK = Log(20), Log(20, alike=7, name="fork")


def cosigns(folder: Path, request: bytes) -> bool:
    opened = Witness.open(folder)
    try:
        opened.cosign(request, trusted(opened.key), lambda: datetime(2026, 7, 3, tzinfo=UTC))
    except (RefusedError, TamperedError):
        return False
    return True


def killed_at(line: int, folder: Path, answered: Path) -> bool:
    """Cosign in a child that dies before the ``line``-th line; false if it was done before that."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
        return os.WIFSIGNALED(status)
    left = line

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in OURS:
            return None
        left -= what == "line"
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    cosigns(folder, LOG.request(7, 12))
    sys.settrace(None)
    answered.write_text("answered")
    os._exit(0)


def main(top: Path) -> None:
    base = top / "base"
    Witness.create(base, "witness.example.net/w1", os.urandom)
    assert cosigns(base, LOG.request(0, 7))
    kills = lost = 0
    while True:
        folder, answered = top / "work", top / "answered"
        shutil.copytree(base, folder)
        if not killed_at(kills + 1, folder, answered):
            assert answered.exists()
            assert not cosigns(folder, FORK.request(7, 12))
            break
        kills += 1
        assert not answered.exists()
        fork, log = cosigns(folder, FORK.request(7, 12)), cosigns(folder, LOG.request(7, 12))
        assert fork != log, "it cosigned both histories, or neither"
        lost += fork
        shutil.rmtree(folder)
    sys.stdout.write(f"{kills} {lost}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Hold a lock file, so that one process at a time writes; the system lets go of it when a process dies."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_TURN_SECONDS = 0.05


class BusyError(Exception):
    """Another process holds the lock, and went on holding it."""


@contextmanager
def hold(path: Path, *, wait_seconds: float) -> Generator[None]:
    """Hold the lock at ``path``; ``BusyError`` after waiting, ``OSError`` when the file cannot be written."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, deadline: float) -> None:
    while not _try(descriptor):
        if time.monotonic() > deadline:
            raise BusyError
        time.sleep(_TURN_SECONDS)


def _try(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - only there on Windows

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl  # noqa: PLC0415 - not there on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

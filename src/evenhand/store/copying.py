"""Copy a SQLite file with the logs beside it; run as a program of its own, it needs nothing but the standard library.

A copy is whole only if nobody wrote meanwhile: what was copied is compared with what stands after, a few times.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

BESIDE: Final = ("-wal", "-journal")
CHANGING: Final = 75  # EX_TEMPFAIL
_TRIES: Final = 20
_SETTLED_NS: Final = 50_000_000  # a file system's own clock may tick this coarsely
_NOTHING: Final = (0, 0, 0)

Look = tuple[tuple[int, ...], ...]


def look(path: Path) -> Look:
    """Answer with what changes when anybody writes to the file or to a log beside it.

    An empty log is as good as none: whoever opens the file for writing makes one, before they write anything.
    """
    return tuple(_mark(Path(f"{path}{suffix}")) for suffix in ("", *BESIDE))


def copy(path: Path, target: Path, *, pause: Callable[[float], None], now_ns: Callable[[], int]) -> bool:
    """Copy the file and its logs; answer whether the copy is of one moment."""
    for _ in range(_TRIES):
        before = look(path)
        _copy_once(path, target)
        settled = now_ns() - max(mark[1] for mark in before) > _SETTLED_NS
        if settled and look(path) == before:
            return True
        pause(0.1)
    return False


def _copy_once(path: Path, target: Path) -> None:
    for suffix in ("", *BESIDE):
        source, copied = Path(f"{path}{suffix}"), Path(f"{target}{suffix}")
        copied.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, copied)


def _mark(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return _NOTHING
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found.st_size else _NOTHING


if __name__ == "__main__":
    _, given, wanted = sys.argv
    sys.exit(0 if copy(Path(given), Path(wanted), pause=time.sleep, now_ns=time.time_ns) else CHANGING)

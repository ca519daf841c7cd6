"""Read a SQLite file that somebody else made, and leave it and its folder exactly as they are.

Opening a file that has a write-ahead log would recover the log in place, and even reading one without leaves two files
beside it. So a file with nothing beside it is read as immutable, and refused once it changes; a file with a log waiting
is copied together with the log into a private folder and read there (immutable alone would not see the log).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from evenhand.store import trouble
from evenhand.store.copying import BESIDE, CHANGING, look

_COPYING: Final = Path(__file__).with_name("copying.py")


def logged(path: Path) -> bool:
    """Say whether a log waits beside the file, with changes that are not in it yet."""
    beside = [Path(f"{path}{suffix}") for suffix in BESIDE]
    return any(each.exists() and each.stat().st_size for each in beside)


class Foreign:
    """One file, from the first look to the last."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read yet."""
        self._path = path
        self._folder: TemporaryDirectory[str] | None = None
        self._seen: object = None

    def uri(self) -> str:
        """Answer with what SQLite is to open: the file itself, or a copy made now."""
        if logged(self._path):
            return f"file:{quote(str(self._copied()))}?mode=rw"
        self._seen = look(self._path)
        return f"file:{quote(str(self._path.absolute()))}?mode=ro&immutable=1"

    def must_stand_still(self) -> None:
        """Raise ``UnavailableError`` if the file that is read as immutable has changed."""
        if self._seen and look(self._path) != self._seen:
            raise trouble.busy(str(self._path))

    def close(self) -> None:
        """Remove the copy."""
        if self._folder:
            self._folder.cleanup()

    def _copied(self) -> Path:
        """Copy in a process of its own: closing a file here would drop the locks this process holds on it."""
        self._folder = TemporaryDirectory(prefix="evenhand-")
        copy = Path(self._folder.name, "ledger.db")
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module; the path is one argument
            [sys.executable, "-I", str(_COPYING), str(self._path.absolute()), str(copy)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            self._folder.cleanup()
            raise (trouble.busy if done.returncode == CHANGING else trouble.unreachable)(str(self._path))
        return copy

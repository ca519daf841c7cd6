"""Files that must not be lost and secrets that must not be read: whole or not there, on the disk when we return."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from evenhand.errors import InputError
from evenhand.sentence import Sentence

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_POSIX = os.name == "posix"
_TURN_SECONDS = 0.05


def read_private(path: Path) -> str | None:
    """Read a secret's file; ``None`` if there is none. Refuses a file that others than its owner may touch."""
    try:
        with path.open("rb") as file:
            if _POSIX and os.fstat(file.fileno()).st_mode & _OTHERS:
                raise InputError(Sentence("{path} can be read or written by others; run: chmod 600 {path}", path=path))
            return file.read().decode("ascii", "replace")
    except FileNotFoundError:
        return None


def write_private(path: Path, text: str) -> None:
    """Write a secret's file and return when its bytes are on the disk. Not atomic: write beside, then rename."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor: the mode must be right from the first byte on)
        if _POSIX:
            os.fchmod(descriptor, 0o600)
        file.write(text.encode("ascii"))
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that others read: what was there before, or all of this, whenever the machine stops."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            beside.chmod(0o644)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk, where the system knows how."""
    if not _POSIX:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename_over(source: Path, target: Path) -> bool:
    """Put ``source`` in the place of ``target``, then overwrite what was there; false if another did so before.

    The file being replaced is held open, so that what is overwritten is surely the old one, whoever renames first.
    Overwriting is best effort: a file system or a disk that writes elsewhere, or a snapshot, may keep the old bytes.
    """
    try:
        old = os.open(target, os.O_RDWR)
    except FileNotFoundError:
        old = None
    try:
        source.replace(target)
        sync_folder(target.parent)
        if old is not None:
            os.write(old, b"\0" * os.fstat(old).st_size)
            os.fsync(old)
    except FileNotFoundError:
        return False
    finally:
        if old is not None:
            os.close(old)
    return True


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

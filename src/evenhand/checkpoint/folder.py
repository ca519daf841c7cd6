"""The folder of evidence: a file for each checkpoint, named by its size, and beside it its time stamps.

Nothing here is believed because it lies in the folder: files come out as bytes with a name, for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from evenhand.disk import write_whole
from evenhand.errors import InputError, UnavailableError, reason
from evenhand.note.checkpoint import Checkpoint
from evenhand.sentence import Sentence

EVIDENCE_FOLDER: Final = "evidence"
CHECKPOINT: Final = ".checkpoint"
TOKEN: Final = ".tsr"  # noqa: S105 - the usual ending of a time stamp's file
_MOST_BYTES: Final = 1_000_000
_DIGITS: Final = 12


class Paper(NamedTuple):
    """A file that may be evidence."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything outside the database that a ledger is held against."""

    checkpoints: tuple[Paper, ...] = ()
    """The ledger's own, as they lie beside it."""
    tokens: tuple[Paper, ...] = ()
    held: tuple[Paper, ...] = ()
    """Checkpoints that somebody else kept."""
    receipts: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceFolder:
    """A ledger's own checkpoints and their time stamps."""

    path: Path

    def checkpoints(self) -> tuple[Paper, ...]:
        """Read the checkpoints, the smallest first."""
        return self._read(CHECKPOINT)

    def tokens(self) -> tuple[Paper, ...]:
        """Read the time stamps."""
        return self._read(TOKEN)

    def put(self, checkpoint: Checkpoint) -> Path:
        """Keep a checkpoint, in the place of what its file held before."""
        return self.put_file(self.file(checkpoint.head.size, CHECKPOINT).name, str(checkpoint).encode())

    def put_token(self, size: int, content: bytes) -> Path:
        """Keep a time stamp of the checkpoint of this size; a further one gets a number."""
        taken = self._taken(size)
        name = f"{self._stem(size)}.{len(taken) + 1}{TOKEN}" if taken else self.file(size, TOKEN).name
        return self.put_file(name, content)

    def put_file(self, name: str, content: bytes) -> Path:
        """Write a file whole. Raises ``UnavailableError`` if it cannot be written."""
        path = self.path / name
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise UnavailableError(
                Sentence(
                    "{path}: cannot be written: {reason}; see that the folder may be",
                    path=path,
                    reason=reason(error),
                )
            ) from None
        return path

    def stamped(self, size: int) -> bool:
        """Say whether there is a time stamp of the checkpoint of this size."""
        return bool(self._taken(size))

    def file(self, size: int, ending: str) -> Path:
        """Name the file of a size."""
        return self.path / f"{self._stem(size)}{ending}"

    @staticmethod
    def _stem(size: int) -> str:
        return f"{size:0{_DIGITS}}"

    def _taken(self, size: int) -> list[Path]:
        return sorted(self.path.glob(f"{self._stem(size)}*{TOKEN}"))

    def _read(self, ending: str) -> tuple[Paper, ...]:
        found = sorted(self.path.glob(f"[0-9]*{ending}")) if self.path.is_dir() else []
        return tuple(Paper(each.name, _own_content(each)) for each in found)


def papers_of(folder: Path, *, held: Iterable[Path] = (), receipts: Iterable[Path] = ()) -> Papers:
    """Read the evidence beside the ledger in ``folder``, and what others kept.

    Raises ``InputError`` for a file that cannot be read, or that was not kept elsewhere at all.
    """
    own = EvidenceFolder(folder / EVIDENCE_FOLDER)
    kept = list(held)
    if any(each.resolve().parent == own.path.resolve() for each in kept):
        raise InputError(
            Sentence("--held: this lies in the ledger's own folder; give the copy that was kept elsewhere")
        )
    return Papers(own.checkpoints(), own.tokens(), read_papers(kept), read_papers(receipts))


def read_papers(paths: Iterable[Path]) -> tuple[Paper, ...]:
    """Read files that may be evidence. Raises ``InputError`` for one that cannot be read."""
    return tuple(Paper(path.name, _content(path)) for path in paths)


def _own_content(path: Path) -> bytes:
    """Read a file that nobody named; what cannot be read is nothing, which is no evidence, and will be said so."""
    try:
        return _content(path) if path.is_file() else b""
    except InputError:
        return b""


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None

"""What the first pass made and the second writes: whole batches, sealed, in a file that has no name.

It lies in the ledger's folder, on the disk that has to hold the entries anyway, and is gone when it is closed or the
process dies. What people wrote is in boxes, what they are called outside is a mark or a box, and keys are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from pydantic_core import from_json, to_json

from evenhand.errors import UnavailableError
from evenhand.ledger.drafts import Sealed
from evenhand.vault import MarkedId, MarkedRecord


class Batch(NamedTuple):
    """What is written together; nothing in it can be read without the vault, or this run's secret."""

    done: int
    """Records read when it was made."""
    subjects: list[str]
    """Whose keys are new."""
    ids: list[MarkedId]
    entries: list[Sealed]
    seen: list[MarkedRecord]


class Spool:
    """Batches in the order they were made, read as often as asked for."""

    def __init__(self, folder: Path) -> None:
        """Make the file. Raises ``UnavailableError`` where none can be made."""
        try:
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it is open as long as the spool is
        except OSError as error:
            raise UnavailableError(
                f"{folder}: no file can be made there: {error.strerror}; an import needs room for what it brings"
            ) from None

    def put(self, batch: Batch) -> None:
        """Add a batch, unless there is nothing in it."""
        if not batch.entries and not batch.seen:
            return
        self._file.write(to_json(batch, bytes_mode="hex"))
        self._file.write(b"\n")

    def batches(self) -> Iterator[Batch]:
        """Read all batches from the beginning."""
        self._file.seek(0)
        for line in self._file:
            done, subjects, ids, entries, seen = from_json(line)
            yield Batch(
                done,
                subjects,
                [MarkedId(bytes.fromhex(mark), *rest) for mark, *rest in ids],
                [Sealed._make(each) for each in entries],
                [MarkedRecord(bytes.fromhex(mark), *rest) for mark, *rest in seen],
            )

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

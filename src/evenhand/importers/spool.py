"""What the first pass made and the second writes: whole batches, sealed, in a file that has no name.

It lies in the ledger's folder, on the disk that has to hold the entries anyway, and is gone when it is closed or the
process dies. What people wrote is in boxes, what they are called outside is a mark or a box, and keys are not in it.
"""

from __future__ import annotations

import marshal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from evenhand.errors import UnavailableError, reason
from evenhand.ledger.drafts import Sealed
from evenhand.sentence import Sentence
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
        self._folder = folder
        with self._room():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it is open as long as the spool is

    def put(self, batch: Batch) -> None:
        """Add a batch, unless there is nothing in it."""
        if batch.entries or batch.seen:
            rows = [[tuple(row) for row in part] for part in (batch.ids, batch.entries, batch.seen)]
            with self._room():
                marshal.dump((batch.done, batch.subjects, *rows), self._file)  # three times as fast as JSON

    @contextmanager
    def _room(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(
                Sentence(
                    "{folder}: what is to be imported cannot be kept there until it is checked: {reason}; "
                    "make room for it, or allow larger files",
                    folder=self._folder,
                    reason=reason(error),
                )
            ) from None

    def batches(self) -> Iterator[Batch]:
        """Read all batches from the beginning."""
        with self._room():
            end = self._file.seek(0, SEEK_END)  # writes what waits
        self._file.seek(0)
        while self._file.tell() < end:
            # what this process itself has put into a file that nobody else can open
            done, subjects, ids, entries, seen = marshal.load(self._file)  # noqa: S302
            yield Batch(
                done,
                subjects,
                list(map(MarkedId._make, ids)),
                list(map(Sealed._make, entries)),
                list(map(MarkedRecord._make, seen)),
            )

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

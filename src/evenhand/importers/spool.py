"""What the first pass made and the second writes: whole batches, sealed, in a file that has no name.

It lies in the ledger's folder, on the disk that has to hold the entries anyway, and is gone when it is closed or the
process dies. What people wrote is in boxes, what they are called outside is a mark or a box, and keys are not in it.
"""

from __future__ import annotations

import marshal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from evenhand.errors import UnavailableError, reason
from evenhand.ledger.drafts import Sealed
from evenhand.sentence import Sentence
from evenhand.vault import MarkedId, MarkedRecords


class Batch(NamedTuple):
    """What is written together; nothing in it can be read without the vault, or this run's secret."""

    done: int
    """Records read when it was made."""
    subjects: list[str]
    """Whose keys are new."""
    ids: list[MarkedId]
    entries: list[Sealed]
    seen: list[MarkedRecords]


class Spool:
    """Batches in the order they were made, read as often as asked for."""

    def __init__(self, folder: Path) -> None:
        """Make the file. Raises ``UnavailableError`` where none can be made."""
        self._folder = folder
        with self._room():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it is open as long as the spool is
        self._sizes: list[int] = []

    def put(self, batch: Batch) -> None:
        """Add a batch, unless there is nothing in it."""
        if batch.entries or batch.seen:
            rows = [list(map(tuple, part)) for part in (batch.ids, batch.entries, batch.seen)]
            content = marshal.dumps((batch.done, batch.subjects, *rows))  # three times as fast as JSON
            with self._room():
                self._file.write(content)
            self._sizes.append(len(content))

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

    def batches(self, least: int) -> Iterator[Batch]:
        """Read everything from the beginning, as batches that hold so many entries at least, but for the last."""
        with self._room():
            self._file.seek(0)  # writes what waits
        joined = _nothing()
        for size in self._sizes:
            # what this process itself has put into a file that nobody else can open
            done, subjects, ids, entries, seen = marshal.loads(self._file.read(size))  # noqa: S302
            joined = joined._replace(done=done)
            joined.subjects.extend(subjects)
            joined.ids.extend(map(MarkedId._make, ids))
            joined.entries.extend(map(Sealed._make, entries))
            joined.seen.extend(map(MarkedRecords._make, seen))
            if len(joined.entries) >= least:
                yield joined
                joined = _nothing()
        if joined.entries or joined.seen:
            yield joined

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _nothing() -> Batch:
    return Batch(0, [], [], [], [])

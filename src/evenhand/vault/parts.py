"""What every part of the vault works on, and the one way to read under an epoch that may be replaced meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from evenhand.clock import Clock
from evenhand.events.ids import Entropy
from evenhand.vault.database import Database, lock_epoch, read_meta
from evenhand.vault.epoch import Epoch, EpochFiles, EpochPassedError

_TRIES = 20
_PAUSE_SECONDS = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """One vault's database, epoch files, clock and entropy."""

    name: str  # the vault's own random id, which its epoch file names too
    database: Database
    epochs: EpochFiles
    clock: Clock
    entropy: Entropy

    def read(self, work: Callable[[Connection, Epoch], T]) -> T:
        """Do ``work`` in a reading transaction with the epoch key that belongs to what it sees."""
        number = 0
        for _ in range(_TRIES):
            with self.database.reading() as connection:
                number = int(read_meta(connection)["epoch"])
                try:
                    epoch = self.epochs.load(self.name, number)
                except EpochPassedError:  # erased between our look at the database and at the file: look again
                    epoch = None
                if epoch is not None:
                    return work(connection, epoch)
            time.sleep(_PAUSE_SECONDS)
        raise self.epochs.mismatch(number)

    @contextmanager
    def write(self) -> Generator[tuple[Connection, Epoch]]:
        """Open a writing transaction, the only one at its time: the epoch changes in it or not at all."""
        with self.database.writing() as connection:
            number = lock_epoch(connection)
            try:
                epoch = self.epochs.load(self.name, number)
            except EpochPassedError:
                raise self.epochs.mismatch(number) from None
            yield connection, epoch

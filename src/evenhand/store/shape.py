"""What goes into the store and what its head says.

Pure: nothing here knows a database.
"""

from __future__ import annotations

from typing import NamedTuple

from evenhand.errors import RefusedError
from evenhand.merkle.tree import Frontier


class NewEntry(NamedTuple):
    """An entry before it has a place: the store gives it its position and the time it was recorded."""

    stream: str
    version: int
    id: str
    type: str
    body: str


class Head(NamedTuple):
    """Where the ledger ends. ``position`` is 0 and ``recorded_at`` empty while nothing has been recorded."""

    position: int
    recorded_at: str
    frontier: Frontier


class RepeatedError(RefusedError):
    """An id, or a version of a stream, stands already. Read the stream again and append after its last version."""

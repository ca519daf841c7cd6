"""What the eventsourcing library asks to be made, made over one store.

The library's own factories insist on their own recorders and read settings that could swap any part; this one has no
settings.
"""

from __future__ import annotations

from typing import Any, NoReturn

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    NotSupportedError,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment

from evenhand.clock import Clock
from evenhand.events.ids import Entropy
from evenhand.store.mapper import LedgerMapper, Vocabulary
from evenhand.store.recorder import LedgerRecorder, LedgerStreamRecorder
from evenhand.store.store import Store


class LedgerFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the mapper and the recorders; there are no snapshots, no tracking and no processes here."""

    def __init__(self, store: Store, *, vocabulary: Vocabulary, clock: Clock, entropy: Entropy) -> None:
        """Take the open store, which ``close`` closes."""
        super().__init__(Environment())
        self._store = store
        self._vocabulary = vocabulary
        self._clock = clock
        self._entropy = entropy

    def mapper(
        self,
        transcoder: Transcoder | None = None,  # noqa: ARG002 - the library's form
        mapper_class: type[Mapper[Any]] | None = None,  # noqa: ARG002 - the library's form
    ) -> Mapper[Any]:
        """Make the one mapper a ledger has, whatever is asked for."""
        return LedgerMapper(self._vocabulary)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Make a recorder of events; snapshots are refused."""
        if purpose != "events":
            raise NotSupportedError("a ledger keeps no snapshots; its streams are short")
        return LedgerStreamRecorder(self._store, clock=self._clock, entropy=self._entropy)

    def application_recorder(self) -> ApplicationRecorder:
        """Make the recorder of the whole ledger."""
        return LedgerRecorder(self._store, clock=self._clock, entropy=self._entropy)

    def tracking_recorder(
        self,
        tracking_recorder_class: type[Any] | None = None,  # noqa: ARG002 - the library's form
    ) -> NoReturn:
        """Refuse: a ledger follows no other application."""
        raise NotSupportedError("a ledger follows no other application; it keeps no tracking")

    def process_recorder(self) -> NoReturn:
        """Refuse: a ledger follows no other application."""
        raise NotSupportedError("a ledger follows no other application; it keeps no tracking")

    def close(self) -> None:
        """Close the store."""
        self._store.close()

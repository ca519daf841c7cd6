"""The eventsourcing library's recorders over the store's one insert path.

They take any body that is UTF-8, as the library asks; what a body may say is for the mapper and the ledger. A stream
version that stands already is the library's ``IntegrityError``; nothing here is idempotent.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    DataError,
    IntegrityError,
    Notification,
    NotSupportedError,
    StoredEvent,
    Subscription,
)

from evenhand.clock import Clock
from evenhand.errors import InputError
from evenhand.events.entry import Entry
from evenhand.events.ids import Entropy, new_id
from evenhand.store.mapper import IdentifiedEvent
from evenhand.store.shape import NewEntry, RepeatedError
from evenhand.store.store import Store


class LedgerStreamRecorder(AggregateRecorder):
    """Inserts events and selects those of one stream."""

    def __init__(self, store: Store, *, clock: Clock, entropy: Entropy) -> None:
        """Take the store, the clock that entries are recorded by, and what ids are made from where none is given."""
        self._store = store
        self._clock = clock
        self._entropy = entropy

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Record events, all or none. Raises ``IntegrityError`` for a stream version or an id that stands already."""
        self._insert(stored_events, **kwargs)
        return None

    def _insert(self, stored_events: Sequence[StoredEvent], *, tracking: object = None, **_: Any) -> list[Entry]:
        if tracking is not None:
            raise NotSupportedError("a ledger follows no other application; it keeps no tracking")
        with _as_the_library_says():
            news = [self._new(each) for each in stored_events]
            return self._store.transact(lambda _reader: news, clock=self._clock)

    def _new(self, stored: StoredEvent) -> NewEntry:
        if isinstance(stored, IdentifiedEvent):
            entry_id = stored.entry_id
        else:
            entry_id = new_id(int(self._clock().timestamp() * 1000), self._entropy)
        stream, version = str(stored.originator_id), stored.originator_version
        return NewEntry(stream, version, entry_id, stored.topic, stored.state.decode())

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Answer with a stream's events, whose version is greater than ``gt`` and at most ``lte``."""
        entries = self._store.stream(str(originator_id), after=gt, upto=lte, descending=desc, count=limit)
        return [StoredEvent(originator_id, entry.version, entry.type, entry.body.encode()) for entry in entries]


class LedgerRecorder(LedgerStreamRecorder, ApplicationRecorder):
    """Also answers with the positions, and reads the whole ledger in their order."""

    def __init__(self, store: Store, *, clock: Clock, entropy: Entropy, stream_ids: type[UUID | str] = str) -> None:
        """``stream_ids`` is what notifications carry as the id of a stream: text as stored, or UUIDs."""
        super().__init__(store, clock=clock, entropy=entropy)
        self._stream_ids = stream_ids

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Record events, all or none, and answer with their positions."""
        return [entry.position for entry in self._insert(stored_events, **kwargs)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Answer with at most ``limit`` events from position ``start`` to ``stop``, of these topics if any."""
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        return [
            Notification(self._stream_ids(entry.stream), entry.version, entry.type, entry.body.encode(), entry.position)
            for entry in self._store.page(after=after, upto=stop, count=limit, types=topics)
        ]

    def max_notification_id(self) -> int | None:
        """Answer with the last position, or none while nothing has been recorded."""
        return self._store.head().position or None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's form
        topics: Sequence[str] = (),  # noqa: ARG002 - the library's form
    ) -> Subscription[ApplicationRecorder]:
        """Refuse: projections of a ledger are SQL over its columns, brought up to date when they are asked for."""
        raise NotSupportedError("a ledger has no subscriptions; read it with select_notifications")


@contextmanager
def _as_the_library_says() -> Generator[None]:
    try:
        yield
    except RepeatedError as error:
        raise IntegrityError(str(error)) from None
    except InputError as error:
        raise DataError(str(error)) from None
    except UnicodeDecodeError:
        raise DataError("the state of an event is not UTF-8; a ledger keeps text only") from None

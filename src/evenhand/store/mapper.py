"""Between an event and what the eventsourcing library stores of it.

Bodies are pydantic's own JSON; topics resolve through the vocabulary that is handed in and through nothing else (the
library's resolver imports whatever module a stored string names). An older shape comes back as the newest. No error
repeats a body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent
from pydantic_core import SchemaSerializer

from evenhand.errors import InputError
from evenhand.events.base import Event
from evenhand.sentence import Sentence


class Vocabulary(Protocol):
    """A closed registry: what may be written, and how what stands is read."""

    def writable(self, topic: str) -> type[Event]:
        """Answer with the class of a topic that is written today; ``InputError`` for any other."""
        ...

    def read(self, topic: str, body: str | bytes) -> Event:
        """Validate a stored body and bring it up to the newest version; ``InputError`` without any value."""
        ...


@dataclass(frozen=True, slots=True)
class Happening:
    """An event on a stream: what the library calls a domain event."""

    originator_id: str
    originator_version: int
    event: Event
    entry_id: str | None = None
    """The entry's id; none on the way in lets the recorder make one, and the library's way out carries none."""


@dataclass(frozen=True, init=False)
class IdentifiedEvent(StoredEvent):
    """A stored event that brings its entry's id along."""

    entry_id: str

    def __init__(
        self, originator_id: UUID | str, originator_version: int, topic: str, state: bytes, entry_id: str
    ) -> None:
        """Set all fields at once, which takes half the time of a frozen class's own way."""
        vars(self).update(
            originator_id=originator_id,
            originator_version=originator_version,
            topic=topic,
            state=state,
            entry_id=entry_id,
        )


class LedgerMapper(Mapper[str]):
    """Maps by the vocabulary alone; no transcoder, cipher or compressor has a part in it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the closed registry."""
        super().__init__(transcoder=JSONTranscoder())
        self._vocabulary = vocabulary
        self._writers: dict[type[Event], SchemaSerializer] = {}

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Write an event's body. Raises ``InputError`` for a class that is not the one its topic is written by."""
        happening: Any = domain_event
        event: Event = happening.event
        topic = event.TOPIC
        writer = self._writers.get(type(event)) or self._writer(type(event))
        state = writer.to_json(event, exclude_none=True)
        stream, version = happening.originator_id, happening.originator_version
        if happening.entry_id is None:
            return StoredEvent(stream, version, topic, state)
        return IdentifiedEvent(stream, version, topic, state, happening.entry_id)

    def _writer(self, kind: type[Event]) -> SchemaSerializer:
        """Look a class up in the vocabulary; what was found is kept, for it is asked for every event."""
        if self._vocabulary.writable(kind.TOPIC) is not kind:
            raise InputError(
                Sentence(
                    "{topic}: the event is of another class than the vocabulary has for this type", topic=kind.TOPIC
                )
            )
        self._writers[kind] = kind.__pydantic_serializer__
        return self._writers[kind]

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """Read a stored body. Raises the library's ``MapperDeserialisationError``, naming fields and never values."""
        try:
            event = self._vocabulary.read(stored_event.topic, stored_event.state)
        except InputError as error:
            raise MapperDeserialisationError(
                Sentence(
                    "version {version} of stream {stream}: {error}",
                    version=stored_event.originator_version,
                    stream=stored_event.originator_id,
                    error=error,
                )
            ) from None
        return Happening(
            originator_id=str(stored_event.originator_id),
            originator_version=stored_event.originator_version,
            event=event,
            entry_id=getattr(stored_event, "entry_id", None),
        )

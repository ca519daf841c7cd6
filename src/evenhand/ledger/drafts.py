"""A draft: what somebody wants to record, with plain text where the entry will have boxes.

Plain text lives in a draft and nowhere else: a draft shows none of it when printed, and it is sealed before the model
of the event is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from pydantic_core import PydanticSerializationError, from_json, to_json

from evenhand.errors import InputError
from evenhand.events.base import RULES, Event
from evenhand.events.entry import Entry
from evenhand.events.ids import Entropy
from evenhand.events.registry import parse, serialise
from evenhand.events.sealing import sealed_places
from evenhand.sentence import Sentence
from evenhand.vault.boxes import NONCE_BYTES, associated_data
from evenhand.vault.subject_key import SubjectKey


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be: its type, its stream, its body with plain text in place of boxes, and its id if it has one.

    ``body`` holds JSON values; ``occurred_at``, ``actor``, ``basis`` and ``rules`` may be left out and are filled in
    when the draft is appended. Give an ``id`` to make a repeated append harmless.
    """

    topic: str
    stream: str
    body: Mapping[str, Any] = field(repr=False)
    id: str | None = None

    @classmethod
    def of(cls, event: type[Event], stream: str, /, **body: Any) -> Draft:
        """Make a draft of a class of the vocabulary, fields given by name."""
        return cls(event.TOPIC, stream, body)


class Sealed(NamedTuple):
    """An entry to be, its texts in boxes and its body in the characters that will be stored; only its place is open."""

    stream: str
    id: str
    topic: str
    body: str


class Defaults(NamedTuple):
    """What is filled in where a draft says nothing."""

    now: datetime
    zone: str
    actor: str | None

    def fill(self, body: dict[str, Any]) -> dict[str, Any]:
        """Complete a body with when, who, on what basis and under which rules."""
        if body.get("occurred_at") is None:
            local = self.now.astimezone(ZoneInfo(self.zone)).isoformat(timespec="microseconds")
            body["occurred_at"] = {"at": local, "zone": self.zone, "precision": "instant"}
        if body.get("actor") is None and self.actor is not None:
            body["actor"] = self.actor
        if body.get("basis") is None:
            body["basis"] = {"kind": "observed"}
        if body.get("rules") is None:
            body["rules"] = RULES
        return body


class Sealing(NamedTuple):
    """What a body is sealed with: the subject's key, and what binds each box to its place."""

    key: SubjectKey
    origin: str
    entropy: Entropy

    def seal(self, event_class: type[Event], entry_id: str, body: dict[str, Any]) -> int:
        """Replace the plain text of a body by boxes, in place, and say how many."""
        found = sealed_places(event_class, body)
        for holder, name, pointer in found:
            text = holder[name]
            if not isinstance(text, str) or not text.strip():
                raise InputError(
                    Sentence(
                        "{where}: {field}: {reason}",
                        where=event_class.TOPIC,
                        field=pointer[1:].replace("/", "."),
                        reason=Sentence("says nothing; leave it out, or give a text")
                        if isinstance(text, str)
                        else Sentence("expected text"),
                    )
                )
            bound = associated_data(self.origin, entry_id, event_class.TOPIC, pointer)
            holder[name] = self.key.seal(text, bound, self.entropy(NONCE_BYTES))
        return len(found)

    def open(self, event_class: type[Event], topic: str, entry_id: str, body: dict[str, Any]) -> int:
        """Replace the boxes of a body by their text, in place, and say how many."""
        found = sealed_places(event_class, body)
        for holder, name, pointer in found:
            bound = associated_data(self.origin, entry_id, topic, pointer)
            holder[name] = self.key.open(holder[name], bound)
        return len(found)

    def boxed_as(self, event_class: type[Event], entry: Entry, body: dict[str, Any]) -> dict[str, Any]:
        """Put the boxes of ``entry`` wherever ``body`` has the very text they hold; elsewhere the text stays."""
        stored = sealed_places(event_class, from_json(entry.body))
        boxes = {pointer: holder[name] for holder, name, pointer in stored}
        for holder, name, pointer in sealed_places(event_class, body):
            bound = associated_data(self.origin, entry.id, entry.type, pointer)
            if pointer in boxes and self.key.open(boxes[pointer], bound) == holder[name]:
                holder[name] = boxes[pointer]
        return body


def has_text(event_class: type[Event], body: dict[str, Any]) -> bool:
    """Say whether a body has anything to seal."""
    return bool(sealed_places(event_class, body))


def as_json(draft: Draft) -> dict[str, Any]:
    """Copy a draft's body into plain JSON values, so that what the caller holds is never changed."""
    try:
        value: Any = from_json(written(draft.topic, dict(draft.body)))
    except ValueError:
        raise _not_json(draft.topic) from None
    if not isinstance(value, dict):
        raise InputError(Sentence("{topic}: the body is one JSON object", topic=draft.topic))
    return cast("dict[str, Any]", value)


def written(topic: str, body: Mapping[str, Any]) -> bytes:
    """Write a body as JSON, members that are none left out."""
    try:
        return to_json(body, exclude_none=True)
    except (PydanticSerializationError, ValueError):
        raise _not_json(topic) from None


def _not_json(topic: str) -> InputError:
    return InputError(
        Sentence("{topic}: the body is not JSON: text, integers, true, false, lists and objects", topic=topic)
    )


def build(event_class: type[Event], body: Mapping[str, Any]) -> tuple[Event, str]:
    """Build the event of a sealed body and the characters that will be stored."""
    event = parse(event_class, written(event_class.TOPIC, body))
    return event, serialise(event)

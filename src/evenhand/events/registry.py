"""The closed registry: every topic the ledger knows, and how an old shape becomes the present one.

A topic that is not here is refused. Nothing a ledger file says is ever imported or executed, which the library's own
resolver of topics would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from evenhand.errors import InputError
from evenhand.events import candidacy, candidate, communication, ledger, policy, reflection, requisition, standard
from evenhand.events.base import Event
from evenhand.events.misfits import problems
from evenhand.sentence import Sentence

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the JSON of one version of a topic into the next version's; paths of boxes stay as they were written."""


class Registry:
    """Topics to classes, with the upcasters between versions of one topic."""

    def __init__(self, classes: Iterable[type[Event]], upcasters: Mapping[str, Upcaster] | None = None) -> None:
        """Take every released class, old versions included, and for each old topic the step to the next version."""
        self._classes: Mapping[str, type[Event]] = MappingProxyType({each.TOPIC: each for each in classes})
        self._upcasters: Mapping[str, Upcaster] = MappingProxyType(dict(upcasters or {}))
        for topic in self._upcasters:
            if topic not in self._classes or next_version(topic) not in self._classes:
                raise ValueError(
                    Sentence("{topic}: an upcaster needs this version and the next one in the registry", topic=topic)
                )

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic, old versions included, in the order of the vocabulary."""
        return tuple(self._classes)

    @property
    def current(self) -> tuple[type[Event], ...]:
        """The classes that are written today: the newest version of each topic."""
        return tuple(each for topic, each in self._classes.items() if topic not in self._upcasters)

    def knows(self, topic: str) -> bool:
        """Say whether the topic is in the vocabulary."""
        return topic in self._classes

    def event_class(self, topic: str) -> type[Event]:
        """Answer with the class of exactly this topic and version; ``InputError`` if there is none."""
        try:
            return self._classes[topic]
        except KeyError:
            raise InputError(
                Sentence("this type is not in the vocabulary of this version of evenhand; see: evenhand record --help")
            ) from None

    def writable(self, topic: str) -> type[Event]:
        """Answer with the class to write; ``InputError`` for an old version of a topic."""
        found = self.event_class(topic)
        if topic in self._upcasters:
            raise InputError(
                Sentence(
                    "{topic} is an old version that is only read; write {newest}",
                    topic=topic,
                    newest=self.newest(topic),
                )
            )
        return found

    def newest(self, topic: str) -> str:
        """Answer with the topic's newest version."""
        while topic in self._upcasters:
            topic = next_version(topic)
        return topic

    def read(self, topic: str, body: str | bytes) -> Event:
        """Validate a stored body against its own version, and bring it up to the newest.

        Raises ``InputError`` naming the fields that do not fit, never their values.
        """
        event = parse(self.event_class(topic), body)
        if topic not in self._upcasters:
            return event
        value = from_json(body)
        while topic in self._upcasters:
            value = self._upcasters[topic](value)
            topic = next_version(topic)
        return parse(self._classes[topic], to_json(value))


def next_version(topic: str) -> str:
    """``decision.made.v1`` becomes ``decision.made.v2``."""
    name, _, number = topic.rpartition(".v")
    return f"{name}.v{int(number) + 1}"


def parse(event_class: type[Event], body: str | bytes) -> Event:
    """Validate JSON against a class; ``InputError`` has one problem per field, without any value."""
    try:
        event: Event = event_class.__pydantic_validator__.validate_json(body)  # model_validate_json takes 0.5 us more
    except ValidationError as error:
        raise InputError(*problems(error, event_class.TOPIC)) from None
    return event


def serialise(event: Event) -> str:
    """Write an event's body: compact JSON in the order of its fields, members that are none left out."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True).decode()


def _released() -> tuple[type[Event], ...]:
    rooms = (ledger, standard, policy, requisition, candidate, candidacy, communication, reflection)
    return tuple(
        each
        for room in rooms
        for each in vars(room).values()
        if isinstance(each, type)
        and issubclass(each, Event)
        and "TOPIC" in vars(each)
        and each.__module__ == room.__name__
    )


REGISTRY = Registry(_released())
"""The vocabulary of this version."""

"""Bodies are written and read by the vocabulary alone, and no error repeats one."""

from __future__ import annotations

import json
import sys
from typing import Any, ClassVar

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from pydantic_core import to_json

from evenhand.errors import InputError
from evenhand.events.base import Basis, Event, Moment, Precision, StreamKind
from evenhand.events.candidacy import StageEntered
from evenhand.events.registry import REGISTRY, Registry
from evenhand.store.mapper import Happening, IdentifiedEvent, LedgerMapper

STREAM = "0198a5b0-0000-7000-8000-000000000001"
ENTRY = "0198a5b0-0000-7000-8000-000000000002"
ACTOR = "0198a5b0-0000-7000-8000-000000000003"
COMMON: dict[str, Any] = {
    "occurred_at": Moment(at="2026-07-03", zone="Asia/Shanghai", precision=Precision.DAY),
    "actor": ACTOR,
    "basis": Basis(kind="observed"),
    "rules": 1,
}


class CoffeeOffered(Event):
    """Somebody offered coffee: what was known of it first."""

    TOPIC = "coffee.offered.v1"
    STREAMS: ClassVar[tuple[StreamKind, ...]] = (StreamKind.CANDIDACY,)
    cups: int


class CoffeeOfferedOnce(Event):
    """Somebody offered coffee: what is known of it now."""

    TOPIC = "coffee.offered.v2"
    STREAMS: ClassVar[tuple[StreamKind, ...]] = (StreamKind.CANDIDACY,)
    cups: int
    milk: bool


def with_milk(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "milk": False}


@pytest.fixture
def mapper() -> LedgerMapper:
    return LedgerMapper(REGISTRY)


@pytest.fixture
def entered() -> Happening:
    return Happening(STREAM, 2, StageEntered(**COMMON, stage="phone_screen"), ENTRY)


def test_a_body_is_one_compact_object_without_absent_members(mapper, entered):
    stored = mapper.to_stored_event(entered)
    assert stored.state == (
        b'{"occurred_at":{"at":"2026-07-03","zone":"Asia/Shanghai","precision":"day"},'
        b'"actor":"0198a5b0-0000-7000-8000-000000000003","basis":{"kind":"observed"},"rules":1,"stage":"phone_screen"}'
    )
    assert (stored.originator_id, stored.originator_version, stored.topic) == (STREAM, 2, "stage.entered.v1")


def test_an_event_comes_back_as_it_went(mapper, entered):
    stored = mapper.to_stored_event(entered)
    assert isinstance(stored, IdentifiedEvent)
    assert stored.entry_id == ENTRY
    assert mapper.to_domain_event(stored) == entered


def test_an_older_shape_comes_back_as_the_newest():
    mapper = LedgerMapper(Registry([CoffeeOffered, CoffeeOfferedOnce], {"coffee.offered.v1": with_milk}))
    old = to_json(CoffeeOffered(**COMMON, cups=2), exclude_none=True)
    read: Any = mapper.to_domain_event(StoredEvent(STREAM, 1, "coffee.offered.v1", old))
    assert read.event == CoffeeOfferedOnce(**COMMON, cups=2, milk=False)


def test_an_old_version_is_not_written_any_more():
    mapper = LedgerMapper(Registry([CoffeeOffered, CoffeeOfferedOnce], {"coffee.offered.v1": with_milk}))
    with pytest.raises(InputError, match=r"write coffee\.offered\.v2"):
        mapper.to_stored_event(Happening(STREAM, 1, CoffeeOffered(**COMMON, cups=2)))


def test_a_class_outside_the_vocabulary_is_not_written(mapper):
    with pytest.raises(InputError, match="not in the vocabulary"):
        mapper.to_stored_event(Happening(STREAM, 1, CoffeeOffered(**COMMON, cups=2)))


def test_a_class_that_borrows_a_topic_is_not_written(mapper):
    class Impostor(StageEntered):
        """A stage was entered, or so it says."""

    with pytest.raises(InputError, match="another class than the vocabulary has"):
        mapper.to_stored_event(Happening(STREAM, 1, Impostor(**COMMON, stage="phone_screen")))


@pytest.mark.parametrize("topic", ["this", "os:system", "evenhand.errors:InputError", "stage.entered.v9"])
def test_a_stored_topic_imports_nothing(mapper, topic):
    sys.modules.pop("this", None)
    with pytest.raises(MapperDeserialisationError, match="not in the vocabulary"):
        mapper.to_domain_event(StoredEvent(STREAM, 1, topic, b"{}"))
    assert "this" not in sys.modules


@pytest.mark.parametrize(
    "change", [{"stage": "Her Secret Stage!"}, {"secret": "secret"}, {"rules": "secret"}, {"actor": "secret"}]
)
def test_a_body_that_does_not_fit_names_the_field_and_never_the_value(mapper, entered, change):
    body = json.loads(mapper.to_stored_event(entered).state) | change
    with pytest.raises(MapperDeserialisationError) as said:
        mapper.to_domain_event(StoredEvent(STREAM, 7, "stage.entered.v1", json.dumps(body).encode()))
    assert f"version 7 of stream {STREAM}: stage.entered.v1: {next(iter(change))}: " in str(said.value)
    assert "ecret" not in str(said.value).replace("secret: this type has no such field", "")


@pytest.mark.parametrize("state", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_a_body_that_is_no_object_is_refused(mapper, state):
    with pytest.raises(MapperDeserialisationError, match="version 1 of stream"):
        mapper.to_domain_event(StoredEvent(STREAM, 1, "stage.entered.v1", state))

"""A mapping: which columns become which fields of which events, written in TOML and compiled once.

What a mapping names is checked against the event classes before any row is read, so that a wrong mapping is refused as
a whole. A bare value is a constant; a table with ``column`` is a cell; ``event`` names an entry made of the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from evenhand.events.base import Event, StreamKind
from evenhand.importers.cells import Row
from evenhand.importers.fields import Get
from evenhand.importers.form import Form, Join
from evenhand.importers.record import Handle
from evenhand.importers.shape import Shape, shape_of

KINDS: Final = ("candidate", "candidacy", "requisition", "retrospective")
"""What a row can be about."""


@dataclass(frozen=True, slots=True)
class Made:
    """One event that a row may become."""

    topic: str
    name: str
    stream: Callable[[Row], Handle | None] = field(repr=False)
    reference: Callable[[Row], str | None] = field(repr=False)
    happened: Callable[[Row], bool] = field(repr=False)
    read: Callable[[Row, list[str]], dict[str, Any]] = field(repr=False)
    """Reads the body; what is wrong goes into the list."""
    columns: Mapping[str, str]
    each: str | None = None
    """The array, or the joined rows, of which each becomes this event."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A mapping, compiled; ``columns`` are all it reads."""

    where: str
    system: str | None
    form: Form
    joins: tuple[Join, ...]
    events: tuple[Made, ...]
    requisitions: tuple[dict[str, Any], ...] = field(repr=False)
    """Bodies of requisitions to be opened where their codes do not stand yet."""
    columns: frozenset[str]
    lists: frozenset[str]
    """The arrays of which each element becomes an event."""
    text: bytes = field(repr=False)


def columns_in(spec: Any) -> list[str]:
    """Find the columns that a part of a mapping names."""
    if isinstance(spec, list):
        return [column for each in spec for column in columns_in(each)]  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
    if not isinstance(spec, dict):
        return []
    table = cast("dict[str, Any]", spec)
    several = table.get("columns", [])
    own: list[Any] = [table.get("column"), *(several if isinstance(several, list) else [])]  # pyright: ignore[reportUnknownVariableType] - the same
    return [each for each in own if isinstance(each, str)] + [
        column for each in table.values() for column in columns_in(each)
    ]


def stream_kinds(event_class: type[Event]) -> list[str]:
    """Name the kinds of streams that an event may belong on."""
    return [each.value for each in event_class.STREAMS if each is not StreamKind.LEDGER]


def own_stream(event_class: type[Event], table: Mapping[str, Any]) -> dict[str, Any]:
    """Pick out what an event says of the stream it belongs on, in place of what the row is about."""
    fields = shape_of(event_class)
    return {name: each for name, each in table.items() if name in KINDS and name not in fields}


def columns_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """Say which column each field comes from, for messages."""
    cells = {name: cast("dict[str, Any]", spec) for name, spec in fields.items() if isinstance(spec, dict)}
    return {name: str(spec["column"]) for name, spec in cells.items() if "column" in spec}


def newly_named(get: Get) -> Get:
    """Name what is new as the other system does: it has no code in the ledger yet."""

    def named(row: Row) -> Handle | None:
        found: Handle | None = get(row)
        return None if found is None else Handle(found.kind, found.name)

    return named


def is_supplied(name: str, shapes: Mapping[str, Shape]) -> bool:
    """Say whether a field that a mapping leaves out is supplied: who imports, or what a scorecard was given under."""
    erases = name in {"occurred_at", "ground"} and "ground" in shapes  # an erasure takes place when it is imported
    registers = name == "occurred_at" and "person" in shapes  # a person is registered when a file first names them
    return name == "actor" or erases or registers or (name in {"standard", "standard_version"} and "ratings" in shapes)

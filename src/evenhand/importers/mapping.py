"""A mapping: which columns become which fields of which events, written in TOML and compiled once.

What a mapping names is checked against the event classes before any row is read, so that a wrong mapping is refused as
a whole. A bare value is a constant; a table with ``column`` is a cell; ``event`` names an entry made of the same row.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from pydantic_core import to_json

from evenhand.config import is_zone
from evenhand.errors import InputError, refuse
from evenhand.events.base import Event, StreamKind
from evenhand.importers.cells import Cell, Reading, cell_of, converter
from evenhand.importers.record import LEDGER, PERSON, EntryHandle, Handle, How
from evenhand.importers.shape import FILLED_IN, Shape, Takes, importable, shape_of

Row = Mapping[str, str]
_TOP: Final = frozenset({"system", "layout", "zone", "encoding", "delimiter", "decimal", "formats", "row", "event", "requisition"})  # fmt: skip
_EVENT: Final = frozenset({"type", "as", "ref", "when"})
_ROW_KINDS: Final = ("candidate", "candidacy", "requisition", "retrospective")
_CODED: Final = frozenset({"requisition", "standard", "policy"})
_PLAIN: Final = frozenset({Takes.MOMENT, Takes.DAY, Takes.POINTS})
"""What a mapping writes as TOML does, however the file writes it."""


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


@dataclass(frozen=True, slots=True)
class Mapping_:  # noqa: N801 - a mapping, and not the abstract class of that name
    """A mapping, compiled; ``columns`` are all it reads."""

    where: str
    system: str | None
    layout: str
    zone: str
    encoding: str | None
    delimiter: str | None
    events: tuple[Made, ...]
    requisitions: tuple[dict[str, Any], ...] = field(repr=False)
    """Bodies of requisitions to be opened where their codes do not stand yet."""
    columns: frozenset[str]
    text: bytes = field(repr=False)


def read_mapping(path: Path, zone: str) -> Mapping_:
    """Read and compile a mapping; ``zone`` is used where it names none. Raises ``InputError`` with all problems."""
    try:
        text = path.read_bytes()
        table = tomllib.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {(error.strerror or 'no reason given').lower()}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {str(error)[:1].lower()}{str(error)[1:]}") from None
    return _Compiler(str(path), table, zone).mapping(text)


class _Compiler:
    def __init__(self, where: str, table: dict[str, Any], zone: str) -> None:
        self._where = where
        self._table = table
        self._problems: list[str] = []
        self._columns: set[str] = set()
        zone = self._text("zone") or zone
        if not is_zone(zone):
            self._problem("zone", "is not an IANA time zone such as Europe/Berlin")
            zone = "UTC"
        formats = table.get("formats", [])
        formats = [formats] if isinstance(formats, str) else formats
        if not isinstance(formats, list) or not all(isinstance(each, str) for each in formats):  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
            self._problem("formats", 'expected a list of forms such as ["%d.%m.%Y"]')
            formats = []
        self._reading = Reading(zone, tuple(cast("list[str]", formats)), self._text("decimal") or ".")
        self._events: dict[str, tuple[type[Event], dict[str, Any]]] = {}

    def mapping(self, text: bytes) -> Mapping_:
        """Compile everything."""
        for name in sorted(self._table.keys() - _TOP):
            self._problem(name, f"is not known here; expected {', '.join(sorted(_TOP))}")
        encoding, delimiter = self._text("encoding"), self._text("delimiter")
        if encoding and not _is_encoding(encoding):
            self._problem("encoding", "is not an encoding such as utf-8, gb18030 or cp1252")
        if delimiter and len(delimiter) != 1:
            self._problem("delimiter", "is not one character")
        row = self._table.get("row", {})
        row = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
        for name in sorted(row.keys() - {*_ROW_KINDS, "record"}):
            self._problem(f"row.{name}", f"is not known here; expected {', '.join((*_ROW_KINDS, 'record'))}")
        events = self._all_events(row)
        requisitions = tuple(self._requisition(n, each) for n, each in enumerate(self._tables("requisition"), 1))
        refuse(self._problems)
        return Mapping_(
            where=self._where,
            system=self._text("system"),
            layout=self._text("layout") or "csv",
            zone=self._reading.zone,
            encoding=encoding,
            delimiter=delimiter,
            events=events,
            requisitions=requisitions,
            columns=frozenset(self._columns),
            text=text,
        )

    def _all_events(self, row: dict[str, Any]) -> tuple[Made, ...]:
        tables = self._tables("event")
        if not tables:
            self._problem("event", "is missing: at least one [[event]] says what a row becomes")
        for number, table in enumerate(tables, 1):
            topic = table.get("type")
            event_class = importable(topic) if isinstance(topic, str) else None
            name = table.get("as", topic)
            if event_class is None or not isinstance(name, str):
                self._problem(f"event {number}: type", "is not a type that can be imported")
            elif name in self._events:
                self._problem(f"event {number}", f"is the second one called {name}; call it otherwise with as")
            else:
                self._events[name] = (event_class, table)
        return tuple(self._event(name, *each, row) for name, each in self._events.items())

    def _event(self, name: str, event_class: type[Event], table: dict[str, Any], row: dict[str, Any]) -> Made:
        shapes = shape_of(event_class)
        fields = {each: spec for each, spec in table.items() if each not in _EVENT}
        kinds = [each.value for each in event_class.STREAMS if each is not StreamKind.LEDGER]
        own = {"candidate", "candidacy", "requisition", "retrospective"} & (fields.keys() - shapes.keys())
        stream_spec = {kind: fields.pop(kind) for kind in own}
        for kind in ("candidate", "requisition"):  # what the row is about need not be said again
            if kind in shapes and kind in row and kind not in fields and event_class.OPENS and kind not in kinds:
                fields[kind] = row[kind]
        columns: dict[str, str] = {}
        read = self._body(name, fields, shapes, columns)
        stream = self._stream(name, event_class, stream_spec, row)
        return Made(
            event_class.TOPIC,
            name,
            stream,
            self._reference(name, event_class, table, row, stream),
            self._when(name, table.get("when"), fields.get("occurred_at")),
            read,
            columns,
        )

    def _body(
        self, name: str, fields: Mapping[str, Any], shapes: Mapping[str, Shape], columns: dict[str, str]
    ) -> Callable[[Row, list[str]], dict[str, Any]]:
        getters: list[tuple[str, Callable[[Row], Any]]] = []
        for each, spec in fields.items():
            shape = None if each in FILLED_IN else shapes.get(each)
            if shape is None:
                self._problem(f"{name}: {each}", "this type has no such field")
                continue
            getters.append((each, self._getter(f"{name}: {each}", spec, shape)))
            if isinstance(spec, dict) and isinstance(cast("dict[str, Any]", spec).get("column"), str):
                columns[each] = cast("dict[str, Any]", spec)["column"]
        for each, shape in shapes.items():
            if shape.needed and each not in fields and each not in FILLED_IN and not _made_up(each, shapes):
                self._problem(f"{name}: {each}", "is missing, and this type needs it")

        def read(row: Row, problems: list[str]) -> dict[str, Any]:
            body: dict[str, Any] = {}
            for field_name, get in getters:
                try:
                    value = get(row)
                except ValueError as error:
                    problems.append(str(error))
                else:
                    if value is not None:
                        body[field_name] = value
            return body

        return read

    def _getter(self, where: str, spec: Any, shape: Shape) -> Callable[[Row], Any]:
        if shape.many:
            return self._many(where, spec, Shape(shape.takes, names=shape.names, fields=shape.fields))
        if shape.takes is Takes.FACT and isinstance(spec, dict):
            return self._fact(where, cast("dict[str, Any]", spec), shape.fields)
        if shape.takes is Takes.SEALED and isinstance(spec, dict) and not _is_cell(cast("dict[str, Any]", spec)):
            return self._object(where, cast("dict[str, Any]", spec))
        if shape.takes is Takes.ENTRY and isinstance(spec, dict) and "event" in spec:
            return self._entry(where, cast("dict[str, Any]", spec))
        return self._leaf(where, spec, shape)

    def _many(self, where: str, spec: Any, one: Shape) -> Callable[[Row], Any]:
        if isinstance(spec, list):
            getters = [self._getter(f"{where}.{n}", each, one) for n, each in enumerate(cast("list[Any]", spec))]
            return lambda row: [value for get in getters if (value := get(row)) is not None] or None
        if isinstance(spec, dict) and "split" in spec:
            cell = self._cell(where, cast("dict[str, Any]", spec))
            convert = self._converter(where, one, cast("dict[str, Any]", spec))
            return lambda row: [convert(each) for each in cell.parts(row)] or None
        get = self._getter(where, spec, one)
        return lambda row: None if (value := get(row)) is None else [value]

    def _fact(self, where: str, spec: dict[str, Any], shapes: Mapping[str, Shape]) -> Callable[[Row], Any]:
        getters: dict[str, Callable[[Row], Any]] = {}
        varying = {each for each, inner in spec.items() if _reads_cells(inner)}
        for each, inner in spec.items():
            if each not in shapes:
                self._problem(f"{where}.{each}", "there is no such field")
                continue
            getters[each] = self._getter(f"{where}.{each}", inner, shapes[each])

        def read(row: Row) -> dict[str, Any] | None:
            found = {name: value for name, get in getters.items() if (value := get(row)) is not None}
            return found if not varying or varying & found.keys() else None

        return read

    def _object(self, where: str, spec: dict[str, Any]) -> Callable[[Row], Any]:
        text = Shape(Takes.TEXT)
        getters = {each: self._leaf(f"{where}.{each}", inner, text) for each, inner in spec.items()}

        def read(row: Row) -> str | None:
            found = {name: value for name, get in getters.items() if (value := get(row)) is not None}
            return to_json(found).decode() if found else None

        return read

    def _entry(self, where: str, spec: dict[str, Any]) -> Callable[[Row], Any]:
        named = self._events.get(str(spec["event"]))
        if named is None:
            self._problem(where, "names an event that this mapping does not make")
            return _nothing
        event_class, table = named
        row = cast("dict[str, Any]", self._table.get("row", {}))
        own = {name: each for name, each in table.items() if name in _ROW_KINDS and name not in shape_of(event_class)}
        stream = self._stream(where, event_class, own, row)
        given = {"ref": {name: each for name, each in spec.items() if name != "event"}} if len(spec) > 1 else table
        reference = self._reference(where, event_class, given, row, stream)
        kind = str(spec["event"])
        return lambda row: None if (name := reference(row)) is None else EntryHandle(kind, name)

    def _leaf(self, where: str, spec: Any, shape: Shape) -> Callable[[Row], Any]:
        convert = self._converter(where, shape, cast("dict[str, Any]", spec) if isinstance(spec, dict) else {})
        if isinstance(spec, dict):
            cell = self._cell(where, cast("dict[str, Any]", spec))

            def read(row: Row) -> Any:
                value = cell.value(row)
                if value is None:
                    return None
                try:
                    return convert(value)
                except ValueError as error:
                    raise ValueError(f"{cell.shown}: {error}") from None

            return read
        if shape.takes in _PLAIN:
            convert = converter(shape.takes, self._reading._replace(formats=(), decimal="."), ())
        try:
            constant = convert(spec.isoformat() if hasattr(spec, "isoformat") else spec)
        except ValueError as error:
            self._problem(where, str(error))
            constant = None
        return lambda _: constant

    def _converter(self, where: str, shape: Shape, spec: Mapping[str, Any]) -> Callable[[Any], Any]:
        by = spec.get("by", How.CODE if shape.names in _CODED else How.REF)
        if by not in {How.CODE, How.REF}:
            self._problem(where, 'by is "code" or "ref"')
        if shape.takes is Takes.PERSON:
            return lambda value: Handle(PERSON, _name(value))
        if shape.takes is Takes.STREAM:
            return lambda value: Handle(shape.names, _name(value), How(by))
        if shape.takes is Takes.ENTRY:
            self._problem(where, 'expected { event = "…" }, naming an event of this mapping')
            return lambda value: value
        formats = spec.get("format", ())
        formats = (formats,) if isinstance(formats, str) else tuple(formats)
        return converter(shape.takes, self._reading, formats)

    def _cell(self, where: str, spec: dict[str, Any]) -> Cell:
        try:
            cell = cell_of(spec)
        except ValueError as error:
            self._problem(where, str(error))
            return Cell(("",), {})
        self._columns.update(cell.columns)
        return cell

    def _stream(
        self, where: str, event_class: type[Event], given: dict[str, Any], row: dict[str, Any]
    ) -> Callable[[Row], Handle | None]:
        if event_class.TOPIC == "person.registered.v1":
            return lambda _: LEDGER
        kinds = [each.value for each in event_class.STREAMS if each is not StreamKind.LEDGER]
        for source in (given, row):
            for kind in kinds:
                if kind in source:
                    get = self._getter(f"{where}: {kind}", source[kind], Shape(Takes.STREAM, names=kind))
                    return (lambda row: _new(get(row))) if event_class.OPENS else get
        self._problem(where, f"which {' or '.join(kinds)}? name it under [row]")
        return lambda _: None

    def _reference(
        self,
        where: str,
        event_class: type[Event],
        table: Mapping[str, Any],
        row: Mapping[str, Any],
        stream: Callable[[Row], Handle | None],
    ) -> Callable[[Row], str | None]:
        given = table.get("ref", row.get("record"))
        if event_class.TOPIC == "person.registered.v1":
            given = table.get("person")
        if given is not None and not event_class.OPENS:
            return self._leaf(f"{where}: ref", given, Shape(Takes.TEXT))
        return lambda row: None if (found := stream(row)) is None else found.name

    def _when(self, where: str, when: Any, occurred: Any) -> Callable[[Row], bool]:
        """Say whether the event happened: its condition holds, and the cell of its time is filled."""
        cells: list[tuple[Cell, frozenset[str] | None]] = []
        if isinstance(occurred, dict) and _is_cell(cast("dict[str, Any]", occurred)):
            cells.append((self._cell(where, cast("dict[str, Any]", occurred)), None))
        for each in cast("list[Any]", when) if isinstance(when, list) else [when] if when is not None else []:
            table = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
            allowed = table.get("is")
            options = [allowed] if isinstance(allowed, str) else allowed
            cell = self._cell(f"{where}: when", {"column": table.get("column")})
            cells.append((cell, None if options is None else frozenset(cast("Sequence[str]", options))))
        return lambda row: all(
            (text := cell.text(row)) and (allowed is None or text in allowed) for cell, allowed in cells
        )

    def _requisition(self, number: int, table: dict[str, Any]) -> dict[str, Any]:
        event_class = importable("requisition.opened")
        shapes = shape_of(cast("type[Event]", event_class))
        read = self._body(f"requisition {number}", table, shapes, {})
        return read({}, self._problems)

    def _tables(self, name: str) -> list[dict[str, Any]]:
        found = self._table.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast("list[Any]", found)):
            self._problem(name, f"is written [[{name}]], once for each")
            return []
        return cast("list[dict[str, Any]]", found)

    def _text(self, name: str) -> str | None:
        found = self._table.get(name)
        if found is not None and not isinstance(found, str):
            self._problem(name, "is text in quotes")
            return None
        return found

    def _problem(self, name: str, message: str) -> None:
        self._problems.append(f"{self._where}: {name}: {message}")


def _nothing(_: Row) -> None:
    return None


def _new(handle: Handle | None) -> Handle | None:
    """What is new has no code in the ledger yet: it goes by the outside's name."""
    return None if handle is None else Handle(handle.kind, handle.name)


def _name(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError("expected what the other system calls it, as text")


def _made_up(name: str, shapes: Mapping[str, Shape]) -> bool:
    """Say whether a field that a mapping leaves out is supplied: who imports, or what a scorecard was given under."""
    registers = name == "occurred_at" and "person" in shapes  # a person is registered when a file first names them
    return name == "actor" or registers or (name in {"standard", "standard_version"} and "ratings" in shapes)


def _is_cell(spec: Mapping[str, Any]) -> bool:
    return "column" in spec or "columns" in spec


def _reads_cells(spec: Any) -> bool:
    if isinstance(spec, list):
        return any(_reads_cells(each) for each in cast("list[Any]", spec))
    if isinstance(spec, dict):
        table = cast("dict[str, Any]", spec)
        return _is_cell(table) or any(_reads_cells(each) for each in table.values())
    return False


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name) is not None and isinstance("".encode(name), bytes)
    except (LookupError, ValueError):
        return False

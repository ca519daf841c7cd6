"""Compile a mapping: all of it is checked against the event classes before any row is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from evenhand.config import is_zone
from evenhand.errors import InputError, reason, refuse
from evenhand.events.base import Event
from evenhand.importers.cells import Reading, Row, texts
from evenhand.importers.fields import Fields, Get, entry_handle, is_cell, nothing
from evenhand.importers.form import FORM, form_of, join_of
from evenhand.importers.greenhouse_settings import GreenhouseMapping, settings_of
from evenhand.importers.mapping import (
    KINDS,
    ColumnMapping,
    Made,
    columns_in,
    columns_of,
    is_supplied,
    newly_named,
    own_stream,
    stream_kinds,
)
from evenhand.importers.record import LEDGER, Handle
from evenhand.importers.shape import FILLED_IN, Shape, Takes, importable, shape_of
from evenhand.sentence import Sentence, either

TOP: Final = frozenset(
    {
        "system", "zone", "decimal", "formats", "row", "event", "requisition", "join", *FORM,
    }
)  # fmt: skip
EVENT: Final = frozenset({"type", "as", "ref", "when", "each"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}", re.ASCII)
_REGISTERED: Final = "person.registered.v1"


def read_mapping(path: Path, zone: str) -> ColumnMapping | GreenhouseMapping:
    """Read and compile a mapping; ``zone`` is used where it names none. Raises ``InputError`` with all problems."""
    try:
        text = path.read_bytes()
        table = tomllib.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None
    except UnicodeDecodeError:
        raise InputError(Sentence("{path}: not UTF-8; save it as UTF-8", path=path)) from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        raise InputError(Sentence("{path}: is not TOML: {said}", path=path, said=said[:1].lower() + said[1:])) from None
    compiler = _Compiler(str(path), table, zone)
    return compiler.mapping(text) if "source" not in table else compiler.greenhouse(text)


class _Compiler:
    def __init__(self, where: str, table: dict[str, Any], zone: str) -> None:
        self._where = where
        self._table = table
        self._problems: list[str] = []
        self._row = self._a_table("row")
        self._as_written = self._reading(zone)
        self._fields = Fields(self._as_written, self._wrong, self._entry)
        self._events: dict[str, tuple[type[Event], dict[str, Any]]] = {}

    def mapping(self, text: bytes) -> ColumnMapping:
        """Compile everything."""
        self._must_be_known("", self._table, TOP)
        self._must_be_known("row.", self._row, {*KINDS, "record"})
        system = self._text("system")
        form = form_of("", self._table, self._wrong)
        joins = tuple(join_of(number, each, self._wrong) for number, each in enumerate(self._tables("join"), 1))
        self._find_events()
        events = tuple(self._event(name, *each) for name, each in self._events.items())
        requisitions = self._requisitions()
        refuse(self._problems)
        return ColumnMapping(
            where=self._where,
            system=system,
            form=form,
            joins=joins,
            events=events,
            requisitions=requisitions,
            columns=self._columns(),
            lists=frozenset(each.each for each in events if each.each),
            text=text,
        )

    def greenhouse(self, text: bytes) -> GreenhouseMapping:
        """Compile what is said of a source that knows the vendor's records by itself."""
        if self._table["source"] != "greenhouse":
            self._wrong("source", Sentence('is "greenhouse", or left out'))
        settings = settings_of(self._table, self._as_written.zone, self._wrong)
        form = form_of("", self._table, self._wrong)
        requisitions = self._requisitions()
        refuse(self._problems)
        return GreenhouseMapping(self._where, self._text("system"), form, requisitions, settings, text)

    def _requisitions(self) -> tuple[dict[str, Any], ...]:
        tables = self._tables("requisition")
        return tuple(self._requisition(number, each) for number, each in enumerate(tables, 1))

    def _find_events(self) -> None:
        tables = self._tables("event")
        if not tables:
            self._wrong("event", Sentence("is missing: at least one [[event]] says what a row becomes"))
        for number, table in enumerate(tables, 1):
            topic = table.get("type")
            event_class = importable(topic) if isinstance(topic, str) else None
            name = table.get("as", topic)
            if event_class is None or not isinstance(name, str):
                self._wrong(f"event {number}: type", Sentence("is not a type that can be imported"))
            elif not _NAME.fullmatch(name):
                self._wrong(f"event {number}: as", Sentence("is a name in lower case, such as first-interview"))
            elif name in self._events:
                self._wrong(
                    f"event {number}", Sentence("is the second one called {name}; call it otherwise with as", name=name)
                )
            else:
                self._events[name] = (event_class, table)

    def _event(self, name: str, event_class: type[Event], table: Mapping[str, Any]) -> Made:
        shapes = shape_of(event_class)
        own = own_stream(event_class, table)
        fields = {each: spec for each, spec in table.items() if each not in EVENT and each not in own}
        for kind in ("candidate", "requisition"):  # what the row is about need not be said again
            if event_class.OPENS and kind in shapes and kind in self._row:
                fields.setdefault(kind, self._row[kind])
        self._must_be_there(name, fields, shapes)
        stream = self._stream(name, event_class, own)
        return Made(
            event_class.TOPIC,
            name,
            stream,
            self._reference(name, event_class, table, stream),
            self._when(name, table.get("when"), fields.get("occurred_at")),
            self._body(name, fields, shapes),
            columns_of(fields),
            self._each(name, table),
        )

    def _each(self, name: str, table: Mapping[str, Any]) -> str | None:
        """Answer with the array whose elements become an event, and say so if there is none to read from."""
        each, own = table.get("each"), [column for column in columns_in(table) if column.startswith(".")]
        if each is not None and (not isinstance(each, str) or not each):
            self._wrong(
                f"{name}: each",
                Sentence("names the array, or the joined file, of which each element becomes this event"),
            )
            return None
        if each is None and own:
            self._wrong(name, Sentence("reads {own}, a column of an element; say with each of which array", own=own[0]))
        if each is not None and not own:
            self._wrong(f"{name}: each", Sentence("nothing of an element is read: its columns have a point in front"))
        return each

    def _columns(self) -> frozenset[str]:
        """Name all columns that are read; those of an element with the array they lie in."""
        own = {
            f"{table['each']}[]{column}"
            for _, table in self._events.values()
            if isinstance(table.get("each"), str)
            for column in columns_in(table)
            if column.startswith(".")
        }
        return frozenset({column for column in self._fields.columns if not column.startswith(".")} | own)

    def _body(
        self, name: str, fields: Mapping[str, Any], shapes: Mapping[str, Shape]
    ) -> Callable[[Row, list[str]], dict[str, Any]]:
        getters: list[tuple[str, Get]] = []
        for each, spec in fields.items():
            if each in FILLED_IN or each not in shapes:
                self._wrong(f"{name}: {each}", Sentence("this type has no such field"))
            else:
                getters.append((each, self._fields.get(f"{name}: {each}", spec, shapes[each])))

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

    def _must_be_there(self, name: str, fields: Mapping[str, Any], shapes: Mapping[str, Shape]) -> None:
        for each, shape in shapes.items():
            if shape.needed and each not in fields and each not in FILLED_IN and not is_supplied(each, shapes):
                self._wrong(f"{name}: {each}", Sentence("is missing, and this type needs it"))

    def _entry(self, where: str, spec: Mapping[str, Any]) -> Get:
        """Compile the name of an entry that another event of this mapping makes."""
        named = self._events.get(str(spec["event"]))
        if named is None:
            self._wrong(where, Sentence("names an event that this mapping does not make"))
            return nothing
        event_class, table = named
        stream = self._stream(where, event_class, own_stream(event_class, table))
        elsewhere = {name: each for name, each in spec.items() if name != "event"}
        said = {"ref": elsewhere} if elsewhere else table
        return entry_handle(str(spec["event"]), self._reference(where, event_class, said, stream))

    def _stream(self, where: str, event_class: type[Event], own: Mapping[str, Any]) -> Callable[[Row], Handle | None]:
        if event_class.TOPIC == _REGISTERED:
            return lambda _: LEDGER
        kinds = stream_kinds(event_class)
        for source in (own, self._row):
            for kind in kinds:
                if kind in source:
                    get = self._fields.get(f"{where}: {kind}", source[kind], Shape(Takes.STREAM, names=kind))
                    return newly_named(get) if event_class.OPENS else get
        self._wrong(where, Sentence("which {kinds}? name it under [row]", kinds=either(kinds)))
        return nothing

    def _reference(
        self, where: str, event_class: type[Event], table: Mapping[str, Any], stream: Callable[[Row], Handle | None]
    ) -> Callable[[Row], str | None]:
        """Compile what the other system calls the record; what opens a stream is called as the stream is."""
        given = table.get("ref", self._row.get("record"))
        if event_class.TOPIC == _REGISTERED:
            given = table.get("person")
        if given is not None and not event_class.OPENS:
            return self._fields.leaf(f"{where}: ref", given, Shape(Takes.TEXT))
        return lambda row: None if (found := stream(row)) is None else found.name

    def _when(self, where: str, when: Any, occurred: Any) -> Callable[[Row], bool]:
        """Say whether the event happened: its conditions hold, and the cell of its time is filled."""
        conditions: list[tuple[Callable[[Row], str | None], frozenset[str] | None]] = []
        if isinstance(occurred, dict) and is_cell(cast("dict[str, Any]", occurred)):
            conditions.append((texts(self._fields.cell(where, cast("dict[str, Any]", occurred))), None))
        given: Any = when if isinstance(when, list) else [] if when is None else [when]  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
        for each in given:
            table = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
            self._must_be_known(f"{where}: when.", table, {"column", "is"})
            allowed = table.get("is")
            options = [allowed] if isinstance(allowed, str) else allowed
            cell = self._fields.cell(f"{where}: when", {"column": table.get("column")})
            conditions.append((texts(cell), None if options is None else frozenset(map(str, options))))
        if not conditions:
            return lambda _: True

        def happened(row: Row) -> bool:
            for text_in, allowed in conditions:
                text = text_in(row)
                if not text or (allowed is not None and text not in allowed):
                    return False
            return True

        return happened

    def _requisition(self, number: int, table: Mapping[str, Any]) -> dict[str, Any]:
        shapes = shape_of(cast("type[Event]", importable("requisition.opened")))
        self._must_be_there(f"requisition {number}", table, shapes)
        return self._body(f"requisition {number}", table, shapes)({}, self._problems)

    # What the mapping's own settings are

    def _reading(self, zone: str) -> Reading:
        zone = self._text("zone") or zone
        if not is_zone(zone):
            self._wrong("zone", Sentence("is not an IANA time zone such as Europe/Berlin"))
            zone = "UTC"
        formats = self._table.get("formats", [])
        formats = [formats] if isinstance(formats, str) else formats
        if not isinstance(formats, list) or not all(isinstance(each, str) for each in formats):  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
            self._wrong("formats", Sentence('expected a list of forms such as ["%d.%m.%Y"]'))
            formats = []
        return Reading(zone, tuple(cast("list[str]", formats)), self._text("decimal") or ".")

    def _tables(self, name: str) -> list[dict[str, Any]]:
        found = self._table.get(name, [])
        if isinstance(found, list) and all(isinstance(each, dict) for each in found):  # pyright: ignore[reportUnknownVariableType] - the same
            return cast("list[dict[str, Any]]", found)
        self._wrong(name, Sentence("is written [[{name}]], once for each", name=name))
        return []

    def _a_table(self, name: str) -> dict[str, Any]:
        found = self._table.get(name, {})
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
        self._wrong(name, Sentence("is written [{name}]", name=name))
        return {}

    def _text(self, name: str) -> str | None:
        found = self._table.get(name)
        if found is None or isinstance(found, str):
            return found
        self._wrong(name, Sentence("is text in quotes"))
        return None

    def _must_be_known(self, where: str, table: Mapping[str, Any], known: set[str] | frozenset[str]) -> None:
        for name in sorted(table.keys() - known):
            self._wrong(
                f"{where}{name}", Sentence("is not known here; expected {known}", known=", ".join(sorted(known)))
            )

    def _wrong(self, name: str, message: str) -> None:
        problem = Sentence("{where}: {name}: {message}", where=self._where, name=name, message=message)
        if problem not in self._problems:
            self._problems.append(problem)

"""Compile what a mapping says of one field into what reads it off a row, by what the field takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, cast

from pydantic_core import to_json

from evenhand.importers.cells import Cell, Reading, Row, as_written, cell_of, converter, kept_as_word, texts
from evenhand.importers.record import PERSON, EntryHandle, Handle, How
from evenhand.importers.shape import Shape, Takes
from evenhand.sentence import Sentence

Get = Callable[[Row], Any]
_CODED: Final = frozenset({"requisition", "standard", "policy"})
_KNOWN: Final = 4_096
"""Texts of a cell of which is remembered what they mean: a file names few days, people and outcomes many times."""
_PLAIN: Final = frozenset({Takes.MOMENT, Takes.DAY, Takes.POINTS})
"""What a mapping itself writes as TOML does, however the file writes it."""


class Fields:
    """Compiles fields, gathers the columns they read, and tells ``wrong`` what cannot be understood, and where."""

    def __init__(
        self,
        reading: Reading,
        wrong: Callable[[str, str], None],
        entry: Callable[[str, Mapping[str, Any]], Get],
    ) -> None:
        """``entry`` compiles the reference of an entry that the same mapping makes."""
        self._reading = reading
        self._wrong = wrong
        self._entry = entry
        self.columns: set[str] = set()
        self._readers: dict[tuple[str, str, str], Get] = {}
        """By what they take and read: the cell that names a row is read by all its events, and remembered once."""

    def get(self, where: str, spec: Any, shape: Shape) -> Get:
        """Compile one field, whatever it takes."""
        if shape.many:
            return self._many(where, spec, Shape(shape.takes, names=shape.names, fields=shape.fields))
        table = cast("dict[str, Any]", spec) if isinstance(spec, dict) else None
        if table is not None and shape.takes is Takes.FACT:
            return self._fact(where, table, shape.fields)
        if table is not None and shape.takes is Takes.SEALED and not is_cell(table):
            return self._object(where, table)
        if table is not None and shape.takes is Takes.ENTRY and "event" in table:
            return self._entry(where, table)
        return self.leaf(where, spec, shape)

    def leaf(self, where: str, spec: Any, shape: Shape) -> Get:
        """Compile a field that is one cell, or a constant."""
        if isinstance(spec, dict):
            table = cast("dict[str, Any]", spec)
            cell, convert = self.cell(where, table), self._converter(where, shape, table)
            return self._readers.setdefault((shape.takes, shape.names, repr(table)), _read(cell, convert))
        convert = self._converter(where, shape, {})
        if shape.takes in _PLAIN:
            convert = converter(shape.takes, self._reading._replace(formats=(), decimal="."), ())
        try:
            constant = convert(spec.isoformat() if hasattr(spec, "isoformat") else spec)
        except ValueError as error:
            self._wrong(where, str(error))
            constant = None
        return lambda _: constant

    def cell(self, where: str, spec: Mapping[str, Any]) -> Cell:
        """Compile a cell, and note its columns."""
        try:
            cell = cell_of(spec)
        except ValueError as error:
            self._wrong(where, str(error))
            return Cell(("",), {})
        self.columns.update(cell.columns)
        return cell

    def _many(self, where: str, spec: Any, one: Shape) -> Get:
        if isinstance(spec, list):
            getters = [self.get(f"{where}.{number}", each, one) for number, each in enumerate(spec)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - TOML of any shape
            return lambda row: [value for get in getters if (value := get(row)) is not None] or None
        if isinstance(spec, dict) and ("split" in spec or "[]" in str(cast("dict[str, Any]", spec).get("column", ""))):
            table = cast("dict[str, Any]", spec)
            cell, convert = self.cell(where, table), self._converter(where, one, table)
            return lambda row: [convert(each) for each in cell.parts(row)] or None
        get = self.get(where, spec, one)
        return lambda row: None if (value := get(row)) is None else [value]

    def _fact(self, where: str, spec: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Get:
        """Compile several fields; they are left out together where each cell among them is empty."""
        for each in sorted(spec.keys() - shapes.keys()):
            self._wrong(f"{where}.{each}", Sentence("there is no such field"))
        known = {name: inner for name, inner in spec.items() if name in shapes}
        getters = {name: self.get(f"{where}.{name}", inner, shapes[name]) for name, inner in known.items()}
        varying = {name for name, inner in known.items() if _reads_cells(inner)}
        score = known.get("score")
        if "evidence" in shapes and isinstance(score, dict) and "values" in score and "otherwise" not in score:
            getters = self._rated(where, cast("dict[str, Any]", score), getters)
            varying.add("evidence")

        def read(row: Row) -> dict[str, Any] | None:
            found = {name: value for name, get in getters.items() if (value := get(row)) is not None}
            return None if varying and varying.isdisjoint(found) else found

        return read

    def _rated(self, where: str, score: Mapping[str, Any], getters: Mapping[str, Get]) -> dict[str, Get]:
        """Give a criterion no score where the word in its cell is none of the ratings, and keep the word."""
        cell = self.cell(where, score)
        noted = getters.get("evidence", nothing)

        def unknown(row: Row) -> str | None:
            word = cell.text(row)
            return None if word is None or word in cell.values else word

        def scored(row: Row) -> Any:
            return getters["score"](row) if unknown(row) is None else None

        def evidence(row: Row) -> Any:
            word = unknown(row)
            return noted(row) if word is None else kept_as_word(word, noted(row))

        return {**getters, "score": scored, "evidence": evidence}

    def _object(self, where: str, spec: Mapping[str, Any]) -> Get:
        """Compile a sealed text that is a JSON object, such as a candidate's answers."""
        text = Shape(Takes.TEXT)
        getters = {each: self.leaf(f"{where}.{each}", inner, text) for each, inner in spec.items()}

        def read(row: Row) -> str | None:
            found = {name: value for name, get in getters.items() if (value := get(row)) is not None}
            return to_json(found).decode() if found else None

        return read

    def _converter(self, where: str, shape: Shape, spec: Mapping[str, Any]) -> Callable[[Any], Any]:
        by = spec.get("by", How.CODE if shape.names in _CODED else How.REF)
        if by not in {How.CODE, How.REF}:
            self._wrong(where, Sentence('by is "code" or "ref"'))
            by = How.REF
        if shape.takes is Takes.PERSON:
            return lambda value: Handle(PERSON, _name(value))
        if shape.takes is Takes.STREAM:
            return lambda value: Handle(shape.names, _name(value), str(by))
        if shape.takes is Takes.ENTRY:
            self._wrong(where, Sentence('expected { event = "…" }, naming an event of this mapping'))
        formats = spec.get("format", ())
        chosen = (formats,) if isinstance(formats, str) else tuple(str(each) for each in formats)
        return converter(shape.takes, self._reading, chosen)


def is_cell(spec: Mapping[str, Any]) -> bool:
    """Say whether a table means a cell rather than fields within a field."""
    return "column" in spec or "columns" in spec


def nothing(_: Row) -> None:
    """Read nothing: what stands for a field that could not be compiled."""


def entry_handle(kind: str, reference: Get) -> Get:
    """Compile the name of an entry that the same row makes."""
    return lambda row: None if (name := reference(row)) is None else EntryHandle(kind, name)


def _read(cell: Cell, convert: Callable[[Any], Any]) -> Get:
    text_in = texts(cell)
    if convert is as_written and not cell.chosen:
        return text_in

    def meaning(text: str) -> Any:
        value = cell.meant(text)
        if value is None:
            return None
        try:
            return convert(value)
        except ValueError as error:
            raise ValueError(Sentence("{shown}: {error}", shown=cell.shown, error=error)) from None

    known = lru_cache(_KNOWN)(meaning)

    def read(row: Row) -> Any:
        text = text_in(row)
        if text is None:
            return None
        # What the file itself marks as a date or a number is equal to the bare text, and may mean something else.
        return known(text) if type(text) is str else meaning(text)

    return read


def _name(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(Sentence("expected what the other system calls it, as text"))


def _reads_cells(spec: Any) -> bool:
    if isinstance(spec, list):
        return any(map(_reads_cells, spec))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - TOML of any shape
    if isinstance(spec, dict):
        table = cast("dict[str, Any]", spec)
        return is_cell(table) or any(map(_reads_cells, table.values()))
    return False

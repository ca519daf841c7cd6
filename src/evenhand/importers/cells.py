"""One cell of a row: which column, which of its values mean what, and how its text becomes a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from evenhand.events.points import micro
from evenhand.importers.record import Dated, Number
from evenhand.importers.shape import Takes
from evenhand.importers.times import day, moment
from evenhand.sentence import Sentence

SPEC: Final = frozenset({"column", "columns", "join", "values", "otherwise", "format", "by", "split"})
_TRUE: Final = frozenset({"true", "false"})


Row = Mapping[str, Any]
"""Texts by column; where a column may hold several, lists of texts, and lists of rows where each becomes an event."""


class Reading(NamedTuple):
    """How the whole file writes its times and its numbers."""

    zone: str
    formats: tuple[str, ...]
    decimal: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A column, or several joined; ``values`` says what its texts mean, if it is a list of choices."""

    columns: tuple[str, ...]
    values: Mapping[str, Any] = field(repr=False)
    join: str = "/"
    otherwise: Any = field(repr=False, default=None)
    split: str | None = None
    chosen: bool = False

    @property
    def shown(self) -> str:
        """Name the column in a message."""
        return self.join.join(self.columns)

    def text(self, row: Row) -> str | None:
        """Answer with the cell's text; none if it is empty, or one of several is."""
        if len(self.columns) == 1:
            text: Any = row.get(self.columns[0])
            return self._only(text) if type(text) is list else text or None  # pyright: ignore[reportUnknownArgumentType] - a list holds texts
        parts = [row.get(each, "") for each in self.columns]
        if any(type(each) is list for each in parts):
            raise ValueError(Sentence("{shown} may hold several: only one column can be read so", shown=self.shown))
        return self.join.join(parts) if all(parts) else None

    def parts(self, row: Row) -> list[Any]:
        """Answer with what each part of the cell means."""
        found = row.get(self.columns[0])
        texts: list[str] = found if type(found) is list else (self.text(row) or "").split(self.split)  # pyright: ignore[reportUnknownVariableType] - a list holds texts
        meant = [self.meant(each.strip()) for each in texts if each.strip()]
        return [each for each in meant if each is not None]

    def meant(self, text: str) -> Any:
        """Answer with what a text of this cell means; none if it means nothing."""
        if not self.chosen:
            return text
        meant = self.values.get(text, self.otherwise)
        if meant is None:
            known = ", ".join(f'"{each}"' for each in self.values)
            raise ValueError(
                Sentence(
                    "{shown} is none of {known}; add what it may be to values in the mapping",
                    shown=self.shown,
                    known=known,
                )
            )
        return None if meant == "" else meant

    def _only(self, several: list[str]) -> str | None:
        if len(several) > 1:
            raise ValueError(Sentence("{shown} holds several here, and one is expected", shown=self.shown))
        return several[0] if several else None


def texts(cell: Cell) -> Callable[[Row], str | None]:
    """Answer with what reads a cell's text off a row: in one step for the usual cell, one column with one text."""
    if len(cell.columns) != 1:
        return cell.text
    column = cell.columns[0]

    def text(row: Row) -> str | None:
        found = row.get(column)
        return cell.text(row) if type(found) is list else found or None

    return text


def kept_as_word(rating: str, note: str | None) -> str:
    """Write down a rating that is none of those known, before what else was noted: a guess would be a score."""
    return f"rated {rating}, which is none of the known ratings" + (f"; {note}" if note else "")


def cell_of(spec: Mapping[str, Any]) -> Cell:
    """Compile a table such as ``{ column = "Outcome", values = { pass = "advance" } }``."""
    unknown = sorted(spec.keys() - SPEC)
    if unknown:
        raise ValueError(
            Sentence("{name} is not known here; expected {known}", name=unknown[0], known=", ".join(sorted(SPEC)))
        )
    columns: Any = spec.get("columns", [spec.get("column")])
    values = spec.get("values", {})
    if not isinstance(columns, list) or not columns or not all(isinstance(each, str) for each in columns):  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
        raise ValueError(Sentence('expected { column = "…" }, naming a column of the file'))
    if not isinstance(values, dict):
        raise ValueError(Sentence('expected values = { "what the file says" = "what it means" }'))  # noqa: TRY004 - what cannot be read is a ValueError
    for option in ("join", "split"):
        if not isinstance(spec.get(option, "/"), str) or not spec.get(option, "/"):
            raise ValueError(Sentence("{option} is text in quotes", option=option))
    return Cell(
        tuple(cast("list[str]", columns)),
        cast("dict[str, Any]", values),
        spec.get("join", "/"),
        spec.get("otherwise"),
        spec.get("split"),
        chosen="values" in spec,
    )


def converter(takes: Takes, reading: Reading, formats: tuple[str, ...]) -> Callable[[Any], Any]:
    """Answer with what turns a cell's text, or a constant, into a field; it raises ``ValueError`` in words."""
    chosen = formats or reading.formats
    match takes:
        case Takes.MOMENT:
            return lambda value: moment(as_written(value), reading.zone, () if type(value) is Dated else chosen)
        case Takes.DAY:
            return lambda value: day(as_written(value), () if type(value) is Dated else chosen)
        case Takes.POINTS:
            return lambda value: _points(value, "." if type(value) is Number else reading.decimal)
        case Takes.WHOLE:
            return _whole
        case Takes.FLAG:
            return _flag
        case _:
            return as_written


def as_written(value: Any) -> str:
    """Take a text as it is. Raises ``ValueError`` in words if it is none."""
    if isinstance(value, str):
        return value
    raise ValueError(Sentence("expected text in quotes"))


def _points(value: Any, decimal: str) -> int:
    if isinstance(value, bool):
        raise ValueError(Sentence("expected a number of points such as 70 or 0.6"))  # noqa: TRY004 - what cannot be read is a ValueError
    text = str(value)
    if decimal != ".":
        text = text.replace(".", "?").replace(decimal, ".")
    return micro(text)


def _whole(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.removeprefix("-").isascii() or not text.removeprefix("-").isdecimal():
        raise ValueError(Sentence("expected a whole number"))
    return int(text)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in _TRUE:
        return str(value).lower() == "true"
    raise ValueError(Sentence("expected true or false; say under values what the file's own words mean"))

"""Read nested JSON, an array of objects or an object with such an array in it, and lay its members out by path.

``{"person": {"name": "…"}, "tags": ["a", "b"]}`` has the columns ``person.name``, ``tags.0``, ``tags.1`` and
``tags[]``, which holds all of them. An array of which each element becomes an event is laid out apart, its members with
a point in front, and its last two elements are ``moves.-1`` and ``moves.-2`` as well. JSON Lines are read so too, where
a mapping says what their members become.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO, cast

from evenhand.errors import InputError
from evenhand.importers import lines
from evenhand.importers.record import UNREADABLE, Number, Reader, Record, Rejects
from evenhand.sentence import Sentence

ORDINAL: Final = ".#"
"""The column of an element that says which one it is, from 1 on."""
_INDEX: Final = re.compile(r"\.\d+(?=\.|$)")
_FROM_THE_END: Final = 2
"""So many elements can be named from the end: the last one is what stands, the one before it what stood."""
_ENDING: Final = re.compile(r"\.-\d\.")
_PIECE: Final = 1 << 16
_LONGEST: Final = 1 << 20
_WHOLE: Final = 64 << 20
_BETWEEN: Final = re.compile("[ \t\r\n,\ufeff]*")
_LONG: Final = Sentence("an element has more than a million characters, or is not JSON")
_TOP: Final = Sentence(
    'expected an array of objects, [{…}, …]; if it lies within an object, name it in the mapping: records = "…"'
)


class Array:
    """One JSON file; ``records`` may be called again and reads it again.

    An array is read element by element; an object, and the array at ``within`` in it, as a whole.
    """

    def __init__(self, path: Path, encoding: str, size: int, within: str | None, *, alone: bool = False) -> None:
        """``alone`` says that an object may stand alone where an array is expected."""
        self._alone = alone and within is None and size <= _WHOLE
        if within is not None and size > _WHOLE:
            raise InputError(
                Sentence(
                    "{path}: {size:,} bytes in one object; export it as JSON Lines, one object a line",
                    path=path,
                    size=size,
                )
            )
        self._path = path
        self._encoding = encoding
        self._within = within

    def records(self) -> Iterator[Record]:
        """Read object by object."""
        with self._path.open(encoding=self._encoding) as file:
            if self._alone and file.read(_PIECE).lstrip("\ufeff \t\r\n").startswith("{"):
                file.seek(0)
                yield self._object(file.read())
                return
            file.seek(0)
            if self._within is None:
                yield from _Elements(str(self._path), file).records()
            else:
                yield from self._of_object(file.read(), self._within)

    def rejects(self, path: Path) -> ArrayRejects:
        """Make a file of rejects that is nested as this one is."""
        return ArrayRejects(path, self._within)

    def _object(self, text: str) -> Record:
        try:
            return _record(1, str(self._path), lines.read(text))
        except (ValueError, RecursionError) as error:
            return Record(UNREADABLE, str(self._path), {}, None, (str(error),))

    def _of_object(self, text: str, within: str) -> Iterator[Record]:
        where = str(self._path)
        try:
            value = lines.read(text)
        except (ValueError, RecursionError) as error:
            yield Record(
                UNREADABLE, where, {}, None, (str(error) if type(error) is ValueError else Sentence("nested too deep"),)
            )
            return
        for name in within.split("."):
            value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
        if not isinstance(value, list):
            yield Record(
                UNREADABLE,
                where,
                {},
                None,
                (Sentence("there is no array at {within}, which the mapping reads", within=within),),
            )
            return
        several: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        for number, each in enumerate(several, 1):
            yield _record(number, f"{where}:{within}.{number - 1}", each)


class _Elements:
    """The elements of an array, decoded one after the other from a text that is never held whole."""

    def __init__(self, where: str, file: TextIO) -> None:
        self._where = where
        self._file = file
        self._text = file.read(_PIECE)
        self._at = 0
        self._line = 1
        self._decoder = lines.decoder()

    def records(self) -> Iterator[Record]:
        if self._next() != "[":
            yield self._unreadable(_TOP)
            return
        self._pass(self._at + 1)
        number = 0
        while self._next() not in {"", "]"}:
            place = f"{self._where}:{self._line}"
            try:
                value, end = self._decoded()
                lines.check(self._text[self._at : end], value)
            except ValueError as error:
                yield self._unreadable(str(error))
                return
            number += 1
            yield _record(number, place, value)
            self._pass(end)
        ended = self._next() == "]"
        self._pass(self._at + 1)
        if not ended or self._next():
            yield self._unreadable(
                Sentence("from here on it is not JSON: the array has no end, or something follows it")
            )

    def _next(self) -> str:
        """Go to what comes next beside spaces and commas, and answer with its first character; none at the end."""
        while True:
            between = _BETWEEN.match(self._text, self._at)
            self._pass(between.end() if between else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            self._text, self._at = self._file.read(_PIECE), 0
            if not self._text:
                return ""

    def _decoded(self) -> tuple[Any, int]:
        while True:
            try:
                return self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                held = len(self._text) - self._at
                more = self._file.read(max(_PIECE, held))
                if not more or held > _LONGEST:
                    raise ValueError(Sentence("from here on it is not JSON: {long}", long=_LONG)) from None
                self._text, self._at = self._text[self._at :] + more, 0
            except RecursionError:
                raise ValueError(Sentence("nested too deep")) from None

    def _pass(self, to: int) -> None:
        self._line += self._text.count("\n", self._at, to)
        self._at = to

    def _unreadable(self, why: str) -> Record:
        return Record(UNREADABLE, f"{self._where}:{self._line}", {}, None, (why,))


def _record(number: int, place: str, value: Any) -> Record:
    if not isinstance(value, dict):
        return Record(number, place, {}, value, (Sentence("expected an object, {…}"),))
    return Record(number, place, value, value)  # pyright: ignore[reportUnknownArgumentType] - JSON of any shape


class LaidOut:
    """Reads nested objects as rows; ``lists`` are the arrays of which each element becomes an event."""

    def __init__(self, reader: Reader, lists: Collection[str]) -> None:
        self._reader = reader
        self._lists = lists
        self.seen: set[str] = set()
        """The paths that were met, those of an element with its array."""

    def records(self) -> Iterator[Record]:
        """Read object by object."""
        for record in self._reader.records():
            if record.faults:
                yield record
                continue
            try:
                row = laid_out(record.value, self._lists)
            except ValueError as error:
                yield replace(record, value={}, faults=(str(error),))
                continue
            self.seen.update(row)
            for name in self._lists:
                self.seen.update(f"{name}[]{inner}" for each in row.get(name, ()) for inner in each)
            yield replace(record, value=row)

    def rejects(self, path: Path) -> Rejects:
        """Make a file of rejects that is nested as this one is."""
        return self._reader.rejects(path)


class ArrayRejects:
    """A JSON file of rejects: the same objects with the reasons in front, nested as they were."""

    def __init__(self, path: Path, within: str | None) -> None:
        """Make the file, readable by its owner alone; ``FileExistsError`` if it is there."""
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(number, "w", encoding="utf-8", newline="\n")
        names = within.split(".") if within else []
        self._file.write("".join(f"{{{json.dumps(each)}: " for each in names) + "[")
        self._end = "\n]" + "}" * len(names) + "\n"
        self._between = "\n"

    def write(self, record: Record, reasons: tuple[str, ...]) -> None:
        """Write one object; what was none stays as it was, beside its reasons."""
        whole: Any = record.raw
        raw: dict[str, Any] = whole if isinstance(whole, dict) else {"element": whole}  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        kept = {name: each for name, each in raw.items() if name != lines.REASON}
        self._file.write(self._between + lines.written({lines.REASON: list(reasons), **kept}))
        self._between = ",\n"

    def close(self) -> None:
        """Finish the file."""
        self._file.write(self._end)
        self._file.close()


def laid_out(value: Mapping[str, Any], lists: Collection[str]) -> dict[str, Any]:
    """Lay an object out by path; the arrays named in ``lists`` become rows of their own. Raises ``ValueError``."""
    row: dict[str, Any] = {}
    _lay(row, "", {name: each for name, each in value.items() if name != lines.REASON}, lists)
    return row


def _lay(row: dict[str, Any], path: str, value: Any, lists: Collection[str]) -> None:
    if isinstance(value, dict):
        for name, each in cast("dict[str, Any]", value).items():
            _lay(row, f"{path}.{name}" if path else name, each, lists)
    elif isinstance(value, list):
        several: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        if path in lists:
            elements = [_element(number, each) for number, each in enumerate(several, 1)]
            row[path] = elements
            for back, last in enumerate(reversed(elements[-_FROM_THE_END:]), 1):
                row.update({f"{path}.-{back}{name}": text for name, text in last.items()})
        else:
            _lay_list(row, path, several)
    elif value is not None:
        if path in row:
            raise ValueError(Sentence("two of its members have one path; give them different names"))
        row[path] = text_of(value)


def _lay_list(row: dict[str, Any], path: str, several: list[Any]) -> None:
    """Lay out each element under its number, and the same members of all of them together under ``[]``."""
    for number, each in enumerate(several):
        inner: dict[str, Any] = {}
        _lay(inner, "", each, ())
        place = f"{path}.{number}" if path else str(number)
        for name, text in inner.items():
            rest = f".{name}" if name and not name.startswith("[]") else name
            row[f"{place}{rest}"] = text
            if type(text) is not list:
                row.setdefault(f"{path}[]{rest}", []).append(text)


def _element(number: int, value: Any) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    _lay(inner, "", value, ())
    return {ORDINAL: str(number), **{f".{name}": text for name, text in inner.items()}}


def text_of(value: Any) -> str:
    """Write a value as a cell is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return Number(value)
    if isinstance(value, Decimal):
        return Number(format(value, "f")) if -30 < value.adjusted() < 30 else Number(value)  # noqa: PLR2004 - digits, not zeros
    return str(value).strip()


def unread(row: Mapping[str, Any], columns: Collection[str]) -> int:
    """Count what lies in a row and nothing reads."""
    count = 0
    for name, value in row.items():
        if _ENDING.search(name):
            continue  # said once more, by its place from the end
        if type(value) is not list:
            count += name not in columns and _INDEX.sub("[]", name) not in columns
        elif value and isinstance(value[0], dict):
            elements = cast("list[dict[str, Any]]", value)
            count += sum(
                1 for each in elements for inner in each if inner != ORDINAL and f"{name}[]{inner}" not in columns
            )
    return count

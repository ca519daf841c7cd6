"""Read one sheet of an .xlsx file row by row, as the cells are shown: no formula is worked out, nothing is guessed.

A formula counts by the result that was saved with it. What would be lost without a word stops the row or the file: a
formula without a result, an error in place of a value, cells merged over several rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from evenhand.errors import InputError
from evenhand.importers.cell import Unreadable, read_cell
from evenhand.importers.container import Container, local, strict_parser
from evenhand.importers.delimited import REASON
from evenhand.importers.record import UNREADABLE, Record
from evenhand.importers.sheet_out import SheetRejects
from evenhand.importers.workbook import Workbook, read_workbook
from evenhand.sentence import Sentence

_PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_WIDEST: Final = 16_384
_MERGED: Final = Sentence(
    "cells are merged over several rows; a row has to say everything itself: unmerge them and fill them in"
)

Row = tuple[int, list[str]]


class Sheet:
    """One sheet; ``records`` may be called again and reads it again."""

    def __init__(self, path: Path, name: str | None, *, header: int, read: Collection[str]) -> None:
        """``header`` is the row that names the columns, ``read`` are the columns that count."""
        self._path = path
        self._header_row = header
        self._read = read
        with Container(path) as container:
            self._book = read_workbook(container)
            self._name = self._chosen(name)
            self._part = self._book.sheets[self._name]
            self.header = self._found_header(container)

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns, without the one that gives the reason of a rejection."""
        return tuple(each for each in self.header if each != REASON)

    def records(self) -> Iterator[Record]:
        """Read row by row; empty rows are passed over."""
        number = 0
        counted = {place for place, name in enumerate(self.header) if name in self._read}
        with Container(self._path) as container:
            cells = _Cells(self._book)
            for at, row in cells.rows(container, self._part):
                if at <= self._header_row or not any(map(str.strip, row)):
                    continue
                number += 1
                yield self._record(number, at, row, counted)
            if any(last > max(first, self._header_row) for first, last in cells.merged):
                yield Record(UNREADABLE, str(self._path), {}, None, (_MERGED,))

    def rejects(self, path: Path) -> SheetRejects:
        """Make a file of rejects that looks like this sheet."""
        return SheetRejects(path, self.header, self._header_row, self._name)

    def _record(self, number: int, at: int, row: list[str], counted: set[int]) -> Record:
        place = f"{self._path}:{at}"
        width = len(self.header)
        if any(map(str.strip, row[width:])):
            return Record(
                number, place, {}, row, (Sentence("there are cells beyond the columns that the header names"),)
            )
        row = [*row[:width], *[""] * (width - len(row))]
        faults = tuple(
            Sentence("{column}: the cell {fault}", column=self.header[each], fault=row[each])
            for each in sorted(counted)
            if type(row[each]) is Unreadable
        )
        return Record(
            number, place, {} if faults else dict(zip(self.header, map(_tidy, row), strict=True)), row, faults
        )

    def _found_header(self, container: Container) -> tuple[str, ...]:
        for at, row in _Cells(self._book).rows(container, self._part):
            if at == self._header_row and any(row):
                return tuple(" ".join(each.split()) for each in row)
            if at > self._header_row:
                break
        raise InputError(
            Sentence(
                "{path}:{header_row}: there is no header; the mapping says with header which row it is",
                path=self._path,
                header_row=self._header_row,
            )
        )

    def _chosen(self, name: str | None) -> str:
        sheets = self._book.sheets
        if name is not None and name in sheets:
            return name
        known = ", ".join(f'"{each}"' for each in sheets)
        if name is not None:
            raise InputError(
                Sentence(
                    "{path}: there is no sheet of the mapping's name that is shown; there are {known}",
                    path=self._path,
                    known=known or Sentence("none"),
                )
            )
        if len(sheets) != 1:
            raise InputError(
                Sentence(
                    "{path}: say with sheet in the mapping which one is meant: {known}",
                    path=self._path,
                    known=known or Sentence("none is shown"),
                )
            )
        return next(iter(sheets))


class _Cells:
    """Turns the elements of a sheet into rows, while a parser walks through them."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._done: list[Row] = []
        self.merged: list[tuple[int, int]] = []
        """First and last row of each group of merged cells."""
        self._at = 0
        self._row: list[str] = []
        self._column = 0
        self._kind, self._style, self._formula = "n", 0, False
        self._said: list[str] | None = None
        self._stored: str | None = None
        self._aloud = False

    def rows(self, container: Container, part: str) -> Iterator[Row]:
        """Read a sheet: the number of each row, and its cells."""
        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        for _ in container.feed(part, parser):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match local(tag):
            case "c":
                self._column = _column(attributes.get("r"), self._column)
                self._kind, self._formula, self._stored = attributes.get("t", "n"), False, None
                style = attributes.get("s", "0")
                self._style = int(style) if style.isascii() and style.isdecimal() else 0
            case "v":
                self._said = []
            case "t" if not self._aloud:
                self._said = []
            case "f":
                self._formula = True
            case "rPh":
                self._aloud = True
            case "row":
                self._at = _row(attributes.get("r"), self._at)
                self._row, self._column = [], 0
            case "mergeCell":
                self._merge(attributes.get("ref", ""))
            case _:
                pass

    def _end(self, tag: str) -> None:
        match local(tag):
            case "v" | "t":
                if self._said is not None:
                    self._stored = (self._stored or "") + "".join(self._said)
                    self._said = None
            case "c":
                text = read_cell(self._book, self._kind, self._style, self._stored, formula=self._formula)
                if text:
                    self._row += [""] * (self._column - len(self._row))
                    self._row[self._column - 1] = text
            case "rPh":
                self._aloud = False
            case "row":
                self._done.append((self._at, self._row))
            case _:
                pass

    def _text(self, data: str) -> None:
        if self._said is not None:
            self._said.append(data)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = [_PLACE.fullmatch(each) for each in (first, last)]
        if ends[0] and ends[1]:
            self.merged.append((int(ends[0][2]), int(ends[1][2])))


@lru_cache(maxsize=_WIDEST)
def _numbered(letters: str) -> int:
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number


def _column(reference: str | None, before: int) -> int:
    """Answer with the number of a column; cells stand in order, and one that does not say where follows the last."""
    found = _PLACE.fullmatch(reference or "")
    column = _numbered(found[1]) if found else before + 1
    if not before < column <= _WIDEST:
        raise ValueError(Sentence("the cells of a row are not in order, as no spreadsheet program writes them"))
    return column


def _row(reference: str | None, before: int) -> int:
    row = int(reference) if reference is not None and reference.isascii() and reference.isdecimal() else before + 1
    if row <= before:
        raise ValueError(Sentence("the rows are not in order, as no spreadsheet program writes them"))
    return row


def _tidy(text: str) -> str:
    """Strip a text; what the file itself marks as a date or number has nothing to strip, and keeps its mark."""
    return text.strip() if type(text) is str else text

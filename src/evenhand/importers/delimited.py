"""Read CSV as spreadsheets write it: comma, semicolon or tab, quoted line breaks, one header row.

A cell is text, whatever it looks like: a formula is never worked out. A row that does not have the header's cells is
not guessed at.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Final

from evenhand.errors import InputError
from evenhand.importers.record import UNREADABLE, Record
from evenhand.sentence import Sentence

REASON: Final = "evenhand_reason"
"""The column that a file of rejects has in front; it is never read."""
_NOT_CSV: Final = Sentence(
    "from here on it is not CSV: a quotation mark stands inside a cell or is never closed, or a cell is too long"
)
_DELIMITERS: Final = (",", ";", "\t")
_WIDEST_CELL: Final = 1 << 20


class Delimited:
    """One CSV file; ``records`` may be called again and reads it again."""

    def __init__(self, path: Path, encoding: str, delimiter: str | None, *, header: int = 1) -> None:
        """``header`` is the row that names the columns; what stands before it is passed over."""
        self._path = path
        self._encoding = encoding
        self._header_row = header
        self.delimiter = delimiter or self._sniffed()
        self.header = self._header()

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns, without the one that gives the reason of a rejection."""
        return tuple(each for each in self.header if each != REASON)

    def records(self) -> Iterator[Record]:
        """Read row by row; empty rows are passed over."""
        with self._open() as file:
            rows = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            line = 0
            while True:
                before = rows.line_num
                try:
                    row = next(rows)
                except StopIteration:
                    return
                except csv.Error:
                    place = f"{self._path}:{before + 1}"
                    yield Record(UNREADABLE, place, {}, None, (_NOT_CSV,))
                    return
                line += 1
                if line <= self._header_row or not any(map(str.strip, row)):
                    continue
                number += 1
                yield self._record(number, f"{self._path}:{before + 1}", row)

    def rejects(self, path: Path) -> Rejects:
        """Make a file of rejects that looks like this one."""
        return Rejects(path, self.header, self._header_row, self.delimiter)

    def _record(self, number: int, place: str, row: list[str]) -> Record:
        if len(row) != len(self.header):
            fault = Sentence(
                "the row has {cells} cells, and the header has {columns}", cells=len(row), columns=len(self.header)
            )
            return Record(number, place, {}, row, (fault,))
        return Record(number, place, dict(zip(self.header, map(str.strip, row), strict=True)), row)

    def _header(self) -> tuple[str, ...]:
        with self._open() as file:
            try:
                rows = csv.reader(file, delimiter=self.delimiter, strict=True)
                names = next(islice(rows, self._header_row - 1, None), list[str]())
            except csv.Error:
                raise InputError(
                    Sentence("{path}:1: the header is not CSV; save the file again as CSV", path=self._path)
                ) from None
        found = tuple(name.strip() for name in names)
        if not any(found):
            which = (
                Sentence("first row")
                if self._header_row == 1
                else Sentence("row {header_row}", header_row=self._header_row)
            )
            raise InputError(
                Sentence(
                    "{path}:{header_row}: there is no header; the {which} names the columns",
                    path=self._path,
                    header_row=self._header_row,
                    which=which,
                )
            )
        return found

    def _sniffed(self) -> str:
        """Choose the delimiter that the header has most of, outside quotation marks."""
        line = ""
        with self._open() as file:
            for _ in range(self._header_row):
                line = file.readline(_WIDEST_CELL)
        unquoted = "".join(line.split('"')[::2])
        return max(_DELIMITERS, key=unquoted.count)

    def _open(self) -> TextIOWrapper:
        return self._path.open(encoding=self._encoding, newline="")


class Rejects:
    """A file of rejects: the same columns with the reason in front, to be mended and imported again."""

    def __init__(self, path: Path, header: tuple[str, ...], at: int, delimiter: str) -> None:
        """Make the file, readable by its owner alone; ``FileExistsError`` if it is there."""
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(number, "w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, delimiter=delimiter)
        self._reason = header.index(REASON) if REASON in header else None
        self._rows.writerows([list[str]()] * (at - 1))
        self._rows.writerow([REASON, *self._bare(list(header))])

    def write(self, record: Record, reasons: tuple[str, ...]) -> None:
        """Write one row; it holds what the file held."""
        self._rows.writerow(["; ".join(reasons), *self._bare(list(record.raw or ()))])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _bare(self, row: list[str]) -> list[str]:
        if self._reason is not None and len(row) > self._reason:
            del row[self._reason]
        return row


def filled(value: Mapping[str, str], names: tuple[str, ...]) -> int:
    """Count the cells that hold something."""
    return sum(1 for name in names if value.get(name))

"""Open a file with the reader and the source that suit it, and write down what was refused in its own form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evenhand.errors import InputError, refuse
from evenhand.importers import delimited, lines
from evenhand.importers.canonical import Canonical
from evenhand.importers.encoding import Written, examine
from evenhand.importers.mapped import Mapped
from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.record import Record, Source

_LINES: Final = frozenset({".jsonl", ".ndjson"})
_UNLISTED: Final = "not listed: there were too many problems; import this file again to see"


@dataclass(frozen=True, slots=True)
class File:
    """One file to be imported, with what reads it."""

    path: Path
    layout: str
    written: Written
    reader: delimited.Delimited | lines.Lines
    source: Source
    mapped: Mapped | None = None
    mapping: bytes | None = field(default=None, repr=False)
    unmapped_columns: tuple[str, ...] = ()

    @property
    def rejects(self) -> Path:
        """Name the file that refused records go into."""
        return self.path.with_name(f"{self.path.stem}.rejects{self.path.suffix}")

    def unread(self, record: Record) -> int:
        """Count what a record holds that nothing reads."""
        if isinstance(self.reader, delimited.Delimited):
            return delimited.filled(record.value, self.unmapped_columns)
        return sum(1 for each in Canonical.unread(record.value) if each != lines.REASON)

    def reject(self, numbers: set[int], reasons: Mapping[int, Sequence[str]]) -> None:
        """Write the refused records with their reasons; a second reading, so that they are never all in memory."""
        made: delimited.Rejects | lines.Rejects
        if isinstance(self.reader, delimited.Delimited):
            made = delimited.Rejects(self.rejects, self.reader.header, self.reader.delimiter)
        else:
            made = lines.Rejects(self.rejects)
        with made:
            for record in self.reader.records():
                if record.number in numbers:
                    made.write(record, tuple(reasons.get(record.number, [_UNLISTED])))

    def must_be_unchanged(self) -> None:
        """Raise ``InputError`` if the file is not what it was when it was opened."""
        if examine(self.path, self.written.encoding).digest != self.written.digest:
            raise InputError(
                f"{self.path}: the file changed while it was imported; whole batches of it are in, and the import "
                "counts as unfinished: run it again"
            )


def open_file(path: Path, mapping: ColumnMapping | None, zone: str) -> File:
    """Open a file: with a mapping as CSV, without one as JSON Lines in the canonical form. Raises ``InputError``."""
    by_lines = path.suffix.lower() in _LINES
    if mapping is None:
        if not by_lines:
            raise InputError(
                f"{path}: give a mapping with --map, or a file in the canonical form whose name ends in .jsonl"
            )
        written = examine(path)
        return File(path, "jsonl", written, lines.Lines(path, written.encoding), Canonical(zone))
    if by_lines:
        raise InputError(f"{path}: a mapping is for CSV; JSON Lines are read in the canonical form, without one")
    written = examine(path, mapping.encoding)
    reader = delimited.Delimited(path, written.encoding, mapping.delimiter)
    _check_header(path, reader, mapping)
    mapped = Mapped(mapping)
    unmapped = tuple(each for each in reader.columns if each not in mapping.columns)
    return File(path, "csv", written, reader, mapped, mapped, mapping.text, unmapped)


def _check_header(path: Path, reader: delimited.Delimited, mapping: ColumnMapping) -> None:
    missing = sorted(mapping.columns - set(reader.columns))
    twice = sorted(each for each in mapping.columns if reader.columns.count(each) > 1)
    refuse(
        [f"{path}:1: there is no column {each}, which {mapping.where} reads" for each in missing]
        + [f"{path}:1: there are two columns {each}; give them different names" for each in twice]
    )

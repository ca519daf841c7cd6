"""Open a file with the reader and the source that suit it, and write down what was refused in its own form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from evenhand.errors import InputError, refuse
from evenhand.importers import delimited, encoding, lines, nested
from evenhand.importers.canonical import Canonical
from evenhand.importers.encoding import Written
from evenhand.importers.form import Form
from evenhand.importers.greenhouse import Greenhouse
from evenhand.importers.greenhouse import unread as greenhouse_unread
from evenhand.importers.greenhouse_settings import GreenhouseMapping
from evenhand.importers.joining import Joining, Looked, joined_columns, looked_up
from evenhand.importers.mapped import Mapped
from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.record import Reader, Record, Source
from evenhand.importers.sheet import Sheet
from evenhand.importers.signed import Secret
from evenhand.sentence import Sentence

_LINES: Final = frozenset({".jsonl", ".ndjson"})
_BY_LINES: Final = frozenset({"csv", "jsonl", "jsonl-mapped"})
_SHEETS: Final = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class File:
    """One file to be imported, with what reads it."""

    path: Path
    layout: str
    written: Written
    digest: bytes
    """Of its bytes, and of those of the files joined to it."""
    reader: Reader
    source: Source
    unread: Callable[[Record], int]
    """Counts what a record holds that nothing reads."""
    joined: tuple[Looked, ...] = ()
    mapped: Mapped | Greenhouse | None = None
    mapping: bytes | None = field(default=None, repr=False)
    unmapped_columns: tuple[str, ...] = ()
    paths: frozenset[str] = frozenset()
    """What a mapping reads of nested JSON, which has no header to say whether it is there."""
    laid_out: nested.LaidOut | None = None

    @property
    def expected(self) -> int | None:
        """Estimate how many records there are, where each is about a line; known for sure once all were read."""
        if self.written.lines is None or self.layout not in _BY_LINES:
            return None
        return self.written.lines - (self.layout == "csv")  # a table's first line names its columns

    @property
    def rejects(self) -> Path:
        """Name the file that refused records go into."""
        return self.path.with_name(f"{self.path.stem}.rejects{self.path.suffix}")

    def absent(self) -> tuple[str, ...]:
        """Name the paths that a mapping reads and that no record had, once all were read."""
        return () if self.laid_out is None else tuple(sorted(self.paths - self.laid_out.seen))

    def unjoined(self) -> int:
        """Count the rows of joined files that nothing was joined to, once all were read."""
        return sum(each.unjoined() for each in self.joined)

    def reject(self, into: Path, numbers: set[int], reasons: Callable[[Record], tuple[str, ...]]) -> None:
        """Write the refused records with their reasons; a second reading, so that they are never all in memory."""
        with closing(self.reader.rejects(into)) as made:
            for record in self.reader.records():
                if record.number in numbers:
                    made.write(record, reasons(record))

    def must_be_unchanged(self) -> None:
        """Raise ``InputError`` if the file is not what it was when it was opened."""
        if any(encoding.digest_of(path) != was for path, was in self._read()):
            raise InputError(
                Sentence(
                    "{path}: the file changed while it was read; nothing was written: run the import again",
                    path=self.path,
                )
            )

    def _read(self) -> list[tuple[Path, bytes]]:
        return [(self.path, self.written.digest), *((each.path, each.digest) for each in self.joined)]


class _Table(NamedTuple):
    """A file that is a table, or is laid out as one; ``header`` names its columns if it has a row that does."""

    layout: str
    written: Written
    reader: Reader
    header: tuple[str, ...] | None


def open_file(
    path: Path, mapping: ColumnMapping | GreenhouseMapping | None, zone: str, secret: bytes | None = None
) -> File:
    """Open a file: with a mapping as a table or nested JSON, without one as JSON Lines in the canonical form."""
    if mapping is None:
        return _canonical(path, zone)
    if isinstance(mapping, GreenhouseMapping):
        return _greenhouse(path, mapping, secret)
    joins = {each.name: each for each in mapping.joins}
    own = frozenset(
        {each for each in mapping.columns if each.partition(".")[0].removesuffix("[]") not in joins}
        | {each.on for each in mapping.joins}
    ) - joined_columns(mapping)
    table = _table(path, mapping.form, own, mapping.lists)
    _check_header(path, mapping.form, table.header, own, mapping.where)
    joined = tuple(_joined(path, name, mapping) for name in joins)
    mapped = Mapped(mapping)
    reader = Joining(table.reader, joined) if joined else table.reader
    named = [(each.name, each.unmapped) for each in joined]
    unmapped = tuple(each for each in table.header or () if each not in own and each != delimited.REASON)
    return File(
        path,
        table.layout,
        table.written,
        sha256(b"".join([table.written.digest, *(each.digest for each in joined)])).digest()
        if joined
        else table.written.digest,
        reader,
        mapped,
        _counter(table.header, unmapped, mapping.columns | own),
        joined,
        mapped,
        mapping.text,
        (*unmapped, *(f"{name}.{column}" for name, columns in named for column in columns)),
        own,
        table.reader if isinstance(table.reader, nested.LaidOut) else None,
    )


def _counter(
    header: tuple[str, ...] | None, unmapped: tuple[str, ...], read: Collection[str]
) -> Callable[[Record], int]:
    if header is not None:
        return lambda record: delimited.filled(record.value, unmapped)
    return lambda record: nested.unread(record.value, read)


def _greenhouse(path: Path, mapping: GreenhouseMapping, secret: bytes | None) -> File:
    written = encoding.examine(path, mapping.form.encoding)
    by_lines = path.suffix.lower() in _LINES
    if not by_lines and path.suffix.lower() != ".json":
        raise InputError(
            Sentence("{path}: what Greenhouse exports is JSON; a file's name ends in .json or .jsonl", path=path)
        )
    reader = (
        lines.Lines(path, written.encoding)
        if by_lines
        else nested.Array(path, written.encoding, written.size, mapping.form.records, alone=True)
    )
    source = Greenhouse(mapping, None if secret is None else Secret(secret))
    layout = "greenhouse"
    unread = _greenhouse_members
    return File(path, layout, written, written.digest, reader, source, unread, mapped=source, mapping=mapping.text)


def _greenhouse_members(record: Record) -> int:
    return greenhouse_unread(record.value)


def _canonical(path: Path, zone: str) -> File:
    if path.suffix.lower() not in _LINES:
        raise InputError(
            Sentence(
                "{path}: give a mapping with --map, or a file in the canonical form whose name ends in .jsonl",
                path=path,
            )
        )
    written = encoding.examine(path)
    reader = lines.Lines(path, written.encoding)
    return File(path, "jsonl", written, written.digest, reader, Canonical(zone), _unread_members)


def _unread_members(record: Record) -> int:
    return sum(1 for each in Canonical.unread(record.value) if each != lines.REASON)


def _table(path: Path, form: Form, read: frozenset[str], lists: Collection[str]) -> _Table:
    suffix = path.suffix.lower()
    if suffix in _SHEETS:
        written = Written("xlsx", encoding.digest_of(path), path.stat().st_size)
        sheet = Sheet(path, form.sheet, header=form.header, read=read)
        return _Table("xlsx", written, sheet, sheet.header)
    written = encoding.examine(path, form.encoding)
    if suffix in _LINES:
        return _Table("jsonl-mapped", written, nested.LaidOut(lines.Lines(path, written.encoding), lists), None)
    if suffix == ".json":
        array = nested.Array(path, written.encoding, written.size, form.records)
        return _Table("json", written, nested.LaidOut(array, lists), None)
    rows = delimited.Delimited(path, written.encoding, form.delimiter, header=form.header)
    return _Table("csv", written, rows, rows.header)


def table_of(path: Path, form: Form, count: int) -> tuple[tuple[str, ...] | None, list[Mapping[str, str]]]:
    """Answer with the header of a table, and its first rows that can be read. Raises ``InputError``."""
    table = _table(path, form, frozenset(), ())
    return table.header, [each.value for each in islice(table.reader.records(), count) if not each.faults]


def _joined(path: Path, name: str, mapping: ColumnMapping) -> Looked:
    """Read a joined file, which lies beside the file it is joined to, into memory."""
    [join] = [each for each in mapping.joins if each.name == name]
    if Path(join.file).name != join.file:
        raise InputError(
            Sentence(
                "{where}: join {name}: file is a name without a folder; it lies beside {path}",
                where=mapping.where,
                name=name,
                path=path,
            )
        )
    beside = path.with_name(join.file)
    columns = joined_columns(mapping, name)
    table = _table(beside, join.form, columns | {join.key}, ())
    _check_header(beside, join.form, table.header, columns | {join.key}, mapping.where)
    return looked_up(
        join, beside, digest=table.written.digest, reader=table.reader, columns=columns, header=table.header or ()
    )


def _check_header(path: Path, form: Form, header: tuple[str, ...] | None, read: Collection[str], mapping: str) -> None:
    if header is None:
        return
    place = f"{path}:{form.header}"
    refuse(
        [
            Sentence(
                "{place}: there is no column {each}, which {mapping} reads", place=place, each=each, mapping=mapping
            )
            for each in sorted(set(read) - set(header))
        ]
        + [
            Sentence("{place}: there are two columns {each}; give them different names", place=place, each=each)
            for each in sorted(read)
            if header.count(each) > 1
        ]
    )

"""Join smaller files to a larger one by a key: they are read into memory, and never lie on disk in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from evenhand.errors import InputError, refuse
from evenhand.importers.delimited import REASON
from evenhand.importers.form import Join
from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.nested import ORDINAL
from evenhand.importers.record import Reader, Record, Rejects
from evenhand.sentence import Sentence

_MOST_PROBLEMS: Final = 20
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Looked:
    """A joined file: the columns that are read of it, by the key of its rows."""

    join: Join
    path: Path
    digest: bytes
    rows: Rows = field(repr=False)
    unmapped: tuple[str, ...] = ()
    met: set[str] = field(default_factory=set[str], repr=False)
    """The keys that were looked up."""

    @property
    def name(self) -> str:
        """What the mapping calls it."""
        return self.join.name

    def unjoined(self) -> int:
        """Count the rows that would have become events, and that nothing was joined to."""
        return sum(len(rows) for key, rows in self.rows.items() if self.join.many and key not in self.met)

    def lay(self, row: dict[str, Any]) -> str | None:
        """Add what belongs to a row, and say what is wrong if there is nothing."""
        array, within, member = self.join.on.partition("[]")
        if self.join.many:
            self.met.add(row.get(self.join.on, ""))
            row[self.name] = [
                {ORDINAL: str(number), **each}
                for number, each in enumerate(self.rows.get(row.get(self.join.on, ""), ()), 1)
            ]
            return None
        if not within:
            return self._one(row, row.get(self.join.on, ""), "")
        elements: list[dict[str, Any]] = row.get(array, [])
        wrong = [self._one(each, each.get(member, ""), ".") for each in elements]
        return next(filter(None, wrong), None)

    def _one(self, row: dict[str, Any], key: str, point: str) -> str | None:
        found = self.rows.get(key)
        if found is None:
            return (
                Sentence(
                    "{on}: no row of {name} has this {key}", on=self.join.on, name=self.path.name, key=self.join.key
                )
                if key
                else None
            )
        row.update({f"{point}{self.name}{column}": value for column, value in found[0].items()})
        return None


class Joining:
    """Reads a file whose records are joined to others."""

    def __init__(self, reader: Reader, joined: tuple[Looked, ...]) -> None:
        self._reader = reader
        self._joined = joined

    def records(self) -> Iterator[Record]:
        """Read record by record."""
        for record in self._reader.records():
            if record.faults:
                yield record
                continue
            row = dict(record.value)
            wrong = tuple(filter(None, (each.lay(row) for each in self._joined)))
            yield replace(record, value={} if wrong else row, faults=wrong)

    def rejects(self, path: Path) -> Rejects:
        """Make a file of rejects in the form of the file that others are joined to."""
        return self._reader.rejects(path)


def looked_up(
    join: Join, path: Path, *, digest: bytes, reader: Reader, columns: frozenset[str], header: tuple[str, ...]
) -> Looked:
    """Read a joined file into memory, of it only the columns that are read. Raises ``InputError``."""
    rows: dict[str, list[dict[str, Any]]] = {}
    problems: list[str] = []
    for record in reader.records():
        problems += [Sentence("{place}: {fault}", place=record.place, fault=fault) for fault in record.faults]
        key = record.value.get(join.key)
        if key:
            if key in rows and not join.many:
                problems.append(
                    Sentence(
                        "{place}: another row before has the same {key}; say many = true if that is meant",
                        place=record.place,
                        key=join.key,
                    )
                )
            rows.setdefault(key, []).append(
                {f".{name}": record.value[name] for name in columns if record.value.get(name)}
            )
        if len(problems) >= _MOST_PROBLEMS:
            break
    refuse(problems)
    if any(type(each) is list for group in rows.values() for row in group for each in row.values()):
        raise InputError(Sentence("{path}: a joined file has no arrays within its rows that could be read", path=path))
    unmapped = tuple(each for each in header if each not in columns | {join.key, REASON})
    return Looked(join, path, digest, rows, unmapped)


def joined_columns(mapping: ColumnMapping, name: str | None = None) -> frozenset[str]:
    """Name the columns that are read of joined files, as the mapping calls them; of one file, as the file does."""
    found: set[str] = set()
    for join in mapping.joins:
        array = join.on.partition("[]")[0] + "[]." if "[]" in join.on else ""
        prefix = f"{join.name}[]." if join.many else f"{array}{join.name}."
        for column in mapping.columns:
            if column.startswith(prefix) and column.removeprefix(prefix) != ORDINAL.removeprefix("."):
                if name is None:
                    found.add(column)
                elif name == join.name:
                    found.add(column.removeprefix(prefix))
    return frozenset(found)

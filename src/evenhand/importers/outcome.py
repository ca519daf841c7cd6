"""What became of a file: counted while it is read, and told when it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from evenhand.events.registry import REGISTRY
from evenhand.events.sealing import sealed_places
from evenhand.importers.planning import Step, Verdict
from evenhand.importers.record import Gone, Handle, Record
from evenhand.ledger.drafts import Sealed

MOST_PROBLEMS: Final = 50
FIRST: Final = 10
"""Entries that are listed."""


class Line(NamedTuple):
    """One entry as a dry run lists it: where it comes from, its type, and which fields it will have."""

    place: str
    type: str
    fields: tuple[str, ...]


class Listed(NamedTuple):
    """One entry as it will be written, and where it comes from; in the place of each text stands ``SEALED``."""

    place: str
    type: str
    body: Mapping[str, Any]


SEALED: Final = "(sealed)"


def listed(record: Record, sealed: Sealed) -> Listed:
    """Show an entry that was made of a record."""
    body: dict[str, Any] = from_json(sealed.body)
    for holder, name, _ in sealed_places(REGISTRY.event_class(sealed.topic), body):
        holder[name] = SEALED
    return Listed(record.place, sealed.topic, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What became of the records of a file. Every record is in one of the counts from ``written`` to ``nothing``."""

    file: str
    system: str
    layout: str
    encoding: str
    batch: str | None
    """Id of the entry that began the import; none if nothing was to be written."""
    dry_run: bool
    resumed: bool
    read: int
    written: int
    unchanged: int
    kept: int
    """Changed in a way that cannot be told again: the name of a candidate, say. The ledger keeps what it has."""
    refused: int
    suppressed: int
    gone: int
    """People whom the source anonymised or deleted, and whom this ledger still holds."""
    erased: int
    """Entries of erasures, where erasing them here too was asked for."""
    held: int
    """People who stay, for a legal hold is in force."""
    nothing: int
    """Rows of which the mapping makes nothing, for want of dates."""
    unmapped: int
    """Cells or members with something in them that nothing reads; they are not stored."""
    unmapped_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    """Paths that the mapping reads and that no record had: perhaps misspelt."""
    unjoined: int
    """Rows of joined files that belong to nothing in this one."""
    entries: int
    types: Mapping[str, int]
    first: tuple[Line, ...]
    rejects: str | None


@dataclass(slots=True)
class Tally:
    """What has been counted in one pass."""

    read: int = 0
    unmapped: int = 0
    records: Counter[str] = field(default_factory=Counter[str])
    types: Counter[str] = field(default_factory=Counter[str])
    first: list[Line] = field(default_factory=list[Line])
    problems: list[tuple[Record, str]] = field(default_factory=list[tuple[Record, str]], repr=False)
    unlisted: int = 0
    bad: set[int] = field(default_factory=set[int])
    lone: set[int] = field(default_factory=set[int])
    """Records that say nothing but that somebody is gone."""
    _gone: dict[int, set[Handle]] = field(default_factory=dict[int, set[Handle]], repr=False)

    @property
    def gone(self) -> set[Handle]:
        """Name those of whom a good record says that the source anonymised or deleted them."""
        return {each for number, several in self._gone.items() if number not in self.bad for each in several}

    def note(self, gone: Gone) -> None:
        """Note that somebody is gone at the source."""
        number = gone.record.number
        self._gone.setdefault(number, set()).add(gone.candidate)
        self.lone.add(number)

    def problem(self, record: Record, message: str) -> None:
        """Note a problem, without its record once there are too many."""
        self.bad.add(record.number)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((record, message))
        else:
            self.unlisted += 1

    def count(self, good: Iterable[tuple[Record, Sequence[Step], Sequence[Sealed]]]) -> None:
        """Count records that nothing is wrong with, and their entries."""
        for record, steps, entries in good:
            self.types.update([entry.topic for entry in entries])
            if len(self.first) < FIRST:
                self._list(record, steps)
            self.lone.discard(record.number)
            if record.number > 0:
                self.records[_fate(steps)] += 1

    def _list(self, record: Record, steps: Iterable[Step]) -> None:
        for draft in [draft for step in steps for draft in step.drafts][: FIRST - len(self.first)]:
            fields = tuple(each for each in draft.body if each not in {"basis", "source"})
            self.first.append(Line(record.place, draft.topic, fields))


def _fate(steps: Sequence[Step]) -> str:
    verdicts = {step.verdict for step in steps}
    if Verdict.BROUGHT in verdicts or any(step.drafts for step in steps):
        return "written"
    if Verdict.GONE in verdicts:
        return "suppressed"
    return "kept" if Verdict.KEPT in verdicts else "unchanged"

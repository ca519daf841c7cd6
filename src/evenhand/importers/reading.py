"""One reading of a file: records, counted, become proposals, gathered by record and then into batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Final

from evenhand.importers.files import File
from evenhand.importers.outcome import Tally
from evenhand.importers.record import Gone, Problem, Proposal, Record

BATCH = 4_000
"""Entries that are appended together; a record is never split, so a batch may be a little larger."""

_TOLD: Final = 500
"""Records between two words about how far it is."""

Group = tuple[Record, list[Proposal]]
Gathered = tuple[list[Group], list[Problem]]


class Reading:
    """Reads a file once. ``first`` are proposals of the mapping itself, ``skipped`` the numbers of refused records."""

    def __init__(
        self,
        file: File,
        tally: Tally,
        *,
        first: Sequence[Proposal] = (),
        skipped: Collection[int] = (),
        progress: Callable[[int], None],
    ) -> None:
        self._file = file
        self._tally = tally
        self._first = first
        self._skipped = skipped
        self._progress = progress
        self._faulty: list[Problem] = []

    def batches(self) -> Iterator[Gathered]:
        """Yield batches of whole records, with what was wrong among them."""
        groups: list[Group] = []
        problems: list[Problem] = []
        count = 0
        for item in self._groups():
            binds = False
            if isinstance(item, Problem):
                problems.append(item)
            else:
                groups.append(item)
                count += len(item[1])
                # What follows may rest on what is bound to a requisition here, so it is planned afterwards.
                binds = any(each.stream.kind == "requisition" for each in item[1])
            if binds or count >= BATCH or len(problems) >= BATCH:
                yield groups, problems
                groups, problems, count = [], [], 0
        if groups or problems:
            yield groups, problems

    def _groups(self) -> Iterator[Group | Problem]:
        """Bring the proposals of each record together."""
        group: Group | None = None
        for item in chain(self._first, self._file.source(self._records())):
            yield from self._faults()
            if isinstance(item, Problem):
                yield item
            elif isinstance(item, Gone):
                self._tally.note(item)
            elif group is not None and group[0] is item.record:
                group[1].append(item)
            else:
                if group is not None:
                    yield group
                group = (item.record, [item])
        if group is not None:
            yield group
        yield from self._faults()

    def _records(self) -> Iterator[Record]:
        for record in self._file.reader.records():
            self._tally.read += 1
            if self._tally.read % _TOLD == 0:
                self._progress(self._tally.read)
            if record.number in self._skipped:
                continue
            if record.faults:
                self._faulty += [Problem(record, each) for each in record.faults]
                continue
            self._tally.unmapped += self._file.unread(record)
            yield record

    def _faults(self) -> Iterator[Problem]:
        faulty, self._faulty = self._faulty, []
        yield from faulty

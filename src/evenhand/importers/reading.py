"""One reading of a file: records, counted, become proposals, gathered by record and then into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from evenhand.importers.files import File
from evenhand.importers.outcome import Tally
from evenhand.importers.record import Problem, Proposal, Record, Turned

BATCH = 4_000
"""Entries that are planned together; a record is never split, so a batch may be a little larger."""

_TOLD: Final = 500
"""Records between two words about how far it is."""

Group = tuple[Record, list[Proposal]]
Gathered = tuple[list[Group], list[Problem]]


class Reading:
    """Reads a file once. ``first`` are proposals of the mapping itself."""

    def __init__(
        self, file: File, tally: Tally, *, first: Sequence[Proposal] = (), progress: Callable[[int], None]
    ) -> None:
        self._file = file
        self._tally = tally
        self._first = first
        self._progress = progress

    def batches(self) -> Iterator[Gathered]:
        """Yield batches of whole records, with what was wrong among them."""
        groups: list[Group] = []
        problems: list[Problem] = []
        count = 0
        for record, turned in self._records():
            # One look at each, for this is done for everything in a large file.
            group: list[Proposal] = []
            binds = False
            for each in turned:
                if isinstance(each, Proposal):
                    group.append(each)
                    # What follows may rest on what is bound to a requisition here, so it is planned afterwards.
                    binds = binds or each.stream.kind == "requisition"
                elif isinstance(each, Problem):
                    problems.append(each)
                else:
                    self._tally.note(each)
            if group:
                groups.append((record, group))
                count += len(group)
            if binds or count >= BATCH or len(problems) >= BATCH:
                yield groups, problems
                groups, problems, count = [], [], 0
        if groups or problems:
            yield groups, problems

    def _records(self) -> Iterator[tuple[Record, Turned]]:
        """Read record by record, each with what it becomes."""
        if self._first:
            yield self._first[0].record, self._first
        turn = self._file.source.begin()
        for record in self._file.reader.records():
            self._tally.read += 1
            if self._tally.read % _TOLD == 0:
                self._progress(self._tally.read)
            if record.faults:
                yield record, [Problem(record, each) for each in record.faults]
            else:
                self._tally.unmapped += self._file.unread(record)
                yield record, turn(record)

"""Bytes, records, proposals, drafts, append: one way in for every source.

The first pass reads the whole file, plans every record and puts the plan before the rules, with nothing written. The
second plans again and appends in whole batches, between ``import.begun`` and ``import.finished``. Killed at any moment,
it has written whole batches, and the same command goes on from there: records are known by what they are called
outside, not by where they stand in a file.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_core import from_json, to_json

from evenhand.clock import Clock, system_clock
from evenhand.errors import InputError, RefusedError, refuse
from evenhand.events.ids import Entropy, derived_id, new_id
from evenhand.events.ledger import ImportBegun, ImportFinished
from evenhand.importers import delimited, lines
from evenhand.importers.canonical import Canonical
from evenhand.importers.checking import examine as judge
from evenhand.importers.encoding import Written, examine
from evenhand.importers.mapped import Mapped
from evenhand.importers.mapping import Mapping_, read_mapping
from evenhand.importers.names import GONE, OPENED, REGISTERED, Naming
from evenhand.importers.planning import Planned, Planner, Step, Verdict
from evenhand.importers.record import Problem, Proposal, Record, Source
from evenhand.importers.scratch import Key, Scratch
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Draft
from evenhand.ledger.ledger import Ledger

BATCH: Final = 1_000
"""Entries that are appended together; a record is never split, so a batch may be a little larger."""
MOST_PROBLEMS: Final = 50
FIRST: Final = 10
"""Entries that a dry run lists."""
_SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}", re.ASCII)
_LINES: Final = frozenset({".jsonl", ".ndjson"})

Progress = Callable[[str, int, int | None], None]
"""Told the pass (``reading`` or ``writing``), how many records are done, and of how many if that is known."""


class Line(NamedTuple):
    """One entry as a dry run lists it: where it comes from, its type, and which fields it will have."""

    place: str
    type: str
    fields: tuple[str, ...]


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
    nothing: int
    """Rows of which the mapping makes nothing, for want of dates."""
    unmapped: int
    """Cells or members with something in them that nothing reads; they are not stored."""
    unmapped_columns: tuple[str, ...]
    entries: int
    types: Mapping[str, int]
    first: tuple[Line, ...]
    rejects: str | None


def run(
    ledger: Ledger,
    path: Path,
    *,
    mapping: Path | None = None,
    system: str | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
    clock: Clock = system_clock,
    entropy: Entropy = os.urandom,
) -> Import:
    """Import a file: CSV with a mapping, or JSON Lines in the canonical form.

    Raises ``InputError`` with every problem of the file, up to a limit, and nothing written. With ``keep_going`` the good
    records are written and the others go into a file of rejects beside it. ``dry_run`` writes nothing at all.
    """
    opened = read_mapping(mapping, ledger.zone) if mapping is not None else None
    named = _system(system, opened)
    file = _opened(path, opened, ledger.zone)
    rejects = path.with_name(f"{path.stem}.rejects{path.suffix}")
    if keep_going and not dry_run and rejects.exists():
        raise InputError(f"{rejects}: is there already, from an import before; mend and import it, or move it away")
    scratch = Scratch(entropy)
    try:
        job = _Job(ledger, file, named, scratch, clock=clock, entropy=entropy, progress=progress or _silent)
        return job.run(rejects if keep_going else None, dry_run=dry_run)
    finally:
        scratch.close()


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    layout: str
    written: Written
    source: Source
    mapped: Mapped | None
    mapping: bytes | None
    reader: delimited.Delimited | lines.Lines

    def unread(self, record: Record) -> int:
        """Count what a record holds that nothing reads."""
        if isinstance(self.reader, delimited.Delimited):
            return delimited.filled(record.value, self.unmapped_columns)
        return len([each for each in Canonical.unread(record.value) if each != lines.REASON])

    unmapped_columns: tuple[str, ...] = ()


def _system(given: str | None, mapping: Mapping_ | None) -> str:
    named = given or (mapping.system if mapping else None)
    if named is None:
        raise InputError(
            "which system do these records come from? name it with --system, or with system in the mapping"
        )
    if not _SYSTEM.fullmatch(named):
        raise InputError("the system is named in lower case, such as greenhouse or hr-sheet")
    return named


def _opened(path: Path, mapping: Mapping_ | None, zone: str) -> _File:
    if mapping is None:
        if path.suffix.lower() not in _LINES:
            raise InputError(
                f"{path}: give a mapping with --map, or a file in the canonical form whose name ends in .jsonl"
            )
        written = examine(path)
        return _File(path, "jsonl", written, Canonical(zone), None, None, lines.Lines(path, written.encoding))
    if path.suffix.lower() in _LINES:
        raise InputError(f"{path}: a mapping is for CSV; JSON Lines are read in the canonical form, without one")
    written = examine(path, mapping.encoding)
    reader = delimited.Delimited(path, written.encoding, mapping.delimiter)
    _check_header(path, reader, mapping)
    mapped = Mapped(mapping)
    unmapped = delimited.unmapped(reader.columns, mapping.columns)
    return _File(path, mapping.layout, written, mapped, mapped, mapping.text, reader, unmapped)


def _check_header(path: Path, reader: delimited.Delimited, mapping: Mapping_) -> None:
    missing = sorted(mapping.columns - set(reader.columns))
    twice = sorted(each for each in mapping.columns if reader.columns.count(each) > 1)
    refuse(
        [f"{path}:1: there is no column {each}, which {mapping.where} reads" for each in missing]
        + [f"{path}:1: there are two columns {each}; give them different names" for each in twice]
    )


@dataclass(slots=True)
class _Tally:
    """What has been counted in one pass."""

    read: int = 0
    unmapped: int = 0
    records: Counter[str] = field(default_factory=Counter[str])
    types: Counter[str] = field(default_factory=Counter[str])
    first: list[Line] = field(default_factory=list[Line])
    problems: list[tuple[Record, str]] = field(default_factory=list[tuple[Record, str]], repr=False)
    unlisted: int = 0
    bad: set[int] = field(default_factory=set[int])

    def step(self, step: Step) -> None:
        """Count the entries of one step."""
        for draft in step.drafts:
            self.types[draft.topic] += 1
            if len(self.first) < FIRST:
                fields = tuple(each for each in draft.body if each not in {"basis", "source"})
                self.first.append(Line(step.proposal.record.place, draft.topic, fields))

    def problem(self, record: Record, message: str) -> None:
        """Note a problem, without its record once there are too many."""
        self.bad.add(record.number)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((record, message))
        else:
            self.unlisted += 1


Group = tuple[Record, list[Proposal]]


class _Job:
    """One import of one file."""

    def __init__(
        self,
        ledger: Ledger,
        file: _File,
        system: str,
        scratch: Scratch,
        *,
        clock: Clock,
        entropy: Entropy,
        progress: Progress,
    ) -> None:
        self._ledger = ledger
        self._file = file
        self._system = system
        self._scratch = scratch
        self._clock = clock
        self._entropy = entropy
        self._progress = progress
        self._key = ledger.vault.import_key()
        self._digest = self._key.mac(b"file" + file.written.digest).hex()
        self._mapping_digest = (
            None if file.mapping is None else self._key.mac(b"mapping" + sha256(file.mapping).digest()).hex()
        )
        self._batch, self._resumed = self._find_batch()
        self._world = World(ledger, self._batch)
        codes = frozenset(code for kind, code in self._world.codes if kind == "requisition")
        self._requisitions = tuple(file.mapped.opened(codes)) if file.mapped else ()

    def run(self, rejects: Path | None, *, dry_run: bool) -> Import:
        """Do both passes, or the first one alone."""
        planner = self._planner(writing=False)
        checked = self._check(planner)
        if checked.bad and (rejects is None or min(checked.bad) < 1):  # below 1: the mapping itself
            self._refuse(checked)
        nothing_new = not checked.types and not self._resumed
        if dry_run:
            return self._result(checked, None, None, dry_run=True)
        if checked.bad and rejects is not None:
            self._write_rejects(checked, rejects)
        shown = str(rejects) if checked.bad and rejects is not None else None
        if nothing_new:
            return self._result(checked, None, shown, dry_run=False)
        written = self._write(checked)
        return self._result(written, self._batch, shown, dry_run=False)

    def _planner(self, *, writing: bool) -> Planner:
        naming = Naming(self._ledger.vault, self._scratch, self._system, self._new_id, writing=writing)
        return Planner(
            self._ledger,
            naming,
            self._world,
            self._scratch,
            system=self._system,
            batch=self._batch,
            writing=writing,
        )

    def _new_id(self) -> str:
        return new_id(int(self._clock().timestamp() * 1000), self._entropy)

    def _find_batch(self) -> tuple[str, bool]:
        """Answer with the id of this import, and whether one of the same file was begun and not finished."""
        with self._ledger.store.reader() as reader:
            ended = reader.of_type(self._ledger.opening.stream, [ImportFinished.TOPIC])
            finished = {from_json(each.body)["batch"] for each in ended}
            number = 1
            while True:
                said = ["import", self._system, self._file.layout, self._digest, self._mapping_digest, number]
                batch = derived_id(self._key.mac(to_json(said)))
                if not reader.by_ids([batch]):
                    return batch, False
                if batch not in finished:
                    return batch, True
                number += 1

    # Reading

    def _groups(self, tally: _Tally, skipped: set[int], total: int | None, name: str) -> Iterator[Group | Problem]:
        """Read the file once: records with their proposals, and what is wrong, in the file's order."""
        faulty: list[Problem] = []

        def records() -> Iterator[Record]:
            for record in self._file.reader.records():
                tally.read += 1
                if tally.read % BATCH == 0:
                    self._progress(name, tally.read, total)
                if record.number in skipped:
                    continue
                if record.faults:
                    faulty.extend(Problem(record, each) for each in record.faults)
                    continue
                tally.unmapped += self._file.unread(record)
                yield record

        group: Group | None = None
        for item in chain(self._requisitions, self._file.source(records())):
            yield from _drained(faulty)
            if isinstance(item, Problem):
                yield item
                continue
            if group is not None and group[0] is item.record:
                group[1].append(item)
                continue
            if group is not None:
                yield group
            group = (item.record, [item])
        if group is not None:
            yield group
        yield from _drained(faulty)

    def _batches(
        self, tally: _Tally, skipped: set[int], total: int | None, name: str
    ) -> Iterator[tuple[list[Group], list[Problem]]]:
        groups: list[Group] = []
        problems: list[Problem] = []
        count = 0
        for item in self._groups(tally, skipped, total, name):
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

    # The first pass

    def _check(self, planner: Planner) -> _Tally:
        tally = _Tally()
        for groups, problems in self._batches(tally, set(), None, "reading"):
            for problem in problems:
                tally.problem(problem.record, problem.message)
            whole = [group for group in groups if group[0].number not in tally.bad]
            if whole:
                self._check_batch(planner, whole, tally)
            self._world.clear()
        self._progress("reading", tally.read, tally.read)
        return tally

    def _check_batch(self, planner: Planner, groups: Sequence[Group], tally: _Tally) -> None:
        planned = planner.plan(groups)
        for record, message in planned.problems:
            tally.problem(record, message)
        defaults = Defaults(self._clock(), self._ledger.zone, self._ledger.actor)
        kept: dict[Key, str] = {}
        for record, steps in _by_record(planned.steps):
            if record.number in tally.bad:
                continue
            problems = judge(steps, self._world, defaults)
            for message in problems:
                tally.problem(record, message)
            if not problems:
                self._count(record, steps, tally)
                kept.update(_kept(steps, planned))
        self._scratch.put(kept)

    def _count(self, record: Record, steps: Sequence[Step], tally: _Tally) -> None:
        for step in steps:
            tally.step(step)
        if record.number > 0:
            tally.records[_fate(steps)] += 1

    def _refuse(self, checked: _Tally) -> None:
        total = checked.read
        suffix = f" (0 of {total:,} {'rows' if self._file.layout == 'csv' else 'records'} written)"
        listed = sorted(checked.problems, key=lambda each: each[0].number)
        problems = [f"{record.place}: {message}{suffix}" for record, message in listed]
        if checked.unlisted:
            problems.append(f"{self._file.path}: {checked.unlisted:,} more problems are not listed; mend these first")
        raise InputError(*problems)

    def _write_rejects(self, checked: _Tally, path: Path) -> None:
        """Write the refused records with their reasons; a second reading, so that they are never all in memory."""
        reasons: dict[int, list[str]] = {}
        for record, message in checked.problems:
            reasons.setdefault(record.number, []).append(message)
        reader = self._file.reader
        made: delimited.Rejects | lines.Rejects
        if isinstance(reader, delimited.Delimited):
            made = delimited.Rejects(path, reader.header, reader.delimiter)
        else:
            made = lines.Rejects(path)
        try:
            for record in reader.records():
                if record.number in checked.bad:
                    made.write(record, tuple(reasons.get(record.number, [_UNLISTED])))
        finally:
            made.close()

    # The second pass

    def _write(self, checked: _Tally) -> _Tally:
        self._begin(checked.read)
        planner = self._planner(writing=True)
        tally = _Tally(bad=checked.bad)
        for groups, _ in self._batches(tally, checked.bad, checked.read, "writing"):
            if groups:
                self._write_batch(planner, groups, tally)
            self._world.clear()
        self._progress("writing", tally.read, checked.read)
        if examine(self._file.path, self._file.written.encoding).digest != self._file.written.digest:
            raise RefusedError(
                f"{self._file.path}: the file changed while it was imported; whole batches of it are in, and the import "
                "counts as unfinished: run it again"
            )
        self._finish(tally)
        return tally

    def _write_batch(self, planner: Planner, groups: Sequence[Group], tally: _Tally) -> None:
        planned = planner.plan(groups)
        if planned.problems:
            record, message = planned.problems[0]
            raise InputError(f"{record.place}: {message}; the batches before it are in, run the import again")
        drafts = [draft for step in planned.steps for draft in step.drafts]
        if drafts:
            self._ledger.append(drafts)
        self._ledger.vault.records_seen([step.seen for step in planned.steps if step.seen is not None])
        self._world.persons |= set(planned.names.persons.values())
        for record, steps in _by_record(planned.steps):
            self._count(record, steps, tally)

    def _begin(self, records: int) -> None:
        if self._resumed:
            return
        body: dict[str, Any] = {
            "system": self._system,
            "layout": self._file.layout,
            "source_digest": self._digest,
            "mapping_digest": self._mapping_digest,
            "records": records,
        }
        self._ledger.append([Draft(ImportBegun.TOPIC, self._ledger.opening.stream, body, self._batch)])

    def _finish(self, tally: _Tally) -> None:
        counts = {
            "read": tally.read,
            "written": tally.records["written"],
            "unchanged": tally.records["unchanged"] + tally.records["kept"],
            "refused": len(tally.bad),
            "unmapped": tally.unmapped,
            "suppressed": tally.records["suppressed"],
        }
        body = {"batch": self._batch, "source_digest": self._digest, "counts": counts}
        ended = derived_id(self._key.mac(to_json(["import.finished", self._batch])))
        self._ledger.append([Draft(ImportFinished.TOPIC, self._ledger.opening.stream, body, ended)])

    def _result(self, tally: _Tally, batch: str | None, rejects: str | None, *, dry_run: bool) -> Import:
        file = self._file
        refused = len(tally.bad)
        counted = sum(tally.records.values())
        return Import(
            file=str(file.path),
            system=self._system,
            layout=file.layout,
            encoding=file.written.encoding,
            batch=batch,
            dry_run=dry_run,
            resumed=self._resumed,
            read=tally.read,
            written=tally.records["written"],
            unchanged=tally.records["unchanged"],
            kept=tally.records["kept"],
            refused=refused,
            suppressed=tally.records["suppressed"],
            nothing=tally.read - counted - refused,
            unmapped=tally.unmapped,
            unmapped_columns=file.unmapped_columns,
            entries=sum(tally.types.values()),
            types=dict(sorted(tally.types.items())),
            first=tuple(tally.first),
            rejects=rejects,
        )


_UNLISTED: Final = "not listed: there were too many problems; import this file again to see"


def _drained(problems: list[Problem]) -> Iterator[Problem]:
    while problems:
        yield problems.pop(0)


def _by_record(steps: Sequence[Step]) -> Iterator[tuple[Record, list[Step]]]:
    """Bring together the steps of each record, in order; who is registered unasked comes with the record that asks."""
    found: dict[int, tuple[Record, list[Step]]] = {}
    for step in steps:
        found.setdefault(step.proposal.record.number, (step.proposal.record, []))[1].append(step)
    yield from found.values()


def _fate(steps: Sequence[Step]) -> str:
    if any(step.drafts for step in steps):
        return "written"
    verdicts = {step.verdict for step in steps}
    if Verdict.GONE in verdicts:
        return "suppressed"
    return "kept" if Verdict.KEPT in verdicts else "unchanged"


def _kept(steps: Sequence[Step], planned: Planned) -> dict[Key, str]:
    """Say what the next batches of the first pass need to know of these."""
    kept: dict[Key, str] = {}
    for step in steps:
        proposal, seen = step.proposal, step.seen
        if seen is not None:
            kept["record", proposal.kind, proposal.reference] = f"{seen.revision} {seen.digest} {seen.entry}"
        if proposal.topic == OPENED:
            if step.verdict is Verdict.GONE:
                kept["candidacy", proposal.stream.name] = GONE
            elif step.drafts:
                candidate = planned.names.candidacies[proposal.stream.name].candidate
                kept["candidacy", proposal.stream.name] = f"{candidate} {step.drafts[0].body['requisition']}"
        elif proposal.topic == REGISTERED and step.drafts:
            kept["candidate", step.drafts[0].stream] = "open"
    return kept


def _silent(_name: str, _done: int, _total: int | None) -> None:
    return None

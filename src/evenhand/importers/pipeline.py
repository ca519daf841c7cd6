"""Bytes, records, proposals, drafts, append: one way in for every source.

The first pass reads the whole file, plans every record and puts the plan before the rules, with nothing written. The
second plans again and appends in whole batches, between ``import.begun`` and ``import.finished``. Killed at any moment,
it has written whole batches, and the same command goes on from there: records are known by what they are called
outside, not by where they stand in a file.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json, to_json

from evenhand.clock import Clock, system_clock
from evenhand.errors import InputError
from evenhand.events.ids import Entropy, derived_id, new_id
from evenhand.events.ledger import ImportBegun, ImportFinished
from evenhand.importers.checking import examine as judge
from evenhand.importers.compiling import read_mapping
from evenhand.importers.erasing import Erased, erase, standing
from evenhand.importers.files import File, open_file
from evenhand.importers.greenhouse_settings import GreenhouseMapping
from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.names import GONE, OPENED, REGISTERED, Naming
from evenhand.importers.outcome import Import, Tally
from evenhand.importers.planning import Planned, Planner, Step, Verdict
from evenhand.importers.reading import Group, Reading
from evenhand.importers.record import Record
from evenhand.importers.scratch import Key, Scratch
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Draft
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence

_SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}", re.ASCII)

_OBJECTS: Final = 200_000

Progress = Callable[[str, int, int | None], None]
"""Told the pass (``reading`` or ``writing``), how many records are done, and of how many if that is known."""


def run(
    ledger: Ledger,
    path: Path,
    *,
    mapping: Path | None = None,
    system: str | None = None,
    secret: bytes | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    erase_anonymised: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], str] = str,
    clock: Clock = system_clock,
    entropy: Entropy = os.urandom,
) -> Import:
    """Import a file: CSV with a mapping, or JSON Lines in the canonical form.

    Raises ``InputError`` with every problem of the file, up to a limit, and nothing written. With ``keep_going`` the
    good records are written and the others go into a file of rejects beside it. ``dry_run`` writes nothing at all.
    ``secret`` is what recorded webhook requests are signed with. ``erase_anonymised`` erases, after everything else,
    the people whom the source says it anonymised or deleted; without it they are counted. ``say`` puts the reasons in
    a file of rejects into the reader's language.
    """
    compiled = read_mapping(mapping, ledger.zone) if mapping is not None else None
    named = _system(system, compiled)
    file = open_file(path, compiled, ledger.zone, secret)
    if keep_going and not dry_run and file.rejects.exists():
        raise InputError(
            Sentence(
                "{rejects}: is there already, from an import before; mend and import it, or move it away",
                rejects=file.rejects,
            )
        )
    with closing(Scratch(entropy)) as scratch, _seldom_collected():
        told = progress or _silent
        job = _Job(ledger, file, named, scratch, clock=clock, entropy=entropy, progress=told, say=say)
        return job.run(dry_run=dry_run, keep_going=keep_going, erasing=erase_anonymised)


@contextmanager
def _seldom_collected() -> Generator[None]:
    """Let the collector of cycles run seldom: records make many objects and no cycles; it took a sixth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _system(given: str | None, mapping: ColumnMapping | GreenhouseMapping | None) -> str:
    named = given or (mapping.system if mapping else None)
    if named is None:
        raise InputError(
            Sentence("which system do these records come from? name it with --system, or with system in the mapping")
        )
    if not _SYSTEM.fullmatch(named):
        raise InputError(Sentence("the system is named in lower case, such as greenhouse or hr-sheet"))
    return named


class _Job:
    """One import of one file."""

    def __init__(
        self,
        ledger: Ledger,
        file: File,
        system: str,
        scratch: Scratch,
        *,
        clock: Clock,
        entropy: Entropy,
        progress: Progress,
        say: Callable[[str], str],
    ) -> None:
        self._ledger = ledger
        self._file = file
        self._system = system
        self._scratch = scratch
        self._clock = clock
        self._entropy = entropy
        self._progress = progress
        self._say = say
        self._key = ledger.vault.import_key()
        self._digest = self._key.mac(b"file" + file.digest).hex()
        self._mapping_digest = (
            None if file.mapping is None else self._key.mac(b"mapping" + sha256(file.mapping).digest()).hex()
        )
        self._batch, self._resumed = self._find_batch()
        self._world = World(ledger, self._batch)
        codes = frozenset(code for kind, code in self._world.codes if kind == "requisition")
        self._requisitions = tuple(file.mapped.opened(codes)) if file.mapped else ()

    def run(self, *, dry_run: bool, keep_going: bool, erasing: bool) -> Import:
        """Do both passes, or the first one alone; and last, if that is asked for, erase who is gone at the source."""
        checked = self._check()
        if checked.bad and (not keep_going or min(checked.bad) < 1):  # the mapping itself, or what cannot be read on
            self._refuse(checked)
        if dry_run:
            found = standing(self._ledger, self._system, checked.gone, self._scratch)
            return self._result(checked, Erased(len(found)), dry_run=True)
        if checked.bad:
            reasons: dict[int, list[str]] = {}
            for record, message in checked.problems:
                reasons.setdefault(record.number, []).append(message)
            self._file.reject(checked.bad, reasons, self._say)
        writing = bool(checked.types) or self._resumed
        done = self._write(checked) if writing else checked
        people = standing(self._ledger, self._system, done.gone)
        gone = erase(self._ledger, people) if erasing else Erased(len(people))
        return self._result(done, gone, batch=self._batch if writing else None)

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

    def _planner(self, *, writing: bool) -> Planner:
        def new() -> str:
            return new_id(int(self._clock().timestamp() * 1000), self._entropy)

        naming = Naming(self._ledger.vault, self._scratch, self._system, new, writing=writing)
        return Planner(
            self._ledger,
            naming,
            self._world,
            self._scratch,
            system=self._system,
            batch=self._batch,
            writing=writing,
        )

    # The first pass

    def _check(self) -> Tally:
        tally, planner, expected = Tally(), self._planner(writing=False), self._file.expected
        reading = Reading(
            self._file, tally, first=self._requisitions, progress=lambda done: self._progress("reading", done, expected)
        )
        for groups, problems in reading.batches():
            for problem in problems:
                tally.problem(problem.record, problem.message)
            whole = [group for group in groups if group[0].number not in tally.bad]
            if whole:
                self._check_batch(planner, whole, tally)
            self._world.clear()
        self._progress("reading", tally.read, tally.read)
        return tally

    def _check_batch(self, planner: Planner, groups: Sequence[Group], tally: Tally) -> None:
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
                tally.record(record, steps)
                kept.update(_kept(steps, planned))
        self._scratch.put(kept)

    def _refuse(self, checked: Tally) -> None:
        listed = sorted(checked.problems, key=lambda each: each[0].number)
        if self._file.mapped:
            problems = [
                Sentence(
                    "{place}: {message} (0 of {read:,} rows written)",
                    place=record.place,
                    message=message,
                    read=checked.read,
                )
                for record, message in listed
            ]
        else:
            problems = [
                Sentence(
                    "{place}: {message} (0 of {read:,} records written)",
                    place=record.place,
                    message=message,
                    read=checked.read,
                )
                for record, message in listed
            ]
        if checked.unlisted:
            problems.append(
                Sentence(
                    "{path}: {unlisted:,} more problems are not listed; mend these first",
                    path=self._file.path,
                    unlisted=checked.unlisted,
                )
            )
        raise InputError(*problems)

    # The second pass

    def _write(self, checked: Tally) -> Tally:
        if not self._resumed:
            self._begin(checked.read)
        tally, planner = Tally(bad=checked.bad), self._planner(writing=True)
        reading = Reading(
            self._file,
            tally,
            first=self._requisitions,
            skipped=checked.bad,
            progress=lambda done: self._progress("writing", done, checked.read),
        )
        for groups, _ in reading.batches():
            if groups:
                self._write_batch(planner, groups, tally)
            self._world.clear()
        self._progress("writing", tally.read, checked.read)
        self._file.must_be_unchanged()
        self._finish(tally)
        return tally

    def _write_batch(self, planner: Planner, groups: Sequence[Group], tally: Tally) -> None:
        """Append one batch; keys and outside ids are in the vault before it, what was seen is noted after it."""
        planned = planner.plan(groups)
        if planned.problems:
            record, message = planned.problems[0]
            raise InputError(
                Sentence(
                    "{place}: {message}; the batches before it are in: run the import again",
                    place=record.place,
                    message=message,
                )
            )
        drafts = [draft for step in planned.steps for draft in step.drafts]
        if drafts:
            self._ledger.append(drafts)
        self._ledger.vault.records_seen([step.seen for step in planned.steps if step.seen is not None])
        self._world.persons |= set(planned.names.persons.values())
        for record, steps in _by_record(planned.steps):
            tally.record(record, steps)

    def _begin(self, records: int) -> None:
        body: dict[str, Any] = {
            "system": self._system,
            "layout": self._file.layout,
            "source_digest": self._digest,
            "mapping_digest": self._mapping_digest,
            "records": records,
        }
        self._ledger.append([Draft(ImportBegun.TOPIC, self._ledger.opening.stream, body, self._batch)])

    def _finish(self, tally: Tally) -> None:
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

    def _result(self, tally: Tally, gone: Erased, *, batch: str | None = None, dry_run: bool = False) -> Import:
        file = self._file
        refused = len(tally.bad)
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
            gone=gone.standing,
            erased=gone.erased,
            held=gone.held,
            nothing=tally.read - tally.records.total() - len(tally.lone - tally.bad) - refused,
            unmapped=tally.unmapped,
            unmapped_columns=file.unmapped_columns,
            absent_columns=file.absent(),
            unjoined=file.unjoined(),
            entries=tally.types.total(),
            types=dict(sorted(tally.types.items())),
            first=tuple(tally.first),
            rejects=str(file.rejects) if tally.bad and not dry_run else None,
        )


def _by_record(steps: Sequence[Step]) -> Iterator[tuple[Record, list[Step]]]:
    """Bring together the steps of each record, in order."""
    found: dict[int, tuple[Record, list[Step]]] = {}
    for step in steps:
        found.setdefault(step.proposal.record.number, (step.proposal.record, []))[1].append(step)
    yield from found.values()


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

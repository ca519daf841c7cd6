"""Bytes, records, proposals, drafts, append: one way in for every source.

The first pass reads the whole file, plans every record, makes its entries and puts them before the rules, with nothing
written but a file without a name. The second appends those very entries in whole batches, between ``import.begun`` and
``import.finished``. Killed at any moment, it has written whole batches, and the same command goes on from there:
records are known by what they are called outside, not by where they stand in a file.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json, to_json

from evenhand.clock import Clock, system_clock
from evenhand.errors import ErasedError, InputError, RefusedError
from evenhand.events.entry import Entry
from evenhand.events.ids import Entropy, derived_id, new_id
from evenhand.events.ledger import ImportBegun, ImportFinished
from evenhand.importers.compiling import read_mapping
from evenhand.importers.erasing import Erased, erase, standing
from evenhand.importers.files import File, open_file
from evenhand.importers.first_pass import Each, FirstPass
from evenhand.importers.greenhouse_settings import GreenhouseMapping
from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.names import Naming
from evenhand.importers.outcome import Import, Tally
from evenhand.importers.planning import Planner
from evenhand.importers.reading import Reading
from evenhand.importers.scratch import Scratch
from evenhand.importers.spool import Batch, Spool
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Draft
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence

_SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}", re.ASCII)

TOGETHER = 16_000
"""Entries in one transaction, at least: marks are scattered over an index, and a commit writes each page it touched."""

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
    each: Each | None = None,
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
    with ExitStack() as stack:
        scratch = stack.enter_context(closing(Scratch(entropy)))
        spool = None if dry_run else stack.enter_context(closing(Spool(ledger.folder)))
        stack.enter_context(_seldom_collected())
        told = progress or _silent
        job = _Job(
            ledger,
            file,
            named,
            scratch,
            spool,
            keep_going=keep_going,
            clock=clock,
            entropy=entropy,
            progress=told,
            each=each,
            say=say,
        )
        return job.run(erasing=erase_anonymised)


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
        spool: Spool | None,
        *,
        keep_going: bool,
        clock: Clock,
        entropy: Entropy,
        progress: Progress,
        each: Each | None,
        say: Callable[[str], str],
    ) -> None:
        self._ledger = ledger
        self._file = file
        self._system = system
        self._scratch = scratch
        self._spool = spool
        self._keep_going = keep_going
        self._clock = clock
        self._entropy = entropy
        self._progress = progress
        self._key = ledger.vault.import_key()
        self._digest = self._key.mac(b"file" + file.digest).hex()
        self._mapping_digest = (
            None if file.mapping is None else self._key.mac(b"mapping" + sha256(file.mapping).digest()).hex()
        )
        self._judged_at = ledger.head().position
        self._batch, self._resumed, self._cut_short = self._find_batch()
        self._rejects = self._place_of_rejects()
        world = World(ledger, self._batch)
        codes = frozenset(code for kind, code in world.codes if kind == "requisition")
        self._requisitions = tuple(file.mapped.opened(codes)) if file.mapped else ()
        self._first_pass = FirstPass(
            ledger,
            self._planner(world),
            world,
            scratch,
            spool,
            system=system,
            keep_going=keep_going,
            defaults=lambda: Defaults(clock(), ledger.zone, ledger.actor),
            each=each,
            say=say,
        )

    def run(self, *, erasing: bool) -> Import:
        """Do both passes, or the first one alone; and last, if that is asked for, erase who is gone at the source."""
        checked = self._check()
        if checked.bad and (not self._keep_going or min(checked.bad) < 1):  # the mapping itself, or what ends the file
            self._refuse(checked)
        if self._spool is None:
            found = standing(self._ledger, self._system, checked.gone, self._scratch)
            return self._result(checked, Erased(len(found)), dry_run=True)
        self._file.must_be_unchanged()
        if checked.bad:
            self._file.reject(self._rejects, checked.bad, self._first_pass.reasons)
        writing = bool(checked.types) or self._resumed
        if writing:
            self._write(checked, self._spool)
        people = standing(self._ledger, self._system, checked.gone)
        gone = erase(self._ledger, people) if erasing else Erased(len(people))
        return self._result(checked, gone, batch=self._batch if writing else None)

    def _place_of_rejects(self) -> Path:
        """Answer with where refused records go; beside a file of rejects only if this very import left it behind."""
        usual = self._file.rejects
        if not self._keep_going or self._spool is None or not usual.exists():
            return usual
        if not self._resumed:
            raise InputError(
                Sentence(
                    "{rejects}: is there already, from an import before; mend and import it, or move it away",
                    rejects=usual,
                )
            )
        places = (usual.with_name(f"{usual.stem}-{number}{usual.suffix}") for number in count(2))
        return next(each for each in places if not each.exists())

    def _find_batch(self) -> tuple[str, bool, bool]:
        """Answer with this import's id, whether it was begun and not finished, and whether any was."""
        with self._ledger.store.reader() as reader:
            begun = reader.of_type(self._ledger.opening.stream, [ImportBegun.TOPIC])
            ended = reader.of_type(self._ledger.opening.stream, [ImportFinished.TOPIC])
            finished = {from_json(each.body)["batch"] for each in ended}
            cut_short = any(each.id not in finished for each in begun)
            number = 1
            while True:
                said = ["import", self._system, self._file.layout, self._digest, self._mapping_digest, number]
                batch = derived_id(self._key.mac(to_json(said)))
                if not reader.by_ids([batch]):
                    return batch, False, cut_short
                if batch not in finished:
                    return batch, True, cut_short
                number += 1

    # The first pass

    def _check(self) -> Tally:
        tally, expected = Tally(), self._file.expected
        reading = Reading(
            self._file, tally, first=self._requisitions, progress=lambda done: self._progress("reading", done, expected)
        )
        self._first_pass.check(reading, tally)
        self._progress("reading", tally.read, tally.read)
        return tally

    def _planner(self, world: World) -> Planner:
        def new() -> str:
            return new_id(int(self._clock().timestamp() * 1000), self._entropy)

        naming = Naming(self._ledger.vault, self._scratch, self._system, new)
        return Planner(
            self._ledger,
            naming,
            world,
            self._scratch,
            system=self._system,
            batch=self._batch,
            cut_short=self._cut_short,
        )

    def _refuse(self, checked: Tally) -> None:
        in_order = sorted(checked.problems, key=lambda each: each[0].number)
        written = (
            Sentence("0 of {read:,} rows written", read=checked.read)
            if self._file.mapped
            else Sentence("0 of {read:,} records written", read=checked.read)
        )
        problems = [
            Sentence("{place}: {message} ({written})", place=record.place, message=message, written=written)
            for record, message in in_order
        ]
        if checked.unlisted:
            problems.append(
                Sentence(
                    "{path}: {unlisted:,} more problems are not listed; mend these first",
                    path=self._file.path,
                    unlisted=checked.unlisted,
                )
            )
        if absent := self._file.absent():
            problems.append(
                Sentence(
                    "{path}: read by the mapping, and in no record: {columns}",
                    path=self._file.path,
                    columns=", ".join(absent),
                )
            )
        raise InputError(*problems)

    # The second pass

    def _write(self, checked: Tally, spool: Spool) -> None:
        if not self._resumed:
            self._begin(checked.read)
        for batch in spool.batches(TOGETHER):
            try:
                self._write_batch(batch)
            except (InputError, RefusedError, ErasedError) as error:
                # The file was right: somebody else has written meanwhile.
                raise type(error)(*(_cut_short(self._file.path, each) for each in error.problems)) from None
            self._progress("writing", batch.done, checked.read)
        self._progress("writing", checked.read, checked.read)
        self._finish(checked)

    def _write_batch(self, batch: Batch) -> None:
        """Append one batch; keys and outside ids are in the vault before it, what was seen is noted after it."""
        vault = self._ledger.vault
        if batch.subjects or batch.ids:
            vault.admit({each: self._scratch.secret(each) for each in batch.subjects}, batch.ids)
        self._noted(self._ledger.append_sealed(batch.entries, judged_at=self._judged_at))
        vault.records_seen(batch.seen)

    def _begin(self, records: int) -> None:
        body: dict[str, Any] = {
            "system": self._system,
            "layout": self._file.layout,
            "source_digest": self._digest,
            "mapping_digest": self._mapping_digest,
            "records": records,
        }
        self._noted(self._ledger.append([Draft(ImportBegun.TOPIC, self._ledger.opening.stream, body, self._batch)]))

    def _noted(self, entries: Sequence[Entry]) -> None:
        """Count what this run itself appends as looked at, unless others have appended before it."""
        if entries and entries[0].position == self._judged_at + 1:
            self._judged_at = entries[-1].position

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
            rejects=str(self._rejects) if tally.bad and not dry_run else None,
        )


def _cut_short(path: Path, problem: str) -> Sentence:
    return Sentence(
        "{path}: {problem}; the batches before it are in, and the import counts as unfinished: run it again",
        path=path,
        problem=problem,
    )


def _silent(_name: str, _done: int, _total: int | None) -> None:
    return None

"""The first pass: read the whole file, plan it batch by batch, make its entries, and write nothing to the ledger.

What turns out wrong in a batch is left out, and the rest is planned and judged anew, for it may have rested on that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydantic_core import from_json, to_json

from evenhand.importers.checking import examine
from evenhand.importers.keeping import by_record, naming_of, new_subjects, outside_ids, said
from evenhand.importers.outcome import Listed, Tally, listed
from evenhand.importers.planning import NAMED_ONLY, Fault, Planned, Planner, Step
from evenhand.importers.reading import Group, Reading
from evenhand.importers.record import PERSON, Record
from evenhand.importers.scratch import Scratch
from evenhand.importers.sealing import Sealer
from evenhand.importers.spool import Batch, Spool
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Sealed
from evenhand.ledger.ledger import Ledger

Each = Callable[[Listed], None]
"""Told of every entry that is to be written, in order, while the file is checked."""


class _Good(NamedTuple):
    """A record that nothing is wrong with, and what it becomes."""

    record: Record
    steps: list[Step]
    entries: list[Sealed]


class FirstPass:
    """One reading of one file; what it becomes goes into ``spool``, if there is one."""

    def __init__(
        self,
        ledger: Ledger,
        planner: Planner,
        world: World,
        scratch: Scratch,
        spool: Spool | None,
        *,
        system: str,
        keep_going: bool,
        defaults: Callable[[], Defaults],
        each: Each | None,
        say: Callable[[str], str],
    ) -> None:
        self._vault = ledger.vault
        self._planner = planner
        self._sealer = Sealer(ledger, scratch)
        self._world = world
        self._scratch = scratch
        self._spool = spool
        self._system = system
        self._keep_going = keep_going
        self._defaults = defaults
        self._each = each
        self._say = say
        self._wrong: dict[str, list[str]] = {}

    def check(self, reading: Reading, tally: Tally) -> None:
        """Judge all records, and count in ``tally`` what becomes of them and what is wrong."""
        for groups, problems in reading.batches():
            for problem in problems:
                self._problem(tally, problem.record, problem.message)
            whole = [group for group in groups if group[0].number not in tally.bad]
            if whole:
                self._check_batch(whole, tally)
            self._world.clear()
            if self._wrong:
                self._scratch.put({("reasons", number): to_json(each).decode() for number, each in self._wrong.items()})
                self._wrong.clear()

    def reasons(self, record: Record) -> tuple[str, ...]:
        """Answer with what was wrong with a record, in the reader's language."""
        return tuple(from_json(next(iter(self._scratch.get([("reasons", str(record.number))]).values()))))

    def _problem(self, tally: Tally, record: Record, message: str) -> None:
        tally.problem(record, message)
        if self._keep_going:
            self._wrong.setdefault(str(record.number), []).append(self._say(message))

    def _check_batch(self, groups: Sequence[Group], tally: Tally) -> None:
        while True:
            self._world.begin()
            planned = self._planner.plan(groups)
            good, faults = self._judge(planned)
            if self._keep_going:  # of those that rest on others no more than must be
                least = min((each.rank for each in faults), default=0)
                faults = [each for each in faults if each.rank == least]
            for each in faults:
                self._problem(tally, each.record, each.message)
            if not faults or not self._keep_going:
                break
            self._world.undo()
            groups = [each for each in groups if each[0].number not in tally.bad]
        tally.count(good)
        if self._each is not None:
            for record, _, entries in good:
                for entry in entries:
                    self._each(listed(record, entry))
        self._keep(good, planned, tally)

    def _judge(self, planned: Planned) -> tuple[list[_Good], list[Fault]]:
        """Make the entries of a batch, record by record."""
        faults = planned.faults
        faulty = {each.record.number for each in faults}
        defaults = self._defaults()
        good: list[_Good] = []
        steps_of = by_record(planned.steps)
        registering = steps_of.pop(NAMED_ONLY.number, (NAMED_ONLY, list[Step]()))[1]
        for record, steps in steps_of.values():
            if record.number in faulty:
                continue
            entries, found = examine(steps, self._world, self._sealer, defaults)
            faults += found
            if not found:
                good.append(_Good(record, steps, entries))
        registering = naming_of(registering, [step for each in good for step in each.steps])
        entries, _ = examine(registering, self._world, self._sealer, defaults)
        return [_Good(NAMED_ONLY, registering, entries), *good], faults

    def _keep(self, good: Sequence[_Good], planned: Planned, tally: Tally) -> None:
        """Keep what a batch becomes for the second pass, and what the next batches need to know of it."""
        steps = [step for each in good for step in each.steps]
        told = said(steps, planned.known)
        self._world.persons |= {person for name, person in told.items() if name[0] == PERSON}
        self._scratch.put(told)
        if self._spool is not None and (self._keep_going or not tally.bad):
            names = planned.known.names
            self._spool.put(
                Batch(
                    tally.read,
                    new_subjects(steps, names.fresh, self._sealer.drawn),
                    self._vault.marked(outside_ids(steps, names, self._system), names.keys),
                    [entry for each in good for entry in each.entries],
                    self._vault.marked_records(step.seen for step in steps if step.seen is not None),
                )
            )

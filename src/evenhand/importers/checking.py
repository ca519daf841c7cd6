"""The first pass's judgement: everything an append would refuse, found with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from evenhand.errors import InputError
from evenhand.importers.planning import Fault, Step
from evenhand.importers.record import Proposal
from evenhand.importers.sealing import Sealer
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Sealed
from evenhand.rules.check import check
from evenhand.rules.context import Violation
from evenhand.sentence import Sentence

_RESTS_ON: Final = frozenset({"stream-stands", "references-stand"})
"""Rules that a record may break only because one before it was refused."""


def examine(
    steps: Iterable[Step], world: World, sealer: Sealer, defaults: Defaults
) -> tuple[list[Sealed], list[Fault]]:
    """Make the entries of one record, and say what is wrong with them; if nothing is, the world takes them in."""
    made: list[Sealed] = []
    faults: list[Fault] = []
    opened: list[str] = []
    for step in steps:
        if step.subject is None:
            continue  # nothing is made of it
        for draft in step.drafts:
            try:
                proposed, sealed = sealer.entry(draft, step.subject, defaults)
            except InputError as error:
                record = step.proposal.record
                faults += [Fault(record, _by_column(each, step.proposal), 0) for each in error.problems]
                continue
            if found := check(world.context, proposed):
                faults += [_fault(step, draft.topic, each) for each in found]
            elif world.apply(proposed):
                opened.append(proposed.stream)
            made.append(sealed)
    if faults:
        world.forget(opened)
        return [], faults
    return made, faults


def _fault(step: Step, topic: str, found: Violation) -> Fault:
    said = Sentence("{topic}: {message}", topic=topic, message=found.message)
    return Fault(step.proposal.record, said, 2 if found.refusal in _RESTS_ON else 1)


def _by_column(problem: str, proposal: Proposal) -> str:
    """Add which column a field came from."""
    fields: Mapping[str, object] = problem.fields if isinstance(problem, Sentence) else {}
    column = proposal.columns.get(str(fields.get("field", "")).partition(".")[0])
    if column is None:
        return problem
    return Sentence("{where}: {field} (column {column}): {reason}", column=column, **fields)

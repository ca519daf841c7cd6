"""The first pass's judgement: everything an append would refuse, found with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evenhand.errors import InputError
from evenhand.importers.planning import Step
from evenhand.importers.record import Proposal
from evenhand.importers.sealing import Sealer
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Sealed
from evenhand.rules.check import check
from evenhand.sentence import Sentence


def examine(steps: Iterable[Step], world: World, sealer: Sealer, defaults: Defaults) -> tuple[list[Sealed], list[str]]:
    """Make the entries of one record, and say what is wrong with them; if nothing is, the world takes them in."""
    made: list[Sealed] = []
    problems: list[str] = []
    opened: list[str] = []
    for step in steps:
        if step.subject is None:
            continue  # nothing is made of it
        for draft in step.drafts:
            try:
                proposed, sealed = sealer.entry(draft, step.subject, defaults)
            except InputError as error:
                problems += [_by_column(each, step.proposal) for each in error.problems]
                continue
            found = [
                Sentence("{topic}: {message}", topic=draft.topic, message=each.message)
                for each in check(world.context, proposed)
            ]
            problems += found
            if not found and world.apply(proposed):
                opened.append(proposed.stream)
            made.append(sealed)
    if problems:
        world.forget(opened)
        return [], problems
    return made, problems


def _by_column(problem: str, proposal: Proposal) -> str:
    """Add which column a field came from."""
    fields: Mapping[str, object] = problem.fields if isinstance(problem, Sentence) else {}
    column = proposal.columns.get(str(fields.get("field", "")).partition(".")[0])
    if column is None:
        return problem
    return Sentence("{where}: {field} (column {column}): {reason}", column=column, **fields)

"""What is kept of a planned batch: for the batches after it, for the vault, and of the persons whom it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from evenhand.importers.known import Found, Known, as_kept
from evenhand.importers.names import GONE, OPENED, PERSON_REGISTERED, REGISTERED, Names
from evenhand.importers.planning import Step, Verdict, says_once
from evenhand.importers.record import PERSON, Record
from evenhand.importers.scratch import Key
from evenhand.vault import OutsideId


def by_record(steps: Iterable[Step]) -> dict[int, tuple[Record, list[Step]]]:
    """Bring together the steps of each record, by its number, in order."""
    found: dict[int, tuple[Record, list[Step]]] = {}
    for step in steps:
        found.setdefault(step.proposal.record.number, (step.proposal.record, []))[1].append(step)
    return found


def naming_of(registering: Iterable[Step], steps: Iterable[Step]) -> list[Step]:
    """Of the persons whom a batch names and nobody has registered, keep those named in what is written."""
    named = {each.name for step in steps if step.drafts for each in step.proposal.named if each.kind == PERSON}
    return [step for step in registering if step.proposal.reference in named]


def said(steps: Iterable[Step], known: Known) -> dict[Key, str]:
    """Say what the next batches need to know of these: records as they are now, and who is who."""
    kept: dict[Key, str] = {}
    records: dict[str, dict[str, Found]] = {}
    names = known.names
    for step in steps:
        proposal, seen = step.proposal, step.seen
        if seen is not None:
            of_name = records.get(seen.reference)
            if of_name is None:
                of_name = records[seen.reference] = known.before.get(seen.reference, {})
            of_name[seen.kind] = Found(seen.revision, seen.digest, seen.entry)
        if proposal.topic == OPENED and step.verdict is Verdict.GONE:
            kept["candidacy", proposal.stream.name] = GONE
        elif not step.drafts:
            continue
        elif proposal.topic == OPENED:
            candidate = names.candidacies[proposal.stream.name].candidate
            kept["candidacy", proposal.stream.name] = f"{candidate} {step.drafts[0].body['requisition']}"
        elif proposal.topic == REGISTERED:
            kept["candidate", proposal.stream.name] = step.drafts[0].stream
        elif proposal.topic == PERSON_REGISTERED:
            kept[PERSON, proposal.reference] = names.persons[proposal.reference]
    kept.update({("record", reference): as_kept(each) for reference, each in records.items()})
    return kept


def outside_ids(steps: Iterable[Step], names: Names, system: str) -> Iterator[OutsideId]:
    """Name those whom these steps register, and the candidacies they open, as the outside calls them."""
    for step in steps:
        proposal, name = step.proposal, step.proposal.stream.name
        if not step.drafts:
            continue
        if proposal.topic == REGISTERED:
            yield OutsideId(system, "candidate", name, names.candidates[name])
        elif proposal.topic == OPENED:
            yield OutsideId(system, "candidacy", name, names.candidacies[name].candidate)
        elif proposal.topic == PERSON_REGISTERED:
            yield OutsideId(system, PERSON, proposal.reference, names.persons[proposal.reference])


def new_subjects(steps: Sequence[Step], fresh: Collection[str], drawn: Collection[str]) -> list[str]:
    """Name those whose keys these steps bring: people whom they register, and streams of nobody that they open."""
    found: list[str] = []
    for step in steps:
        if step.drafts and step.subject is not None and step.proposal.topic != OPENED and says_once(step.proposal):
            own, stream = step.subject.id, step.drafts[0].stream
            if own in fresh if own is not None else stream in drawn:
                found.append(own or stream)
    return found

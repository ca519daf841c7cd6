"""What becomes of each proposal: new, known already, changed, or of somebody who may not come back.

Planning writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from evenhand.errors import InputError
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.importers.changes import Change, Part, change, corrected, differing
from evenhand.importers.filling import AbsentError, Filler, Item
from evenhand.importers.known import PEOPLES, Found, Known, Lookup, Subject
from evenhand.importers.names import OPENED, PERSON_REGISTERED, Names, Naming
from evenhand.importers.record import LEDGER, PERSON, EntryHandle, Handle, How, Proposal, Record
from evenhand.importers.scratch import Scratch
from evenhand.importers.shape import shape_of
from evenhand.importers.world import World
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence
from evenhand.vault import SeenRecord

NAMED_ONLY: Final = Record(-1, "(persons named)", {})
"""Stands for the record of a person whom other records name."""
Groups = Sequence[tuple[Record, Sequence[Proposal]]]
_PURPOSE: Final = "import: compare records that changed"


class Verdict(StrEnum):
    """What becomes of a proposal."""

    NEW = "new"
    KNOWN = "unchanged"
    BROUGHT = "written by this import before it was cut short"
    CHANGED = "changed"
    KEPT = "changed, and not taken over"  # what opens a stream, or registers a person, cannot be said again
    GONE = "of somebody erased"


class Step(NamedTuple):
    """One proposal with its verdict, the drafts it becomes under whose key, and what the vault is to remember of it."""

    proposal: Proposal
    verdict: Verdict
    drafts: tuple[Draft, ...] = ()
    seen: SeenRecord | None = None
    subject: Subject | None = None


class Fault(NamedTuple):
    """Why a record is refused. ``rank`` is 2 where it rests on what is not there, which may be another's fault."""

    record: Record
    message: str
    rank: int


@dataclass(slots=True)
class Planned:
    """What a batch becomes; records with faults become nothing."""

    known: Known = field(repr=False)
    steps: list[Step] = field(default_factory=list[Step], repr=False)
    faults: list[Fault] = field(default_factory=list[Fault], repr=False)


class Planner:
    """Plans batch after batch of one run; ``scratch`` holds what earlier batches said."""

    def __init__(
        self,
        ledger: Ledger,
        naming: Naming,
        world: World,
        scratch: Scratch,
        *,
        system: str,
        batch: str,
        cut_short: bool,
    ) -> None:
        """``cut_short``: an import stands unfinished, so the ledger may hold what the vault has not noted."""
        self._ledger = ledger
        self._naming = naming
        self._world = world
        self._system = system
        self._lookup = Lookup(ledger, naming, world, scratch, system=system, cut_short=cut_short)
        self._own = f'"batch":"{batch}"'
        self._import_key = ledger.vault.import_key()
        self._filler = Filler(naming, world, self._import_key, ledger=ledger.opening.stream, system=system, batch=batch)

    def plan(self, groups: Groups) -> Planned:
        """Plan one batch of whole records."""
        proposals = [each for _, group in groups for each in group]
        handles = _handles(proposals)
        owners = self._lookup.owners(handles)
        names = self._naming.of(proposals, handles, owners, self._world.persons)
        proposals = [*map(_registering, names.met.values()), *proposals]
        known = Known(names, {record.number: group for record, group in groups})
        subjects = self._subjects(proposals, names, owners)
        self._lookup.records(known, proposals, subjects)
        self._lookup.streams(handles, names)
        planned = Planned(known)
        for proposal, subject in zip(proposals, subjects, strict=True):
            if names.gone and (_is_gone(proposal, names) or _needs_somebody_gone(proposal, names)):
                planned.steps.append(Step(proposal, Verdict.GONE))
            elif subject is None:
                planned.faults.append(Fault(proposal.record, _not_there(proposal), 2))
            else:
                try:
                    planned.steps.append(self._step(Item(proposal, subject, subject.digest(proposal)), known))
                except InputError as error:
                    rank = 2 if isinstance(error, AbsentError) else 1
                    planned.faults += [Fault(proposal.record, each, rank) for each in error.problems]
        return planned

    def _subjects(self, proposals: Sequence[Proposal], names: Names, owners: Mapping[str, str]) -> list[Subject | None]:
        """Answer with whose each record is; none for somebody who is not here or was erased."""

        def of(person: str | None) -> Subject | None:
            key = names.keys.get(person or "")
            return None if key is None else Subject(person, key)

        nobody = Subject(None, self._import_key)
        about = {
            stream: of(_person(stream, names, owners)) if stream.kind in PEOPLES else nobody
            for stream in {each.stream for each in proposals}
        }
        return [
            of(names.persons.get(each.reference)) if each.topic == PERSON_REGISTERED else about[each.stream]
            for each in proposals
        ]

    # What becomes of one proposal

    def _step(self, item: Item, known: Known) -> Step:
        record = (item.proposal.kind, item.proposal.reference)
        earlier, last = known.earlier.get(record), known.found.get(record)
        if earlier is not None:
            return _said_before(item, earlier)
        step = self._as_new(item, known, 1) if last is None else self._met_again(item, known, last)
        if step.seen is not None:
            known.earlier[record] = Found(step.seen.revision, item.digest, step.seen.entry)
        elif last is not None:
            known.earlier[record] = last._replace(digest=item.digest)
        return step

    def _met_again(self, item: Item, known: Known, last: Found) -> Step:
        stands = known.present.get(last.entry)
        if stands is None:  # the vault remembers what the ledger lost when an old copy was put back
            return self._as_new(item, known, last.revision)
        if stands.stream != self._filler.stream(item.proposal.stream, known):
            raise InputError(
                Sentence(
                    "{topic}: a record of this kind and ref stands in the ledger, about somebody or something else; "
                    "join columns to a ref that nothing else has",
                    topic=item.proposal.topic,
                )
            )
        unchanged = Verdict.BROUGHT if self._own in stands.body else Verdict.KNOWN
        if last.digest == item.digest:
            return Step(item.proposal, unchanged)
        body, before = self._filler.body(item, known), self._as_it_stands(stands)
        if not differing(item.proposal.topic, before, body):
            return Step(item.proposal, unchanged, (), self._seen(item, last.revision, last.entry))
        if says_once(item.proposal):
            return Step(item.proposal, Verdict.KEPT)
        return self._changed(item, known, last, change(item.proposal.topic, last.entry, before, body))

    def _as_it_stands(self, entry: Entry) -> dict[str, Any]:
        """Answer with what an entry says, its boxes opened, as corrections have put it right since."""
        body = next(self._ledger.opened([entry], purpose=_PURPOSE)) or {}
        with self._ledger.store.reader() as reader:
            later = reader.after({entry.stream: entry.version})
        return corrected(entry.id, body, later)

    def _as_new(self, item: Item, known: Known, revision: int) -> Step:
        draft = self._filler.draft(item, known, revision)
        return Step(item.proposal, Verdict.NEW, (draft,), self._seen(item, revision, str(draft.id)), item.subject)

    def _changed(self, item: Item, known: Known, last: Found, what: Change) -> Step:
        revision, current = last.revision + 1, last.entry
        drafts = [self._part(item, known, revision, part) for part in what.before]
        if what.again:
            again = self._filler.draft(item, known, revision)
            drafts.append(again)
            current = str(again.id)
        drafts += [self._part(item, known, revision, part) for part in what.after]
        with self._ledger.store.reader() as reader:
            there = reader.by_ids([str(each.id) for each in drafts])  # by a run that was cut short
        fresh = tuple(each for each in drafts if each.id not in there)
        return Step(item.proposal, Verdict.CHANGED, fresh, self._seen(item, revision, current), item.subject)

    def _part(self, item: Item, known: Known, revision: int, part: Part) -> Draft:
        name, topic, body = part
        return self._filler.draft(item, known, revision, name, topic=topic, body=body)

    def _seen(self, item: Item, revision: int, entry: str) -> SeenRecord:
        proposal = item.proposal
        return SeenRecord(
            self._system, proposal.kind, proposal.reference, revision, item.digest, entry, item.subject.id
        )


def _registering(handle: Handle) -> Proposal:
    """Propose a person whom a record names and nobody has registered; what they are called is not in the record."""
    body: dict[str, Any] = {"person": handle, "kind": "staff"}
    return Proposal(NAMED_ONLY, PERSON_REGISTERED, LEDGER, "person.registered", handle.name, body)


def _handles(proposals: Iterable[Proposal]) -> set[Handle | EntryHandle]:
    """Gather everything that a batch names, each once."""
    handles: set[Handle | EntryHandle] = set()
    for each in proposals:
        handles.add(each.stream)
        handles.update(each.named)
    return handles


def _person(stream: Handle, names: Names, owners: Mapping[str, str]) -> str | None:
    """Answer with the person whom a stream is about."""
    if stream.kind == "candidate":
        return stream.name if stream.how == How.ID else names.candidates.get(stream.name)
    if stream.how == How.ID:
        return owners.get(stream.name)
    candidacy = names.candidacies.get(stream.name)
    return candidacy.candidate if candidacy else None


def _said_before(item: Item, earlier: Found) -> Step:
    """Judge a record that stands in the file a second time."""
    if earlier.digest == item.digest:
        return Step(item.proposal, Verdict.KNOWN)
    if says_once(item.proposal):
        return Step(item.proposal, Verdict.KEPT)
    raise InputError(
        Sentence(
            "{topic}: the same record stands in the file before, and says something else; keep one of the two, or tell "
            "them apart with ref",
            topic=item.proposal.topic,
        )
    )


def says_once(proposal: Proposal) -> bool:
    """Say whether a record opens a stream or registers a person, which happens once."""
    return proposal.topic == PERSON_REGISTERED or REGISTRY.event_class(proposal.topic).OPENS


def _is_gone(proposal: Proposal, names: Names) -> bool:
    stream = proposal.stream
    person = proposal.topic == PERSON_REGISTERED and (PERSON, proposal.reference) in names.gone
    return person or (stream.how == How.REF and (stream.kind, stream.name) in names.gone)


def _needs_somebody_gone(proposal: Proposal, names: Names) -> bool:
    """Say whether a record cannot be told without somebody who was erased, such as the author of a scorecard."""
    shapes = shape_of(REGISTRY.event_class(proposal.topic))
    return any(
        isinstance(value, Handle)
        and value.how == How.REF
        and (value.kind, value.name) in names.gone
        and shapes[name].needed
        and name != "actor"  # whoever imports stands in
        for name, value in proposal.body.items()
    )


def _not_there(proposal: Proposal) -> str:
    if proposal.topic == OPENED:
        return Sentence(
            "{topic}: it names a candidate that is not in the ledger; the candidate's record must come before",
            topic=proposal.topic,
        )
    kind = proposal.stream.kind
    opening = {"candidate": "candidate.registered", "candidacy": "candidacy.opened"}.get(kind, "person.registered")
    return Sentence(
        "{topic}: its {kind} is not in the ledger, and no {opening} before it says who that is",
        topic=proposal.topic,
        kind=kind,
        opening=opening,
    )

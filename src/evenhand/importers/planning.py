"""From proposals to drafts: what is new, what is known already, what has changed, and who may not come back.

Planning writes nothing but keys and outside ids of new people, and those only in the second pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, cast

from pydantic_core import from_json

from evenhand.errors import InputError
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.importers.changes import Change, change, differing
from evenhand.importers.names import (
    GONE,
    OPENED,
    PERSON_REGISTERED,
    REGISTERED,
    Key,
    Names,
    Naming,
    handles,
)
from evenhand.importers.record import LEDGER, PERSON, EntryHandle, Handle, How, Proposal, Record
from evenhand.importers.scratch import Scratch
from evenhand.importers.shape import shape_of
from evenhand.importers.world import World
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.vault.vault import SeenRecord

NAMED_ONLY = Record(-1, "(persons named)", {})
"""Stands for the record of a person whom other records name."""
Groups = Sequence[tuple[Record, Sequence[Proposal]]]
_PURPOSE = "import: compare records that changed"
REQUISITION = "requisition.opened.v1"
_SCORECARDS = frozenset({"scorecard.submitted.v1", "scorecard.amended.v1"})


class Verdict(StrEnum):
    """What becomes of a proposal."""

    NEW = "new"
    KNOWN = "unchanged"
    CHANGED = "changed"
    KEPT = "changed, and not taken over"  # what opens a stream, or registers a person, cannot be said again
    GONE = "of somebody erased"


class Step(NamedTuple):
    """One proposal with its verdict, the drafts it becomes, and what the vault is to remember of it."""

    proposal: Proposal
    verdict: Verdict
    drafts: tuple[Draft, ...] = ()
    seen: SeenRecord | None = None


@dataclass(slots=True)
class Planned:
    """What a batch becomes; records with problems become nothing."""

    steps: list[Step] = field(default_factory=list[Step], repr=False)
    problems: list[tuple[Record, str]] = field(default_factory=list[tuple[Record, str]], repr=False)
    names: Names = field(default_factory=Names, repr=False)


class _Subject(NamedTuple):
    id: str | None
    key: Key


class _Found(NamedTuple):
    """What is known of a record: its last revision, its digest (empty if only the entry is there), its entry."""

    revision: int
    digest: str
    entry: str


class Planner:
    """Plans batch after batch of one run."""

    def __init__(self, ledger: Ledger, naming: Naming, world: World, scratch: Scratch, *, system: str, batch: str, writing: bool) -> None:  # fmt: skip
        self._ledger = ledger
        self._naming = naming
        self._world = world
        self._scratch = scratch
        self._system = system
        self._basis = {"kind": "imported", "batch": batch}
        self._writing = writing
        self._import_key = ledger.vault.import_key()

    def plan(self, groups: Groups) -> Planned:
        """Plan one batch of whole records."""
        planned = Planned()
        proposals = [each for _, group in groups for each in group]
        owners = self._owners(proposals)
        names = planned.names = self._naming.of(proposals, owners, self._world.persons)
        people = {name: self._register(handle) for name, handle in names.met.items()}
        proposals += people.values()
        work = _Batch(self._subjects(proposals, names, owners))
        self._look_up(proposals, work, names)
        self._stand(proposals, names)
        for proposal in (*people.values(), *(each for _, group in groups for each in group)):
            self._one(proposal, work, planned)
        return planned

    @staticmethod
    def _register(handle: Handle) -> Proposal:
        """Propose the person whom a record names and nobody has registered; what they are called is not in the record."""
        body = {"person": handle, "kind": "staff"}
        return Proposal(NAMED_ONLY, PERSON_REGISTERED, LEDGER, "person.registered", handle.name, body)

    def _owners(self, proposals: Iterable[Proposal]) -> dict[str, str]:
        """Find whose candidacies are named by their ids, and note the streams that are."""
        named = {each.stream.name for each in proposals if each.stream.how is How.ID and each.stream != LEDGER}
        if not named:
            return {}
        with self._ledger.store.reader() as reader:
            first = reader.opened(named)
        self._world.opened(first.values())
        return {stream: from_json(each.body)["candidate"] for stream, each in first.items() if each.type == OPENED}

    def _subjects(
        self, proposals: Iterable[Proposal], names: Names, owners: Mapping[str, str]
    ) -> dict[tuple[str, str], _Subject | None]:
        """Say of each record whose it is; none if they were erased."""
        found: dict[tuple[str, str], _Subject | None] = {}
        for each in proposals:
            subject: str | None = ""
            if each.topic == PERSON_REGISTERED:
                subject = names.persons.get(each.reference)
            elif each.stream.kind == "candidate":
                subject = each.stream.name if each.stream.how is How.ID else names.candidates.get(each.stream.name)
            elif each.stream.kind == "candidacy":
                by_id = each.stream.how is How.ID
                whose = names.candidacies.get(each.stream.name)
                subject = owners.get(each.stream.name) if by_id else whose.candidate if whose else None
            key: Key | None = names.keys.get(subject or "") if subject != "" else self._import_key
            found[each.kind, each.reference] = (
                None if subject is None or key is None else _Subject(subject or None, key)
            )
        return found

    def _look_up(self, proposals: Sequence[Proposal], work: _Batch, names: Names) -> None:
        """Find the last revisions of these records and of those they name, and which entries stand."""
        wanted: dict[str, set[str]] = {}
        for each in proposals:
            subject = work.subjects[each.kind, each.reference]
            if subject is None or subject.id in names.fresh:
                continue
            wanted.setdefault(each.kind, set()).add(each.reference)
            for named in _entries_named(each.body):
                wanted.setdefault(named.kind, set()).add(named.name)
        for kind, references in wanted.items():
            for reference, seen in self._ledger.vault.last_seen(self._system, kind, references).items():
                work.found[kind, reference] = _Found(seen.revision, seen.digest, seen.entry)
        first = {
            (kind, reference): self._naming.entry_id(subject.key, kind, reference, 1)
            for kind, references in wanted.items()
            for reference in references
            if (kind, reference) not in work.found and (subject := work.subjects.get((kind, reference)))
        }
        ids = {*first.values(), *(each.entry for each in work.found.values())}
        if ids:
            with self._ledger.store.reader() as reader:
                work.present = reader.by_ids(ids)
        work.found.update({name: _Found(1, "", each) for name, each in first.items() if each in work.present})
        if not self._writing:
            self._look_up_earlier(proposals, work)

    def _look_up_earlier(self, proposals: Sequence[Proposal], work: _Batch) -> None:
        """Find what earlier batches of this file said of the same records."""
        kept = self._scratch.get([("record", each.kind, each.reference) for each in proposals])
        for (_, kind, reference), text in kept.items():
            revision, digest, entry = text.split(" ")
            work.earlier[kind, reference] = _Found(int(revision), digest, entry)

    def _stand(self, proposals: Iterable[Proposal], names: Names) -> None:
        """Note which streams of people stand: in the ledger, or opened by an earlier batch of this file."""
        self._note_candidacies(names)
        people = {*names.candidates.values(), *(each.stream for each in names.candidacies.values())}
        people |= {
            each.name
            for proposal in proposals
            for each in (proposal.stream, *_streams_named(proposal.body))
            if each.how is How.ID and each.kind in {"candidate", "candidacy"}
        }
        old = [each for each in people if each not in names.fresh]
        if old:
            with self._ledger.store.reader() as reader:
                self._world.opened(reader.opened(old).values())
        if not self._writing and names.fresh:
            kept = self._scratch.get([("candidate", each) for each in names.fresh])
            for _, stream in kept:
                self._world.stand(stream)

    def _note_candidacies(self, names: Names) -> None:
        kept = self._scratch.get([("candidacy", each) for each in names.candidacies])
        for (_, name), text in kept.items():
            if text == GONE:
                continue
            candidacy = names.candidacies[name]
            self._world.candidacy(candidacy.stream, candidacy.candidate, text.split(" ")[1])

    def _one(self, proposal: Proposal, work: _Batch, planned: Planned) -> None:
        subject = work.subjects[proposal.kind, proposal.reference]
        if subject is None or self._names_gone(proposal, planned.names):
            if self._is_gone(proposal, planned.names) or subject is not None:
                planned.steps.append(Step(proposal, Verdict.GONE))
                return
            planned.problems.append((proposal.record, self._not_there(proposal)))
            return
        digest = _digest(subject.key, proposal)
        try:
            planned.steps.append(self._step(proposal, subject, digest, work, planned.names))
        except InputError as error:
            planned.problems += [(proposal.record, each) for each in error.problems]

    def _not_there(self, proposal: Proposal) -> str:
        kind = proposal.stream.kind
        opening = {"candidate": "candidate.registered", "candidacy": "candidacy.opened"}.get(kind, "person.registered")
        return f"{proposal.topic}: its {kind} is not in the ledger, and no {opening} before it says who that is"

    def _is_gone(self, proposal: Proposal, names: Names) -> bool:
        stream = proposal.stream
        return (stream.kind, stream.name) in names.gone or (
            proposal.topic == PERSON_REGISTERED and (PERSON, proposal.reference) in names.gone
        )

    def _names_gone(self, proposal: Proposal, names: Names) -> bool:
        """Say whether a record cannot be told without somebody who was erased."""
        shapes = shape_of(REGISTRY.event_class(proposal.topic))
        return any(
            isinstance(value, Handle)
            and (value.kind, value.name) in names.gone
            and value.how is How.REF
            and shapes[name].needed
            for name, value in proposal.body.items()
        )

    def _step(self, proposal: Proposal, subject: _Subject, digest: str, work: _Batch, names: Names) -> Step:
        record = (proposal.kind, proposal.reference)
        opens = REGISTRY.event_class(proposal.topic).OPENS or proposal.topic == PERSON_REGISTERED
        earlier = work.earlier.get(record)
        if earlier is not None:
            if earlier.digest == digest:
                return Step(proposal, Verdict.KNOWN)
            if opens:
                return Step(proposal, Verdict.KEPT)
            raise InputError(
                f"{proposal.topic}: the same record stands in the file before, and says something else; keep one of the two, "
                "or name them apart with ref"
            )
        last = work.found.get(record)
        if last is None:
            step = self._as_new(proposal, subject, digest, 1, work, names)
        else:
            step = self._met_again(proposal, subject, digest, last, work, names)
        if step.seen is not None:
            work.earlier[record] = _Found(step.seen.revision, digest, step.seen.entry)
        else:
            work.earlier[record] = _Found(last.revision if last else 1, digest, last.entry if last else "")
        return step

    def _met_again(
        self, proposal: Proposal, subject: _Subject, digest: str, last: _Found, work: _Batch, names: Names
    ) -> Step:
        stands = work.present.get(last.entry)
        if stands is None:  # the vault remembers what the ledger has lost, to an old copy put back
            return self._as_new(proposal, subject, digest, last.revision, work, names)
        if last.digest == digest:
            return Step(proposal, Verdict.KNOWN)
        body = self._body(proposal, subject, work, names)
        before = next(self._ledger.opened([stands], purpose=_PURPOSE)) or {}
        if not differing(proposal.topic, before, body):
            return Step(proposal, Verdict.KNOWN, (), self._seen(proposal, subject, digest, last.revision, last.entry))
        if REGISTRY.event_class(proposal.topic).OPENS or proposal.topic == PERSON_REGISTERED:
            return Step(proposal, Verdict.KEPT)
        what = change(proposal.topic, last.entry, before, body)
        return self._changed(proposal, subject, digest, last, what, work, names)

    def _as_new(
        self, proposal: Proposal, subject: _Subject, digest: str, revision: int, work: _Batch, names: Names
    ) -> Step:
        entry = self._naming.entry_id(subject.key, proposal.kind, proposal.reference, revision)
        draft = self._draft(proposal, subject, revision, entry, self._body(proposal, subject, work, names), names)
        return Step(proposal, Verdict.NEW, (draft,), self._seen(proposal, subject, digest, revision, entry))

    def _changed(
        self,
        proposal: Proposal,
        subject: _Subject,
        digest: str,
        last: _Found,
        what: Change,
        work: _Batch,
        names: Names,
    ) -> Step:
        revision = last.revision + 1
        drafts: list[Draft] = []
        for part, topic, body in what.parts:
            entry = self._naming.entry_id(subject.key, proposal.kind, proposal.reference, revision, part)
            drafts.append(self._draft(proposal, subject, revision, entry, body, names, topic))
        current = last.entry
        if what.again:
            again = self._as_new(proposal, subject, digest, revision, work, names)
            drafts += again.drafts
            current = str(again.drafts[0].id)
        drafts = self._not_yet(drafts)
        return Step(proposal, Verdict.CHANGED, tuple(drafts), self._seen(proposal, subject, digest, revision, current))

    def _not_yet(self, drafts: list[Draft]) -> list[Draft]:
        """Leave out drafts that an interrupted run has appended."""
        with self._ledger.store.reader() as reader:
            there = reader.by_ids([str(each.id) for each in drafts])
        return [each for each in drafts if each.id not in there]

    def _draft(
        self,
        proposal: Proposal,
        subject: _Subject,
        revision: int,
        entry: str,
        body: dict[str, Any],
        names: Names,
        topic: str | None = None,
    ) -> Draft:
        source = {
            "system": self._system,
            "kind": proposal.kind,
            "reference": self._naming.reference(subject.key, proposal.kind, proposal.reference),
            "revision": revision,
        }
        whole = {**body, "basis": self._basis, "source": source}
        return Draft(topic or proposal.topic, self._stream(proposal.stream, names), whole, entry)

    def _seen(self, proposal: Proposal, subject: _Subject, digest: str, revision: int, entry: str) -> SeenRecord:
        return SeenRecord(self._system, proposal.kind, proposal.reference, revision, digest, entry, subject.id)

    def _stream(self, stream: Handle, names: Names) -> str:
        if stream == LEDGER:
            return self._ledger.opening.stream
        return str(self._id(stream, names))

    def _id(self, handle: Handle, names: Names) -> str | None:
        """Answer with the id of a stream or person; none for a person who was erased."""
        if handle.how is How.ID:
            return handle.name
        if handle.how is How.CODE:
            found = self._world.codes.get((handle.kind, handle.name))
            if found is None:
                raise InputError(
                    f"there is no {handle.kind} of this code in the ledger; see: evenhand {handle.kind} list"
                )
            return found
        match handle.kind:
            case "candidate":
                return names.candidates.get(handle.name) or self._missing(handle, names)
            case "candidacy":
                found_candidacy = names.candidacies.get(handle.name)
                return found_candidacy.stream if found_candidacy else self._missing(handle, names)
            case "person":
                return names.persons.get(handle.name)
            case "standard" | "policy":
                raise InputError(f'a {handle.kind} is named by its code in the ledger: {{"code": "…"}}')
            case _:
                return self._naming.stream_id(self._import_key, handle.kind, handle.name)

    def _missing(self, handle: Handle, names: Names) -> str | None:
        if (handle.kind, handle.name) in names.gone:
            return None
        raise InputError(f"it names a {handle.kind} that is not in the ledger; its record must come before")

    def _body(self, proposal: Proposal, subject: _Subject, work: _Batch, names: Names) -> dict[str, Any]:
        body = cast("dict[str, Any]", self._filled(dict(proposal.body), subject, work, names))
        if "occurred_at" not in body and proposal.topic != PERSON_REGISTERED:
            raise InputError(f"{proposal.topic}: occurred_at is missing: when did it happen?")
        if proposal.topic in _SCORECARDS and "standard" not in body:
            self._under_the_bound(proposal, body, work, names)
        if proposal.topic == OPENED:
            work.requisitions[self._stream(proposal.stream, names)] = body.get("requisition")
        elif proposal.topic == REQUISITION and "code" in body:
            self._world.codes.setdefault(("requisition", body["code"]), self._stream(proposal.stream, names))
        return body

    def _under_the_bound(self, proposal: Proposal, body: dict[str, Any], work: _Batch, names: Names) -> None:
        """Take a scorecard that does not say so to be under the standard its requisition had at the time."""
        stream = self._stream(proposal.stream, names)
        requisition = work.requisitions.get(stream) or self._world.requisition_of(stream)
        bound = self._world.bound(requisition, body["occurred_at"])
        if bound is None:
            raise InputError(f"{proposal.topic}: no standard was in force for its requisition at occurred_at; name one")
        body["standard"], body["standard_version"] = bound

    def _filled(self, value: Any, subject: _Subject, work: _Batch, names: Names) -> Any:
        """Put ids in the place of handles; who was erased is left out."""
        if isinstance(value, Handle):
            return self._id(value, names)
        if isinstance(value, EntryHandle):
            known = work.earlier.get((value.kind, value.name)) or work.found.get((value.kind, value.name))
            if known is not None and known.entry:
                return known.entry
            return self._naming.entry_id(subject.key, value.kind, value.name, 1)
        if isinstance(value, dict):
            filled = {
                name: self._filled(each, subject, work, names) for name, each in cast("dict[str, Any]", value).items()
            }
            return {name: each for name, each in filled.items() if each is not None}
        if isinstance(value, list):
            several = [self._filled(each, subject, work, names) for each in cast("list[Any]", value)]
            return [each for each in several if each is not None]
        return value


class _Batch:
    """What is known of the records of one batch."""

    def __init__(self, subjects: dict[tuple[str, str], _Subject | None]) -> None:
        self.subjects = subjects
        self.found: dict[tuple[str, str], _Found] = {}
        self.earlier: dict[tuple[str, str], _Found] = {}
        """Records that this file named before, in this batch or an earlier one."""
        self.present: dict[str, Entry] = {}
        self.requisitions: dict[str, str | None] = {}
        """Requisition of each candidacy that this batch opens."""


def _digest(key: Key, proposal: Proposal) -> str:
    said = json.dumps(
        [proposal.topic, proposal.stream, proposal.body], sort_keys=True, separators=(",", ":"), default=str
    )
    return key.mac(b"content" + said.encode()).hex()


def _entries_named(value: Any) -> Iterable[EntryHandle]:
    return (each for each in handles(value) if isinstance(each, EntryHandle))


def _streams_named(value: Any) -> Iterable[Handle]:
    return (each for each in handles(value) if isinstance(each, Handle))

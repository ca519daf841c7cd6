"""From what the outside calls people, candidacies and records to ids and keys, a batch at a time.

A person's id is found in the vault, or made new. Every other id is derived under the person's key (for records about
nobody, under the vault's import key), so that the same record has the same id next time, and so that the ids of
somebody erased cannot be made again. While checking, nothing is made: who is not known yet gets an id for this run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pydantic_core import to_json

from evenhand.events.ids import derived_id
from evenhand.importers.record import PERSON, Handle, How, Proposal
from evenhand.importers.scratch import Scratch
from evenhand.vault import OutsideId, Vault

_PEOPLE = ("candidate", "candidacy", PERSON)
REGISTERED = "candidate.registered.v1"
PERSON_REGISTERED = "person.registered.v1"
OPENED = "candidacy.opened.v1"


class Key(Protocol):
    """What makes keyed digests: a subject's key, or this run's while checking."""

    def mac(self, data: bytes) -> bytes:
        """Make a digest of 32 bytes."""
        ...


class _RunKey(NamedTuple):
    scratch: Scratch
    subject: str

    def mac(self, data: bytes) -> bytes:
        return self.scratch.mac(self.subject.encode() + data)


class Candidacy(NamedTuple):
    """Whose a candidacy is, and its stream."""

    candidate: str
    stream: str


@dataclass(slots=True)
class Names:
    """The ids and keys of one batch."""

    candidates: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    candidacies: dict[str, Candidacy] = field(default_factory=dict[str, Candidacy], repr=False)
    persons: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    gone: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]], repr=False)
    """Kind and name of those who were erased."""
    keys: dict[str, Key] = field(default_factory=dict[str, Key], repr=False)
    fresh: set[str] = field(default_factory=set[str])
    """Subjects that were not known before: no record of theirs has been seen."""
    remembered: list[OutsideId] = field(default_factory=list[OutsideId], repr=False)
    met: dict[str, Handle] = field(default_factory=dict[str, Handle], repr=False)
    """Persons of this batch who are new and whom no record registers, by name."""


class Naming:
    """Finds and makes the ids of a run; ``writing`` says whether new people are put into the vault."""

    def __init__(self, vault: Vault, scratch: Scratch, system: str, new: Callable[[], str], *, writing: bool) -> None:
        self._vault = vault
        self._scratch = scratch
        self._system = system
        self._new = new
        self._writing = writing

    def of(self, proposals: Sequence[Proposal], owners: Mapping[str, str], registered: Collection[str]) -> Names:
        """Name everybody in a batch.

        ``owners`` are the candidates of candidacies that are named by their ids, ``registered`` the persons in the
        ledger: one whom the vault alone knows is of an import that was cut short.
        """
        names = Names()
        met = _met(proposals)
        known: dict[str, Mapping[str, str]] = {
            kind: self._vault.find_many(self._system, kind, met[kind]) if met[kind] else {} for kind in _PEOPLE
        }
        for kind in _PEOPLE:
            unknown = met[kind] - known[kind].keys()
            gone = self._vault.suppressed_many(self._system, kind, unknown) if unknown else set[str]()
            names.gone |= {(kind, each) for each in gone}
        self._people(names, proposals, met, known, registered)
        self._candidacies(names, proposals, met["candidacy"], known["candidacy"])
        subjects = {*names.candidates.values(), *names.persons.values(), *owners.values()}
        subjects |= {each.candidate for each in names.candidacies.values()}
        subjects |= {
            each.stream.name for each in proposals if each.stream.how == How.ID and each.stream.kind == "candidate"
        }
        self._find_keys(names, subjects)
        self._derive_candidacies(names)
        if self._writing and names.remembered:
            self._vault.remember_many(names.remembered)
        return names

    def _people(
        self,
        names: Names,
        proposals: Sequence[Proposal],
        met: Mapping[str, set[str]],
        known: Mapping[str, Mapping[str, str]],
        persons: Collection[str],
    ) -> None:
        registered = {each.stream.name for each in proposals if each.topic == REGISTERED}
        explicit = {each.reference for each in proposals if each.topic == PERSON_REGISTERED}
        names.candidates.update(known["candidate"])
        names.persons.update(known[PERSON])
        for name in sorted(met["candidate"] - known["candidate"].keys()):
            if ("candidate", name) not in names.gone and (name in registered or not self._writing):
                self._add(names, names.candidates, "candidate", name)
        for name in sorted(met[PERSON] - known[PERSON].keys()):
            if (PERSON, name) not in names.gone:
                self._add(names, names.persons, PERSON, name)
                if name not in explicit:
                    names.met[name] = Handle(PERSON, name)
        for name, person in known[PERSON].items():
            if person not in persons and name not in explicit:
                names.met[name] = Handle(PERSON, name)
        if self._writing and names.fresh:
            self._vault.new_keys(sorted(names.fresh))

    def _add(self, names: Names, into: dict[str, str], kind: str, name: str) -> None:
        made = self._new() if self._writing else temporary_id(self._scratch, kind, name)
        into[name] = made
        names.fresh.add(made)
        names.remembered.append(OutsideId(self._system, kind, name, made))

    def _candidacies(
        self, names: Names, proposals: Sequence[Proposal], met: set[str], known: Mapping[str, str]
    ) -> None:
        """Find whose candidacies these are: by the vault, by the proposal that opens one, or by an earlier batch."""
        owner: dict[str, str] = dict(known)
        for each in proposals:
            if each.topic == OPENED and each.stream.name not in owner:
                handle = each.body.get("candidate")
                candidate = _candidate(names, handle)
                if candidate is not None:
                    owner[each.stream.name] = candidate
                    if ("candidacy", each.stream.name) not in names.gone:
                        names.remembered.append(OutsideId(self._system, "candidacy", each.stream.name, candidate))
                elif isinstance(handle, Handle) and (handle.kind, handle.name) in names.gone:
                    names.gone.add(("candidacy", each.stream.name))
        missing = [name for name in met if name not in owner and ("candidacy", name) not in names.gone]
        if missing:
            kept = self._scratch.get([("candidacy", name) for name in missing])
            for name in missing:
                text = kept.get(("candidacy", name))
                if text == GONE:
                    names.gone.add(("candidacy", name))
                elif text:
                    owner[name] = text.split(" ")[0]
        names.candidacies.update({name: Candidacy(candidate, "") for name, candidate in owner.items()})

    def _find_keys(self, names: Names, subjects: Collection[str]) -> None:
        found = self._vault.sealers(subjects if self._writing else set(subjects) - names.fresh)
        names.keys.update(found)
        if not self._writing:
            names.keys.update({each: _RunKey(self._scratch, each) for each in subjects if each not in found})

    def _derive_candidacies(self, names: Names) -> None:
        for name, each in list(names.candidacies.items()):
            key = names.keys.get(each.candidate)
            if key is not None:
                names.candidacies[name] = Candidacy(each.candidate, self.stream_id(key, "candidacy", name))

    def stream_id(self, key: Key, kind: str, name: str) -> str:
        """Derive the id of a stream."""
        return derived_id(key.mac(to_json(["stream", self._system, kind, name])))

    def entry_id(self, key: Key, kind: str, name: str, revision: int, part: str = "") -> str:
        """Derive the id of the entry that a record's revision is, or of a ``part`` of what it became."""
        return derived_id(key.mac(to_json(["entry", self._system, kind, name, revision, part])))

    def reference(self, key: Key, kind: str, name: str) -> str:
        """Make the keyed digest that stands in an entry's source."""
        return key.mac(to_json(["reference", self._system, kind, name])).hex()


def temporary_id(scratch: Scratch, kind: str, name: str) -> str:
    """Make the id that somebody new has while a file is checked."""
    return derived_id(scratch.mac(to_json(["person", kind, name])))


GONE = "gone"
"""What the scratch keeps of a candidacy whose candidate was erased."""


def _candidate(names: Names, handle: object) -> str | None:
    if not isinstance(handle, Handle):
        return None
    return handle.name if handle.how == How.ID else names.candidates.get(handle.name)


def _met(proposals: Iterable[Proposal]) -> dict[str, set[str]]:
    met: dict[str, set[str]] = {kind: set() for kind in _PEOPLE}
    for each in proposals:
        for handle in (each.stream, *each.named):
            if isinstance(handle, Handle) and handle.how == How.REF and handle.kind in met:
                met[handle.kind].add(handle.name)
    return met

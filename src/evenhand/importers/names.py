"""From what the outside calls people, candidacies and records to ids and keys, a batch at a time.

A person's id is found in the vault, or made new. Every other id is derived under the person's key (for records about
nobody, under the vault's import key), so that the same record has the same id next time, and so that the ids of
somebody erased cannot be made again. Nothing is written here: the key of somebody new is drawn from this run's secret,
and goes into the vault with the batch that registers them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic_core import to_json

from evenhand.events.ids import derived_id
from evenhand.importers.record import PERSON, EntryHandle, Handle, How, Proposal
from evenhand.importers.scratch import Key, Scratch
from evenhand.vault import SubjectKey, Vault

_PEOPLE = ("candidate", "candidacy", PERSON)
REGISTERED = "candidate.registered.v1"
PERSON_REGISTERED = "person.registered.v1"
OPENED = "candidacy.opened.v1"


class Candidacy(NamedTuple):
    """Whose a candidacy is, and its stream; with its requisition if this run opened it in an earlier batch."""

    candidate: str
    stream: str
    requisition: str | None = None


@dataclass(slots=True)
class Names:
    """The ids and keys of one batch."""

    candidates: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    candidacies: dict[str, Candidacy] = field(default_factory=dict[str, Candidacy], repr=False)
    persons: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    gone: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]], repr=False)
    """Kind and name of those who were erased."""
    keys: dict[str, SubjectKey] = field(default_factory=dict[str, SubjectKey], repr=False)
    fresh: set[str] = field(default_factory=set[str])
    """Subjects whom this run made: the ledger and the vault hold nothing of theirs yet."""
    stood: set[str] = field(default_factory=set[str])
    """Candidates whom an earlier batch registers."""
    met: dict[str, Handle] = field(default_factory=dict[str, Handle], repr=False)
    """Persons of this batch who are new and whom no record registers, by name."""


class Naming:
    """Finds and makes the ids of a run."""

    def __init__(self, vault: Vault, scratch: Scratch, system: str, new: Callable[[], str]) -> None:
        self._vault = vault
        self._scratch = scratch
        self._system = system
        self._new = new
        self._nobody = vault.import_key().subject

    def of(
        self,
        proposals: Sequence[Proposal],
        handles: Collection[Handle | EntryHandle],
        owners: Mapping[str, str],
        registered: Collection[str],
    ) -> Names:
        """Name everybody in a batch.

        ``handles`` are all that it names, ``owners`` the candidates of candidacies that are named by their ids,
        ``registered`` the persons in the ledger and of earlier batches: one whom the vault alone knows is of an import
        that was cut short.
        """
        names = Names()
        named = [each for each in handles if type(each) is Handle]
        met = {kind: {each.name for each in named if each.how == How.REF and each.kind == kind} for kind in _PEOPLE}
        known: dict[str, Mapping[str, str]] = {
            kind: self._vault.find_many(self._system, kind, met[kind]) if met[kind] else {} for kind in _PEOPLE
        }
        for kind in _PEOPLE:
            unknown = met[kind] - known[kind].keys()
            gone = self._vault.suppressed_many(self._system, kind, unknown) if unknown else set[str]()
            names.gone |= {(kind, each) for each in gone}
        earlier = self._scratch.get([(kind, name) for kind in _PEOPLE for name in met[kind]])
        self._candidates(names, proposals, met["candidate"], known["candidate"], earlier)
        self._persons(names, met[PERSON], known[PERSON], earlier)
        explicit = {each.reference for each in proposals if each.topic == PERSON_REGISTERED}
        names.met.update(
            {
                name: Handle(PERSON, name)
                for name, person in names.persons.items()
                if person not in registered and name not in explicit
            }
        )
        self._candidacies(names, proposals, known["candidacy"], earlier)
        subjects = {*names.candidates.values(), *names.persons.values(), *owners.values()}
        subjects |= {each.candidate for each in names.candidacies.values()}
        subjects |= {each.name for each in named if each.how == How.ID and each.kind == "candidate"}
        self._find_keys(names, subjects)
        self._derive_candidacies(names)
        return names

    def _candidates(
        self,
        names: Names,
        proposals: Sequence[Proposal],
        met: set[str],
        known: Mapping[str, str],
        earlier: Mapping[Key, str],
    ) -> None:
        registered = {each.stream.name for each in proposals if each.topic == REGISTERED}
        names.candidates.update(known)
        for name in sorted(met):
            before = earlier.get(("candidate", name))
            if before is not None:
                names.stood.add(before)
            if name not in known and ("candidate", name) not in names.gone and (before or name in registered):
                self._made(names, names.candidates, name, before)

    def _persons(self, names: Names, met: set[str], known: Mapping[str, str], earlier: Mapping[Key, str]) -> None:
        names.persons.update(known)
        for name in sorted(met - known.keys()):
            if (PERSON, name) not in names.gone:
                self._made(names, names.persons, name, earlier.get((PERSON, name)))

    def _made(self, names: Names, into: dict[str, str], name: str, before: str | None) -> None:
        made = into[name] = before or self._new()
        names.fresh.add(made)

    def _candidacies(
        self, names: Names, proposals: Sequence[Proposal], known: Mapping[str, str], earlier: Mapping[Key, str]
    ) -> None:
        """Find whose candidacies these are: by the vault, by an earlier batch, or by the proposal that opens one."""
        names.candidacies.update({name: Candidacy(candidate, "") for name, candidate in known.items()})
        for (kind, name), text in earlier.items():
            if kind == "candidacy" and text == GONE:
                names.gone.add(("candidacy", name))
            elif kind == "candidacy":
                owner, requisition = text.split(" ")
                names.candidacies[name] = Candidacy(owner, "", requisition)
        for each in proposals:
            if each.topic == OPENED and each.stream.name not in names.candidacies:
                handle = each.body.get("candidate")
                candidate = _candidate(names, handle)
                if candidate is not None:
                    names.candidacies[each.stream.name] = Candidacy(candidate, "")
                elif isinstance(handle, Handle) and (handle.kind, handle.name) in names.gone:
                    names.gone.add(("candidacy", each.stream.name))

    def _find_keys(self, names: Names, subjects: Collection[str]) -> None:
        names.keys.update(self._vault.sealers(set(subjects) - names.fresh))
        opened_before = {each.candidate for each in names.candidacies.values() if each.requisition is not None}
        names.fresh |= opened_before - names.keys.keys()
        names.keys.update({each: SubjectKey(each, self._scratch.secret(each)) for each in names.fresh})

    def _derive_candidacies(self, names: Names) -> None:
        for name, each in list(names.candidacies.items()):
            key = names.keys.get(each.candidate)
            if key is not None:
                names.candidacies[name] = each._replace(stream=self.stream_id(key, "candidacy", name))

    def stream_id(self, key: SubjectKey, kind: str, name: str) -> str:
        """Derive the id of a stream."""
        return self._derived(key, key.mac(to_json(["stream", self._system, kind, name])))

    def record(self, key: SubjectKey, kind: str, name: str) -> bytes:
        """Make the keyed digest of an outside record, which stands in the source of every entry made of it."""
        return key.mac(to_json(["record", self._system, kind, name]))

    def entry_id(
        self, key: SubjectKey, kind: str, name: str, revision: int, part: str = "", *, record: bytes | None = None
    ) -> str:
        """Derive the id of the entry that a record's revision is, or of a ``part`` of what it became.

        That of the first entry is made of the ``record``'s own digest, given where it is known.
        """
        if revision == 1 and not part:
            return self._derived(key, record or self.record(key, kind, name))
        return self._derived(key, key.mac(to_json(["entry", self._system, kind, name, revision, part])))

    def _derived(self, key: SubjectKey, mac: bytes) -> str:
        return derived_id(mac, None if key.subject == self._nobody else key.subject)


GONE = "gone"
"""What the scratch keeps of a candidacy whose candidate was erased."""


def _candidate(names: Names, handle: object) -> str | None:
    if not isinstance(handle, Handle):
        return None
    return handle.name if handle.how == How.ID else names.candidates.get(handle.name)

"""Load the states that refusals look at: inside the writer's transaction, and only what is new since the last time.

An entry never changes, so a folded state stays true; what others appended meanwhile is read when it is next needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from evenhand.events.candidate import CandidateErased
from evenhand.events.entry import Entry
from evenhand.events.reflection import EntryCorrected
from evenhand.events.registry import Registry
from evenhand.rules.context import Context, Proposed
from evenhand.rules.states import CandidateState, LedgerState, State, opened_state
from evenhand.store.reading import Reader

_KEPT = 50_000
_STREAM_FIELDS = ("candidate", "requisition", "standard", "policy", "prior", "into", "subjects", "person")
"""Fields of events that name other streams."""


class States:
    """States by stream, kept between appends; ``ledger`` is the stream of the ledger itself."""

    def __init__(self, registry: Registry, ledger: str) -> None:
        self._registry = registry
        self._ledger = ledger
        self._known: dict[str, State] = {}

    def context(self, reader: Reader, batch: Collection[Proposed]) -> Context:
        """Bring everything a batch of drafts may touch up to the reader's transaction."""
        if len(self._known) > _KEPT:
            self.forget()
        fresh: set[str] = set()
        wanted = {self._ledger, *self._named(batch)}
        if any(isinstance(each.event, CandidateErased) for each in batch):
            wanted |= self._around_people(reader, {each.stream for each in batch})
        while wanted:
            self._refresh(reader, wanted)
            fresh |= wanted
            found = [self._known[stream] for stream in wanted if stream in self._known]
            wanted = {named for state in found for named in state.references()} - fresh
        ledger = self._known[self._ledger]
        if not isinstance(ledger, LedgerState):
            raise TypeError("the first stream of a ledger is the ledger's own")
        return Context(self._known, ledger)

    def apply(self, proposed: Proposed) -> int:
        """Take in a draft that nothing refuses, and answer with its version on its stream."""
        state = self._known.get(proposed.stream) or opened_state(proposed.event)
        if state is None:
            raise TypeError("a draft on a stream that was not opened has been refused before")
        self._known[proposed.stream] = state
        state.apply(proposed.id, proposed.event)
        return state.version

    def fold(self, entry: Entry) -> Proposed:
        """Take in a stored entry."""
        proposed = Proposed(entry.stream, entry.id, self._registry.read(entry.type, entry.body))
        self.apply(proposed)
        return proposed

    def all(self) -> Context:
        """Answer with everything folded so far, for a replay from the first entry on."""
        ledger = self._known.get(self._ledger)
        return Context(self._known, ledger if isinstance(ledger, LedgerState) else LedgerState())

    def forget(self) -> None:
        """Drop everything: a transaction that had applied drafts was rolled back."""
        self._known.clear()

    def _refresh(self, reader: Reader, streams: Iterable[str]) -> None:
        versions = {each: known.version if (known := self._known.get(each)) else 0 for each in streams}
        for entry in reader.after(versions):
            self.fold(entry)

    def same_person(self, reader: Reader, candidate: str) -> frozenset[str]:
        """Answer with a candidate and everybody merged with them; with nobody if it is no candidate."""
        merges = {entry.stream for entry in reader.of_persons() if entry.type.startswith("candidate.merged.")}
        self._refresh(reader, {candidate, *merges})
        context = self.all()
        return context.same_person(candidate) if context.of(CandidateState, candidate) else frozenset()

    def _around_people(self, reader: Reader, candidates: set[str]) -> set[str]:
        """Name everybody merged with these candidates, and all their candidacies: what a hold may rest on."""
        people = {each for candidate in candidates for each in self.same_person(reader, candidate)}
        return people | {entry.stream for entry in reader.naming("candidacy.opened.v1", people)}

    @staticmethod
    def _named(batch: Iterable[Proposed]) -> set[str]:
        named: set[str] = set()
        for each in batch:
            named.add(each.stream)
            fields = vars(each.event)
            for field in _STREAM_FIELDS:
                value = fields.get(field)
                if isinstance(value, str):
                    named.add(value)
                elif value is not None:
                    named.update(value)
            if isinstance(each.event, EntryCorrected) and each.event.fields.candidacy is not None:
                named.add(each.event.fields.candidacy)
        return named

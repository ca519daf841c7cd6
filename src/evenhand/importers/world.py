"""What stands in the ledger that an import may name: requisitions, standards and policies, with their states.

People and candidacies are too many to hold; of them, only those of the batch at hand are here.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

from pydantic_core import from_json

from evenhand.calendar.moments import bounds
from evenhand.events.base import Moment
from evenhand.events.candidacy import CandidacyOpened
from evenhand.events.entry import Entry
from evenhand.events.ledger import PersonRegistered
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import Ledger
from evenhand.rules.context import Context, Proposed
from evenhand.rules.states import (
    CandidacyState,
    CandidateState,
    LedgerState,
    RequisitionState,
    State,
    opened_state,
)

_OPENING = {
    "standard.adopted.v1": "standard",
    "policy.adopted.v1": "policy",
    "requisition.opened.v1": "requisition",
}
_PEOPLES = (CandidateState, CandidacyState)
_PAGE = 1_000


class World:
    """Codes and states; ``passing`` are the streams of one batch of people."""

    def __init__(self, ledger: Ledger, batch: str) -> None:
        self._ledger = ledger
        self.codes: dict[tuple[str, str], str] = {}
        """Stream by kind and code; of two with one code, the first."""
        self.persons: set[str] = set()
        """Those registered in the ledger."""
        self.states: dict[str, State] = {}
        self._passing: set[str] = set()
        self._before: dict[str, State | None] = {}
        self._codes_before: dict[tuple[str, str], str] = {}
        self._own = LedgerState()
        self._own.open_imports.add(batch)
        self.states[ledger.opening.stream] = self._own
        self.context = Context(self.states, self._own)
        self._read_codes()

    def _read_codes(self) -> None:
        streams: list[str] = []
        after = 0
        while page := self._ledger.store.page(after=after, count=_PAGE, types=list(_OPENING)):
            for entry in page:
                self.codes.setdefault((_OPENING[entry.type], from_json(entry.body)["code"]), entry.stream)
                streams.append(entry.stream)
            after = page[-1].position
        with self._ledger.store.reader() as reader:
            for entry in reader.after(dict.fromkeys(streams, 0)):
                self._fold(entry)
            for entry in reader.of_type(self._ledger.opening.stream, [PersonRegistered.TOPIC]):
                self.persons.add(from_json(entry.body)["person"])

    def _fold(self, entry: Entry) -> None:
        event = REGISTRY.read(entry.type, entry.body)
        state = self.states.get(entry.stream) or opened_state(event)
        if state is not None:
            self.states[entry.stream] = state
            state.apply(entry.id, event)

    def apply(self, proposed: Proposed) -> bool:
        """Take in an entry that the first pass found nothing wrong with, and say whether it opened a stream."""
        known = self.states.get(proposed.stream)
        if isinstance(known, _PEOPLES):
            return False  # all that is asked of people's streams is that they stand
        state = known or opened_state(proposed.event)
        if state is None:
            return False
        if isinstance(state, _PEOPLES):
            self._passing.add(proposed.stream)
        elif proposed.stream not in self._before:
            self._before[proposed.stream] = deepcopy(known)
        state.apply(proposed.id, proposed.event)
        self.states[proposed.stream] = state
        return known is None

    def begin(self) -> None:
        """Note how things stand before a batch, for ``undo``."""
        self._before.clear()
        self._codes_before = dict(self.codes)

    def undo(self) -> None:
        """Take back everything since ``begin``."""
        self.clear()
        self.codes = self._codes_before
        for stream, state in self._before.items():
            if state is None:
                self.states.pop(stream, None)
            else:  # in place: the context holds on to the ledger's own
                vars(self.states[stream]).update(vars(state))

    def forget(self, streams: Iterable[str]) -> None:
        """Take back streams that a record opened of which something else turned out wrong."""
        for stream in streams:
            self.states.pop(stream, None)
            self._passing.discard(stream)

    def requisition_of(self, candidacy: str) -> str | None:
        """Answer with the requisition of a candidacy of this batch."""
        state = self.states.get(candidacy)
        return state.requisition if isinstance(state, CandidacyState) else None

    def stand(self, stream: str) -> None:
        """Note that a candidate's stream is open."""
        self._pass(stream, CandidateState())

    def candidacy(self, stream: str, candidate: str, requisition: str) -> None:
        """Note that a candidacy's stream is open, and whose it is."""
        state = CandidacyState()
        state.candidate, state.requisition = candidate, requisition
        self._pass(stream, state)
        self.stand(candidate)

    def opened(self, entries: Iterable[Entry]) -> None:
        """Note streams of people by their first entries."""
        for entry in entries:
            event = REGISTRY.read(entry.type, entry.body)
            if isinstance(event, CandidacyOpened):
                self.candidacy(entry.stream, event.candidate, event.requisition)
            else:
                state = opened_state(event)
                if state is not None:
                    self._pass(entry.stream, state)

    def _pass(self, stream: str, state: State) -> None:
        if stream not in self.states:
            self._passing.add(stream)
            self.states[stream] = state

    def clear(self) -> None:
        """Let go of the people of a batch."""
        for stream in self._passing:
            self.states.pop(stream, None)
        self._passing.clear()

    def bound(self, requisition: str | None, occurred_at: Moment) -> tuple[str, int] | None:
        """Answer with the standard and version in force for a requisition at a moment, as a draft writes it.

        Before any was in force it is the first that ever was: what happened earlier is recorded all the same.
        """
        state = self.states.get(requisition or "")
        if not isinstance(state, RequisitionState):
            return None
        binding = state.bound_at(bounds(occurred_at))
        binding = binding or min(state.bindings.values(), key=lambda each: each.since.first, default=None)
        return None if binding is None else (binding.standard, binding.standard_version)

"""What a refusal may look at: the states of the streams a draft touches, inside the writer's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from evenhand.events.base import Event, StreamKind
from evenhand.rules.states import (
    CandidacyState,
    CandidateState,
    LedgerState,
    RequisitionState,
    StandardState,
    State,
)

S = TypeVar("S", bound=State)


class Proposed(NamedTuple):
    """An event that somebody wants to append, with the stream and the id it is to have."""

    stream: str
    id: str
    event: Event


class Context:
    """States by stream id, and the ledger's own; a stream that is not here has not been opened."""

    def __init__(self, states: Mapping[str, State], ledger: LedgerState) -> None:
        """Take the folded states of every stream a batch of drafts touches."""
        self._states = states
        self.ledger = ledger

    def state(self, stream: str) -> State | None:
        """Answer with a stream's state, whatever its kind."""
        return self._states.get(stream)

    def of(self, kind: type[S], stream: str | None) -> S | None:
        """Answer with a stream's state if it is of this kind."""
        found = self._states.get(stream) if stream is not None else None
        return found if isinstance(found, kind) else None

    def candidacy(self, proposed: Proposed) -> CandidacyState | None:
        """Answer with the candidacy a draft belongs to."""
        return self.of(CandidacyState, proposed.stream)

    def requisition(self, proposed: Proposed) -> RequisitionState | None:
        """Answer with the requisition of the candidacy a draft belongs to."""
        candidacy = self.candidacy(proposed)
        return self.of(RequisitionState, candidacy.requisition) if candidacy else None

    def standard(self, stream: str | None) -> StandardState | None:
        """Answer with a standard."""
        return self.of(StandardState, stream)

    def same_person(self, candidate: str) -> frozenset[str]:
        """Answer with every candidate stream merged with this one, itself among them."""
        links = [
            (stream, into)
            for stream, state in self._states.items()
            if isinstance(state, CandidateState)
            for into in state.merges.values()
        ]
        group = {candidate}
        grown = True
        while grown:
            more = {end for link in links if group & set(link) for end in link} - group
            group |= more
            grown = bool(more)
        return frozenset(group)

    def applications_of(self, candidates: frozenset[str]) -> frozenset[str]:
        """Answer with the candidacies of these candidates, as far as they are loaded, and their requisitions."""
        return frozenset(
            named
            for stream, state in self._states.items()
            if isinstance(state, CandidacyState) and state.candidate in candidates
            for named in (stream, state.requisition)
        )


Check = Callable[[Context, Proposed], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that stops an append: what it says, which events it concerns, what it reads, whether imports obey it."""

    name: str
    says: str
    on: tuple[type[Event], ...]
    reads: tuple[StreamKind, ...]
    imported: bool
    check: Check


def refusal(
    name: str, *, on: tuple[type[Event], ...], reads: tuple[StreamKind, ...], imported: bool = False
) -> Callable[[Check], Refusal]:
    """Make a refusal of a function that yields what is wrong; the first line of its docstring is the rule it states."""

    def make(check: Check) -> Refusal:
        says = (check.__doc__ or "").partition("\n")[0]
        return Refusal(name, says, on, reads, imported, check)

    return make


class Violation(NamedTuple):
    """One reason why a draft is refused: which rule, and what to do."""

    refusal: str
    message: str

"""What the entries of a stream amount to, folded one after another: just what refusals need to know.

A state is built from its stream's entries alone, in order, so it is the same at an append and when the ledger is
checked years later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from evenhand.calendar.moments import Bounds, bounds
from evenhand.events.base import Event, StreamKind
from evenhand.events.candidacy import (
    CandidacyOpened,
    DecisionAppealed,
    DecisionMade,
    DecisionOverturned,
    ScorecardAmended,
    ScorecardSubmitted,
    StageEntered,
)
from evenhand.events.candidate import CandidateErased, CandidateMerged, CandidateSeparated
from evenhand.events.ledger import (
    HoldPlaced,
    HoldReleased,
    ImportBegun,
    ImportFinished,
    LedgerOpened,
    LogKeyRotated,
    PersonErased,
    PersonRegistered,
)
from evenhand.events.policy import PolicyAdopted
from evenhand.events.reflection import EntryCorrected
from evenhand.events.requisition import RequisitionClosed, RequisitionOpened, RequisitionRebound, RequisitionReopened
from evenhand.events.standard import StandardAdopted, StandardRetired
from evenhand.standard.decide import Scored


class State:
    """What every stream has: its kind, its version, and which entries it holds."""

    KIND: ClassVar[StreamKind]

    def __init__(self) -> None:
        self.version = 0
        self.types: dict[str, str] = {}
        """Entry id to topic."""

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        self.version += 1
        self.types[entry_id] = event.TOPIC

    def references(self) -> Iterator[str]:
        """Name the streams this one rests on."""
        return iter(())


class LedgerState(State):
    """Holds in force, imports under way, persons known, the key that signs."""

    KIND = StreamKind.LEDGER

    def __init__(self) -> None:
        super().__init__()
        self.holds: dict[str, tuple[str, ...]] = {}
        self.open_imports: set[str] = set()
        self.persons: set[str] = set()
        self.erased_persons: set[str] = set()
        self.origin = ""
        self.log_key = ""

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        match event:
            case LedgerOpened():
                self.origin, self.log_key = event.origin, event.log_key
            case LogKeyRotated():
                self.log_key = event.log_key
            case HoldPlaced():
                self.holds[entry_id] = event.subjects
            case HoldReleased():
                self.holds.pop(event.hold, None)
            case ImportBegun():
                self.open_imports.add(entry_id)
            case ImportFinished():
                self.open_imports.discard(event.batch)
            case PersonRegistered():
                self.persons.add(event.person)
            case PersonErased():
                self.erased_persons.add(event.person)
            case _:
                pass

    def held(self, subject: str) -> bool:
        """Say whether a legal hold in force names the subject."""
        return any(subject in subjects for subjects in self.holds.values())


class StandardState(State):
    """The versions of one standard."""

    KIND = StreamKind.STANDARD

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[int, StandardAdopted] = {}
        self.retired: set[int] = set()

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        if isinstance(event, StandardAdopted):
            self.versions[event.standard_version] = event
        elif isinstance(event, StandardRetired):
            retired = self.versions if event.standard_version is None else [event.standard_version]
            self.retired.update(retired)


class PolicyState(State):
    """The versions of one policy."""

    KIND = StreamKind.POLICY

    def __init__(self) -> None:
        super().__init__()
        self.versions: set[int] = set()

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        if isinstance(event, PolicyAdopted):
            self.versions.add(event.policy_version)


class Binding(NamedTuple):
    """From when on a version of a standard held for a requisition."""

    since: Bounds
    standard: str
    standard_version: int


class RequisitionState(State):
    """What is bound to a requisition, since when."""

    KIND = StreamKind.REQUISITION

    def __init__(self) -> None:
        super().__init__()
        self.bindings: dict[str, Binding] = {}
        self.policies: set[str] = set()
        self.closed = False

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        match event:
            case RequisitionOpened() | RequisitionRebound():
                self.bindings[entry_id] = Binding(bounds(event.occurred_at), event.standard, event.standard_version)
                if event.policy is not None:
                    self.policies.add(event.policy)
            case RequisitionClosed():
                self.closed = True
            case RequisitionReopened():
                self.closed = False
            case EntryCorrected():
                self._correct(event)
            case _:
                pass

    def bound_at(self, moment: Bounds) -> Binding | None:
        """Answer with the binding in force at a moment: the latest that was, or may have been, no later."""
        latest: Binding | None = None
        for each in self.bindings.values():  # in the order recorded, so that of two at one time the later entry counts
            if each.since.may_precede(moment) and (latest is None or each.since.first >= latest.since.first):
                latest = each
        return latest

    def references(self) -> Iterator[str]:
        """Name the standards and policies that were ever bound."""
        yield from {each.standard for each in self.bindings.values()}
        yield from self.policies

    def _correct(self, event: EntryCorrected) -> None:
        if event.target not in self.bindings:
            return
        if event.kind == "duplicate":
            del self.bindings[event.target]
        elif event.fields.occurred_at is not None:
            since = bounds(event.fields.occurred_at)
            self.bindings[event.target] = self.bindings[event.target]._replace(since=since)


class CandidateState(State):
    """Merges of one candidate, and whether they were erased."""

    KIND = StreamKind.CANDIDATE

    def __init__(self) -> None:
        super().__init__()
        self.merges: dict[str, str] = {}
        """Entry id of the merge to the candidate merged into."""
        self.erased = False

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        match event:
            case CandidateMerged():
                self.merges[entry_id] = event.into
            case CandidateSeparated():
                self.merges.pop(event.merge, None)
            case CandidateErased():
                self.erased = True
            case _:
                pass

    def references(self) -> Iterator[str]:
        """Name the candidates this one was merged into."""
        yield from self.merges.values()


class Card(NamedTuple):
    """One scorecard as recorded."""

    visit: str
    occurred: Bounds
    scored: Scored


class Decided(NamedTuple):
    """One decision as recorded."""

    visit: str
    outcome: str
    deciders: frozenset[str]

    @property
    def final(self) -> bool:
        """Say whether it decides: a deferral does not."""
        return self.outcome != "defer"


class CandidacyState(State):
    """Visits, scorecards, decisions and appeals of one candidacy."""

    KIND = StreamKind.CANDIDACY

    def __init__(self) -> None:
        super().__init__()
        self.candidate = ""
        self.requisition = ""
        self.visits: dict[str, str] = {}
        self.cards: dict[str, Card] = {}
        self.decisions: dict[str, Decided] = {}
        """Those that were not corrected away; an overturned one is among them."""
        self.overturned: dict[str, str] = {}
        """Entry id of the overturning to the decision, which stands again if the overturning is corrected away."""
        self.appeals: dict[str, str] = {}

    def apply(self, entry_id: str, event: Event) -> None:
        """Take in the stream's next entry."""
        super().apply(entry_id, event)
        match event:
            case CandidacyOpened():
                self.candidate, self.requisition = event.candidate, event.requisition
            case StageEntered():
                self.visits[entry_id] = event.stage
            case ScorecardSubmitted() | ScorecardAmended():
                ratings = {each.criterion: each.score for each in event.ratings}
                self.cards[entry_id] = Card(event.visit, bounds(event.occurred_at), Scored(event.author, ratings))
            case DecisionMade():
                self.decisions[entry_id] = Decided(event.visit, event.outcome, frozenset(event.deciders))
            case DecisionOverturned():
                self.overturned[entry_id] = event.decision
            case DecisionAppealed():
                self.appeals[entry_id] = event.decision
            case EntryCorrected():
                self._correct(event)
            case _:
                pass

    def references(self) -> Iterator[str]:
        """Name the candidate and the requisition."""
        yield from (each for each in (self.candidate, self.requisition) if each)

    def final_decisions(self) -> dict[str, Decided]:
        """Answer with the final decisions that stand, by their ids: neither overturned nor corrected away."""
        overturned = set(self.overturned.values())
        return {name: each for name, each in self.decisions.items() if each.final and name not in overturned}

    def final_decision(self, visit: str) -> str | None:
        """Answer with the id of the final decision that stands on a visit."""
        return next((name for name, each in self.final_decisions().items() if each.visit == visit), None)

    def standing_cards(self, visit: str, decided: Bounds) -> list[Scored]:
        """Answer with the scorecards that stand for a decision: of each author the latest no later than it."""
        latest: dict[str, Card] = {}
        for card in self.cards.values():
            if card.visit != visit or not card.occurred.may_precede(decided):
                continue
            before = latest.get(card.scored.author)
            if before is None or card.occurred.first >= before.occurred.first:
                latest[card.scored.author] = card
        return [card.scored for card in latest.values()]

    def _correct(self, event: EntryCorrected) -> None:
        if event.kind in {"duplicate", "wrong_candidacy"}:
            self.cards.pop(event.target, None)
            self.visits.pop(event.target, None)
            self.decisions.pop(event.target, None)
            if event.kind == "duplicate":  # under another candidacy an overturning still names its decision
                self.overturned.pop(event.target, None)
        elif event.fields.occurred_at is not None and event.target in self.cards:
            occurred = bounds(event.fields.occurred_at)
            self.cards[event.target] = self.cards[event.target]._replace(occurred=occurred)


class RetrospectiveState(State):
    """One retrospective."""

    KIND = StreamKind.RETROSPECTIVE


STATES: dict[StreamKind, type[State]] = {
    each.KIND: each
    for each in (
        LedgerState,
        StandardState,
        PolicyState,
        RequisitionState,
        CandidateState,
        CandidacyState,
        RetrospectiveState,
    )
}


def opened_state(event: Event) -> State | None:
    """Begin the state of a stream from its first entry, or answer none if the event opens no stream."""
    return STATES[event.STREAMS[0]]() if event.OPENS else None

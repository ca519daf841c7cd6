"""What a ledger knows beside a message: the outcome, the criteria in force, the candidate's name and consents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from evenhand.calendar.moments import Bounds
from evenhand.cli.binding import Bound, occurred
from evenhand.events.candidacy import CandidacyOpened, DecisionMade
from evenhand.events.candidate import CandidateRegistered, ConsentGiven, ConsentWithdrawn
from evenhand.events.entry import Entry
from evenhand.events.standard import StandardAdopted
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.rules.states import CandidacyState
from evenhand.texts.message import Criterion, Known, Outcome

_KEEPS_IN_TOUCH = ("talent_pool", "keep_in_touch")


class Beside:
    """What is known beside the messages of a batch; decisions of the same batch are known too."""

    def __init__(self, ledger: Ledger, drafts: Sequence[Draft] = (), *, purpose: str) -> None:
        """``purpose`` is what the vault notes when a name is opened."""
        self._ledger = ledger
        self._purpose = purpose
        self._bound = Bound(ledger, drafts)
        self._decided = {each.id: each.body.get("outcome") for each in drafts if each.topic == DecisionMade.TOPIC}
        self._states: dict[str, CandidacyState] = {}
        self._candidates: dict[str, list[Entry]] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def known(self, draft: Draft) -> Known:
        """Answer with what is known beside one message."""
        moment = occurred(draft.body)
        return Known(
            outcome=self._outcome(draft),
            criteria=self._criteria(draft.stream, moment) if moment else (),
            names=self._names.get(self._state(draft.stream).candidate, ()),
            consent=self._consents(draft, moment) if moment else None,
        )

    def open_names(self, candidacies: Iterable[str]) -> None:
        """Open the names of all their candidates at once, so that the vault notes one opening."""
        people = {self._state(each).candidate for each in candidacies} - {""}
        entries = [first for each in sorted(people) if (first := next(iter(self._candidate(each)), None))]
        named = [each for each in entries if self._has_name(each)]
        for entry, body in zip(named, self._ledger.opened(named, purpose=self._purpose), strict=True):
            if body and body.get("name"):
                self._names[entry.stream] = (str(body["name"]),)

    def _has_name(self, entry: Entry) -> bool:
        event = self._ledger.event(entry)
        return isinstance(event, CandidateRegistered) and event.name is not None

    def _state(self, candidacy: str) -> CandidacyState:
        if candidacy not in self._states:
            state = self._states[candidacy] = CandidacyState()
            entries = self._ledger.stream(candidacy)
            if entries and entries[0].type == CandidacyOpened.TOPIC:
                for entry in entries:
                    state.apply(entry.id, self._ledger.event(entry))
        return self._states[candidacy]

    def _candidate(self, stream: str) -> list[Entry]:
        if stream not in self._candidates:
            self._candidates[stream] = self._ledger.stream(stream)
        return self._candidates[stream]

    def _outcome(self, draft: Draft) -> Outcome | None:
        """Answer with the outcome of the decision it names, else of the latest that stands."""
        named = draft.body.get("decision")
        state = self._state(draft.stream)
        if isinstance(named, str):
            if named in self._decided:
                return cast("Outcome | None", self._decided[named])
            return cast("Outcome", state.decisions[named].outcome) if named in state.decisions else None
        overturned = set(state.overturned.values())
        standing = [each for name, each in state.decisions.items() if name not in overturned]
        return cast("Outcome", standing[-1].outcome) if standing else None

    def _criteria(self, candidacy: str, moment: Bounds) -> tuple[Criterion, ...]:
        requisition = self._bound.requisition(candidacy)
        binding = self._bound.state(requisition).bound_at(moment) if requisition else None
        if binding is None:
            return ()
        for entry in self._ledger.stream(binding.standard):
            event = self._ledger.event(entry)
            if isinstance(event, StandardAdopted) and event.standard_version == binding.standard_version:
                return criteria_of(event.model_dump()["criteria"])
        return ()

    def _consents(self, draft: Draft, moment: Bounds) -> bool:
        """Whether a consent to keep in touch stands at that moment: given before, not withdrawn, not run out."""
        standing: set[str] = set()
        for entry in self._candidate(self._state(draft.stream).candidate):
            event = self._ledger.event(entry)
            if isinstance(event, ConsentGiven) and event.purpose in _KEEPS_IN_TOUCH:
                if event.until is None or event.until >= moment.first.date().isoformat():
                    standing.add(entry.id)
            elif isinstance(event, ConsentWithdrawn):
                standing.discard(event.consent)
        return bool(standing)


def criteria_of(declared: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Answer with criteria as the checks know them: code, and name in each language."""
    return tuple(
        Criterion(str(each["criterion"]), tuple(name for name in each["names"].values() if name)) for each in declared
    )

"""Fill in the standard that holds for a decision or a scorecard: the version bound when it occurred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from evenhand.calendar.moments import Bounds, bounds
from evenhand.clock import system_clock
from evenhand.errors import EvenhandError
from evenhand.events.base import Moment
from evenhand.events.candidacy import CandidacyOpened, DecisionMade, ScorecardAmended, ScorecardSubmitted
from evenhand.events.registry import REGISTRY
from evenhand.events.requisition import RequisitionOpened, RequisitionRebound
from evenhand.ledger.drafts import Defaults, Draft, as_json, build
from evenhand.ledger.ledger import Ledger
from evenhand.rules.states import RequisitionState

_DECIDED_BY_A_STANDARD: Final = frozenset(each.TOPIC for each in (DecisionMade, ScorecardSubmitted, ScorecardAmended))
_BINDS: Final = frozenset(each.TOPIC for each in (RequisitionOpened, RequisitionRebound))


def with_standards(ledger: Ledger, drafts: Sequence[Draft]) -> list[Draft]:
    """Answer with the drafts, each decision and scorecard that names no standard naming the one in force.

    Where none can be found the draft stays as it is: what is wrong with it is for the rules to say.
    """
    if not any(_wanting(each) for each in drafts):
        return list(drafts)
    found = Bound(ledger, drafts)
    return [_named(each, found) if _wanting(each) else each for each in drafts]


def _wanting(draft: Draft) -> bool:
    return draft.topic in _DECIDED_BY_A_STANDARD and not {"standard", "standard_version"} & set(draft.body)


def _named(draft: Draft, found: Bound) -> Draft:
    at = occurred(draft.body)
    requisition = found.requisition(draft.stream)
    binding = found.state(requisition).bound_at(at) if requisition and at else None
    if binding is None:
        return draft
    body = {**draft.body, "standard": binding.standard, "standard_version": binding.standard_version}
    return Draft(draft.topic, draft.stream, body, draft.id)


def occurred(body: Any) -> Bounds | None:
    """Answer with when a draft says it happened, now if it says nothing; none if that is no time."""
    given = body.get("occurred_at")
    if given is None:
        now = system_clock()
        return Bounds(now, now)
    try:
        moment = Moment.model_validate_json(to_json(given))
        ZoneInfo(moment.zone)
        return bounds(moment)
    except (ValidationError, PydanticSerializationError, ValueError, OverflowError):
        return None


class Bound:
    """What is bound to requisitions, each read once; requisitions and candidacies of the same batch are known too."""

    def __init__(self, ledger: Ledger, drafts: Sequence[Draft]) -> None:
        self._ledger = ledger
        self._requisitions = {
            each.stream: str(each.body.get("requisition")) for each in drafts if each.topic == CandidacyOpened.TOPIC
        }
        self._drafts = [each for each in drafts if each.topic in _BINDS]
        self._states: dict[str, RequisitionState] = {}

    def requisition(self, candidacy: str) -> str | None:
        """Answer with the requisition of a candidacy."""
        if candidacy not in self._requisitions:
            first = next(iter(self._ledger.store.stream(candidacy, count=1)), None)
            opened = first is not None and first.type == CandidacyOpened.TOPIC
            self._requisitions[candidacy] = str(from_json(first.body)["requisition"]) if first and opened else ""
        return self._requisitions[candidacy] or None

    def state(self, requisition: str) -> RequisitionState:
        """Answer with what was bound to a requisition, and when."""
        if requisition not in self._states:
            state = self._states[requisition] = RequisitionState()
            for entry in self._ledger.stream(requisition):
                state.apply(entry.id, self._ledger.event(entry))
            self._apply_drafts(requisition, state)
        return self._states[requisition]

    def _apply_drafts(self, requisition: str, state: RequisitionState) -> None:
        """Take in the bindings of the same batch, as far as they are whole."""
        defaults = Defaults(system_clock(), self._ledger.zone, self._ledger.actor)
        for number, draft in enumerate(self._drafts):
            if draft.stream != requisition:
                continue
            try:
                event, _ = build(REGISTRY.writable(draft.topic), defaults.fill(as_json(draft)))
            except EvenhandError:
                continue
            state.apply(f"draft {number}", event)

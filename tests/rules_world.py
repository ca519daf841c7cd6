"""A small world of hiring in memory: facts are folded as the ledger folds them, and drafts are put before the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from pydantic_core import to_json

from evenhand.events.registry import REGISTRY, parse
from evenhand.rules.check import check
from evenhand.rules.context import Context, Proposed, Violation
from evenhand.rules.states import LedgerState, State, opened_state
from evenhand.words import translator

CHINESE = translator("zh")
ZONE = "Europe/Berlin"
POINT = 1_000_000
BOX = "seal:1:00000000-0000-4000-8000-000000000000:AAAA"


def ident(number: int) -> str:
    return str(UUID(int=0x4000 << 64 | 0x8000 << 48 | number))


def at(day: str, time: str | None = None) -> dict[str, str]:
    if time is None:
        return {"at": day, "zone": ZONE, "precision": "day"}
    return {"at": f"{day}T{time}:00+00:00", "zone": ZONE, "precision": "instant"}


STANDARD: dict[str, Any] = {
    "standard_version": 1,
    "code": "engineer",
    "names": {"en": "Engineer"},
    "criteria": [
        {"criterion": "design", "names": {"en": "Design"}, "need": "required", "weight": POINT, "why": "the job"},
        {"criterion": "care", "names": {"en": "Care"}, "need": "optional", "weight": POINT,
         "floor": POINT, "why": "the job"},
    ],
    "scale": {"minimum": 0, "maximum": 5 * POINT},
    "stages": [
        {"stage": "cv", "names": {"en": "CV"}, "kind": "knockout",
         "questions": [{"question": "permit", "names": {"en": "Permit"}}]},
        {"stage": "onsite", "names": {"en": "On site"}, "kind": "scored",
         "advance_bar": 4 * POINT, "reject_bar": 3 * POINT, "minimum_scorecards": 1},
        {"stage": "chat", "names": {"en": "Chat"}, "kind": "unscored"},
    ],
    "reason_codes": [
        {"code": "below-bar", "names": {"en": "Below the bar"}, "party": "employer", "needs_criterion": True},
        {"code": "filled", "names": {"en": "Filled"}, "party": "neither", "capacity": "filled",
         "needs_criterion": False},
        {"code": "other-offer", "names": {"en": "Other offer"}, "party": "candidate", "needs_criterion": False},
    ],
    "why": "to hire by one measure",
}  # fmt: skip


@dataclass
class World:
    """Streams that stand, and a clock that nobody has to look at."""

    states: dict[str, State] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(100))
    ledger: str = ident(1)
    standard: str = ident(2)
    requisition: str = ident(3)
    candidate: str = ident(4)
    candidacy: str = ident(5)
    visit: str = ""

    def draft(self, topic: str, stream: str, *, imported: str | None = None, **body: Any) -> Proposed:
        basis = {"kind": "imported", "batch": imported} if imported else {"kind": "observed"}
        whole = {"occurred_at": at("2026-07-03", "10:00"), "actor": ident(9), "basis": basis, "rules": 1} | body
        event = parse(REGISTRY.event_class(topic), to_json(whole))
        return Proposed(stream, ident(next(self.numbers)), event)

    def record(self, topic: str, stream: str, **body: Any) -> str:
        """Take a fact in unquestioned, as the ledger takes in what it stored."""
        proposed = self.draft(topic, stream, **body)
        state = self.states.get(stream) or opened_state(proposed.event)
        assert state is not None
        self.states[stream] = state
        state.apply(proposed.id, proposed.event)
        return proposed.id

    def violations(self, topic: str, stream: str, **body: Any) -> list[str]:
        """Put a draft before the rules, and answer with the names of those that stop it."""
        return [each.refusal for each in self.refused(topic, stream, **body)]

    def refused(self, topic: str, stream: str, **body: Any) -> tuple[Violation, ...]:
        """Put a draft before the rules, and answer with what each that stops it says, which it can say in Chinese."""
        ledger = self.states[self.ledger]
        assert isinstance(ledger, LedgerState)
        found = check(Context(self.states, ledger), self.draft(topic, stream, **body))
        assert all(CHINESE.sentence(each.message) != each.message for each in found)
        return found

    def decide(self, **body: Any) -> list[str]:
        """Put a decision on the visit before the rules; by default one that nothing is wrong with."""
        whole = {"visit": self.visit, "outcome": "advance", "automation": "none", "deciders": [ident(7)],
                 "standard": self.standard, "standard_version": 1} | body  # fmt: skip
        return self.violations("decision.made.v1", self.candidacy, **whole)

    def score(self, design: int | None, *, author: int = 7, **body: Any) -> str:
        ratings = [{"criterion": "design"} | ({} if design is None else {"score": design * POINT})]
        whole = {"visit": self.visit, "author": ident(author), "standard": self.standard, "standard_version": 1,
                 "ratings": ratings, "occurred_at": at("2026-07-03", "09:00")} | body  # fmt: skip
        return self.record("scorecard.submitted.v1", self.candidacy, **whole)


@pytest.fixture
def world() -> World:
    """One candidate in the scored stage of one requisition."""
    w = World()
    early = {"occurred_at": at("2026-07-01")}
    key = "com.example+00000000+AA=="
    w.record("ledger.opened.v1", w.ledger, format=1, origin="example.com/hiring", created="2026-07-01T00:00:00Z",
             zone=ZONE, algorithms={}, log_key=key, **early)  # fmt: skip
    w.record("standard.adopted.v1", w.standard, **STANDARD, **early)
    w.record("requisition.opened.v1", w.requisition, code="eng-1", title="Engineer", unit="R&D", location="Berlin",
             zone=ZONE, headcount=1, standard=w.standard, standard_version=1, **early)  # fmt: skip
    w.record("candidate.registered.v1", w.candidate, key_commitment="0" * 64, **early)
    w.record(
        "candidacy.opened.v1", w.candidacy, candidate=w.candidate, requisition=w.requisition, route="external", **early
    )
    w.visit = w.record("stage.entered.v1", w.candidacy, stage="onsite", **early)
    return w

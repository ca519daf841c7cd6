"""A small ledger on disk with one candidacy in the scored stage: what tests of the upper rooms begin with.

from hiring import Hiring, open_hiring
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from evenhand import Draft, Entry, Ledger
from evenhand.clock import stepping_clock
from evenhand.events.ids import new_id
from rules_world import STANDARD

START = datetime(2026, 7, 1, 8, tzinfo=UTC)
DAY = {"at": "2026-07-01", "zone": "Europe/Berlin", "precision": "day"}


def seeded(seed: int = 7) -> Callable[[int], bytes]:
    return Random(seed).randbytes


@dataclass
class Hiring:
    """A ledger, its folder, and the streams that stand in it."""

    folder: Path
    ledger: Ledger
    standard: str
    requisition: str
    candidate: str
    candidacy: str
    visit: str
    ids: Callable[[], str]

    def append(self, topic: str, stream: str, *, entry_id: str | None = None, **body: Any) -> Entry:
        return self.ledger.append([Draft(topic, stream, body, entry_id)])[0]

    def decision(self, **body: Any) -> dict[str, Any]:
        return {"visit": self.visit, "outcome": "advance", "automation": "none",
                "standard": self.standard, "standard_version": 1} | body  # fmt: skip

    def again(self, **more: Any) -> Ledger:
        """Open the same ledger a second time."""
        return Ledger.open(self.folder, **({"clock": stepping_clock(START + timedelta(minutes=1))} | more))


def open_hiring(folder: Path, **more: Any) -> Hiring:
    clock = stepping_clock(START, timedelta(seconds=1))
    settings: dict[str, Any] = {
        "origin": "example.com/hiring",
        "zone": "Europe/Berlin",
        "clock": clock,
        "entropy": seeded(),
    } | more
    ledger = Ledger.create(folder, **settings)
    numbers, entropy = count(1_782_900_000_000), seeded(8)

    def ids() -> str:
        return new_id(next(numbers), entropy)

    standard, requisition, candidate, candidacy, visit = (ids() for _ in range(5))
    ledger.append(
        [
            Draft("standard.adopted.v1", standard, STANDARD | {"occurred_at": DAY}),
            Draft("requisition.opened.v1", requisition,
                  {"code": "eng-1", "title": "Engineer", "unit": "R&D", "location": "Berlin", "zone": "Europe/Berlin",
                   "headcount": 1, "standard": standard, "standard_version": 1, "occurred_at": DAY}),
            Draft("candidate.registered.v1", candidate, {"name": "Robin Example", "contact": "robin@example.com"}),
            Draft("candidacy.opened.v1", candidacy,
                  {"candidate": candidate, "requisition": requisition, "route": "external"}),
            Draft("stage.entered.v1", candidacy, {"stage": "onsite"}, visit),
            Draft("scorecard.submitted.v1", candidacy,
                  {"visit": visit, "author": ids(), "standard": standard, "standard_version": 1,
                   "ratings": [{"criterion": "design", "score": 4_000_000, "evidence": "drew the whole system"}],
                   "comment": "calm and exact"}),
        ]
    )  # fmt: skip
    return Hiring(folder, ledger, standard, requisition, candidate, candidacy, visit, ids)

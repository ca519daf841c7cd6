"""Append through the ledger, refusals and keys included: entries a second, beside the same entries without either.

Candidacies as they come in: a new candidate with two sealed fields, a candidacy, a stage, a scorecard with two sealed
texts, a rejection with one; batches of 1,000, a real vault, every rule asked.

    python benchmarks/ledger.py [CANDIDACIES]
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from evenhand import Draft, Ledger
from evenhand.clock import stepping_clock
from evenhand.events.ids import new_id
from evenhand.store.shape import NewEntry
from evenhand.store.store import Store

BATCH = 1_000
PROMISED = 5_000
POINT = 1_000_000
START = datetime(2026, 1, 5, tzinfo=UTC)
DAY = {"at": "2026-01-04", "zone": "UTC", "precision": "day"}


def fresh() -> str:
    return new_id(int(START.timestamp() * 1000), os.urandom)


def opened(ledger: Ledger) -> tuple[str, str]:
    standard, requisition = fresh(), fresh()
    names = {"en": "Post"}
    bars = {"advance_bar": 3 * POINT, "reject_bar": 2 * POINT, "minimum_scorecards": 1}
    stage = {"stage": "onsite", "names": names, "kind": "scored"} | bars
    criteria = [{"criterion": "craft", "names": names, "need": "required", "weight": POINT, "why": "the job"}]
    reasons = [{"code": "below-bar", "names": names, "party": "employer", "needs_criterion": True}]
    scale = {"minimum": 0, "maximum": 5 * POINT}
    adopted = {"standard_version": 1, "code": "post", "names": names, "criteria": criteria, "stages": [stage],
               "scale": scale, "reason_codes": reasons, "why": "one measure"}  # fmt: skip
    post = {"code": "post-1", "title": "Post", "unit": "Unit", "location": "Here", "zone": "UTC", "headcount": 1,
            "standard": standard, "standard_version": 1}  # fmt: skip
    ledger.append(
        [
            Draft("standard.adopted.v1", standard, adopted | {"occurred_at": DAY}),
            Draft("requisition.opened.v1", requisition, post | {"occurred_at": DAY}),
        ]
    )
    return standard, requisition


def candidacy(standard: str, requisition: str) -> list[Draft]:
    candidate, stream, visit = fresh(), fresh(), fresh()
    bound = {"standard": standard, "standard_version": 1}
    ratings = [{"criterion": "craft", "score": POINT, "evidence": "drew half of it"}]
    reasons = [{"code": "below-bar", "criteria": ["craft"]}]
    return [
        Draft("candidate.registered.v1", candidate, {"name": "Robin Example", "contact": "robin@example.com"}),
        Draft("candidacy.opened.v1", stream, {"candidate": candidate, "requisition": requisition, "route": "external"}),
        Draft("stage.entered.v1", stream, {"stage": "onsite"}, visit),
        Draft("scorecard.submitted.v1", stream,
              {"visit": visit, "author": fresh(), "ratings": ratings, "comment": "calm"} | bound),
        Draft("decision.made.v1", stream,
              {"visit": visit, "outcome": "reject", "reasons": reasons, "automation": "none",
               "rationale": "as scored"} | bound),
    ]  # fmt: skip


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 6_000
    with TemporaryDirectory() as folder:
        clock = stepping_clock(START)
        with Ledger.create(Path(folder) / "ledger", origin="example.com/bench", zone="UTC", clock=clock) as ledger:
            standard, requisition = opened(ledger)
            drafts = [draft for _ in range(number) for draft in candidacy(standard, requisition)]
            batches = [drafts[at : at + BATCH] for at in range(0, len(drafts), BATCH)]
            begun, cpu = time.perf_counter(), time.process_time()
            for batch in batches:
                ledger.append(batch)
            whole, cpu = time.perf_counter() - begun, time.process_time() - cpu
            rows = [NewEntry(*entry[2:]) for entry in ledger.entries(after=3)]
        with Store.create(f"{folder}/bare.db") as store:
            begun = time.perf_counter()
            for at in range(0, len(rows), BATCH):
                store.transact(lambda _, at=at: rows[at : at + BATCH], clock=clock)  # type: ignore[misc] # bound now
            bare = time.perf_counter() - begun
    print(
        f"with refusals and keys: {len(drafts) / whole:,.0f} entries a second (promised: {PROMISED:,} on a quiet core)"
    )
    print(
        f"{len(drafts) / cpu:,.0f} entries a CPU second; {whole / bare:.1f} times the store alone with the same entries"
    )


if __name__ == "__main__":
    main()

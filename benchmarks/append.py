"""Batch append against the eventsourcing library's own SQLite recorder with its default mapper.

100,000 constructed decisions of about 750 bytes, 10 a stream, streams interleaved, batches of 1,000, synchronous=FULL,
all triggers and indexes on. Each round runs every side once, in turn; the ratio is that of the medians. Only mapping
and inserting are timed: the events are constructed before. Prints one line a side; exits 1 below the promise.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, UUIDAsHex
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from evenhand.clock import system_clock
from evenhand.events.base import Basis, Moment, Precision
from evenhand.events.candidacy import DecisionMade, KnockoutAnswer, Reason
from evenhand.events.ids import new_id
from evenhand.events.registry import REGISTRY
from evenhand.store import Store
from evenhand.store.mapper import Happening, LedgerMapper
from evenhand.store.recorder import LedgerRecorder

PROMISE = 1.25
BATCH = 1_000
A_STREAM = 10

Fact = dict[str, Any]


@dataclass(frozen=True)
class StockDecision(DomainEvent):
    """The fields of ``DecisionMade`` as the library's documentation has them: ids are UUIDs, values plain."""

    occurred_at: dict[str, str]
    actor: UUID
    basis: dict[str, str]
    rules: int
    visit: UUID
    outcome: str
    reasons: list[dict[str, Any]]
    deciders: list[UUID]
    standard: UUID
    standard_version: int
    automation: str
    knockout_answers: list[dict[str, Any]]


def facts(count: int) -> list[Fact]:
    """Make what each decision says, as plain values; the same numbers each time."""
    chance = random.Random(20260703)
    ids = [new_id(1_780_000_000_000 + n, chance.randbytes) for n in range(count + 40)]
    people = ids[-40:]
    streams = ids[: count // A_STREAM]
    return [
        {
            "stream": streams[n % len(streams)],
            "version": n // len(streams) + 1,
            "id": new_id(1_790_000_000_000 + n // 5, chance.randbytes),
            "at": f"2026-07-03T{n % 24:02}:{n % 60:02}:44+02:00",
            "actor": people[n % 40],
            "visit": ids[n],
            "scorecards": (ids[n - 1], ids[n - 2]),
            "deciders": (people[n % 37], people[n % 31]),
            "standard": people[n % 7],
        }
        for n in range(count)
    ]


def ours(fact: Fact) -> Happening:
    """Construct the event that this project records."""
    event = DecisionMade(
        occurred_at=Moment(at=fact["at"], zone="Europe/Berlin", precision=Precision.INSTANT),
        actor=fact["actor"],
        basis=Basis(kind="observed"),
        rules=1,
        visit=fact["visit"],
        outcome="reject",
        reasons=(
            Reason(code="evidence_below_bar", criteria=("product_sense", "analysis"), scorecards=fact["scorecards"]),
            Reason(code="written_exercise_below_floor", criteria=("writing",)),
        ),
        deciders=fact["deciders"],
        standard=fact["standard"],
        standard_version=3,
        automation="none",
        knockout_answers=(KnockoutAnswer(question="right_to_work", met=True),),
    )
    return Happening(fact["stream"], fact["version"], event, fact["id"])


def stock(fact: Fact) -> StockDecision:
    """Construct the event that somebody would record with the library as it comes."""
    return StockDecision(
        originator_id=UUID(fact["stream"]),
        originator_version=fact["version"],
        timestamp=datetime.fromisoformat(fact["at"]).astimezone(UTC),
        occurred_at={"at": fact["at"], "zone": "Europe/Berlin", "precision": "instant"},
        actor=UUID(fact["actor"]),
        basis={"kind": "observed"},
        rules=1,
        visit=UUID(fact["visit"]),
        outcome="reject",
        reasons=[
            {
                "code": "evidence_below_bar",
                "criteria": ["product_sense", "analysis"],
                "scorecards": [UUID(each) for each in fact["scorecards"]],
            },
            {"code": "written_exercise_below_floor", "criteria": ["writing"], "scorecards": []},
        ],
        deciders=[UUID(each) for each in fact["deciders"]],
        standard=UUID(fact["standard"]),
        standard_version=3,
        automation="none",
        knockout_answers=[{"question": "right_to_work", "met": True}],
    )


def run_ours(folder: Path, said: list[Fact]) -> tuple[float, float]:
    with Store.create(str(folder / "ledger.db")) as store:
        mapper = LedgerMapper(REGISTRY)
        recorder = LedgerRecorder(store, clock=system_clock, entropy=random.Random(1).randbytes)
        spent = timed(ours, mapper.to_stored_event, recorder.insert_events, said)
        assert store.head().position == len(said)
        assert not store.guards()
    return spent


def run_stock(folder: Path, said: list[Fact]) -> tuple[float, float]:
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(folder / "stock.db")))
    recorder.create_table()
    mapper: Mapper[UUID] = Mapper(transcoder)
    spent = timed(stock, mapper.to_stored_event, recorder.insert_events, said)
    assert recorder.max_notification_id() == len(said)
    recorder.datastore.close()
    return spent


def timed(
    construct: Callable[[Fact], Any],
    to_stored: Callable[[Any], Any],
    insert: Callable[[list[Any]], Any],
    said: list[Fact],
) -> tuple[float, float]:
    """Map and insert in batches, each constructed just before; answer with seconds elapsed and seconds of CPU."""
    wall = cpu = 0.0
    for start in range(0, len(said), BATCH):
        events = [construct(fact) for fact in said[start : start + BATCH]]
        begun, used = time.perf_counter(), time.process_time()
        insert([to_stored(event) for event in events])
        wall += time.perf_counter() - begun
        cpu += time.process_time() - used
    return wall, cpu


SIDES: dict[str, Callable[[Path, list[Fact]], tuple[float, float]]] = {"evenhand": run_ours, "stock": run_stock}


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--entries", type=int, default=100_000)
    given.add_argument("--rounds", type=int, default=5)
    arguments = given.parse_args()
    said = facts(arguments.entries)
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in SIDES}
    for _ in range(arguments.rounds):
        for name, run in SIDES.items():
            gc.collect()
            with tempfile.TemporaryDirectory() as folder:
                spent[name].append(run(Path(folder), said))
    median = {name: tuple(map(statistics.median, zip(*rounds, strict=True))) for name, rounds in spent.items()}
    for name, (wall, cpu) in median.items():
        print(f"{name:9} {1e6 * wall / len(said):6.2f} us an entry elapsed, {1e6 * cpu / len(said):6.2f} us of CPU")
    ratio = median["stock"][0] / median["evenhand"][0]
    print(f"ratio     {ratio:6.2f} (promised: {PROMISE}), by CPU {median['stock'][1] / median['evenhand'][1]:.2f}")
    return 0 if ratio >= PROMISE else 1


if __name__ == "__main__":
    sys.exit(main())

"""Batch append against the eventsourcing library's own SQLite recorder with its default mapper.

100,000 constructed decisions of about 750 bytes, 10 a stream, streams interleaved, batches of 1,000, synchronous=FULL,
all triggers and indexes on; then the same with a rationale of one sentence, which we seal and the library does not.
Each round runs both sides in turn; a ratio is that of the medians. Mapping, inserting and sealing are timed,
constructing the events is not. Exits 1 below what is promised; a busy disk brings all ratios nearer to 1.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
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
from evenhand.vault.boxes import associated_data
from evenhand.vault.subject_key import SubjectKey

BATCH = 1_000
A_STREAM = 10
RATIONALE = "Clear in discussion; the written exercise missed two of the three metrics."

Fact = dict[str, Any]


class Spent(NamedTuple):
    """Seconds elapsed and seconds of CPU."""

    wall: float
    cpu: float


Prepare = Callable[[Fact], Fact]


class Side(NamedTuple):
    """One way to append: construct an event, map it, insert a batch."""

    construct: Callable[[Fact], Any]
    to_stored: Callable[[Any], Any]
    insert: Callable[[list[Any]], Any]
    close: Callable[[], None]


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
    rationale: str | None


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
        rationale=fact.get("rationale"),
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
        rationale=fact.get("rationale"),
    )


def our_side(folder: Path) -> Side:
    """Make a store of ours, and a way to map and insert a batch."""
    store = Store.create(str(folder / "ledger.db"))
    recorder = LedgerRecorder(store, clock=system_clock, entropy=random.Random(1).randbytes)
    return Side(ours, LedgerMapper(REGISTRY).to_stored_event, recorder.insert_events, store.close)


def stock_side(folder: Path) -> Side:
    """Make a recorder of the library's with its default mapper, as they come."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(folder / "stock.db")))
    recorder.create_table()
    return Side(stock, Mapper[UUID](transcoder).to_stored_event, recorder.insert_events, recorder.datastore.close)


class Sealer:
    """Seals one rationale an entry; each stream is a candidate with a key."""

    def __init__(self, said: list[Fact]) -> None:
        chance = random.Random(2)
        self._keys = {fact["stream"]: SubjectKey(fact["stream"], chance.randbytes(32)) for fact in said}

    def __call__(self, fact: Fact) -> Fact:
        place = associated_data("ledger.example", fact["id"], DecisionMade.TOPIC, "/rationale")
        return fact | {"rationale": self._keys[fact["stream"]].seal(RATIONALE, place, os.urandom(12))}


def in_the_clear(fact: Fact) -> Fact:
    """Say the same sentence without sealing it."""
    return fact | {"rationale": RATIONALE}


def appended(make: Callable[[Path], Side], prepare: Prepare | None, said: list[Fact]) -> Spent:
    """Append everything to a new database; answer with what preparing, mapping and inserting took."""
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        side = make(Path(folder))
        steps = [step(side, prepare, said[start : start + BATCH]) for start in range(0, len(said), BATCH)]
        side.close()
    return Spent(*map(sum, zip(*steps, strict=True)))


def step(side: Side, prepare: Prepare | None, batch: list[Fact]) -> Spent:
    """Append one batch, its events constructed between the two parts that are timed."""
    begun, used = time.perf_counter(), time.process_time()
    said = [prepare(fact) for fact in batch] if prepare else batch
    prepared = Spent(time.perf_counter() - begun, time.process_time() - used)
    events = [side.construct(fact) for fact in said]
    begun, used = time.perf_counter(), time.process_time()
    side.insert([side.to_stored(event) for event in events])
    return Spent(prepared.wall + time.perf_counter() - begun, prepared.cpu + time.process_time() - used)


class Compared(NamedTuple):
    """What each side does to a fact first, and how many times faster ours is promised to be."""

    name: str
    ours: Prepare | None
    stock: Prepare | None
    promised: float


def main() -> int:
    """Run the rounds and print a line for each side and each ratio."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--entries", type=int, default=100_000)
    given.add_argument("--rounds", type=int, default=5)
    arguments = given.parse_args()
    said = facts(arguments.entries)
    kept = True
    for compared in (
        Compared("in the clear", None, None, 1.25),
        Compared("one box an entry", Sealer(said), in_the_clear, 1.0),
    ):
        rounds = [
            (appended(our_side, compared.ours, said), appended(stock_side, compared.stock, said))
            for _ in range(arguments.rounds)
        ]
        mine, theirs = (Spent(*map(statistics.median, zip(*side, strict=True))) for side in zip(*rounds, strict=True))
        kept &= report(compared, mine, theirs, len(said))
    return 0 if kept else 1


def report(compared: Compared, mine: Spent, theirs: Spent, entries: int) -> bool:
    """Print one comparison; answer whether the promise is kept."""
    for side, spent in (("evenhand", mine), ("stock", theirs)):
        wall, cpu = (1e6 * seconds / entries for seconds in spent)
        print(f"{compared.name}: {side:9} {wall:6.2f} us an entry elapsed, {cpu:6.2f} us of CPU")
    ratio = theirs.wall / mine.wall
    by_cpu = theirs.cpu / mine.cpu
    print(f"{compared.name}: {ratio:.2f} times as fast, {by_cpu:.2f} by CPU (promised: {compared.promised})")
    return ratio >= compared.promised


if __name__ == "__main__":
    sys.exit(main())

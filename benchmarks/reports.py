"""Measure the reports against the bare queries they rest on: ``python benchmarks/reports.py [ENTRIES]``.

By default over 1,000,000 entries. Every statement a report sends to DuckDB is taken down and then run again on freshly
opened facts with nothing around it; the report may take three times as long as that, and half a second. Opening the
facts and the boxes is left out of both, and so is what is drawn by chance, which has a limit of its own
(``consistency.py``). Exits 1 below the promise.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from pydantic_core import to_json

from evenhand import render
from evenhand.clock import stepping_clock
from evenhand.columns.facts import Facts, open_facts
from evenhand.events.ids import new_id
from evenhand.render.making import Options
from evenhand.store import NewEntry, Store, file_url

ENTRIES = 1_000_000
LEAST = Options(draws=1)  # as little as can be drawn
TIMES, MORE_SECONDS = 3.0, 0.5
RUNS = 3
BATCH = 10_000
POSTS = 200
POINT = 1_000_000
ZONE = "Asia/Shanghai"
BEGIN = datetime(2024, 7, 1, tzinfo=UTC)
AS_OF = datetime(2026, 7, 15, tzinfo=UTC)
REPORTS = ("consistency", "fairness", "latency", "communication", "retrospective")


class World:
    """Writes the entries of a large company: posts, candidates, two stages each, promises, notices, feedback."""

    def __init__(self) -> None:
        self.chance = random.Random(11)
        self.versions: dict[str, int] = {}
        self.answers: dict[str, dict[str, str] | None] = {}
        self.made = 0
        self.standard, self.policy, self.ledger = (self.new() for _ in range(3))
        self.people = [self.new() for _ in range(60)]
        self.posts = [self.new() for _ in range(POSTS)]

    def new(self) -> str:
        return new_id(1_700_000_000_000 + self.made, self.chance.randbytes)

    def entry(self, topic: str, stream: str, at: datetime, entry_id: str | None = None, /, **body: Any) -> NewEntry:
        self.versions[stream] = self.versions.get(stream, 0) + 1
        self.made += 1
        whole = {
            "occurred_at": {"at": at.isoformat(), "zone": ZONE, "precision": "instant"},
            "actor": self.people[self.made % 60],
            "basis": {"kind": "observed"},
            "rules": 1,
            **body,
        }
        return NewEntry(stream, self.versions[stream], entry_id or self.new(), topic, to_json(whole).decode())

    def entries(self, count: int) -> Iterator[NewEntry]:
        for made, entry in enumerate(self._all(), 1):
            yield entry
            if made == count:
                return

    def _all(self) -> Iterator[NewEntry]:
        yield from self._begin()
        while True:
            yield from self._candidacy()

    def _begin(self) -> Iterator[NewEntry]:
        yield self.entry(
            "ledger.opened.v1", self.ledger, BEGIN, format=1, origin="example.com/bench",
            created="2024-07-01T00:00:00Z",
            zone=ZONE, algorithms={}, log_key="example.com+00000000+AAAA",
        )  # fmt: skip
        criteria = [
            {"criterion": f"c{at}", "names": {"en": f"C{at}"}, "need": "required", "weight": POINT, "why": "job"}
            for at in range(3)
        ]
        stages: list[dict[str, Any]] = [
            {"stage": "cv", "names": {"en": "CV"}, "kind": "knockout",
             "questions": [{"question": "permit", "names": {"en": "Permit"}}]},
            {"stage": "interview", "names": {"en": "Interview"}, "kind": "scored", "advance_bar": 60 * POINT,
             "reject_bar": 40 * POINT, "minimum_scorecards": 2},
        ]  # fmt: skip
        codes = [{"code": "low", "names": {"en": "Low"}, "party": "employer", "needs_criterion": True}]
        yield self.entry(
            "standard.adopted.v1", self.standard, BEGIN, standard_version=1, code="std", names={"en": "S"}, why="job",
            criteria=criteria, scale={"minimum": 0, "maximum": 100 * POINT}, stages=stages, reason_codes=codes,
        )  # fmt: skip
        deadline = {"deadline": "told", "clock_from": "decision", "until": "outcome_told", "amount": 5, "unit": "days"}
        yield self.entry(
            "policy.adopted.v1", self.policy, BEGIN, policy_version=1, code="pol", names={"en": "P"}, why="people",
            deadlines=[deadline],
        )  # fmt: skip
        values = [{"code": code, "names": {"en": code}} for code in ("female", "male")]
        yield self.entry(
            "screen.adopted.v1", self.ledger, BEGIN, screen_version=1, citation="29 CFR 1607.4D", cited_on="2024-07-01",
            attributes=[{"code": "sex", "names": {"en": "Sex"}, "values": values}],
        )  # fmt: skip
        for at, post in enumerate(self.posts):
            yield self.entry(
                "requisition.opened.v1", post, BEGIN, code=f"post-{at}", title="t", unit="u", location="l", zone=ZONE,
                headcount=3, standard=self.standard, standard_version=1, policy=self.policy, policy_version=1,
            )  # fmt: skip

    def _candidacy(self) -> Iterator[NewEntry]:
        chance, candidate, stream = self.chance, self.new(), self.new()
        at = BEGIN + timedelta(days=chance.randrange(740), seconds=chance.randrange(86_400))
        yield self.entry("candidate.registered.v1", candidate, at, key_commitment="00" * 32)
        if chance.random() < 0.5:
            self.answers[candidate] = {"sex": chance.choice(("female", "male"))}
            yield self.entry("candidate.self_identified.v1", candidate, at, answers=box(chance, 340))
        yield self.entry(
            "candidacy.opened.v1",
            stream,
            at,
            candidate=candidate,
            requisition=chance.choice(self.posts),
            route="external",
        )
        visit = self.new()
        yield self.entry("stage.entered.v1", stream, at, visit, stage="cv")
        met = chance.random() < 0.7
        knockout: dict[str, Any] = {"knockout_answers": [{"question": "permit", "met": met}]}
        yield from self._decided(stream, visit, at + timedelta(days=2), advance=met, **knockout)
        if met:
            yield from self._interviewed(stream, at + timedelta(days=5))

    def _interviewed(self, stream: str, at: datetime) -> Iterator[NewEntry]:
        chance, visit = self.chance, self.new()
        yield self.entry("stage.entered.v1", stream, at, visit, stage="interview")
        yield self.entry(
            "promise.made.v1", stream, at, about="outcome", channel="email",
            by={"at": (at + timedelta(days=9)).date().isoformat(), "zone": ZONE, "precision": "day"},
        )  # fmt: skip
        yield self.entry("interview.held.v1", stream, at, visit=visit, form="video", interviewers=self.people[:2])
        level = chance.randrange(10, 90)
        for author in chance.sample(self.people, 2):
            ratings = [
                {"criterion": f"c{each}", "score": (level + chance.randrange(10)) * POINT, "evidence": box(chance, 200)}
                for each in range(3)
            ]
            yield self.entry(
                "scorecard.submitted.v1", stream, at, visit=visit, author=author, standard=self.standard,
                standard_version=1, ratings=ratings,
            )  # fmt: skip
        outcome = (level > 55) != (chance.random() < 0.02)
        yield from self._decided(stream, visit, at + timedelta(days=3), advance=outcome, rationale=box(chance, 500))
        if not outcome and chance.random() < 0.6:
            yield self.entry("feedback.given.v1", stream, at + timedelta(days=6), channel="email", segments=[])

    def _decided(self, stream: str, visit: str, at: datetime, *, advance: bool, **more: Any) -> Iterator[NewEntry]:
        decision = self.new()
        yield self.entry(
            "decision.made.v1", stream, at, decision, visit=visit, outcome="advance" if advance else "reject",
            reasons=[] if advance else [{"code": "low", "criteria": ["c1"], "scorecards": []}],
            deciders=self.people[:2], automation="none", standard=self.standard, standard_version=1, **more,
        )  # fmt: skip
        if self.chance.random() < 0.93:
            yield self.entry(
                "notice.given.v1", stream, at + timedelta(minutes=self.chance.randrange(14_000)), about="outcome",
                decision=decision, channel="email", text=box(self.chance, 700),
            )  # fmt: skip


class Listening:
    """A connection that takes down what it is asked, and otherwise does it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.asked: list[tuple[str, Sequence[Any] | None]] = []

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> Any:
        self.asked.append((sql, parameters))
        return self._connection.execute(sql, parameters)


def box(chance: random.Random, size: int) -> str:
    return f"seal:1:0197c4a8-0000-7000-8000-000000000000:{chance.randbytes(size // 2).hex()}"


def fill(path: Path, count: int) -> tuple[str, dict[str, dict[str, str] | None]]:
    """Write the ledger; answer with its address and with what the candidates answered."""
    url, world = file_url(path), World()
    clock = stepping_clock(datetime(2026, 7, 1, tzinfo=UTC), timedelta(milliseconds=1))
    source = world.entries(count)
    with Store.create(url) as store:
        while batch := [each for _, each in zip(range(BATCH), source, strict=False)]:
            store.transact(lambda _, batch=batch: batch, clock=clock)
    return url, world.answers


def opened(url: str, folder: Path) -> Facts:
    return open_facts(url, folder, as_of=(None, AS_OF), check=False)


def measured(name: str, url: str, folder: Path, answers: dict[str, dict[str, str] | None]) -> tuple[float, float]:
    """Answer with the seconds of the report and of its bare queries, each the best of a few runs."""
    whole, bare = [], []
    for _ in range(RUNS):
        with opened(url, folder) as facts:
            begun = time.perf_counter()
            render.write(render.build(name, facts, answers=answers, options=LEAST), "json")
            whole.append(time.perf_counter() - begun)
        with opened(url, folder) as facts:
            listening = Listening(facts.connection)
            render.build(name, replace(facts, connection=listening), answers=answers, options=LEAST)  # type: ignore[arg-type]  # listens
        with opened(url, folder) as facts:
            begun = time.perf_counter()
            for sql, parameters in listening.asked:
                facts.connection.execute(sql, parameters).fetchall()
            bare.append(time.perf_counter() - begun)
    return min(whole), min(bare)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, answers = fill(folder / "ledger.db", count)
        opened(url, folder).close()
        for report in REPORTS:
            whole, bare = measured(report, url, folder, answers)
            kept = whole <= TIMES * bare + MORE_SECONDS
            good &= kept
            print(
                f"{report}, {count:,} entries: {whole:.2f} s, its bare queries {bare:.2f} s, "
                f"allowed {TIMES * bare + MORE_SECONDS:.2f} s: {'kept' if kept else 'NOT KEPT'}"
            )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

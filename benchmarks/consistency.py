"""Measure consistency on a large company: ``python benchmarks/consistency.py [CANDIDACIES]``, by default 1,000,000.

The facts are made by SQL, as a sync would have left them: writing ten million entries takes longer than all that is
measured. Of each candidacy's entries those are there that these questions read. 5,000 people stand in each stratum.
What several questions read (which decision stands, which scorecard counts) is computed once before, as in a report, and
printed. Then, held to what is promised:

- replay, beside a bare query over the same scorecards that averages them per decision, author and criterion: three
  times as long at most; beside the average per author and criterion of the whole company it is only printed;
- inversions, from the replay to the people passed over: 30 s at most;
- all that draws by chance (direction by group, alpha of three criteria) and the interviewers' fit: a minute at most;
- the most memory the process took: 4 GB at most.

Exits 1 below the promise.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from evenhand import models
from evenhand.clock import stepping_clock
from evenhand.columns import sync, tables
from evenhand.columns.opened import open_log
from evenhand.columns.sandbox import connect
from evenhand.events.registry import REGISTRY
from evenhand.render import interviewers, inversions
from evenhand.render.making import Making, Spoken, Texts
from evenhand.store import Store, file_url
from evenhand.words import translator
from reports import World

CANDIDACIES = 1_000_000
IN_A_STRATUM = 5_000
AUTHORS = 60
RUNS = 3
TIMES, INVERSIONS, RESAMPLED, MEMORY_MB = 3.0, 30.0, 60.0, 4_096
AS_OF = datetime(2026, 7, 15, tzinfo=UTC)
POSITION = 10**12
BARE = """
    CREATE OR REPLACE TEMP TABLE bare AS SELECT decision, author, r.criterion AS criterion, avg(r.score) AS score
    FROM (SELECT decision, author, unnest(ratings) AS r FROM scorecard_effective) GROUP BY ALL
"""
COMPANY = """
    SELECT author, r.criterion, avg(r.score)
    FROM (SELECT author, unnest(ratings) AS r FROM scorecard_effective) GROUP BY ALL
"""
DRAWN = "CREATE TEMP MACRO drawn(i, k) AS CAST(hash(i * 1000 + k) % 2147483647 AS BIGINT)"
MADE = """
    CREATE TEMP TABLE made AS
    SELECT
        i,
        20_000 + 10 * i AS base,
        drawn(i, 1) % {posts} AS post,
        10 + drawn(i, 2) % 80 AS level,
        TIMESTAMP '2024-07-01' + to_minutes(CAST(drawn(i, 3) % 1_000_000 AS BIGINT)) AS happened,
        drawn(i, 4) % {authors} AS author,
        (drawn(i, 4) + 1 + drawn(i, 5) % ({authors} - 1)) % {authors} AS other
    FROM range({count}) AS r(i)
"""
ENVELOPE = """
    base + {place} AS position, TIMESTAMP '2026-07-01' AS recorded_at, base + {stream} AS stream_key,
    {version} AS version,
    named({place}, i) AS id, happened AS occurred_from, happened AS occurred_to, 'instant' AS occurred_precision,
    'UTC' AS occurred_zone, CAST(happened AS DATE) AS occurred_day, named(9, 0) AS actor, 'observed' AS basis,
    1 AS rules
"""
NAMED = "CREATE TEMP MACRO named(kind, i) AS CAST(printf('%08x-0000-8000-8000-%012x', kind, i) AS UUID)"
CARD = """
    named(2, i) AS visit, named(8, {author}) AS author, s.stream AS standard, 1 AS standard_version,
    [{{criterion: 'c0', score: (level + drawn(i, {seed}) % 10) * 1_000_000, has_evidence: false}},
     {{criterion: 'c1', score: (level + drawn(i, {seed} + 1) % 10) * 1_000_000, has_evidence: false}},
     {{criterion: 'c2', score: (level + drawn(i, {seed} + 2) % 10) * 1_000_000, has_evidence: false}}] AS ratings,
    false AS has_comment
"""
STANDARD = "(SELECT stream FROM facts.log.stream WHERE kind = 'standard') AS s"
POST = "(SELECT stream, row_number() OVER (ORDER BY stream_key) - 1 AS post FROM facts.log.stream WHERE kind = 'requisition')"  # fmt: skip  # noqa: E501
PARTS = (
    ("candidate_registered", (0, 0, 1), "'00' AS key_commitment, false AS has_name, false AS has_contact", ""),
    ("candidacy_opened", (1, 1, 1), "named(10, i) AS candidate, q.stream AS requisition, 'external' AS route",
     f"JOIN {POST} AS q USING (post)"),
    ("stage_entered", (2, 1, 2), "'interview' AS stage", ""),
    ("scorecard_submitted", (3, 1, 3), CARD.format(author="author", seed=11), f"CROSS JOIN {STANDARD}"),
    ("scorecard_submitted", (4, 1, 4), CARD.format(author="other", seed=21), f"CROSS JOIN {STANDARD}"),
    ("decision_made", (5, 1, 5), """
        named(2, i) AS visit, CASE WHEN (level > 55) <> (drawn(i, 31) % 50 = 0) THEN 'advance' ELSE 'reject' END
            AS outcome,
        CASE WHEN (level > 55) <> (drawn(i, 31) % 50 = 0) THEN []
            ELSE [{code: 'low', criteria: ['c1'], scorecards: CAST([] AS UUID[])}] END AS reasons,
        [named(8, author)] AS deciders, 'none' AS automation, false AS has_override_reason, false AS has_rationale,
        [] AS knockout_answers
     """, ""),
)  # fmt: skip


def opened(folder: Path, count: int) -> duckdb.DuckDBPyConnection:
    """Make the facts of so many candidacies, and show them as projections see them."""
    url, world, path = file_url(folder / "ledger.db"), World(), folder / "facts.duckdb"
    posts = max(1, count // IN_A_STRATUM)
    begun = list(world.entries(4 + posts))
    with Store.create(url) as store:
        store.transact(lambda _: begun, clock=stepping_clock(datetime(2024, 7, 1, tzinfo=UTC)))
    connection = connect(path)
    connection.execute(f"ATTACH '{path}' AS facts")
    tables.create(connection, REGISTRY)
    with open_log(url, connection) as log:
        sync.bring_up(connection, log, REGISTRY, head=log.head())
    for statement in (NAMED, DRAWN, MADE.format(posts=posts, authors=AUTHORS, count=count)):
        connection.execute(statement)
    for name, (place, stream, version), own, joined in PARTS:
        envelope = ENVELOPE.format(place=place, stream=stream, version=version)
        connection.execute(f"INSERT INTO facts.log.{name} BY NAME SELECT {envelope}, {own} FROM made {joined}")
    for place, kind, name in ((0, "candidate", 10), (1, "candidacy", 11)):
        connection.execute(f"INSERT INTO facts.log.stream SELECT base + {place}, named({name}, i), '{kind}' FROM made")
    connection.execute("DROP TABLE made")
    tables.show(connection, REGISTRY, position=POSITION, instant=AS_OF, zone="UTC")
    return connection


def making(connection: duckdb.DuckDBPyConnection) -> Making:
    made = Making(
        connection=connection, words=translator("en"), zone="UTC", position=POSITION, instant=AS_OF,
        today=date(2026, 7, 15), period=None, spoken=Spoken(None), texts=Texts(None),
    )  # fmt: skip
    made.say_period()
    return made


def run(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    models.run(connection, names, models.catalogue(custom=False))


def seconds(what: Any) -> float:
    """Answer with the seconds on the clock, or those of one processor if the machine was busy with other things."""
    begun, worked = time.perf_counter(), time.process_time()
    what()
    return min(time.perf_counter() - begun, time.process_time() - worked)


def answered(count: int) -> dict[int, dict[str, str]]:
    """Every other candidate said of which group they are; a person is known by the entry that registered them."""
    return {20_000 + 10 * i: {"sex": ("female", "male")[i % 4 // 2]} for i in range(0, count, 2)}


def replay(connection: duckdb.DuckDBPyConnection) -> bool:
    before = seconds(lambda: run(connection, "scorecard_effective", "application", "stage_visit"))
    bare, company = (
        min(seconds(lambda sql=sql: connection.execute(sql).fetchall()) for _ in range(RUNS)) for sql in (BARE, COMPANY)
    )

    def whole() -> None:
        connection.execute("CREATE OR REPLACE TEMP TABLE replay_once AS " + models.catalogue()["replay"].select)
        connection.execute("SELECT class, count(*) FROM replay_once GROUP BY class").fetchall()

    found = min(seconds(whole) for _ in range(RUNS))
    connection.execute("DROP TABLE replay_once")
    connection.execute("DROP TABLE bare")
    print(f"which decisions stand and which scorecards count: {before:.2f} s")
    print(
        f"replay {found:.2f} s, bare query {bare:.2f} s: {found / bare:.1f} times (allowed {TIMES:.0f}); "
        f"average of the whole company {company:.2f} s: {found / company:.0f} times"
    )
    return found <= TIMES * bare


def persons(connection: duckdb.DuckDBPyConnection, count: int) -> bool:
    made = making(connection)
    run(connection, "replay", "criterion_score")  # as in a report, what others read is kept
    known = answered(count)
    made.once("answers", lambda: known)
    found = seconds(lambda: (run(connection, "score_profile", "implied_cut", "selection"), inversions.compared(made)))
    found += seconds(lambda: (inversions.by_stratum(made, 200), inversions.passed_over(made, 200)))
    whole = inversions.by_stratum(made, 1).rows[0]
    people, pairs, inverted = whole[3:6]
    print(f"inversions {found:.2f} s (allowed {INVERSIONS:.0f}): {inverted:,} of {pairs:,} pairs of {people:,} people")
    run(connection, "rating")
    parts = (inversions.directions, interviewers.reliability, interviewers.differences)
    drawn = [seconds(lambda part=part: part(made, 200)) for part in parts]
    said = ", ".join(f"{part.__name__} {each:.1f} s" for part, each in zip(parts, drawn, strict=True))
    print(f"drawn by chance and fitted {sum(drawn):.1f} s (allowed {RESAMPLED:.0f}): {said}")
    return found <= INVERSIONS and sum(drawn) <= RESAMPLED


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDACIES
    with tempfile.TemporaryDirectory(prefix="evenhand-consistency-") as folder:
        connection = opened(Path(folder), count)
        print(f"{count:,} candidacies, {max(1, count // IN_A_STRATUM)} strata")
        good = replay(connection)
        good &= persons(connection, count)
    memory = int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]  # Linux
    print(f"peak memory {memory:.0f} MB (allowed {MEMORY_MB:,})")
    return 0 if good and memory <= MEMORY_MB else 1


if __name__ == "__main__":
    sys.exit(main())

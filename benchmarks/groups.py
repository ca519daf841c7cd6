"""Measure the tables of groups against one bare query and against Fairlearn: ``python benchmarks/groups.py [PEOPLE]``.

By default 1,000,000 candidacies of as many people at 200 posts and two stages, in the tables that the projections would
leave; what the log and the projections cost, ``reports.py`` measures. The yardstick is ``select requisition, stage,
outcome, count(*) ... group by all`` over the materialised decisions. All selection and stratified tables by two
attributes and their crossing, verdicts included, may take six times as long, both in seconds of the processor, which a
busy machine does not stretch; bringing answers together with people, 100,000 boxes a second, is apart. The plain table
of rates by group must be ten times as fast as Fairlearn's MetricFrame on the same rows; without Fairlearn (in an
environment of its own, whose Python EVENHAND_FAIRLEARN_PYTHON names) that is skipped. Exits 1 below a promise.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from evenhand.render import compared, groups
from evenhand.render.making import Making, Spoken, Texts
from evenhand.words import translator

PEOPLE = 1_000_000
TIMES, BOXES, FASTER, MEMORY = 6.0, 100_000, 10.0, 4 << 30
RUNS = 5

TABLES = """
CREATE TABLE selection AS
    SELECT
        position AS decision, 3 + (position // 2) % {people} AS person, requisition, stage,
        1::BIGINT AS standard_version,
        if(selected, 'advance', 'reject') AS outcome, selected, DATE '2026-01-01' AS decided_day
    FROM (
        SELECT
            range AS position, 1000000000 + hash(range, 7) % 200 AS requisition, 'cv' AS stage,
            hash(range, 1) % 100 < 40 AS selected
        FROM range({people})
        UNION ALL
        SELECT range, 1000000000 + hash(range, 7) % 200, 'interview', hash(range, 2) % 100 < 30
        FROM range({people}) WHERE hash(range, 1) % 100 < 70
    );
CREATE TABLE decision_effective AS
    SELECT decision, standard_version, decided_day, 1::BIGINT AS final_rank FROM selection WHERE false;
CREATE TABLE candidacy AS SELECT 0::BIGINT AS person, 0::BIGINT AS requisition, '' AS state, 0::BIGINT AS decision
    WHERE false;
CREATE TABLE person AS
    SELECT range + 3 AS person, range + 3 AS candidate,
        CAST(md5(CAST(range AS VARCHAR)) AS UUID) AS candidate_id
    FROM range({people});
CREATE TABLE candidate_self_identified AS SELECT candidate AS stream_key FROM person;
CREATE TABLE standard_adopted_effective AS
    SELECT 1::BIGINT AS position,
        [{{'stage': 'cv', 'names': {{'en': 'CV', 'zh': NULL}}}},
         {{'stage': 'interview', 'names': {{'en': 'Interview', 'zh': NULL}}}}] AS stages;
CREATE TABLE screen_adopted_effective AS
    SELECT
        2::BIGINT AS position, 1 AS screen_version, 4 AS ratio_numerator, 5 AS ratio_denominator, 10 AS minimum_n,
        5 AS minimum_selected, 5 AS minimum_not_selected, 50000 AS alpha_micro, 5 AS small_cell, 4 AS looks_a_year,
        'x' AS citation, DATE '2026-01-01' AS cited_on, TIMESTAMP '2026-01-01' AS recorded_at,
        [{{'code': 'sex', 'names': {{'en': 'Sex'}}, 'reference': 'm', 'values': [
            {{'code': 'm', 'names': {{'en': 'm'}}}}, {{'code': 'f', 'names': {{'en': 'f'}}}}]}},
         {{'code': 'race', 'names': {{'en': 'Race'}}, 'reference': 'r0', 'values': [
            {{'code': 'r0', 'names': {{'en': 'r0'}}}}, {{'code': 'r1', 'names': {{'en': 'r1'}}}},
            {{'code': 'r2', 'names': {{'en': 'r2'}}}}, {{'code': 'r3', 'names': {{'en': 'r3'}}}}]}}] AS attributes,
        [{{'code': 'all', 'attributes': ['sex', 'race'], 'intersections': true, 'stages': []::VARCHAR[]}}] AS families;
"""

FAIRLEARN = """
import sys, time
import numpy as np, pandas as pd
from fairlearn.metrics import MetricFrame, count, selection_rate
frame = pd.DataFrame(np.load(sys.argv[1]), columns=["group", "selected"])
best = 1e9
for _ in range(3):
    begun = time.process_time()
    made = MetricFrame(
        metrics={"rate": selection_rate, "n": count}, y_true=frame["selected"], y_pred=frame["selected"],
        sensitive_features=frame["group"],
    )
    made.by_group
    best = min(best, time.process_time() - begun)
print(best)
"""


def filled(people: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.execute(TABLES.format(people=people))
    return connection


def answers_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    chance = np.random.default_rng(5)
    ids = [str(each) for (each,) in connection.execute("SELECT CAST(candidate_id AS VARCHAR) FROM person").fetchall()]
    sex, race = chance.integers(0, 2, len(ids)), chance.integers(0, 4, len(ids))
    return {each: {"sex": "mf"[s], "race": f"r{r}"} for each, s, r in zip(ids, sex, race, strict=True)}


def making_of(connection: duckdb.DuckDBPyConnection, answers: Any) -> Making:
    made = Making(
        connection=connection, words=translator("en"), zone="UTC", position=1, instant=datetime(2026, 7, 1, tzinfo=UTC),
        today=date(2026, 7, 1), period=None, spoken=Spoken(answers), texts=Texts(None),
    )  # fmt: skip
    made.say_period()
    return made


def best(measure: Callable[[], Any]) -> float:
    seconds: list[float] = []
    for _ in range(RUNS):
        begun = time.process_time()
        measure()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def tables_of(connection: duckdb.DuckDBPyConnection, answers: Any) -> tuple[float, float]:
    """Answer with the seconds of bringing answers together with people, and of all tables after that."""
    making = making_of(connection, answers)
    begun = time.process_time()
    for attribute in groups.adopted(making).compared:
        groups.membership(making, attribute)
    joined = time.process_time()
    compared.tables(making)
    return joined - begun, time.process_time() - joined


def plain_table(connection: duckdb.DuckDBPyConnection, making: Making) -> None:
    """Rates by one attribute over all decisions, out of the materialised table: what Fairlearn is asked for too."""
    [sex, *_] = groups.adopted(making).attributes
    columns = connection.execute("SELECT CAST(person AS INTEGER) AS person, selected FROM selection").fetchnumpy()
    group = groups.membership(making, sex)[columns["person"]]
    counted = np.bincount(group * 2 + columns["selected"], minlength=2 * len(sex.rows)).reshape(-1, 2)
    compared.selection_of(counted, sex, groups.adopted(making))


def fairlearns(making: Making, connection: duckdb.DuckDBPyConnection) -> float | None:
    python = os.environ.get("EVENHAND_FAIRLEARN_PYTHON")
    if not python or not Path(python).is_file():
        return None
    [sex, *_] = groups.adopted(making).attributes
    columns = connection.execute("SELECT person, selected FROM selection").fetchnumpy()
    rows = np.column_stack([groups.membership(making, sex)[columns["person"]], columns["selected"]])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        np.save(file, rows)
        done = subprocess.run([python, "-c", FAIRLEARN, str(file)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def kept(good: bool) -> str:  # noqa: FBT001 - a word for a truth
    return "kept" if good else "NOT KEPT"


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    connection = filled(people)
    answers = answers_of(connection)
    yardstick = best(
        lambda: connection.execute(
            "SELECT requisition, stage, outcome, count(*) FROM selection GROUP BY ALL"
        ).fetchall()
    )
    joined, made = (min(each) for each in zip(*(tables_of(connection, answers) for _ in range(RUNS)), strict=True))
    promises = [made <= TIMES * yardstick, people / joined >= BOXES]
    [(decisions,)] = connection.execute("SELECT count(*) FROM selection").fetchall()
    print(
        f"{people:,} candidacies, {decisions:,} decisions: all tables {made:.3f} s, yardstick {yardstick:.3f} s, "
        f"allowed {TIMES * yardstick:.3f} s: {kept(promises[0])}"
    )
    print(f"answers brought together with people: {people / joined:,.0f} a second: {kept(promises[1])}")
    making = making_of(connection, answers)
    groups.membership(making, groups.adopted(making).attributes[0])
    ours, theirs = best(lambda: plain_table(connection, making)), fairlearns(making, connection)
    if theirs is None:
        print("Fairlearn: skipped; name the Python of an environment that has it in EVENHAND_FAIRLEARN_PYTHON")
    else:
        promises.append(theirs >= FASTER * ours)
        print(
            f"rates by group {ours:.3f} s, MetricFrame {theirs:.3f} s: {theirs / ours:.0f} times: {kept(promises[-1])}"
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    promises.append(memory <= MEMORY)
    print(f"most memory {memory / (1 << 20):,.0f} MB: {kept(promises[-1])}")
    return 0 if all(promises) else 1


if __name__ == "__main__":
    sys.exit(main())

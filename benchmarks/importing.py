"""Import a CSV file of candidacies, both passes: entries a second, beside a bare store that is given the same entries.

Each candidacy is one row and six entries: a candidate with two sealed fields and a key, a candidacy, a stage, a
scorecard with two sealed texts, a rejection with one, a notice.

    python benchmarks/importing.py [CANDIDACIES]
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from evenhand import Draft, Ledger
from evenhand.clock import stepping_clock
from evenhand.events.ids import new_id
from evenhand.importers import run
from evenhand.store.shape import NewEntry
from evenhand.store.store import Store

BATCH = 1_000
PROMISED = 15_000
POINT = 1_000_000
START = datetime(2026, 7, 1, tzinfo=UTC)
DAY = {"at": "2024-01-01", "zone": "Europe/Berlin", "precision": "day"}
COLUMNS = ("id", "name", "mail", "applied", "interviewed", "interviewer", "score", "evidence", "comment", "decided",
           "by", "result", "why", "told")  # fmt: skip
MAPPING = """
system = "bench"
zone = "Europe/Berlin"

[[requisition]]
code = "post-1"
title = "Post"
unit = "Unit"
location = "Berlin"
zone = "Europe/Berlin"
headcount = 1
standard = "post"
standard_version = 1
occurred_at = 2024-01-02

[row]
candidate = { column = "id" }
candidacy = { column = "id" }
requisition = "post-1"

[[event]]
type = "candidate.registered"
occurred_at = { column = "applied" }
name = { column = "name" }
contact = { column = "mail" }

[[event]]
type = "candidacy.opened"
occurred_at = { column = "applied" }
route = "external"

[[event]]
type = "stage.entered"
as = "onsite"
occurred_at = { column = "applied" }
stage = "onsite"

[[event]]
type = "scorecard.submitted"
occurred_at = { column = "interviewed" }
visit = { event = "onsite" }
author = { column = "interviewer" }
ratings = [{ criterion = "craft", score = { column = "score" }, evidence = { column = "evidence" } }]
comment = { column = "comment" }

[[event]]
type = "decision.made"
occurred_at = { column = "decided" }
visit = { event = "onsite" }
outcome = { column = "result", values = { no = "reject", yes = "advance" } }
reasons = [{ code = { column = "result", values = { no = "below-bar", yes = "" } } }]
deciders = [{ column = "by" }]
automation = "none"
rationale = { column = "why" }

[[event]]
type = "notice.given"
occurred_at = { column = "told" }
about = "outcome"
decision = { event = "decision.made" }
channel = "email"
"""


def adopt(ledger: Ledger) -> None:
    """Adopt the one standard that everybody is judged by."""
    names = {"en": "Post"}
    bars = {"advance_bar": 3 * POINT, "reject_bar": 2 * POINT, "minimum_scorecards": 1}
    body = {
        "standard_version": 1,
        "code": "post",
        "names": names,
        "scale": {"minimum": 0, "maximum": 5 * POINT},
        "criteria": [{"criterion": "craft", "names": names, "need": "required", "weight": POINT, "why": "the job"}],
        "stages": [{"stage": "onsite", "names": names, "kind": "scored"} | bars],
        "reason_codes": [{"code": "below-bar", "names": names, "party": "employer", "needs_criterion": False}],
        "why": "one measure",
        "occurred_at": DAY,
    }
    ledger.append([Draft("standard.adopted.v1", new_id(int(START.timestamp() * 1000), os.urandom), body)])


def write(path: Path, number: int) -> None:
    """Write the sheet: two years of candidacies, forty people who interview and decide."""
    first = date(2024, 1, 8)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(number):
            applied = first + timedelta(days=n * 700 // number)
            met, decided, told = (applied + timedelta(days=days) for days in (5, 8, 11))
            rows.writerow(
                (f"C-{n}", f"Robin Example {n}", f"robin{n}@example.com", applied, f"{met} {9 + n % 8}:{n % 60:02}",
                 f"anna-{n % 40}", 1 + n % 5, "drew half of it on the board", "calm, asked good questions",
                 f"{decided} {9 + n % 9}:{n % 59:02}", f"ben-{n % 40}", "no" if n % 5 < 3 else "yes",
                 "as scored by the panel", told)
            )  # fmt: skip


def main() -> None:
    """Import once, append the same entries to a bare store, and print both."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "sheet.csv", number)
        (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
        clock = stepping_clock(START)
        with Ledger.create(folder / "ledger", origin="example.com/bench", zone="UTC", clock=clock) as ledger:
            adopt(ledger)
            begun, used = time.perf_counter(), time.process_time()
            done = run(ledger, folder / "sheet.csv", mapping=folder / "mapping.toml", clock=clock)
            whole, cpu = time.perf_counter() - begun, time.process_time() - used
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            rows = [NewEntry(*entry[2:]) for entry in ledger.entries(after=4)]
        with Store.create(f"{folder}/bare.db") as store:
            begun, used = time.perf_counter(), time.process_time()
            for at in range(0, len(rows), BATCH):
                store.transact(lambda _, at=at: rows[at : at + BATCH], clock=clock)  # type: ignore[misc] # bound now
            bare, bare_cpu = time.perf_counter() - begun, time.process_time() - used
    print(f"{done.entries / whole:,.0f} entries a second (promised: {PROMISED:,} on a quiet core)")
    print(f"{done.entries / cpu:,.0f} entries a CPU second; {1e6 * cpu / done.entries:.1f} us of CPU an entry")
    print(f"{whole / bare:.1f} times the store alone with the same entries, {cpu / bare_cpu:.1f} times by CPU")
    print(f"peak memory of the import {peak} MiB")


if __name__ == "__main__":
    main()

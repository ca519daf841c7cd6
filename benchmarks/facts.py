"""Measure the facts against a Python fold: ``python benchmarks/facts.py [ENTRIES]``, by default 1,000,000.

Prints how much faster the whole sync of a ledger into its facts file is than folding it in Python through the mapper
(both read the same SQLite file in the same run), its peak memory, what 100 more entries cost as a share of the whole,
and what opening and holding the rows to their digests cost. Exits 1 below the promise.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from evenhand.clock import stepping_clock
from evenhand.events.ids import new_id
from evenhand.store import NewEntry, Store, file_url

FASTER = 1.5
SHARE = 1 / 50
MEMORY_MB = 1_100
MORE = 100
BATCH = 10_000
RUNS = 3
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
RARE = (
    ("interview.cancelled.v1", {"interview": "", "by": "employer"}),
    ("interview.missed.v1", {"interview": "", "by": "candidate"}),
    ("candidacy.withdrawn.v1", {"channel": "email", "referred": []}),
    ("offer.rescinded.v1", {"offer": "", "approvers": []}),
    ("candidate.hired.v1", {"starts": "2026-09-01"}),
    ("feedback.withheld.v1", {"reason": "policy"}),
    ("decision.appealed.v1", {"decision": "", "channel": "email"}),
    ("follow_up.made.v1", {"channel": "email", "kind": "thank_you"}),
    ("entry.corrected.v1", {"target": "", "kind": "duplicate", "fields": {}}),
)
FOLD = """
import sys, time
from evenhand.events.registry import REGISTRY
from evenhand.store import Store
from evenhand.store.mapper import IdentifiedEvent, LedgerMapper
mapper, seen = LedgerMapper(REGISTRY), {}
with Store.open(sys.argv[1]) as store:
    begun = time.perf_counter()
    for page in store.pages():
        for each in page:
            stored = IdentifiedEvent(each.stream, each.version, each.type, each.body.encode(), each.id)
            event = mapper.to_domain_event(stored).event
            row = seen.setdefault(each.stream, [each.position, 0, None, None])
            row[1] += 1
            row[2] = each.type
            row[3] = event.occurred_at.at
    print(time.perf_counter() - begun)
"""
SYNC = """
import re, sys, time
from pathlib import Path
from evenhand.columns.facts import open_facts
begun = time.perf_counter()
with open_facts(sys.argv[1], Path(sys.argv[2]), check=False, say=print) as facts:
    spent = time.perf_counter() - begun
    assert facts.as_of.position == int(sys.argv[3]), facts.as_of
print(spent, int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""
MORE_OF = """
import sys, time
from pathlib import Path
from random import Random
sys.path.insert(0, sys.argv[3])
from facts import MORE, entries
from evenhand.clock import system_clock
from evenhand.columns.facts import open_facts
from evenhand.store import Store
def opened(check):
    begun = time.perf_counter()
    open_facts(sys.argv[1], Path(sys.argv[2]), check=check, say=print).close()
    return time.perf_counter() - begun
opened(False)
idle = opened(False)
with Store.open(sys.argv[1]) as store:
    store.transact(lambda _: list(entries(MORE, Random(int(sys.argv[4])))), clock=system_clock)
print(opened(False) - idle, idle, opened(True) - idle)
"""


def entries(count: int, chance: random.Random) -> Iterator[NewEntry]:
    """Make candidacies of ten entries each, twenty under way at once, now and then with a rarer event."""
    versions: dict[str, int] = {}
    people = [new_id(1, chance.randbytes) for _ in range(40)]
    made = 0
    while made < count:
        streams = [(new_id(1_700_000_000_000 + made, chance.randbytes), []) for _ in range(20)]
        for step in range(10):
            for stream, ids in streams:
                topic, body = _step(step, ids, people, chance)
                entry_id = new_id(1_700_000_000_000 + made, chance.randbytes)
                ids.append(entry_id)
                versions[stream] = versions.get(stream, 0) + 1
                whole = {
                    "occurred_at": {
                        "at": f"2026-{made % 12 + 1:02}-{made % 28 + 1:02}T{made % 24:02}:{made % 60:02}:44+08:00",
                        "zone": "Asia/Shanghai",
                        "precision": "instant",
                    },
                    "actor": people[made % 40],
                    "basis": {"kind": "observed"},
                    "rules": 1,
                    **body,
                }
                yield NewEntry(stream, versions[stream], entry_id, topic, to_json(whole).decode())
                made += 1
                if made == count:
                    return


def _box(chance: random.Random, size: int = 340) -> str:
    return f"seal:1:0197c4a8-0000-7000-8000-000000000000:{chance.randbytes(size // 2).hex()}"


def _step(step: int, ids: list[str], people: list[str], chance: random.Random) -> tuple[str, dict[str, Any]]:
    who = people[chance.randrange(40)]
    if step > 2 and chance.random() < 0.02:
        topic, body = chance.choice(RARE)
        return topic, {name: ids[0] if value == "" else value for name, value in body.items()}
    ratings = [{"criterion": f"c{n}", "score": chance.randrange(101) * 1_000_000} for n in range(4)]
    ratings[0]["evidence"] = _box(chance)
    card = {
        "visit": ids[1] if step > 1 else "",
        "author": who,
        "standard": people[0],
        "standard_version": 1,
        "ratings": ratings,
    }
    return (
        ("candidacy.opened.v1", {"candidate": who, "requisition": people[1], "route": "external"}),
        ("stage.entered.v1", {"stage": "interview"}),
        ("interview.held.v1", {"visit": ids[1] if step > 1 else "", "form": "video", "interviewers": [who]}),
        ("scorecard.submitted.v1", card),
        ("scorecard.submitted.v1", {**card, "comment": _box(chance)}),
        (
            "promise.made.v1",
            {
                "about": "outcome",
                "by": {"at": "2026-07-09", "zone": "Asia/Shanghai", "precision": "day"},
                "channel": "email",
            },
        ),
        (
            "decision.made.v1",
            {
                "visit": ids[1] if step > 1 else "",
                "outcome": "reject",
                "reasons": [{"code": "low_score", "criteria": ["c1"], "scorecards": ids[3:5]}],
                "deciders": [who],
                "standard": people[0],
                "standard_version": 1,
                "automation": "none",
                "rationale": _box(chance),
                "knockout_answers": [],
            },
        ),
        (
            "notice.given.v1",
            {
                "channel": "email",
                "language": "zh",
                "template": "t",
                "text": _box(chance),
                "about": "outcome",
                "decision": ids[-1] if ids else "",
            },
        ),
        (
            "feedback.given.v1",
            {"channel": "email", "segments": [{"kind": "strength", "text": _box(chance)}]},
        ),
        ("feedback.requested.v1", {"channel": "email"}),
    )[step]


def fill(path: Path, count: int) -> str:
    """Write the ledger and answer with its address."""
    url = file_url(path)
    clock = stepping_clock(BEGIN, timedelta(milliseconds=13))
    source = entries(count, random.Random(8))
    with Store.create(url) as store:
        while batch := [each for _, each in zip(range(BATCH), source, strict=False)]:
            store.transact(lambda _, batch=batch: batch, clock=clock)
    return url


def _run(script: str, *arguments: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True)
    *said, last = done.stdout.splitlines()
    if said:
        print(*said, sep="\n", file=sys.stderr)
    return [float(each) for each in last.split()]


def measure(folder: Path, count: int) -> bool:
    url = fill(folder / "ledger.db", count)
    size = (folder / "ledger.db").stat().st_size / count
    folds, syncs = [], []
    for _ in range(RUNS):
        folds.append(_run(FOLD, url)[0])
        for each in folder.glob("facts.*"):
            each.unlink()
        syncs.append(_run(SYNC, url, str(folder), str(count)))
    fold, whole = statistics.median(folds), statistics.median(each[0] for each in syncs)
    memory = max(each[1] for each in syncs)
    added = [_run(MORE_OF, url, str(folder), str(Path(__file__).parent), str(seed)) for seed in range(RUNS)]
    more, idle, check = (statistics.median(each[at] for each in added) for at in range(3))
    print(f"{count:,} entries, {size:.0f} bytes each in the database, {RUNS} runs, medians")
    print(f"python fold through the mapper {fold:.2f} s, facts {whole:.2f} s: {fold / whole:.2f} times as fast")
    print(f"peak memory of the sync {memory:.0f} MB")
    print(f"{MORE} more entries {more * 1000:.0f} ms: 1/{whole / more:.0f} of the whole")
    print(
        f"opening with nothing new {idle * 1000:.0f} ms, holding the rows to their digests {check * 1000:.0f} ms more"
    )
    return fold / whole >= FASTER and more <= whole * SHARE and memory <= MEMORY_MB


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="evenhand-facts-") as folder:
        return 0 if measure(Path(folder), count) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Measure verify against bare hashing: ``python benchmarks/verify.py [ENTRIES]``, by default 1,000,000.

Prints the speed of verify, body form included, as a ratio to one loop of hashlib over the same leaves and tree in
memory on one core, measured in the same run; and its peak memory at that size and at a quarter of it.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID

from pydantic_core import to_json

from evenhand.clock import instant_text
from evenhand.events.entry import Entry, line
from evenhand.events.ids import new_id
from evenhand.merkle.tiles import grow, partial_tiles
from evenhand.store import Head, Store, file_url
from evenhand.store.batch import Batch
from evenhand.store.reading import SqlReader
from evenhand.store.writing import write

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
PROMISED = 0.25
BATCH = 10_000
RUNS = 5
MEASURE = """
import re, resource, sys, time
from pathlib import Path
from evenhand.ledger.verify import verify
from evenhand.store import Store
with Store.open(sys.argv[1]) as store:
    begun = time.perf_counter()
    done = verify(store)
    spent = time.perf_counter() - begun
assert done.ok, done.problems
own = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])  # ru_maxrss is also what forked us
print(spent, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), done.root)
"""


def body(chance: random.Random) -> str:
    def uid() -> str:
        return str(UUID(int=chance.getrandbits(128), version=4))

    return to_json(
        {
            "occurred_at": {"at": "2026-07-03T09:12:44+02:00", "zone": "Europe/Berlin", "precision": "instant"},
            "actor": uid(),
            "basis": {"kind": "observed"},
            "rules": 1,
            "outcome": "reject",
            "visit": uid(),
            "reasons": [{"code": "experience", "criterion": "practice"}],
            "deciders": [uid()],
            "standard_version": 3,
            "automation": "none",
            "rationale": f"seal:1:{uid()}:{'A' * 68}",
        }
    ).decode()


def entries(first: int, count: int, chance: random.Random) -> list[Entry]:
    """Ten entries a stream, interleaved by hundred streams; no two recorded at the same time."""
    made: list[Entry] = []
    streams: list[str] = []
    for position in range(first, first + count):
        turn = (position - 1) % 1_000
        at = BEGIN + timedelta(microseconds=700_001 * position)
        milliseconds = int(at.timestamp() * 1_000)
        if turn == 0:
            streams = [new_id(milliseconds + each, chance.randbytes) for each in range(100)]
        opens = position == 1
        made.append(
            Entry(
                position,
                instant_text(at),
                streams[turn % 100],
                turn // 100 + 1,
                new_id(milliseconds, chance.randbytes),
                "ledger.opened.v1" if opens else "decision.made.v1",
                '{"format":1}' if opens else body(chance),
            )
        )
    return made


def fill(store: Store, wanted: int) -> None:
    """Write batches below ``transact``, which gives a batch one time: here each entry has its own."""
    chance = random.Random(7)
    database = store._database  # noqa: SLF001 - see above
    for first in range(1, wanted + 1, BATCH):
        batch = entries(first, min(BATCH, wanted + 1 - first), chance)
        with database.writing() as connection:
            reader = SqlReader(connection, store.place)
            head = reader.locked_head()
            standing = {shape[:2] for shape in partial_tiles(head.position)}
            leaves = [sha256(b"\0" + line(each)).digest() for each in batch]
            tree, tiles = grow(head.frontier, reader.partial(head.position), leaves)
            grown = tuple(tile for tile in tiles if tile[:2] in standing)
            fresh = tuple(tile for tile in tiles if tile[:2] not in standing)
            end = Head(batch[-1].position, batch[-1].recorded_at, tree)
            write(database, connection, Batch(batch, end, grown, fresh))


def bare(store: Store) -> tuple[float, float, str]:
    """Hash leaves and tree with hashlib alone: seconds an entry, bytes a line, root."""
    spent = size = 0.0
    nodes: list[bytes] = []
    walk = store.entries()
    while page := list(islice(walk, 65_536)):
        lines = [line(each) for each in page]
        size += sum(map(len, lines))
        begun = time.perf_counter()
        nodes += [sha256(b"\0" + each).digest() for each in lines]
        spent += time.perf_counter() - begun
    count = len(nodes)
    begun = time.perf_counter()
    while len(nodes) > 1:
        odd = nodes[-1:] if len(nodes) % 2 else []
        nodes = [sha256(b"\1" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
        nodes += odd
    spent += time.perf_counter() - begun
    return spent / count, size / count, nodes[0].hex()


def measured(url: str) -> tuple[float, int, str]:
    done = subprocess.run([sys.executable, "-c", MEASURE, url], check=True, capture_output=True, text=True)
    spent, peak, root = done.stdout.split()
    return float(spent), int(peak), root


def main() -> int:
    wanted = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        peaks: dict[int, int] = {}
        ratio = 0.0
        for count in (wanted // 4, wanted):
            url = file_url(Path(folder, f"{count}.db"))
            with Store.create(url) as store:
                fill(store, count)
                hashing: list[float] = []
                verifying: list[float] = []
                for _ in range(RUNS):
                    each, size, root = bare(store)
                    spent, peak, found = measured(url)
                    assert found == root
                    hashing.append(each * 1e6)
                    verifying.append(spent / count * 1e6)
                    peaks[count] = max(peak, peaks.get(count, 0))
            one, other = min(hashing), min(verifying)  # the runs that other work disturbed least
            ratio = one / other
            print(
                f"{count:,} entries of {size:.0f} bytes, {os.cpu_count()} cores: bare hashing {one:.2f} µs an entry, "
                f"verify {other:.2f} µs, ratio {ratio:.2f}; peak of a process {peaks[count] / 1024:.0f} MB"
            )
    print(
        f"verify: ratio {ratio:.2f}, promised {PROMISED}; "
        f"four times the entries take {peaks[wanted] / peaks[wanted // 4]:.2f} times the memory"
    )
    return 0 if ratio >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())

"""Measure what evidence costs: ``python benchmarks/evidence.py [ENTRIES]``, by default 1,000,000.

Prints three ratios, each measured in this run: the speed of a bundle's own program to that of ``verify`` on the same
entries, its start included; the time of making and checking the proof of one entry, read from the store, to that of
``verify``; and appending in batches of 1,000 with tiles to the same without reading or writing any.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from append import appended, facts, our_side
from verify import fill, measured

from evenhand.events.entry import line
from evenhand.ledger import bundle
from evenhand.ledger.evidence import TileReader
from evenhand.merkle.proofs import hashes_of, inclusion_spans, verify_inclusion
from evenhand.merkle.tiles import Growth
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import Store, file_url
from evenhand.store.reading import SqlReader

PROGRAM = Path(bundle.__file__).with_name("in_bundle") / "verify_bundle.py"
SPEED, PROOF, TILES = 0.2, 1 / 1_000, 1.05
RUNS, PROOFS, APPENDED, ROUNDS = 3, 200, 50_000, 7
MEASURE = """
import re, runpy, sys
from pathlib import Path
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def bundled(store: Store, folder: Path) -> None:
    """Write the lines and a manifest; the time that signatures take does not grow with the entries."""
    digest, tree, size = hashlib.sha256(), Frontier(), 0
    with (folder / "entries.ndjson").open("wb") as file:
        for page in store.pages(count=10_000):
            lines = [line(each) for each in page]
            tree = tree.extend([hashlib.sha256(b"\0" + each).digest() for each in lines])
            text = b"".join(each + b"\n" for each in lines)
            digest.update(text)
            size += file.write(text)
    counts = dict.fromkeys(("checkpoints", "tokens", "inclusion_proofs", "consistency_proofs", "receipts"), 0)
    said: dict[str, Any] = {"bundle": 1, "origin": "", "entries": tree.size, "root": tree.root().hex(), **counts}
    said["files"] = {"entries.ndjson": {"bytes": size, "sha256": digest.hexdigest()}}
    (folder / "manifest.json").write_text(json.dumps(said))


def by_itself(folder: Path) -> tuple[float, int, str]:
    """Run the program of a bundle: seconds, start included; peak memory; root."""
    begun = time.perf_counter()
    command = [sys.executable, "-c", MEASURE, str(PROGRAM), str(folder), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, int(done.stderr), json.loads(done.stdout)["root"]


def proved(store: Store, root: bytes, size: int, position: int) -> float:
    """Prove one entry as ``evidence prove`` does: read it, read the hashes, check what they lead to."""
    begun = time.perf_counter()
    entry = next(store.entries(after=position - 1, upto=position))
    hashes = hashes_of(inclusion_spans(position - 1, size), TileReader(store))
    verify_inclusion(leaf_hash(line(entry)), position - 1, size, hashes, root)
    return time.perf_counter() - begun


@contextmanager
def without_tiles() -> Iterator[None]:
    """Let appends hash as before, and neither read nor write tiles."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(SqlReader, "partial", lambda *_: {}))
        stack.enter_context(patch("evenhand.store.batch.partial_tiles", lambda _: ()))
        stack.enter_context(patch("evenhand.store.batch.grow", lambda tree, _, leaves: Growth(tree.extend(leaves), ())))
        yield


def tiles_cost() -> tuple[float, float]:
    """Append with tiles and without, in turn: the ratios of the medians, elapsed and of CPU."""
    said = facts(APPENDED)
    rounds = []
    for _ in range(ROUNDS):
        with without_tiles():
            bare = appended(our_side, None, said)
        rounds.append((appended(our_side, None, said), bare))
    wall, cpu = (
        statistics.median(each[0][part] for each in rounds) / statistics.median(each[1][part] for each in rounds)
        for part in (0, 1)
    )
    return wall, cpu


def main() -> int:
    wanted = int(re.sub(",", "", sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        url = file_url(Path(folder, "ledger.db"))
        with Store.create(url) as store:
            fill(store, wanted)
            made = Path(folder, "bundle")
            made.mkdir()
            bundled(store, made)
            verifying, alone, peak = [], [], 0
            for _ in range(RUNS):
                spent, _, root = measured(url)
                mine, memory, found = by_itself(made)
                assert found == root
                verifying.append(spent)
                alone.append(mine)
                peak = max(peak, memory)
            chance = random.Random(3)
            places = [1, wanted, *(chance.randrange(1, wanted + 1) for _ in range(PROOFS))]
            proofs = [proved(store, bytes.fromhex(root), wanted, each) for each in places]
    speed, proof = min(verifying) / min(alone), statistics.median(proofs) / min(verifying)
    print(
        f"{wanted:,} entries: verify {min(verifying):.2f} s, the bundle's program {min(alone):.2f} s with "
        f"{peak / 1024:.0f} MB: {speed:.2f} of the speed of verify (promised: {SPEED})"
    )
    print(
        f"a proof: median {1e3 * statistics.median(proofs):.2f} ms, longest {1e3 * max(proofs):.2f} ms: "
        f"1/{1 / proof:,.0f} of verify, the longest 1/{min(verifying) / max(proofs):,.0f} (promised: 1/1,000)"
    )
    wall, cpu = tiles_cost()
    print(
        f"{APPENDED:,} entries in batches of 1,000: with tiles {wall:.3f} of the time without, {cpu:.3f} of the CPU "
        f"(promised: {TILES})"
    )
    return 0 if speed >= SPEED and proof <= PROOF and wall <= TILES else 1


if __name__ == "__main__":
    sys.exit(main())

"""Measure the pages of the demo, each made by a process of its own: ``python benchmarks/pages.py``.

Each report is asked for on the command line as a web page, the demo's facts in place: from the start of Python to the
last byte, in both languages. What is compared between machines is the processors' time of it over that of a fixed
yardstick, a loop of additions in a process of its own, measured in the same run. What is promised is the time: two
seconds a page at most, and for ``integrity``, which verifies the ledger, as long again as the verification takes by
itself. Modules are compiled once before, as in an installation. Then, in one process, writing all pages may take no
longer than making their blocks did; opening the facts and the boxes is left out of both. Exits 1 beyond that, or if a
page is too large.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from evenhand import Ledger
from evenhand.clock import parse_instant
from evenhand.columns.facts import open_facts
from evenhand.demo.build import Demo
from evenhand.demo.build import build as build_demo
from evenhand.demo.tour import INTEGRITY, REPORTS
from evenhand.render import build, write
from evenhand.render.opening import answers, text_opener

SECONDS = 2.0
MOST = 1.0
LARGEST = 200_000
RUNS = 5
YARDSTICK = "s = 0\nfor i in range(3_000_000): s += i * i"


def used(command: Sequence[str], environ: Mapping[str, str]) -> tuple[float, bytes]:
    """Answer with the least time both processors spent on a command, and with what it printed."""
    best, out = float("inf"), b""
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best, out


def processes(demo: Demo, folder: Path) -> bool:
    """Time the command line, report by report."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    evenhand = [sys.executable, "-m", "evenhand", "--ledger", str(demo.folder)]
    as_of = f"{demo.position}@{demo.instant}"
    good = True
    yardstick, _ = used([sys.executable, "-c", YARDSTICK], environ)
    verifying, _ = used([*evenhand, "verify", "--fields", "--rules"], environ)
    for name, period in {**REPORTS, INTEGRITY: None}.items():
        during = ["--period", period] if period else []
        allowed = SECONDS + (verifying if name == INTEGRITY else 0)
        for lang in ("en", "zh"):
            asked = ["--lang", lang, "report", name, "-f", "html", "--as-of", as_of, *during]
            took, page = used([*evenhand, *asked], environ)
            kept = took <= allowed and len(page) <= LARGEST
            good &= kept
            print(
                f"{name} {lang}: {took / yardstick:.1f} yardsticks, {took:.2f} s (allowed {allowed:.2f}), "
                f"{len(page):,} bytes (at most {LARGEST:,}): {'kept' if kept else 'NOT KEPT'}"
            )
    print(f"yardstick {yardstick:.2f} s; verifying alone {verifying:.2f} s")
    return good


def beside_blocks(demo: Demo) -> bool:
    """Time the writing of pages beside the making of their blocks."""
    as_of = (demo.position, parse_instant(demo.instant))
    with Ledger.open(demo.folder) as ledger, open_facts(ledger.store.url, demo.folder, as_of=as_of) as facts:
        opened = answers(ledger, facts, purpose="a benchmark")
        made, written = 0.0, 0.0
        for name, period in REPORTS.items():
            for lang in ("en", "zh"):
                texts = text_opener(ledger, purpose="a benchmark")
                start = time.process_time()
                report = build(name, facts, lang=lang, period=period, answers=opened, open_text=texts)
                made += time.process_time() - start
                took = []
                for _ in range(RUNS):
                    start = time.process_time()
                    write(report, "html")
                    took.append(time.process_time() - start)
                written += min(took)
    print(f"blocks {made:.2f} s, pages {written:.2f} s, ratio {written / made:.2f} (at most {MOST:.2f})")
    return written <= MOST * made


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        demo = build_demo(Path(folder) / "demo")
        with Ledger.open(demo.folder) as ledger:
            open_facts(ledger.store.url, demo.folder).close()
        good = processes(demo, Path(folder))
        good &= beside_blocks(demo)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

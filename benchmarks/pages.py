"""Measure what a page costs beside the blocks it is written from: ``python benchmarks/pages.py``.

Over the demo, each of its reports in both languages. Writing them all as web pages may take no longer than making their
blocks did; opening the facts and the boxes is left out of both. Exits 1 beyond that, or if a page is too large.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from evenhand import Ledger
from evenhand.clock import parse_instant
from evenhand.columns.facts import open_facts
from evenhand.demo.build import build as build_demo
from evenhand.demo.tour import REPORTS
from evenhand.render import build, write
from evenhand.render.opening import answers, text_opener

MOST = 1.0
LARGEST = 200_000
RUNS = 3


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        demo = build_demo(Path(folder) / "demo")
        as_of = (demo.position, parse_instant(demo.instant))
        with Ledger.open(demo.folder) as ledger, open_facts(ledger.store.url, demo.folder, as_of=as_of) as facts:
            opened = answers(ledger, facts, purpose="a benchmark")
            made, written, largest = 0.0, 0.0, 0
            for name, period in REPORTS.items():
                for lang in ("en", "zh"):
                    texts = text_opener(ledger, purpose="a benchmark")
                    start = time.process_time()
                    report = build(name, facts, lang=lang, period=period, answers=opened, open_text=texts)
                    made += time.process_time() - start
                    took = []
                    for _ in range(RUNS):
                        start = time.process_time()
                        page = write(report, "html")
                        took.append(time.process_time() - start)
                    written += min(took)
                    largest = max(largest, len(page.encode()))
    print(f"blocks {made:.2f} s, pages {written:.2f} s, ratio {written / made:.2f} (at most {MOST:.2f})")
    print(f"largest page {largest:,} bytes (at most {LARGEST:,})")
    return 0 if written <= MOST * made and largest <= LARGEST else 1


if __name__ == "__main__":
    sys.exit(main())

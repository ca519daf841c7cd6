"""Make the demo ready to look at: build, sign, verify, report on it in both languages, list what was planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import to_json

from evenhand.checkpoint.folder import papers_of
from evenhand.checkpoint.trust import Trust
from evenhand.clock import Clock, parse_instant
from evenhand.columns.facts import open_facts
from evenhand.demo.build import Demo, Say, build
from evenhand.demo.witnessed import TRUST_FILE
from evenhand.errors import UnavailableError
from evenhand.ledger.examined import Examined, examine
from evenhand.ledger.ledger import Ledger
from evenhand.render import build as build_report
from evenhand.render import write
from evenhand.render.opening import answers, text_opener
from evenhand.sentence import Sentence

OUTPUT = "output"
REPORTS = {
    "consistency": None,
    "fairness": None,
    "latency": None,
    "communication": None,
    "retrospective": "2026Q2",
}
"""Which reports are written, and over which period; none means all of the record."""
INTEGRITY = "integrity"
"""Written too, from the verification."""
_WRITTEN = {"en": ("html", "md", "json", "csv"), "zh": ("html", "md")}
"""In which languages, and each in which formats."""


class Tour(NamedTuple):
    """A demo that was verified, and where its reports are."""

    demo: Demo
    root: str
    written: tuple[Path, ...]
    planted: Path

    def as_json(self) -> dict[str, Any]:
        """Say everything as one object."""
        return {
            "ledger": str(self.demo.folder),
            "entries": self.demo.position,
            "candidacies": self.demo.candidacies,
            "root": self.root,
            "as_of": self.demo.as_of,
            "reports": [str(path) for path in self.written],
            "planted": [each._asdict() for each in self.demo.found],
        }


def prepare(folder: Path, *, say: Say, clock: Clock) -> Tour:
    """Make a demo ledger in ``folder``, which must be empty or not there yet.

    Raises ``UnavailableError`` for a folder that holds anything, ``TamperedError`` if the new ledger does not verify.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnavailableError(
            Sentence("{folder} is there already and not empty; name a folder that is not there yet", folder=folder)
        )
    demo = build(folder, say=say)
    output = folder / OUTPUT
    output.mkdir()
    with Ledger.open(folder, clock=clock) as ledger:
        examined = examine(ledger.store, papers_of(folder), Trust.read(folder / TRUST_FILE))
        examined.verification.must_hold()
        written = _write_reports(ledger, demo, output, examined)
    planted = output / "planted.json"
    planted.write_bytes(to_json([each._asdict() for each in demo.found], indent=2) + b"\n")
    return Tour(demo, examined.verification.root or "", written, planted)


def _write_reports(ledger: Ledger, demo: Demo, output: Path, examined: Examined) -> tuple[Path, ...]:
    written: list[Path] = []
    as_of = (demo.position, parse_instant(demo.instant))
    with open_facts(ledger.store.url, demo.folder, as_of=as_of) as facts:
        opened = answers(ledger, facts, purpose="demo")
        for name, period in {**REPORTS, INTEGRITY: None}.items():
            for lang, forms in _WRITTEN.items():
                report = build_report(
                    name,
                    facts,
                    lang=lang,
                    period=period,
                    answers=opened,
                    open_text=text_opener(ledger, purpose="demo"),
                    folder=demo.folder,
                    examined=examined,
                )
                for form in forms:
                    path = output / f"{name}.{lang}.{form}"
                    path.write_text(write(report, form), encoding="utf-8")
                    written.append(path)
    return tuple(written)

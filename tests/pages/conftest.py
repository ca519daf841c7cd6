"""Every report of the demo as a page, made once, and a browser to look at them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from browser import AXE, PROGRAM, WHY_NOT, Browser
from evenhand import Ledger
from evenhand.checkpoint.folder import papers_of
from evenhand.checkpoint.trust import Trust
from evenhand.cli.frame import run
from evenhand.clock import parse_instant
from evenhand.columns.facts import open_facts
from evenhand.demo.build import Demo
from evenhand.demo.tour import REPORTS
from evenhand.demo.witnessed import TRUST_FILE
from evenhand.ledger.examined import examine
from evenhand.render import build, names
from evenhand.render.blocks import Report
from evenhand.render.html import render
from evenhand.render.making import Options
from evenhand.render.opening import answers, text_opener

LANGS = ("en", "zh")
CASE = "case"
NAMES = names()
PAGES = [(name, lang) for name in NAMES for lang in LANGS]

Reports = Mapping[tuple[str, str], Report]
Pages = Mapping[tuple[str, str], str]


@pytest.fixture(scope="session")
def reports(demo: Demo) -> Reports:
    """Every report there is, in both languages, of the demo."""
    as_of = (demo.position, parse_instant(demo.instant))
    with (
        Ledger.open(demo.folder) as ledger,
        open_facts(f"{demo.folder}/ledger.db", demo.folder, as_of=as_of) as facts,
    ):
        examined = examine(ledger.store, papers_of(demo.folder), Trust.read(demo.folder / TRUST_FILE))
        opened = answers(ledger, facts, purpose="a test")
        return {
            (name, lang): build(
                name,
                facts,
                lang=lang,
                period=REPORTS.get(name),
                answers=opened,
                open_text=text_opener(ledger, purpose="a test"),
                examined=examined,
                options=Options(profile="nyc-ll144") if name == "worksheet" else None,
            )
            for name, lang in PAGES
        }


@pytest.fixture(scope="session")
def pages(reports: Reports, demo: Demo) -> Pages:
    """The same as web pages, and the file of somebody who was interviewed."""
    made = {key: render(report) for key, report in reports.items()}
    return made | {(CASE, lang): _case(demo, lang) for lang in LANGS}


def _case(demo: Demo, lang: str) -> str:
    asked = ("--ledger", str(demo.folder), "--lang", lang, "project", "feedback", "-f", "csv")
    candidacy = next(csv.DictReader(StringIO(_printed(*asked))))["candidacy"]
    return _printed("--ledger", str(demo.folder), "--lang", lang, CASE, candidacy, "--closed", "-f", "html")


def _printed(*command: str) -> str:
    out = TextIOWrapper(BytesIO(), encoding="utf-8", newline="")
    with redirect_stdout(out), redirect_stderr(StringIO()):
        assert run([*command]) == 0
    out.flush()
    return out.buffer.getvalue().decode()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    if PROGRAM is None:
        pytest.skip(WHY_NOT)
    if AXE is None:
        pytest.skip("the page checker axe is not installed: pip install --no-deps -r requirements-axe.txt")
    with Browser() as started:
        yield started

"""The demo's reports are, byte for byte, the ones kept beside this file.

After a change that is meant: ``EVENHAND_GOLDEN=write make test ARGS=tests/golden``, then read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evenhand import Ledger, models
from evenhand.checkpoint.folder import papers_of
from evenhand.checkpoint.trust import Trust
from evenhand.cli.frame import run
from evenhand.clock import parse_instant
from evenhand.columns.facts import Facts, open_facts
from evenhand.demo.build import Demo
from evenhand.demo.tour import REPORTS
from evenhand.demo.witnessed import TRUST_FILE
from evenhand.ledger.examined import Examined, examine
from evenhand.render import build, write
from evenhand.render.opening import answers, text_opener
from evenhand.store import Store

KEPT = Path(__file__).parent
FORMS = (("en", "md"), ("zh", "md"), ("en", "json"), ("en", "csv"))
CASES = [(name, lang, form) for name in REPORTS for lang, form in FORMS]


@pytest.fixture(scope="module")
def ledger(demo: Demo) -> Iterator[Ledger]:
    with Ledger.open(demo.folder) as opened:
        yield opened


def facts_of(demo: Demo, *, from_log: bool) -> Facts:
    as_of = (demo.position, parse_instant(demo.instant))
    return open_facts(f"{demo.folder}/ledger.db", demo.folder, as_of=as_of, from_log=from_log)


@pytest.fixture(scope="module")
def facts(demo: Demo) -> Iterator[Facts]:
    with facts_of(demo, from_log=False) as opened:
        yield opened


def made(ledger: Ledger, facts: Facts, name: str, lang: str, form: str) -> str:
    report = build(
        name,
        facts,
        lang=lang,
        period=REPORTS[name],
        answers=lambda: answers(ledger, facts, purpose="a test"),
        open_text=text_opener(ledger, purpose="a test"),
    )
    return write(report, form)


@pytest.mark.parametrize(("name", "lang", "form"), CASES)
def test_a_report_is_the_one_that_was_kept(ledger: Ledger, facts: Facts, name: str, lang: str, form: str) -> None:
    compare(made(ledger, facts, name, lang, form), f"{name}.{lang}.{form}")


def compare(text: str, name: str) -> None:
    kept = KEPT / name
    if os.environ.get("EVENHAND_GOLDEN") == "write":
        kept.write_text(text, encoding="utf-8")
    assert text.encode() == kept.read_bytes()


def test_a_report_made_again_from_the_log_has_the_same_bytes(demo: Demo, ledger: Ledger, facts: Facts) -> None:
    with facts_of(demo, from_log=True) as again:
        for name in REPORTS:
            assert made(ledger, again, name, "en", "md") == made(ledger, facts, name, "en", "md")


@pytest.fixture(scope="module")
def examined(demo: Demo) -> Examined:
    """The demo, held against its own evidence and a copy of the newest checkpoint that somebody kept."""
    own = papers_of(demo.folder)
    with Store.open(f"{demo.folder}/ledger.db", read_only=True) as store:
        return examine(store, replace(own, held=own.checkpoints[-1:]), Trust.read(demo.folder / TRUST_FILE))


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_the_integrity_report_is_the_one_that_was_kept(
    demo: Demo, facts: Facts, examined: Examined, lang: str, form: str
) -> None:
    assert facts.as_of.position == demo.position
    compare(write(build("integrity", facts, lang=lang, examined=examined), form), f"integrity.{lang}.{form}")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_file_of_a_case_is_the_one_that_was_kept(
    demo: Demo, facts: Facts, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of somebody rejected although the standard implies the other outcome, with all who were in the same place."""
    found = "select min(entries[1]) from finding where code = 'decision_differs'"
    models.run(facts.connection, ("finding",), models.catalogue(custom=False))
    [(entry,)] = facts.connection.execute(found).fetchall()
    as_of = f"{demo.position}@{demo.instant}"
    asked = ["--ledger", str(demo.folder), "case", str(entry), "--as-of", as_of, "--lang", lang, "-f", "md"]
    assert run(asked) == 0
    compare(capsys.readouterr().out, f"case.{lang}.md")

"""In the demo everything that can be found is found, at its place, and nothing else is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from evenhand import models
from evenhand.checkpoint import judge
from evenhand.checkpoint.folder import papers_of
from evenhand.checkpoint.trust import Trust
from evenhand.columns.facts import Facts
from evenhand.demo.build import Demo
from evenhand.demo.planted import BY_THE_WAY, ELSEWHERE, ONLY_IMPORTED, PLANTED
from evenhand.demo.witnessed import TRUST_FILE
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import STORE_FILE
from evenhand.ledger.rechecking import broken_rules
from evenhand.ledger.verify import verify
from evenhand.resources import shelf
from evenhand.store.store import Store, file_url


@pytest.fixture(scope="module")
def store(demo: Demo):
    with Store.open(file_url(demo.folder / STORE_FILE), read_only=True) as opened:
        yield opened


def test_just_the_planted_findings_appear(demo: Demo, facts: Facts) -> None:
    streams = dict(facts.connection.execute("select stream_key, cast(stream as varchar) from stream").fetchall())
    findings = models.project(facts.connection, "finding", models.catalogue()).records()
    found = Counter((each["code"], streams.get(each["candidacy"])) for each in findings)
    assert found == Counter((each.code, each.candidacy) for each in demo.found)


def test_every_code_of_a_finding_is_planted() -> None:
    text = Path(shelf("projections"), "finding.sql").read_text(encoding="utf-8")
    kinds = text[text.index("with kind(code, principle)") :].partition("\n),\n")[0]
    codes = set(re.findall(r"\('([a-z_]+)', \d\)", kinds))
    planted = {code for plant in PLANTED for code in plant.codes}
    assert codes == planted | set(ELSEWHERE) | set(BY_THE_WAY) | set(ONLY_IMPORTED)


def test_an_acknowledged_finding_names_who_looked(facts: Facts) -> None:
    findings = models.project(facts.connection, "finding", models.catalogue()).records()
    assert [each["code"] for each in findings if each["acknowledged_by"]] == ["untold_overdue_policy"]


def test_the_demo_verifies_and_obeys_every_rule(store: Store) -> None:
    assert verify(store, workers=1).problems == ()
    assert list(broken_rules(store.entries(), REGISTRY)) == []


def test_the_demo_is_signed_each_quarter_and_cosigned_by_its_witness(demo: Demo, store: Store) -> None:
    trust = Trust.read(demo.folder / TRUST_FILE)
    papers = papers_of(demo.folder)
    assert len(papers.checkpoints) == 8
    found = verify(store, workers=1, papers=papers, trust=trust)
    assert found.problems == ()
    assert any(each.forms[0] == judge.WITNESSED for each in found.checked)
    assert any(each.forms[0] == judge.TIMED for each in found.checked)


def test_the_demo_speaks_two_languages_and_has_two_years_of_quarters(facts: Facts) -> None:
    told = facts.connection.execute("select language, count(*) from notice_given group by language").fetchall()
    assert {language for language, _ in told} == {"en", "zh"}
    quarters = facts.connection.execute(
        "select count(distinct date_trunc('quarter', occurred_day)) from decision_made"
    ).fetchall()
    assert quarters == [(8,)]


def test_one_standard_changes_midway(facts: Facts) -> None:
    versions = facts.connection.execute("select code, count(*) from standard_adopted group by code").fetchall()
    assert dict(versions) == {"engineer": 2, "product": 1, "support": 1}


def test_the_same_seed_makes_the_same_ledger(demo: Demo, store: Store) -> None:
    pinned = Path(__file__).with_name("root.txt")
    root = store.head().frontier.root().hex()
    assert f"{demo.position} {root}\n" == pinned.read_text(encoding="ascii"), (
        "write the new root if the change is meant"
    )

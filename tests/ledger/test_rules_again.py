"""Replaying the rules finds what somebody slipped past them, and says that it looked."""

from __future__ import annotations

from pydantic_core import from_json, to_json

from evenhand.ledger.verification import RULES
from evenhand.store.shape import NewEntry
from hiring import START, Hiring


def slip_past(hiring: Hiring, topic: str, body: dict[str, object]) -> int:
    """Append through the store, as a program of somebody's own could, without asking the rules."""
    common = {
        name: from_json(hiring.ledger.stream(hiring.candidacy)[0].body)[name] for name in ("actor", "basis", "rules")
    }
    occurred = {"at": "2026-07-01", "zone": "Europe/Berlin", "precision": "day"}
    text = to_json({"occurred_at": occurred} | common | body).decode()
    version = len(hiring.ledger.stream(hiring.candidacy)) + 1
    new = NewEntry(hiring.candidacy, version, hiring.ids(), topic, text)
    return hiring.ledger.store.transact(lambda _: [new], clock=lambda: START)[0].position


def test_a_ledger_that_obeyed_its_rules_has_no_finding_and_says_they_were_replayed(hiring: Hiring) -> None:
    hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision())
    found = hiring.ledger.verify(rules=True)
    assert found.ok
    assert RULES not in found.not_checked
    assert RULES in hiring.ledger.verify().not_checked


def test_an_entry_that_a_rule_should_have_stopped_is_named(hiring: Hiring) -> None:
    hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision())
    position = slip_past(hiring, "decision.made.v1", hiring.decision(outcome="advance"))
    assert hiring.ledger.verify().ok  # the bytes are as they were recorded
    found = hiring.ledger.verify(rules=True)
    assert not found.ok
    assert [each.position for each in found.findings] == [position]
    assert "one-final-decision" in found.findings[0].problem


def test_an_entry_under_rules_nobody_knows_is_named(hiring: Hiring) -> None:
    position = slip_past(hiring, "stage.entered.v1", {"stage": "cv", "rules": 99})
    found = hiring.ledger.verify(rules=True)
    assert [(each.position, "set of rules" in each.problem) for each in found.findings] == [(position, True)]

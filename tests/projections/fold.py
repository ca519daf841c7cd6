"""Every projection computed by a plain fold over the log, without SQL: what the SQL is held to.

It is slow on purpose: each row is found by looking at everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from projections import fold_cases, fold_findings, fold_rule, fold_scores, fold_waits, fold_words
from projections.world import Row, World

PARTS: dict[str, Callable[[World], list[Row]]] = {
    "person": fold_cases.person,
    "application": fold_cases.application,
    "requisition": fold_waits.requisition,
    "standard_in_force": fold_cases.standard_in_force,
    "decision_effective": fold_cases.decision_effective,
    "stage_visit": fold_cases.stage_visit,
    "candidacy": fold_cases.candidacy,
    "notice": fold_words.notice,
    "promise": fold_words.promise,
    "notice_latency": fold_words.notice_latency,
    "feedback": fold_words.feedback,
    "follow_up": fold_words.follow_up,
    "withdrawal": fold_cases.withdrawal,
    "offer": fold_cases.offer,
    "reason": fold_rule.reason,
    "scorecard_effective": fold_rule.scorecard_effective,
    "replay": fold_rule.replay,
    "selection": fold_rule.selection,
    "evaluation": fold_rule.evaluation,
    "criterion_score": fold_scores.criterion_score,
    "score_profile": fold_scores.score_profile,
    "rejection_reason": fold_scores.rejection_reason,
    "implied_cut": fold_scores.implied_cut,
    "rating": fold_scores.rating,
    "lesson": fold_rule.lesson,
    "action": fold_rule.action,
    "deadline": fold_words.deadline,
    "wait": fold_waits.wait,
    "message": fold_waits.message,
    "reapplication": fold_waits.reapplication,
    "follow_up_due": fold_waits.follow_up_due,
    "consent": fold_waits.consent,
    "waiting": fold_waits.waiting,
    "import_share": fold_rule.import_share,
    "late_recording": fold_rule.late_recording,
    "finding": fold_findings.finding,
}
"""In an order in which each comes after what it reads."""


def fold(entries: Iterable[Sequence[Any]], position: int, instant: datetime) -> dict[str, list[Row]]:
    """Compute every projection as of a position and an instant (UTC, without a zone)."""
    world = World(entries, position, instant)
    for name, part in PARTS.items():
        world.rows[name] = part(world)
    return world.rows

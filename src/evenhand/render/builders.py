"""The builders that ``report.toml`` can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from evenhand.render import consistency, drift, interviewers, inversions, latency, rates, reasons, retrospective
from evenhand.render.making import Content, Making

Builder = Callable[[Making, int], Content]
"""Given what the report is made from and how many rows to show at most."""

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "replay_verdict": consistency.verdict,
        "replay_classes": consistency.classes,
        "replay_agreement": consistency.agreed,
        "replay_differing": consistency.differing,
        "overrides": consistency.overrides,
        "inversions": inversions.by_stratum,
        "passed_over": inversions.passed_over,
        "ties": inversions.ties,
        "directions": inversions.directions,
        "reasons": reasons.summary,
        "reasons_listed": reasons.listed,
        "reasons_unlike": reasons.unlike,
        "implied_cuts": drift.cuts,
        "reliability": interviewers.reliability,
        "interviewers": interviewers.differences,
        "rates_by_stage": rates.by_stage,
        "rates_by_stratum": rates.by_stratum,
        "told": latency.told,
        "waiting": latency.waiting,
        "promises": latency.promises,
        "overdue": latency.overdue,
        "periods": retrospective.periods,
        "lessons": retrospective.lessons,
        "lesson_texts": retrospective.lesson_texts,
        "actions": retrospective.actions,
    }
)

"""The builders that ``report.toml`` can name; a report loads the modules of its own, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from evenhand.render.making import Content, Making

Builder = Callable[[Making, int], Content]
"""Given what the report is made from and how many rows to show at most."""

BUILDERS: Mapping[str, str] = MappingProxyType(
    {
        "replay_verdict": "consistency.verdict",
        "replay_classes": "consistency.classes",
        "replay_agreement": "consistency.agreed",
        "replay_differing": "consistency.differing",
        "overrides": "consistency.overrides",
        "overrides_by_group": "overrides.by_group",
        "inversions": "inversions.by_stratum",
        "passed_over": "inversions.passed_over",
        "ties": "inversions.ties",
        "directions": "inversions.directions",
        "reasons": "reasons.summary",
        "reasons_listed": "reasons.listed",
        "reasons_unlike": "reasons.unlike",
        "implied_cuts": "drift.cuts",
        "reliability": "interviewers.reliability",
        "interviewers": "interviewers.differences",
        "rated_pairs": "interviewers.pairs",
        "verdicts_in_short": "verdicts.in_short",
        "verdicts": "verdicts.verdicts",
        "verdict_sentences": "verdicts.sentences",
        "differ_at_all": "fairness.differ_at_all",
        "rates": "fairness.rates",
        "ratios": "fairness.ratios",
        "tests": "fairness.tests",
        "within_strata": "fairness.within",
        "missing_answers": "fairness.missing",
        "rates_by_stratum": "fairness.by_stratum",
        "waits_by_group": "waits.waits",
        "waits_tested": "waits.waits_tested",
        "shares_by_group": "waits.shares",
        "screened": "screened.about",
        "worksheet": "worksheet.about",
        "worksheet_by_sex": "worksheet.by_sex",
        "worksheet_by_race": "worksheet.by_race",
        "worksheet_by_both": "worksheet.by_both",
        "worksheet_unknown": "worksheet.not_known",
        "worksheet_checked": "worksheet.checked",
        "told": "latency.told",
        "waiting": "latency.waiting",
        "waiting_in_short": "board.in_short",
        "overdue": "board.overdue",
        "waiting_in_time": "board.in_time",
        "waits": "every_wait.waits",
        "waits_drawn": "every_wait.curves",
        "waits_by_stage": "every_wait.by_stage",
        "waits_by_requisition": "every_wait.by_requisition",
        "waits_by_recruiter": "every_wait.by_recruiter",
        "waits_by_quarter": "every_wait.by_quarter",
        "deadlines": "clocks.deadlines",
        "laws": "clocks.laws",
        "law_clocks": "clocks.running",
        "promises": "promised.by_about",
        "promises_by_channel": "promised.by_channel",
        "promised_beforehand": "promised.beforehand",
        "feedback_by_state": "coverage.by_state",
        "feedback_by_stage": "coverage.by_stage",
        "feedback_by_interviewer": "coverage.by_interviewer",
        "feedback_by_group": "coverage.by_group",
        "messages_alike": "messages.alike",
        "messages_unlike": "messages.unlike",
        "texts_checked": "messages.checked",
        "checks_unmet": "messages.unmet",
        "follow_ups_due": "afterwards.due",
        "follow_ups_made": "afterwards.made",
        "consents": "afterwards.consents",
        "came_back": "afterwards.came_back",
        "left": "afterwards.left",
        "left_why": "afterwards.reasons",
        "periods": "retrospective.periods",
        "changes": "changes.changes",
        "usual": "changes.usual",
        "principles": "retrospective.principles",
        "found_codes": "retrospective.found_codes",
        "criteria": "criteria.by_criterion",
        "actions_counted": "retrospective.actions_counted",
        "to_agree": "retrospective.to_agree",
        "lessons": "retrospective.lessons",
        "lesson_texts": "retrospective.lesson_texts",
        "actions": "retrospective.actions",
        "case_about": "case.about",
        "case_findings": "case.findings",
        "case_decisions": "case.decisions",
        "case_scores": "case.scores",
        "case_compared": "case.compared",
        "case_comparators": "case.comparators",
        "case_standards": "case.standards",
        "case_told": "case.told",
        "case_clocks": "case.clocks",
        "case_feedback": "case.feedback",
        "case_others": "case.other_candidacies",
        "case_timeline": "case.timeline",
        "verified": "integrity.verdict",
        "verify_findings": "integrity.findings",
        "verify_checked": "integrity.checked",
        "verify_not_checked": "integrity.not_checked",
        "guards": "integrity.guards",
        "checkpoints": "integrity.checkpoints",
        "log_keys": "recording.log_keys",
        "late_recording": "recording.late",
        "imported": "recording.imported",
        "imports": "recording.imports",
        "clock": "recording.clock",
        "erasures": "recording.erased",
    }
)
"""By name: the module of this room, and the function."""


def builder(name: str) -> Builder:
    """Load a builder."""
    module, _, function = BUILDERS[name].partition(".")
    made: Builder = getattr(import_module(f"evenhand.render.{module}"), function)
    return made

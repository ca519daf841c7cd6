"""The builders that ``report.toml`` can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from evenhand.render import (
    consistency,
    drift,
    fairness,
    integrity,
    interviewers,
    inversions,
    latency,
    overrides,
    reasons,
    recording,
    retrospective,
    screened,
    verdicts,
    waits,
    worksheet,
)
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
        "overrides_by_group": overrides.by_group,
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
        "rated_pairs": interviewers.pairs,
        "verdicts_in_short": verdicts.in_short,
        "verdicts": verdicts.verdicts,
        "verdict_sentences": verdicts.sentences,
        "differ_at_all": fairness.differ_at_all,
        "rates": fairness.rates,
        "ratios": fairness.ratios,
        "tests": fairness.tests,
        "within_strata": fairness.within,
        "missing_answers": fairness.missing,
        "rates_by_stratum": fairness.by_stratum,
        "waits_by_group": waits.waits,
        "waits_tested": waits.waits_tested,
        "shares_by_group": waits.shares,
        "screened": screened.about,
        "worksheet": worksheet.about,
        "worksheet_by_sex": worksheet.by_sex,
        "worksheet_by_race": worksheet.by_race,
        "worksheet_by_both": worksheet.by_both,
        "worksheet_unknown": worksheet.not_known,
        "worksheet_checked": worksheet.checked,
        "told": latency.told,
        "waiting": latency.waiting,
        "promises": latency.promises,
        "overdue": latency.overdue,
        "periods": retrospective.periods,
        "lessons": retrospective.lessons,
        "lesson_texts": retrospective.lesson_texts,
        "actions": retrospective.actions,
        "verified": integrity.verdict,
        "verify_findings": integrity.findings,
        "verify_checked": integrity.checked,
        "verify_not_checked": integrity.not_checked,
        "guards": integrity.guards,
        "checkpoints": integrity.checkpoints,
        "log_keys": recording.log_keys,
        "late_recording": recording.late,
        "imported": recording.imported,
        "imports": recording.imports,
        "clock": recording.clock,
        "erasures": recording.erased,
    }
)

"""Where in the demo something is to be found: one planted story for every code of a finding, and some where nothing is.

A function tells one story; its name and docstring say what goes wrong. ``PLANTED`` holds, in order, which post it
belongs to, when the person applies, and which codes are to be found on that candidacy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from evenhand.demo import deciding, telling, unremarkable
from evenhand.demo.story import Story

Telling = Callable[[Story], None]


class Plant(NamedTuple):
    """Where a story is planted, and what is to be found there."""

    tell: Telling
    post: str
    applied: date
    codes: tuple[str, ...]
    imported: bool = False


ENG1, ENG2, PM1, PM2, SUP = "eng-shanghai-1", "eng-berlin-2", "pm-berlin-1", "pm-shanghai-2", "sup-toronto-1"

PLANTED = (
    Plant(deciding.no_reason, PM1, date(2025, 3, 24), ("reason_missing",), imported=True),
    Plant(deciding.unknown_reason, PM1, date(2025, 3, 25), ("reason_unknown",), imported=True),
    Plant(deciding.only_other, PM1, date(2025, 4, 7), ("reason_only_other",)),
    Plant(deciding.no_criterion, PM1, date(2025, 3, 26), ("reason_without_criterion",), imported=True),
    Plant(deciding.culture, PM1, date(2025, 3, 27), ("culture_without_criterion",), imported=True),
    Plant(deciding.candidates_reason, PM1, date(2025, 3, 28), ("reason_of_candidate",), imported=True),
    Plant(deciding.contradicted, ENG1, date(2025, 3, 4), ("reason_contradicted",)),
    Plant(telling.no_feedback, ENG1, date(2025, 3, 11), ("feedback_missing",)),
    Plant(telling.feedback_first, ENG1, date(2025, 3, 18), ("feedback_before_decision",)),
    Plant(telling.feedback_late, ENG1, date(2025, 4, 1), ("feedback_late",)),
    Plant(telling.feedback_never, PM2, date(2026, 3, 3), ("feedback_overdue",)),
    Plant(telling.told_twice, ENG1, date(2025, 4, 8), ("told_twice",)),
    Plant(telling.told_too_soon, ENG1, date(2025, 4, 15), ("told_before_decision",)),
    Plant(telling.told_late, ENG1, date(2025, 6, 10), ("told_late_policy",)),
    Plant(telling.told_late_by_law, SUP, date(2026, 1, 19), ("told_late_law",)),
    Plant(telling.untold_by_law, SUP, date(2026, 2, 23), ("untold_overdue_law",)),
    Plant(telling.untold, ENG2, date(2026, 4, 14), ("untold_overdue_policy", "promise_broken")),
    Plant(telling.promise_late, ENG2, date(2025, 11, 4), ("promise_late",)),
    Plant(telling.promise_broken, ENG2, date(2026, 4, 21), ("promise_broken",)),
    Plant(telling.promise_moved_late, ENG2, date(2025, 11, 11), ("promise_late", "promise_revised_late")),
    Plant(telling.no_promise, ENG2, date(2025, 11, 18), ("promise_missing",)),
    Plant(telling.bounced, PM2, date(2026, 3, 10), ("notice_bounced", "untold_overdue_policy", "promise_broken")),
    Plant(telling.left_behind, PM1, date(2025, 8, 18), ("closed_untold", "promise_broken")),
    Plant(telling.deferred_too_long, PM2, date(2026, 3, 17), ("deferral_passed",)),
    Plant(deciding.against_the_standard, PM1, date(2025, 4, 1), ("decision_differs",), imported=True),
    Plant(deciding.on_too_little, PM1, date(2025, 4, 2), ("advanced_on_insufficient",), imported=True),
    Plant(deciding.other_standard, ENG1, date(2025, 8, 5), ("other_standard_named",), imported=True),
    Plant(deciding.decided_again, PM1, date(2025, 4, 3), ("second_final_decision",), imported=True),
    Plant(deciding.scored_afterwards, ENG2, date(2025, 12, 2), ("scorecard_after_decision",)),
    Plant(deciding.corrected_afterwards, ENG2, date(2025, 12, 3), ("corrected_after_decision",)),
    Plant(deciding.nobody_decided, ENG2, date(2025, 12, 9), ("decider_unknown",)),
    Plant(deciding.by_machine_alone, ENG2, date(2026, 1, 13), ("sole_automation",)),
    Plant(deciding.judged_by_the_same, PM1, date(2025, 4, 4), ("appeal_by_deciders",), imported=True),
    Plant(deciding.went_back, ENG2, date(2026, 1, 20), ("stage_gone_back",)),
    Plant(deciding.offered_after_all, ENG2, date(2026, 2, 3), ("offer_after_rejection",)),
    Plant(telling.contacted_unasked, ENG2, date(2026, 2, 10), ("contact_without_consent",)),
    Plant(telling.not_thanked, ENG2, date(2026, 2, 17), ("follow_up_missing",)),
    Plant(telling.recorded_late, ENG2, date(2026, 2, 24), ("backdated",)),
    Plant(telling.near_the_calendars_end, "ops-berlin-1", date(2025, 12, 18), ()),
    Plant(unremarkable.erased, PM2, date(2026, 1, 12), ()),
    Plant(unremarkable.stays_in_touch, PM1, date(2025, 7, 8), ()),
    Plant(unremarkable.tries_again, ENG1, date(2025, 5, 13), ()),
    Plant(unremarkable.thinks_better_of_it, PM1, date(2025, 6, 24), ()),
    Plant(unremarkable.recommends_others, ENG2, date(2026, 3, 24), ()),
    Plant(unremarkable.told_in_english, PM2, date(2026, 2, 3), ()),
    Plant(unremarkable.told_by_phone, SUP, date(2026, 2, 10), ()),
    Plant(unremarkable.heard_on_appeal, PM2, date(2026, 1, 21), ()),
)

BY_THE_WAY = ("law_clock_running",)
"""What ordinary candidacies bring about when the demo ends in the middle of them."""

ELSEWHERE = {
    "action_overdue": "An action of the last retrospective was due in May and is neither done nor dropped.",
    "calendar_ended": "The calendar of the policy 'pilot' ends before a deadline falls due.",
    "clock_jumped": "On 20 May 2026 the machine's clock stood 40 minutes behind, and somebody accepted that.",
    "import_unfinished": "An import begun on 15 June 2026 never finished.",
}
"""What is planted on no candidacy, and where."""

ONLY_IMPORTED = ("before_opening", "rating_unknown")
"""What only the records of another system can show; the demo's were recorded as they happened."""


def applied_at(day: date) -> datetime:
    """Say at which instant a planted person applies."""
    return datetime.combine(day, time(9, 30), UTC)


def pilot_calendar(policy: dict[str, Any]) -> dict[str, Any]:
    """Make a policy whose calendar ends too soon."""
    short = {"calendar": "pilot", "from_day": "2025-07-01", "to_day": "2025-12-24"}
    return policy | {"code": "pilot", "calendar": short, "why": "A trial of half a year."}

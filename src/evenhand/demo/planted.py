"""Candidacies in which something is to be found, each planted at a known place, one for every code of a finding.

A function tells one story; its name and docstring say what goes wrong. ``PLANTED`` holds, in order, which post it
belongs to, when the person applies, and which codes are to be found on that candidacy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import Any, NamedTuple

from evenhand.demo.company import MICRO
from evenhand.demo.ordinary import cv_review, goodbye
from evenhand.demo.story import Story, moment

Telling = Callable[[Story], None]


class Plant(NamedTuple):
    """Where a story is planted, and what is to be found there."""

    tell: Telling
    post: str
    applied: date
    codes: tuple[str, ...]
    imported: bool = False


def _fixed(points: float) -> Callable[[], int]:
    return lambda: int(points * MICRO)


def _to_phone(story: Story, *, points: float, promise: bool = True) -> None:
    story.apply()
    cv_review(story, fit=True)
    story.wait(days=1)
    story.enter("phone")
    story.interview(_fixed(points), cards=1, promise=promise)
    story.wait(days=1)


def _to_onsite(story: Story, *, scores: Callable[[], int], promise: bool = True) -> None:
    _to_phone(story, points=4, promise=promise)
    story.decide("advance")
    story.wait(hours=2)
    story.outcome_told("advance")
    story.wait(days=1)
    story.enter("onsite")
    story.interview(scores, cards=2, promise=promise)
    story.wait(days=1)


def _rejected_at_cv(story: Story, **decision: Any) -> None:
    story.apply()
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject", **decision)


def _rejected_at_phone(story: Story, **decision: Any) -> None:
    _to_phone(story, points=2)
    story.decide("reject", **decision)
    story.wait(hours=2)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def goodbye_with_feedback(story: Story) -> None:
    """Give feedback the next day."""
    story.wait(hours=20)
    story.feedback()


def _told_next_day(story: Story, outcome: str = "reject") -> None:
    story.wait(hours=20)
    story.outcome_told(outcome)


def no_reason(story: Story) -> None:
    """An outside record of a rejection without any reason."""
    _rejected_at_cv(story, reasons=[])
    _told_next_day(story)


def unknown_reason(story: Story) -> None:
    """An outside record whose reason is none of the standard's."""
    _rejected_at_cv(story, reasons=[{"code": "lacking-hustle"}])
    _told_next_day(story)


def only_other(story: Story) -> None:
    """The only reason is the one that says nothing."""
    _rejected_at_cv(story, reasons=[{"code": "other"}])
    _told_next_day(story)


def no_criterion(story: Story) -> None:
    """An outside record of a reason that needs a criterion and names none."""
    _rejected_at_phone(story, reasons=[{"code": "below-bar"}])


def culture(story: Story) -> None:
    """An outside record of a culture reason without a criterion."""
    _rejected_at_phone(story, reasons=[{"code": "values"}])


def candidates_reason(story: Story) -> None:
    """An outside record that books the candidate's own reason as our rejection."""
    _rejected_at_cv(story, reasons=[{"code": "pay"}])
    _told_next_day(story)


def contradicted(story: Story) -> None:
    """The reason cites a criterion on which both interviewers gave more than the bar."""
    rated = cycle((4.5, 1, 1))  # strong on the first criterion, weak on the others
    _to_onsite(story, scores=lambda: int(next(rated) * MICRO))
    story.decide("reject", reasons=[{"code": "below-bar", "criteria": [story.standard.criteria[0].criterion]}])
    _told_next_day(story)
    goodbye_with_feedback(story)


def no_feedback(story: Story) -> None:
    """Interviewed and rejected, and never told why in any detail."""
    _to_phone(story, points=2)
    story.decide("reject")
    _told_next_day(story)


def feedback_first(story: Story) -> None:
    """Feedback was given before anything was decided."""
    story.apply()
    story.wait(days=1)
    story.feedback()
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject")
    _told_next_day(story)


def feedback_late(story: Story) -> None:
    """Feedback that was asked for came after twelve days; ten were promised by the policy."""
    _to_phone(story, points=2)
    story.decide("reject")
    story.wait(hours=2)
    story.outcome_told("reject")
    story.now += timedelta(minutes=30)
    story.tell("feedback.requested.v1", {"channel": "email"})
    story.wait(days=12)
    story.feedback()


def feedback_never(story: Story) -> None:
    """Somebody rejected on their CV asked why, and got no answer."""
    _rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    story.tell("feedback.requested.v1", {"channel": "email"})


def told_twice(story: Story) -> None:
    """The same rejection was sent twice, four days apart."""
    _rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject", channel="email")
    story.wait(days=4)
    story.outcome_told("reject", channel="email")


def told_too_soon(story: Story) -> None:
    """Somebody was told an outcome the day before it was decided."""
    story.apply()
    story.wait(days=1)
    story.notice("outcome", story.text["reject"], channel="phone")
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject")
    _told_next_day(story)


def told_late(story: Story) -> None:
    """A rejection was told after twelve days; five business days were allowed."""
    _rejected_at_cv(story)
    story.wait(days=12)
    story.outcome_told("reject")


def told_late_by_law(story: Story) -> None:
    """In Ontario, somebody interviewed heard only after two months whether anything was decided."""
    _to_phone(story, points=2, promise=False)
    story.wait(days=60)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def untold_by_law(story: Story) -> None:
    """In Ontario, somebody interviewed three months ago has heard nothing since, and nothing is decided."""
    _to_phone(story, points=3, promise=False)


def untold(story: Story) -> None:
    """A rejection that nobody has told."""
    _rejected_at_cv(story)


def promise_late(story: Story) -> None:
    """An answer was promised within two days of the interview and came after five."""
    _to_phone(story, points=2, promise=False)
    story.promise(days=2)
    story.decide("reject")
    story.wait(days=4)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def promise_broken(story: Story) -> None:
    """An answer was promised by a day that has passed, and none was given."""
    _to_phone(story, points=3)


def promise_moved_late(story: Story) -> None:
    """Another day was named after the first had passed; that takes nothing back."""
    _to_phone(story, points=2, promise=False)
    first = story.promise(days=2)
    story.wait(days=4)
    by = (story.now + timedelta(days=9)).date().isoformat()
    due = {"at": by, "zone": story.post.zone, "precision": "day"}
    story.tell("promise.revised.v1", {"promise": first, "by": due, "channel": "phone"})
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def no_promise(story: Story) -> None:
    """Somebody came for a whole day and was not told when they would hear."""
    _to_onsite(story, scores=_fixed(2), promise=False)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def bounced(story: Story) -> None:
    """The mail came back and was not sent again."""
    _rejected_at_cv(story)
    story.wait(hours=3)
    told = story.notice("outcome", story.text["reject"], decision=story.decision)
    story.now += timedelta(minutes=1)
    story.tell("notice.delivery_reported.v1", {"notice": told, "status": "bounced", "permanent": True})


def deferred_too_long(story: Story) -> None:
    """A decision was put off until a day that has passed."""
    _to_phone(story, points=3, promise=False)
    by = (story.now + timedelta(days=14)).date().isoformat()
    story.decide("defer", until={"at": by, "zone": story.post.zone, "precision": "day"})


def near_the_calendars_end(story: Story) -> None:
    """A decision so near the end of a calendar that nobody can say when telling is due."""
    _rejected_at_cv(story)
    story.wait(days=2)
    story.outcome_told("reject")


def against_the_standard(story: Story) -> None:
    """An outside record rejects somebody the standard would have let on, and says no more."""
    _to_phone(story, points=4)
    story.decide("reject", reasons=[{"code": "requirement-missing"}])
    _told_next_day(story)
    goodbye_with_feedback(story)


def on_too_little(story: Story) -> None:
    """An outside record advances somebody whom nobody had scored."""
    story.apply()
    cv_review(story, fit=True)
    story.wait(days=1)
    story.enter("phone")
    story.interview(_fixed(4), cards=0)
    story.wait(days=1)
    story.decide("advance")
    _told_next_day(story, "advance")
    story.wait(days=1)
    story.tell("candidacy.withdrawn.v1", {"visit": story.visit, "reason_code": "distance", "channel": "phone"})
    story.now += timedelta(hours=1)
    story.notice("withdrawal", story.text["withdrawal"])


def other_standard(story: Story) -> None:
    """An outside record names the version of the standard that no longer held."""
    _rejected_at_cv(story, standard_version=1)
    _told_next_day(story)


def decided_again(story: Story) -> None:
    """An outside record has a second decision on one visit."""
    _rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")


def scored_afterwards(story: Story) -> None:
    """A third interviewer handed in a scorecard the day after the decision."""
    _to_onsite(story, scores=_fixed(2))
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    outsider = next(each for each in story.staff[4:] if each not in {card.author for card in story.cards})
    story.score(outsider, _fixed(2))
    goodbye_with_feedback(story)


def corrected_afterwards(story: Story) -> None:
    """The time of a scorecard was put right by ten minutes the day after the decision that rests on it."""
    _to_phone(story, points=2)
    card = next(each for each in reversed(story.author.happenings) if each.draft.topic == "scorecard.submitted.v1")
    written = moment(card.happened + timedelta(minutes=10), story.post.zone)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    body = {"target": card.draft.id, "kind": "time", "fields": {"occurred_at": written}}
    story.tell("entry.corrected.v1", body)
    goodbye_with_feedback(story)


def nobody_decided(story: Story) -> None:
    """The record does not say who decided."""
    _rejected_at_cv(story, deciders=[])
    _told_next_day(story)


def by_machine_alone(story: Story) -> None:
    """A tool alone turned somebody down, and no person has looked at it since."""
    story.apply()
    story.wait(days=1)
    evaluated = {"visit": story.visit, "tool": "cv-sorter", "tool_version": "3.1", "suggests": "reject",
                 "influence": "substantial"}  # fmt: skip
    story.tell("evaluation.recorded.v1", evaluated)
    story.now += timedelta(minutes=1)
    story.answer(permit=True, experience=False)
    story.decide("reject", automation="sole")
    _told_next_day(story)


def judged_by_the_same(story: Story) -> None:
    """An outside record: an appeal was answered by those who had decided."""
    _rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=3)
    appeal = story.tell("decision.appealed.v1", {"decision": story.decision, "channel": "email"})
    story.wait(days=2)
    story.tell("appeal.resolved.v1", {"appeal": appeal, "result": "upheld", "reviewers": [story.staff[2]]})


def went_back(story: Story) -> None:
    """Somebody was sent back from the on-site stage to the phone."""
    _to_onsite(story, scores=_fixed(3.3))
    story.enter("phone")
    story.interview(_fixed(2), cards=1)
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def offered_after_all(story: Story) -> None:
    """An offer was made to somebody who stood rejected."""
    _rejected_at_phone(story)
    story.wait(days=5)
    offer = story.tell("offer.extended.v1", {"channel": "phone"})
    story.wait(days=2)
    story.tell("offer.answered.v1", {"offer": offer, "answer": "declined", "reason_code": "other-offer"})


def contacted_unasked(story: Story) -> None:
    """Somebody was invited to apply again without having agreed to be contacted."""
    _rejected_at_phone(story)
    story.wait(days=40)
    body = {
        "kind": "reapply_invitation",
        "channel": "email",
        "language": story.post.language,
        "text": story.text["thanks"],
    }
    story.tell("follow_up.made.v1", body)


def recorded_late(story: Story) -> None:
    """A thank-you was recorded four weeks after it was said to have been sent."""
    _rejected_at_phone(story)
    story.wait(days=1)
    story.recorded = story.now + timedelta(days=28)
    body = {"kind": "thank_you", "channel": "letter", "language": story.post.language, "text": story.text["thanks"]}
    story.tell("follow_up.made.v1", body)


def left_behind(story: Story) -> None:
    """The post was closed while somebody still waited for an answer."""
    story.apply()


def erased(story: Story) -> None:
    """Nothing is wrong: this person will ask to be erased, and the ledger goes on without their texts."""
    _rejected_at_phone(story)


def stays_in_touch(story: Story) -> None:
    """Nothing is wrong: rejected, agreed to be contacted, invited, applied again."""
    _rejected_at_phone(story)
    until = (story.now + timedelta(days=365)).date().isoformat()
    body = {"purpose": "keep_in_touch", "channel": "email", "until": until}
    consent = story.tell("consent.given.v1", body, stream=story.candidate)
    story.wait(days=60)
    story.tell("follow_up.made.v1", {"kind": "reapply_invitation", "channel": "email", "consent": consent,
                                     "language": story.post.language, "text": story.text["thanks"]})  # fmt: skip


def heard_on_appeal(story: Story) -> None:
    """Nothing is wrong: a decision was appealed, overturned by others, made again, and told in words of its own."""
    _to_phone(story, points=2)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    first = story.decision
    appeal = story.tell(
        "decision.appealed.v1", {"decision": first, "channel": "email", "grounds": story.text["rationale"]}
    )
    story.wait(days=2)
    story.tell("appeal.resolved.v1", {"appeal": appeal, "result": "overturned", "reviewers": [story.staff[4]]})
    story.tell("decision.overturned.v1", {"decision": first, "deciders": [story.staff[4]]})
    story.wait(hours=1)
    story.decide("reject", deciders=[story.staff[4]])
    story.wait(hours=3)
    story.outcome_told("reject", template="after-appeal")
    goodbye(story)


ENG1, ENG2, PM1, PM2, SUP = "eng-shanghai-1", "eng-berlin-2", "pm-berlin-1", "pm-shanghai-2", "sup-toronto-1"

PLANTED = (
    Plant(no_reason, PM1, date(2025, 3, 24), ("reason_missing",), imported=True),
    Plant(unknown_reason, PM1, date(2025, 3, 25), ("reason_unknown",), imported=True),
    Plant(only_other, PM1, date(2025, 4, 7), ("reason_only_other",)),
    Plant(no_criterion, PM1, date(2025, 3, 26), ("reason_without_criterion",), imported=True),
    Plant(culture, PM1, date(2025, 3, 27), ("culture_without_criterion",), imported=True),
    Plant(candidates_reason, PM1, date(2025, 3, 28), ("reason_of_candidate",), imported=True),
    Plant(contradicted, ENG1, date(2025, 3, 4), ("reason_contradicted",)),
    Plant(no_feedback, ENG1, date(2025, 3, 11), ("feedback_missing",)),
    Plant(feedback_first, ENG1, date(2025, 3, 18), ("feedback_before_decision",)),
    Plant(feedback_late, ENG1, date(2025, 4, 1), ("feedback_late",)),
    Plant(feedback_never, PM2, date(2026, 3, 3), ("feedback_overdue",)),
    Plant(told_twice, ENG1, date(2025, 4, 8), ("told_twice",)),
    Plant(told_too_soon, ENG1, date(2025, 4, 15), ("told_before_decision",)),
    Plant(told_late, ENG1, date(2025, 6, 10), ("told_late_policy",)),
    Plant(told_late_by_law, SUP, date(2026, 1, 19), ("told_late_law",)),
    Plant(untold_by_law, SUP, date(2026, 2, 23), ("untold_overdue_law",)),
    Plant(untold, ENG2, date(2026, 4, 14), ("untold_overdue_policy",)),
    Plant(promise_late, ENG2, date(2025, 11, 4), ("promise_late",)),
    Plant(promise_broken, ENG2, date(2026, 4, 21), ("promise_broken",)),
    Plant(promise_moved_late, ENG2, date(2025, 11, 11), ("promise_late", "promise_revised_late")),
    Plant(no_promise, ENG2, date(2025, 11, 18), ("promise_missing",)),
    Plant(bounced, PM2, date(2026, 3, 10), ("notice_bounced", "untold_overdue_policy")),
    Plant(left_behind, PM1, date(2025, 8, 18), ("closed_untold",)),
    Plant(deferred_too_long, PM2, date(2026, 3, 17), ("deferral_passed",)),
    Plant(against_the_standard, PM1, date(2025, 4, 1), ("decision_differs",), imported=True),
    Plant(on_too_little, PM1, date(2025, 4, 2), ("advanced_on_insufficient",), imported=True),
    Plant(other_standard, ENG1, date(2025, 8, 5), ("other_standard_named",), imported=True),
    Plant(decided_again, PM1, date(2025, 4, 3), ("second_final_decision",), imported=True),
    Plant(scored_afterwards, ENG2, date(2025, 12, 2), ("scorecard_after_decision",)),
    Plant(corrected_afterwards, ENG2, date(2025, 12, 3), ("corrected_after_decision",)),
    Plant(nobody_decided, ENG2, date(2025, 12, 9), ("decider_unknown",)),
    Plant(by_machine_alone, ENG2, date(2026, 1, 13), ("sole_automation",)),
    Plant(judged_by_the_same, PM1, date(2025, 4, 4), ("appeal_by_deciders",), imported=True),
    Plant(went_back, ENG2, date(2026, 1, 20), ("stage_gone_back",)),
    Plant(offered_after_all, ENG2, date(2026, 2, 3), ("offer_after_rejection",)),
    Plant(contacted_unasked, ENG2, date(2026, 2, 10), ("contact_without_consent",)),
    Plant(recorded_late, ENG2, date(2026, 2, 24), ("backdated",)),
    Plant(near_the_calendars_end, "ops-berlin-1", date(2025, 12, 18), ()),
    Plant(erased, PM2, date(2026, 1, 12), ()),
    Plant(stays_in_touch, PM2, date(2026, 1, 15), ()),
    Plant(heard_on_appeal, PM2, date(2026, 1, 21), ()),
)

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

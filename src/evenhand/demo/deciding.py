"""Stories in which something is to be found about a decision: its reasons, its standard, who decided and when."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

from evenhand.demo.company import MICRO
from evenhand.demo.ordinary import cv_review
from evenhand.demo.steps import (
    fixed,
    goodbye_with_feedback,
    rejected_at_cv,
    rejected_at_phone,
    to_onsite,
    to_phone,
    told_next_day,
)
from evenhand.demo.story import Story, moment


def no_reason(story: Story) -> None:
    """An outside record of a rejection without any reason."""
    rejected_at_cv(story, reasons=[])
    told_next_day(story)


def unknown_reason(story: Story) -> None:
    """An outside record whose reason is none of the standard's."""
    rejected_at_cv(story, reasons=[{"code": "lacking-hustle"}])
    told_next_day(story)


def only_other(story: Story) -> None:
    """The only reason is the one that says nothing."""
    rejected_at_cv(story, reasons=[{"code": "other"}])
    told_next_day(story)


def no_criterion(story: Story) -> None:
    """An outside record of a reason that needs a criterion and names none."""
    rejected_at_phone(story, reasons=[{"code": "below-bar"}])


def culture(story: Story) -> None:
    """An outside record of a culture reason without a criterion."""
    rejected_at_phone(story, reasons=[{"code": "values"}])


def candidates_reason(story: Story) -> None:
    """An outside record that books the candidate's own reason as our rejection."""
    rejected_at_cv(story, reasons=[{"code": "pay"}])
    told_next_day(story)


def contradicted(story: Story) -> None:
    """The reason cites a criterion on which both interviewers gave more than the bar."""
    rated = cycle((4.5, 1, 1))  # strong on the first criterion, weak on the others
    to_onsite(story, scores=lambda: int(next(rated) * MICRO))
    story.decide("reject", reasons=[{"code": "below-bar", "criteria": [story.standard.criteria[0].criterion]}])
    told_next_day(story)
    goodbye_with_feedback(story)


def against_the_standard(story: Story) -> None:
    """An outside record rejects somebody the standard would have let on, and says no more."""
    to_phone(story, points=4)
    story.decide("reject", reasons=[{"code": "requirement-missing"}])
    told_next_day(story)
    goodbye_with_feedback(story)


def on_too_little(story: Story) -> None:
    """An outside record advances somebody whom nobody had scored."""
    story.apply()
    cv_review(story, fit=True)
    story.wait(days=1)
    story.enter("phone")
    story.interview(fixed(4), cards=0)
    story.wait(days=1)
    story.decide("advance")
    told_next_day(story, "advance")
    story.wait(days=1)
    story.tell("candidacy.withdrawn.v1", {"visit": story.visit, "reason_code": "distance", "channel": "phone"})
    story.now += timedelta(hours=1)
    story.notice("withdrawal", story.text["withdrawal"])


def other_standard(story: Story) -> None:
    """An outside record names the version of the standard that no longer held."""
    rejected_at_cv(story, standard_version=1)
    told_next_day(story)


def decided_again(story: Story) -> None:
    """An outside record has a second decision on one visit."""
    rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")


def scored_afterwards(story: Story) -> None:
    """A third interviewer handed in a scorecard the day after the decision."""
    to_onsite(story, scores=fixed(2))
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    outsider = next(each for each in story.staff[4:] if each not in {card.author for card in story.cards})
    story.score(outsider, fixed(2))
    goodbye_with_feedback(story)


def corrected_afterwards(story: Story) -> None:
    """The time of a scorecard was put right by ten minutes the day after the decision that rests on it."""
    to_phone(story, points=2)
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
    rejected_at_cv(story, deciders=[])
    told_next_day(story)


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
    told_next_day(story)


def judged_by_the_same(story: Story) -> None:
    """An outside record: an appeal was answered by those who had decided."""
    rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=3)
    appeal = story.tell("decision.appealed.v1", {"decision": story.decision, "channel": "email"})
    story.wait(days=2)
    story.tell("appeal.resolved.v1", {"appeal": appeal, "result": "upheld", "reviewers": [story.staff[2]]})


def went_back(story: Story) -> None:
    """Somebody was sent back from the on-site stage to the phone."""
    to_onsite(story, scores=fixed(3.3))
    story.enter("phone")
    story.interview(fixed(2), cards=1)
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def offered_after_all(story: Story) -> None:
    """An offer was made to somebody who stood rejected."""
    rejected_at_phone(story)
    story.wait(days=5)
    offer = story.tell("offer.extended.v1", {"channel": "phone"})
    story.wait(days=2)
    story.tell("offer.answered.v1", {"offer": offer, "answer": "declined", "reason_code": "other-offer"})

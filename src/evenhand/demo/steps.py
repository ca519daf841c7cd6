"""What several stories of the demo have in common: the way to an interview, and a goodbye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from evenhand.demo.company import MICRO
from evenhand.demo.ordinary import cv_review
from evenhand.demo.story import Story


def fixed(points: float) -> Callable[[], int]:
    """Give the same score each time."""
    return lambda: int(points * MICRO)


def to_phone(story: Story, *, points: float, promise: bool = True) -> None:
    """Apply, come through the CV review and be interviewed by phone."""
    story.apply()
    cv_review(story, fit=True)
    story.wait(days=1)
    story.enter("phone")
    story.interview(fixed(points), cards=1, promise=promise)
    story.wait(days=1)


def to_onsite(story: Story, *, scores: Callable[[], int], promise: bool = True) -> None:
    """Come through the phone interview and be interviewed on site."""
    to_phone(story, points=4, promise=promise)
    story.decide("advance")
    story.wait(hours=2)
    story.outcome_told("advance")
    story.wait(days=1)
    story.enter("onsite")
    story.interview(scores, cards=2, promise=promise)
    story.wait(days=1)


def rejected_at_cv(story: Story, **decision: Any) -> None:
    """Apply and be turned down on the CV; nobody has told it yet."""
    story.apply()
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject", **decision)


def rejected_at_phone(story: Story, **decision: Any) -> None:
    """Be turned down after the phone interview, told so, and given feedback."""
    to_phone(story, points=2)
    story.decide("reject", **decision)
    story.wait(hours=2)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def goodbye_with_feedback(story: Story) -> None:
    """Give feedback the next day, and thank whoever came to the house."""
    story.wait(hours=20)
    story.feedback()
    if story.stage == "onsite":
        story.now += timedelta(minutes=30)
        story.thank()


def told_next_day(story: Story, outcome: str = "reject") -> None:
    """Tell the outcome on the next working day."""
    story.wait(hours=20)
    story.outcome_told(outcome)

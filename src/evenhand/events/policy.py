"""The versioned policy: when people must be told what, by whose calendar, and which laws' clocks run beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from evenhand.events.base import (
    Channel,
    Code,
    Count,
    Day,
    Event,
    Fact,
    Jurisdiction,
    Names,
    Ordinal,
    PersonId,
    PublicText,
    StreamKind,
)
from evenhand.sentence import Sentence

_DAYS_OF_WEEK = 7


class Deadline(Fact):
    """Within so long of one thing another must follow."""

    deadline: Code
    clock_from: Literal["decision", "last_interview", "application", "withdrawal", "feedback_request"]
    until: Literal["outcome_told", "anything_told", "decision_status_told", "receipt_told", "acknowledged", "feedback"]
    outcome: Literal["advance", "reject"] | None = None
    """Only decisions with this outcome; none means any."""
    stage: Code | None = None
    amount: Ordinal
    unit: Literal["hours", "days", "business_days"]


class Calendar(Fact):
    """The dates as adopted: an upgrade of a calendar library must not move an old deadline."""

    calendar: Code
    from_day: Day
    to_day: Day
    weekend: tuple[Annotated[int, Field(ge=1, le=_DAYS_OF_WEEK)], ...] = (6, 7)
    """ISO days of the week: Monday is 1."""
    holidays: tuple[Day, ...] = ()
    workdays: tuple[Day, ...] = ()
    """Make-up workdays (调休) that fall on a weekend."""

    @model_validator(mode="after")
    def _ascending(self) -> Calendar:
        if self.from_day > self.to_day:
            raise ValueError(Sentence("the calendar ends before it begins"))
        if set(self.holidays) & set(self.workdays):
            raise ValueError(Sentence("a day is both a holiday and a make-up workday"))
        return self


class FollowUpWindow(Fact):
    """Within so many days of the outcome's notice a follow-up of this kind is due."""

    kind: Literal["thank_you", "keep_in_touch", "reapply_invitation", "check_in"]
    from_stage: Code | None = None
    days: Ordinal


class LegalProfile(Fact):
    """A law's clocks as data, with citation and status; the record shows, it does not judge."""

    profile: Code
    jurisdiction: Jurisdiction
    names: Names
    citation: PublicText
    status: Literal["in_force", "announced", "repealed", "example"]
    status_on: Day
    deadlines: tuple[Deadline, ...] = Field(min_length=1)


class PolicyAdopted(Event):
    """A version of the policy on telling people was adopted."""

    TOPIC = "policy.adopted.v1"
    STREAMS = (StreamKind.POLICY,)
    OPENS = True

    policy_version: Ordinal
    code: Code
    names: Names
    deadlines: tuple[Deadline, ...] = ()
    calendar: Calendar | None = None
    promise_from_stage: Code | None = None
    feedback_from_stage: Code | None = None
    feedback_days: Ordinal | None = None
    follow_ups: tuple[FollowUpWindow, ...] = ()
    channels: tuple[Channel, ...] = ()
    backdating_days: Count = 7
    """Later than so many days after it happened, recording counts as backdated."""
    legal_profiles: tuple[LegalProfile, ...] = ()
    approvers: tuple[PersonId, ...] = ()
    why: PublicText
    supersedes: Ordinal | None = None

    @model_validator(mode="after")
    def _business_days_need_a_calendar(self) -> PolicyAdopted:
        own = [*self.deadlines, *(each for profile in self.legal_profiles for each in profile.deadlines)]
        if any(each.unit == "business_days" for each in own) and self.calendar is None:
            raise ValueError(Sentence("a deadline in business days needs a calendar"))
        if len({each.deadline for each in own}) != len(own):
            raise ValueError(Sentence("a deadline is named twice"))
        return self

"""The way of one candidacy through its stages, up to each decision."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from evenhand.events.base import (
    Channel,
    Code,
    Day,
    EntryId,
    Event,
    Fact,
    Micro,
    Moment,
    Ordinal,
    PersonId,
    Sealed,
    StreamId,
    StreamKind,
)
from evenhand.sentence import Sentence

Outcome = Literal["advance", "reject", "defer"]
InterviewForm = Literal["in_person", "video", "phone", "written"]
ToolVersion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+\-]{0,63}$")]


class OfCandidacy(Event):
    """An event on a candidacy's stream; its texts are sealed under the candidate's key."""

    STREAMS = (StreamKind.CANDIDACY,)


class CandidacyOpened(OfCandidacy):
    """A person applied, or was put forward, for a requisition."""

    TOPIC = "candidacy.opened.v1"
    OPENS = True

    candidate: StreamId
    requisition: StreamId
    route: Literal["external", "internal", "referral", "campus"]
    prior: StreamId | None = None
    referred_by: PersonId | None = None


class CandidacyReopened(OfCandidacy):
    """A candidacy that had ended goes on."""

    TOPIC = "candidacy.reopened.v1"

    why: Sealed | None = None


class StageEntered(OfCandidacy):
    """A candidacy came into a stage; the id of this entry names the visit."""

    TOPIC = "stage.entered.v1"

    stage: Code


class InterviewScheduled(OfCandidacy):
    """An interview was arranged."""

    TOPIC = "interview.scheduled.v1"

    visit: EntryId
    starts: Moment
    form: InterviewForm
    interviewers: tuple[PersonId, ...] = ()


class InterviewHeld(OfCandidacy):
    """An interview took place."""

    TOPIC = "interview.held.v1"

    visit: EntryId
    interview: EntryId | None = None
    form: InterviewForm
    interviewers: tuple[PersonId, ...] = ()


class InterviewCancelled(OfCandidacy):
    """An interview that had been arranged was called off."""

    TOPIC = "interview.cancelled.v1"

    interview: EntryId
    by: Literal["employer", "candidate"]
    why: Sealed | None = None


class InterviewDeclined(OfCandidacy):
    """The candidate declined an invitation to an interview."""

    TOPIC = "interview.declined.v1"

    interview: EntryId | None = None
    reason_code: Code | None = None
    why: Sealed | None = None


class InterviewMissed(OfCandidacy):
    """Somebody did not come to an interview."""

    TOPIC = "interview.missed.v1"

    interview: EntryId
    by: Literal["employer", "candidate"]


class Rating(Fact):
    """A score for one criterion in micro-points, or none where it was not assessed."""

    criterion: Code
    score: Micro | None = None
    evidence: Sealed | None = None


class _Scorecard(OfCandidacy):
    visit: EntryId
    author: PersonId
    standard: StreamId
    standard_version: Ordinal
    ratings: tuple[Rating, ...]
    recommendation: Outcome | None = None
    comment: Sealed | None = None

    @model_validator(mode="after")
    def _each_criterion_once(self) -> _Scorecard:
        if len({rating.criterion for rating in self.ratings}) != len(self.ratings):
            raise ValueError(Sentence("a criterion is rated twice on one scorecard"))
        return self


class ScorecardSubmitted(_Scorecard):
    """An interviewer rated a candidate on the standard's criteria."""

    TOPIC = "scorecard.submitted.v1"


class ScorecardAmended(_Scorecard):
    """An interviewer replaced their scorecard by another, whole one."""

    TOPIC = "scorecard.amended.v1"

    amends: EntryId
    why: Sealed | None = None


class EvaluationRecorded(OfCandidacy):
    """An automated tool evaluated a candidate."""

    TOPIC = "evaluation.recorded.v1"

    visit: EntryId | None = None
    tool: Code
    tool_version: ToolVersion
    criterion: Code | None = None
    criterion_version: ToolVersion | None = None
    score: Micro | None = None
    suggests: Outcome | None = None
    influence: Literal["none", "assisted", "substantial"]
    rationale: Sealed | None = None


class PromiseMade(OfCandidacy):
    """A candidate was told by when they would hear."""

    TOPIC = "promise.made.v1"

    about: Literal["outcome", "feedback", "offer", "next_step"] = "outcome"
    by: Moment
    channel: Channel


class PromiseRevised(OfCandidacy):
    """A candidate was told another date."""

    TOPIC = "promise.revised.v1"

    promise: EntryId
    by: Moment
    channel: Channel
    why: Sealed | None = None


class Reason(Fact):
    """A reason of the bound standard, the criteria it rests on, and the scorecards that show it."""

    code: Code
    criteria: tuple[Code, ...] = ()
    scorecards: tuple[EntryId, ...] = ()


class KnockoutAnswer(Fact):
    """Whether one knockout question was met."""

    question: Code
    met: bool


class DecisionMade(OfCandidacy):
    """Someone decided whether a candidacy goes on, and said why."""

    TOPIC = "decision.made.v1"

    visit: EntryId
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    deciders: tuple[PersonId, ...] = ()
    """Those who decided; none means the record does not say."""
    standard: StreamId | None = None
    standard_version: Ordinal | None = None
    automation: Literal["none", "assisted", "sole"]
    override_reason: Sealed | None = None
    rationale: Sealed | None = None
    until: Moment | None = None
    knockout_answers: tuple[KnockoutAnswer, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> DecisionMade:
        if (self.standard is None) != (self.standard_version is None):
            raise ValueError(Sentence("standard and standard_version go together"))
        if len({answer.question for answer in self.knockout_answers}) != len(self.knockout_answers):
            raise ValueError(Sentence("a knockout question is answered twice"))
        return self


class DecisionOverturned(OfCandidacy):
    """A decision no longer stands; it stays in the record."""

    TOPIC = "decision.overturned.v1"

    decision: EntryId
    deciders: tuple[PersonId, ...] = ()
    why: Sealed | None = None


class DecisionAppealed(OfCandidacy):
    """A candidate asked for a decision to be looked at again."""

    TOPIC = "decision.appealed.v1"

    decision: EntryId
    channel: Channel
    grounds: Sealed | None = None


class AppealResolved(OfCandidacy):
    """An appeal was answered by people who had not made the decision."""

    TOPIC = "appeal.resolved.v1"

    appeal: EntryId
    result: Literal["upheld", "overturned"]
    reviewers: tuple[PersonId, ...] = Field(min_length=1)
    why: Sealed | None = None


class CandidacyWithdrawn(OfCandidacy):
    """The candidate withdrew."""

    TOPIC = "candidacy.withdrawn.v1"

    visit: EntryId | None = None
    reason_code: Code | None = None
    why: Sealed | None = None
    channel: Channel | None = None
    referred: tuple[PersonId, ...] = ()


class OfferExtended(OfCandidacy):
    """An offer was made to the candidate."""

    TOPIC = "offer.extended.v1"

    channel: Channel | None = None
    expires: Moment | None = None
    terms: Sealed | None = None


class OfferAnswered(OfCandidacy):
    """The candidate accepted or declined an offer."""

    TOPIC = "offer.answered.v1"

    offer: EntryId
    answer: Literal["accepted", "declined"]
    reason_code: Code | None = None
    why: Sealed | None = None
    referred: tuple[PersonId, ...] = ()


class OfferRescinded(OfCandidacy):
    """The employer took an offer back."""

    TOPIC = "offer.rescinded.v1"

    offer: EntryId
    approvers: tuple[PersonId, ...] = ()
    why: Sealed | None = None


class CandidateHired(OfCandidacy):
    """The candidate was hired."""

    TOPIC = "candidate.hired.v1"

    offer: EntryId | None = None
    starts: Day | None = None


class CandidateHireReversed(OfCandidacy):
    """A hire came to nothing."""

    TOPIC = "candidate.hire_reversed.v1"

    hire: EntryId
    by: Literal["employer", "candidate"]
    why: Sealed | None = None

"""What a candidate was told, given and asked: notices, feedback, follow-ups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from evenhand.events.base import Channel, Code, Count, EntryId, Fact, Language, Sealed
from evenhand.events.candidacy import OfCandidacy
from evenhand.sentence import Sentence

TemplateVersion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}$")]


class TextChecks(Fact):
    """What the checks of a text found: counts and harmless misses in the clear, the rest sealed."""

    lexicon: TemplateVersion
    applied: Count
    met: Count
    unmet: tuple[Code, ...] = ()
    hits: Sealed | None = None
    """JSON: hits of the classes protected and risky, and the places of all hits."""

    @model_validator(mode="after")
    def _met_within_applied(self) -> TextChecks:
        if self.met > self.applied:
            raise ValueError(Sentence("more checks met than applied"))
        return self


class _Told(OfCandidacy):
    channel: Channel
    language: Language | None = None
    template: Code | None = None
    template_version: TemplateVersion | None = None
    text: Sealed | None = None
    checks: TextChecks | None = None


class NoticeGiven(_Told):
    """A candidate was told something: spoken, or sent."""

    TOPIC = "notice.given.v1"

    about: Literal["outcome", "status", "promise", "receipt", "withdrawal"]
    decision: EntryId | None = None
    replaces: EntryId | None = None


class NoticeDeliveryReported(OfCandidacy):
    """A mail system said what became of a notice."""

    TOPIC = "notice.delivery_reported.v1"

    notice: EntryId
    status: Literal["delivered", "bounced", "read"]
    permanent: bool | None = None


class Segment(Fact):
    """One piece of feedback, of one kind."""

    kind: Literal["strength", "improvement", "suggestion", "encouragement", "next_step"]
    criterion: Code | None = None
    text: Sealed


class FeedbackGiven(_Told):
    """A candidate was told what was good and how to improve."""

    TOPIC = "feedback.given.v1"

    decision: EntryId | None = None
    segments: tuple[Segment, ...] = ()


class FeedbackWithheld(OfCandidacy):
    """No feedback was given, for a reason the policy knows."""

    TOPIC = "feedback.withheld.v1"

    reason: Literal["legal_advice", "candidate_declined", "not_interviewed", "policy"]
    decision: EntryId | None = None


class FeedbackRequested(OfCandidacy):
    """The candidate asked for feedback."""

    TOPIC = "feedback.requested.v1"

    channel: Channel | None = None


class FeedbackRated(OfCandidacy):
    """The candidate said whether feedback helped."""

    TOPIC = "feedback.rated.v1"

    feedback: EntryId
    helpful: bool
    comment: Sealed | None = None


class FollowUpMade(_Told):
    """Somebody kept in touch after the outcome."""

    TOPIC = "follow_up.made.v1"

    kind: Literal["thank_you", "keep_in_touch", "reapply_invitation", "check_in"]
    consent: EntryId | None = None

"""The versioned standard: criteria, weights, bars, reason codes. Its texts stand in the clear; it names no person."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from evenhand.events.base import (
    Code,
    Event,
    Fact,
    Micro,
    Names,
    Ordinal,
    PersonId,
    PublicText,
    StreamKind,
)
from evenhand.sentence import Sentence


class Criterion(Fact):
    """One thing candidates are judged on, and why the job needs it."""

    criterion: Code
    names: Names
    need: Literal["required", "optional", "informational"]
    weight: Micro = 0
    floor: Micro | None = None
    why: PublicText

    @model_validator(mode="after")
    def _informational_decides_nothing(self) -> Criterion:
        if self.need == "informational" and (self.weight or self.floor is not None):
            raise ValueError(Sentence("an informational criterion has no weight and no floor"))
        return self


class ScaleLabel(Fact):
    """What a score means in words."""

    score: Micro
    names: Names


class Scale(Fact):
    """The scores that can be given."""

    minimum: Micro
    maximum: Micro
    labels: tuple[ScaleLabel, ...] = ()

    @model_validator(mode="after")
    def _ascending(self) -> Scale:
        if self.minimum >= self.maximum:
            raise ValueError(Sentence("the scale's minimum must lie below its maximum"))
        return self


class Question(Fact):
    """A knockout question, answered met or not met."""

    question: Code
    names: Names
    required: bool = True


class Stage(Fact):
    """How one stage decides: by scores against bars, by knockout questions, or not by the standard at all."""

    stage: Code
    names: Names
    kind: Literal["scored", "knockout", "unscored"]
    criteria: tuple[Code, ...] = ()
    """Which criteria this stage rates; none named means all of the standard's."""
    advance_bar: Micro | None = None
    reject_bar: Micro | None = None
    minimum_scorecards: Ordinal | None = None
    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _fields_of_its_kind(self) -> Stage:
        scored = (self.advance_bar, self.reject_bar, self.minimum_scorecards)
        if self.kind == "scored":
            if self.advance_bar is None or self.reject_bar is None or self.minimum_scorecards is None:
                raise ValueError(Sentence("a scored stage needs advance_bar, reject_bar and minimum_scorecards"))
            if self.reject_bar > self.advance_bar:
                raise ValueError(Sentence("the reject bar must not lie above the advance bar"))
        elif any(value is not None for value in scored) or self.criteria:
            raise ValueError(Sentence("only a scored stage has bars, minimum scorecards and criteria"))
        if (self.kind == "knockout") != bool(self.questions):
            raise ValueError(Sentence("a knockout stage has questions, and no other stage has any"))
        return self


class ReasonCode(Fact):
    """A reason that can be given, whose it is, and a text of it that is safe to send to the candidate."""

    code: Code
    names: Names
    party: Literal["employer", "candidate", "neither"]
    capacity: Literal["filled", "closed", "frozen"] | None = None
    topic: Literal["criterion", "culture", "other"] = "criterion"
    needs_criterion: bool
    candidate_text: Names | None = None

    @model_validator(mode="after")
    def _consistent(self) -> ReasonCode:
        if (self.party == "neither") != (self.capacity is not None):
            raise ValueError(Sentence("a reason of neither party says which capacity: filled, closed or frozen"))
        if self.topic == "culture" and not self.needs_criterion:
            raise ValueError(Sentence("a culture reason must need a named, job-related criterion"))
        if self.needs_criterion and self.party != "employer":
            raise ValueError(Sentence("only an employer's reason can need a criterion"))
        return self


class StandardAdopted(Event):
    """A version of a standard was adopted by those who answer for it."""

    TOPIC = "standard.adopted.v1"
    STREAMS = (StreamKind.STANDARD,)
    OPENS = True

    standard_version: Ordinal
    code: Code
    names: Names
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    scale: Scale
    stages: tuple[Stage, ...] = Field(min_length=1)
    reason_codes: tuple[ReasonCode, ...] = Field(min_length=1)
    approvers: tuple[PersonId, ...] = ()
    why: PublicText
    supersedes: Ordinal | None = None

    @model_validator(mode="after")
    def _names_resolve(self) -> StandardAdopted:
        criteria = {criterion.criterion for criterion in self.criteria}
        for problem, names in (
            (Sentence("a criterion is named twice"), [criterion.criterion for criterion in self.criteria]),
            (Sentence("a stage is named twice"), [stage.stage for stage in self.stages]),
            (Sentence("a reason code is named twice"), [reason.code for reason in self.reason_codes]),
        ):
            if len(names) != len(set(names)):
                raise ValueError(problem)
        if any(code not in criteria for stage in self.stages for code in stage.criteria):
            raise ValueError(Sentence("a stage rates a criterion that the standard does not have"))
        return self


class StandardRetired(Event):
    """A version of a standard, or all of them, may no longer be bound to a requisition."""

    TOPIC = "standard.retired.v1"
    STREAMS = (StreamKind.STANDARD,)

    standard_version: Ordinal | None = None
    why: PublicText

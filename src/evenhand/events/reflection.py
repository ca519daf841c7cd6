"""What was learnt, what was agreed, and corrections of what was recorded."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from evenhand.events.base import (
    Code,
    Day,
    EntryId,
    Event,
    Fact,
    Moment,
    PersonId,
    Sealed,
    StreamId,
    StreamKind,
    Zone,
)
from evenhand.events.candidacy import Reason
from evenhand.sentence import Sentence

_REFLECTIVE = (StreamKind.RETROSPECTIVE, StreamKind.CANDIDACY, StreamKind.REQUISITION)


class LessonRecorded(Event):
    """Somebody wrote down what went well or fell short."""

    TOPIC = "lesson.recorded.v1"
    STREAMS = _REFLECTIVE

    direction: Literal["went_well", "fell_short"]
    area: Literal["interviewing", "communication", "deciding", "candidate_strengths", "candidate_gaps", "standard"]
    criterion: Code | None = None
    text: Sealed
    evidence: tuple[EntryId, ...] = ()


class RetrospectiveOpened(Event):
    """A look back over a period began."""

    TOPIC = "retrospective.opened.v1"
    STREAMS = (StreamKind.RETROSPECTIVE,)
    OPENS = True

    period_from: Day
    period_to: Day
    zone: Zone
    requisitions: tuple[StreamId, ...] = ()
    """The scope; none named means all."""
    participants: tuple[PersonId, ...] = ()

    @model_validator(mode="after")
    def _ascending(self) -> RetrospectiveOpened:
        if self.period_from > self.period_to:
            raise ValueError(Sentence("the period ends before it begins"))
        return self


class ActionAgreed(Event):
    """Somebody undertook to do something by a date."""

    TOPIC = "action.agreed.v1"
    STREAMS = _REFLECTIVE

    owner: PersonId
    due: Day
    zone: Zone
    text: Sealed
    lessons: tuple[EntryId, ...] = ()


class ActionCompleted(Event):
    """An agreed action was done, or dropped."""

    TOPIC = "action.completed.v1"
    STREAMS = _REFLECTIVE

    action: EntryId
    result: Literal["done", "dropped"]
    note: Sealed | None = None


class Correction(Fact):
    """The fields that are put right; no outcome is among them."""

    occurred_at: Moment | None = None
    actor: PersonId | None = None
    reasons: tuple[Reason, ...] | None = None
    candidacy: StreamId | None = None


class EntryCorrected(Event):
    """An earlier entry of the same stream was put right; it stays as it was recorded."""

    TOPIC = "entry.corrected.v1"
    STREAMS = tuple(StreamKind)

    target: EntryId
    kind: Literal["time", "actor", "reason_mapping", "duplicate", "wrong_candidacy"]
    fields: Correction
    approver: PersonId | None = None
    why: Sealed | None = None

    @model_validator(mode="after")
    def _fields_of_its_kind(self) -> EntryCorrected:
        given = {name for name, value in self.fields if value is not None}
        wanted = {
            "time": {"occurred_at"},
            "actor": {"actor"},
            "reason_mapping": {"reasons"},
            "duplicate": set[str](),
            "wrong_candidacy": {"candidacy"},
        }[self.kind]
        if given != wanted:
            raise ValueError(
                Sentence("a correction names just the fields of its kind; for an outcome use decision.overturned")
            )
        return self

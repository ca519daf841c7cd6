"""The requisition: a post to be filled, and which standard and policy hold for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from evenhand.events.base import (
    Code,
    Event,
    Jurisdiction,
    Ordinal,
    PersonId,
    PublicText,
    StreamId,
    StreamKind,
    Zone,
)
from evenhand.sentence import Sentence


class _OfRequisition(Event):
    STREAMS = (StreamKind.REQUISITION,)


class _Bound(_OfRequisition):
    standard: StreamId
    standard_version: Ordinal
    policy: StreamId | None = None
    policy_version: Ordinal | None = None

    @model_validator(mode="after")
    def _policy_with_version(self) -> _Bound:
        if (self.policy is None) != (self.policy_version is None):
            raise ValueError(Sentence("policy and policy_version go together"))
        return self


class RequisitionOpened(_Bound):
    """A post was opened, with the standard and policy that hold for it."""

    TOPIC = "requisition.opened.v1"
    OPENS = True

    code: Code
    title: PublicText
    unit: PublicText
    location: PublicText
    zone: Zone
    jurisdictions: tuple[Jurisdiction, ...] = ()
    headcount: Ordinal
    recruiter: PersonId | None = None
    hiring_manager: PersonId | None = None


class RequisitionAmended(_OfRequisition):
    """Particulars of a post changed; what is not named stays."""

    TOPIC = "requisition.amended.v1"

    title: PublicText | None = None
    unit: PublicText | None = None
    location: PublicText | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    headcount: Annotated[int, Field(ge=1)] | None = None
    recruiter: PersonId | None = None
    hiring_manager: PersonId | None = None


class RequisitionRebound(_Bound):
    """From here on another version of the standard or the policy holds."""

    TOPIC = "requisition.rebound.v1"

    why: PublicText


class RequisitionClosed(_OfRequisition):
    """The post was filled, cancelled or frozen."""

    TOPIC = "requisition.closed.v1"

    reason: Literal["filled", "cancelled", "frozen"]


class RequisitionReopened(_OfRequisition):
    """A closed post was opened again."""

    TOPIC = "requisition.reopened.v1"

    why: PublicText | None = None

"""What each field of an event takes, derived from its class: once per class, then walked directly."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints

from evenhand.events.base import Event, Instant, MicroMark, Moment, SealedMark, StreamKind
from evenhand.events.registry import REGISTRY

ENTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "visit": "stage.entered",
        "interview": "interview.scheduled",
        "amends": "scorecard.submitted",
        "scorecards": "scorecard.submitted",
        "promise": "promise.made",
        "decision": "decision.made",
        "appeal": "decision.appealed",
        "offer": "offer.extended",
        "hire": "candidate.hired",
        "notice": "notice.given",
        "replaces": "notice.given",
        "feedback": "feedback.given",
        "consent": "consent.given",
        "merge": "candidate.merged",
        "action": "action.agreed",
        "lessons": "lesson.recorded",
        "causation_id": "",
        "evidence": "",
        "target": "",
        "batch": "",
        "hold": "",
    }
)
"""Fields that name an entry, and the kind of record meant; an empty kind must be said."""

STREAMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "candidate": "candidate",
        "requisition": "requisition",
        "requisitions": "requisition",
        "standard": "standard",
        "policy": "policy",
        "prior": "candidacy",
        "candidacy": "candidacy",
        "into": "candidate",
        "subjects": "candidate",
    }
)
"""Fields that name a stream, and its kind."""

PERSONS: Final = frozenset(
    {
        "actor", "referred_by", "interviewers", "author", "deciders", "approvers", "approver", "reviewers", "referred",
        "recruiter", "hiring_manager", "person", "owner", "participants",
    }
)  # fmt: skip
"""Fields that name a person."""

FILLED_IN: Final = frozenset({"basis", "rules", "source", "key_commitment"})
"""Fields that the pipeline and the ledger fill in; no record sets them."""

_NOT_IMPORTED: Final = frozenset(
    {"person.erased.v1", "standard.adopted.v1", "standard.retired.v1", "policy.adopted.v1"}
)
"""A standard is adopted by those who answer for it, and a colleague is erased by name: neither comes in with a file."""


class Takes(StrEnum):
    """What a field is made of."""

    TEXT = "text"
    WHOLE = "a whole number"
    POINTS = "points such as 70 or 0.6"
    FLAG = "true or false"
    MOMENT = "a date or a time"
    DAY = "a date"
    INSTANT = "a time with its offset"
    SEALED = "text that is sealed"
    STREAM = "a stream"
    PERSON = "a person"
    ENTRY = "an entry"
    FACT = "several fields"


@dataclass(frozen=True, slots=True)
class Shape:
    """One field: what it takes, whether several, what it names, and the fields within it."""

    takes: Takes
    many: bool = False
    needed: bool = False
    names: str = ""
    """For a stream its kind; for an entry the kind of record meant."""
    fields: Mapping[str, Shape] = field(default_factory=dict[str, "Shape"])


@cache
def shape_of(event_class: type[BaseModel]) -> Mapping[str, Shape]:
    """Answer with the shapes of a class's fields."""
    return MappingProxyType(
        {
            name: _shape(name, each.annotation, tuple(each.metadata), needed=each.is_required())
            for name, each in event_class.model_fields.items()
        }
    )


def _shape(name: str, annotation: Any, marks: tuple[Any, ...], *, needed: bool) -> Shape:  # noqa: PLR0911 - a case each
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        [inner] = [each for each in arguments if each is not type(None)]
        return _shape(name, inner, marks, needed=needed)
    if origin is Annotated:
        return _shape(name, arguments[0], (*marks, *annotation.__metadata__), needed=needed)
    if origin is tuple:
        one = _shape(name, arguments[0], (), needed=needed)
        return Shape(one.takes, many=True, needed=needed, names=one.names, fields=one.fields)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation is not Moment:
        return Shape(Takes.FACT, needed=needed, fields=shape_of(annotation))
    takes = _takes(annotation, marks)
    if takes is not Takes.ENTRY:
        return Shape(takes, needed=needed)
    if name in PERSONS:
        return Shape(Takes.PERSON, needed=needed)
    if name in STREAMS:
        return Shape(Takes.STREAM, needed=needed, names=STREAMS[name])
    return Shape(Takes.ENTRY, needed=needed, names=ENTRIES[name])


_SIMPLE: Final[Mapping[Any, Takes]] = MappingProxyType({bool: Takes.FLAG, Moment: Takes.MOMENT})
_UUID_PATTERN = "[0-9a-f]{8}-"
_INSTANT_PATTERN = get_args(Instant)[1].pattern


def _takes(annotation: Any, marks: tuple[Any, ...]) -> Takes:  # noqa: PLR0911 - a case each
    if any(isinstance(each, SealedMark) for each in marks):
        return Takes.SEALED
    if any(isinstance(each, MicroMark) for each in marks):
        return Takes.POINTS
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if annotation is int:
        return Takes.WHOLE
    if get_origin(annotation) is Literal:
        return Takes.WHOLE if isinstance(get_args(annotation)[0], int) else Takes.TEXT
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Takes.TEXT
    patterns = [str(each.pattern) for each in marks if isinstance(each, StringConstraints)]
    if any(_UUID_PATTERN in each for each in patterns):
        return Takes.ENTRY
    if r"^\d{4}-\d\d-\d\d$" in patterns:
        return Takes.DAY
    return Takes.INSTANT if _INSTANT_PATTERN in patterns else Takes.TEXT


@cache
def naming_fields(topic: str) -> frozenset[str]:
    """Answer with the fields of a type that name a stream, a person or an entry, or have others in them that do."""
    shapes = shape_of(REGISTRY.event_class(topic))
    return frozenset(name for name, each in shapes.items() if _names(each))


def _names(shape: Shape) -> bool:
    return shape.takes in {Takes.STREAM, Takes.PERSON, Takes.ENTRY} or any(map(_names, shape.fields.values()))


@cache
def importable(name: str) -> type[Event] | None:
    """Answer with the class to write for a type, given with its version or without; none if it cannot be imported."""
    topic = name if ".v" in name else next((each for each in REGISTRY.topics if each.rpartition(".v")[0] == name), name)
    if not REGISTRY.knows(topic):
        return None
    event_class = REGISTRY.event_class(REGISTRY.newest(topic))
    own = StreamKind.LEDGER in event_class.STREAMS and event_class.TOPIC != "person.registered.v1"
    corrects = event_class.TOPIC == "entry.corrected.v1"
    return None if event_class.TOPIC in _NOT_IMPORTED or (own and not corrects) else event_class


def bare(topic: str) -> str:
    """Write a topic without its version, as records are named by default."""
    return topic.rpartition(".v")[0]

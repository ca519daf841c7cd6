"""What every event has, and the few kinds of value an event may hold.

A string in a body is one of: an id, a code, a time, a digest, the text of a standard, policy, screen or requisition
(``PublicText``), or ``Sealed``. There is no plain string for anything a person said or was told.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from evenhand.sentence import Sentence

RULES = 1
"""The rule-set number that an observed entry is checked under; it grows when a refusal is added or changed."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MICRO_MAX = 10**12


class SealedMark:
    """Marks a field as a box; the sealer finds the fields of a class by it."""


class MicroMark:
    """Marks a field as micro-points, which people write as points: 70 or 0.6."""


class PublicMark:
    """Marks a field as text that names no person and stands in the clear."""


def _instant(value: str) -> str:
    _on_the_calendar(datetime, value)
    return value


def _day(value: str) -> str:
    _on_the_calendar(date, value)
    return value


def _on_the_calendar(kind: type[date], value: str) -> None:
    """Refuse a time that never was, without repeating it, and years that another zone may push off the calendar."""
    try:
        kind.fromisoformat(value)
    except ValueError:
        raise ValueError(Sentence("is not a time of the calendar")) from None
    if not "0001" < value[:4] < "9999":
        raise ValueError(Sentence("needs a year from 0002 to 9998"))


@cache  # listing the zones walks a folder: 9 ms
def _zone(value: str) -> str:
    if value == "localtime" or value not in available_timezones():  # that one is another on each machine
        raise ValueError(Sentence("is not an IANA time zone, such as Europe/Berlin or Asia/Shanghai"))
    return value


Id = Annotated[str, StringConstraints(pattern=rf"^{_UUID}$")]
"""A UUID in lower case: of a stream, an entry or a person."""

EntryId = Id
StreamId = Id
PersonId = Id

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,63}$")]
"""A short name of something defined elsewhere: a stage, a criterion, a reason, a template. Never a person's."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes in hexadecimal. Of outside data it is always keyed."""

Sealed = Annotated[str, StringConstraints(pattern=rf"^seal:1:{_UUID}:[A-Za-z0-9_\-]+$"), SealedMark()]
"""A box: text sealed under the key of its subject. In a draft, and only there, the plain text stands in its place."""

PublicText = Annotated[str, StringConstraints(min_length=1, max_length=4_000), PublicMark()]
"""Text of a standard, policy, screen or requisition, in the clear."""

Instant = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+\-]\d\d:\d\d)$"),
    AfterValidator(_instant),
]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_day)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$"), AfterValidator(_zone)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
"""ISO 3166 country or subdivision, such as CN, US-NY or CA-ON."""

Micro = Annotated[int, Field(ge=0, le=_MICRO_MAX), MicroMark()]
"""A score, weight, bar or floor in micro-points: 70 points are 70,000,000."""

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Ordinal = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Fact(BaseModel):
    """A value that cannot be changed, has no member it does not name, and converts nothing silently."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, ser_json_inf_nan="strings"
    )


class Precision(StrEnum):
    """How exactly a time is known."""

    INSTANT = "instant"
    MINUTE = "minute"
    DAY = "day"


class Moment(Fact):
    """When something happened or is due: local time with its offset, or a date, in an IANA zone.

    A day compares with an instant only when it is surely before or after it.
    """

    at: Annotated[
        str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+\-]\d\d:\d\d))?$")
    ]
    zone: Zone
    precision: Precision

    @model_validator(mode="after")
    def _form(self) -> Moment:
        is_day = len(self.at) == len("2026-07-03")
        if is_day != (self.precision is Precision.DAY):
            raise ValueError(Sentence("a date has the precision day, and a time the precision minute or instant"))
        _on_the_calendar(date if is_day else datetime, self.at)
        return self


class Basis(Fact):
    """Whether an entry was observed as it happened or imported from a record kept elsewhere."""

    kind: Literal["observed", "imported"]
    batch: EntryId | None = None

    @model_validator(mode="after")
    def _batch_iff_imported(self) -> Basis:
        if (self.kind == "imported") != (self.batch is not None):
            raise ValueError(Sentence("an imported entry names its batch, an observed one has none"))
        return self


class Source(Fact):
    """Which outside record an entry rests on; the reference is keyed, the plain one lives in the vault."""

    system: Code
    kind: Code
    reference: Digest
    revision: Ordinal = 1


class Names(Fact):
    """A name in the languages of the ledger's readers."""

    en: PublicText
    zh: PublicText | None = None


class StreamKind(StrEnum):
    """What a stream is the history of; the first entry of a stream decides it."""

    LEDGER = "ledger"
    STANDARD = "standard"
    POLICY = "policy"
    REQUISITION = "requisition"
    CANDIDATE = "candidate"
    CANDIDACY = "candidacy"
    RETROSPECTIVE = "retrospective"


class Subject(StrEnum):
    """Whose key seals the texts of an event."""

    STREAM = "stream"  # the stream's own key; on a candidacy that is its candidate's
    PERSON = "person"  # the key of the person the body names


class Channel(StrEnum):
    """How somebody was told."""

    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"
    LETTER = "letter"
    SMS = "sms"
    CHAT = "chat"
    PORTAL = "portal"


class Event(Fact):
    """A fact about hiring, as it was recorded. Subclasses are past participles."""

    TOPIC: ClassVar[str]
    STREAMS: ClassVar[tuple[StreamKind, ...]]
    OPENS: ClassVar[bool] = False
    """Whether it is the first entry of a stream."""
    SUBJECT: ClassVar[Subject] = Subject.STREAM

    occurred_at: Moment
    actor: PersonId
    basis: Basis
    rules: Ordinal
    causation_id: EntryId | None = None
    source: Source | None = None


ENVELOPE_COLUMNS = ("position", "recorded_at", "stream", "version", "id", "type", "body")
"""Names of the envelope; no field of a body bears one of them."""

"""What happened to the ledger itself: opened, imported into, held, reported on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from evenhand.events.base import (
    Code,
    Count,
    Day,
    Digest,
    EntryId,
    Event,
    Fact,
    Instant,
    Language,
    Names,
    Ordinal,
    PersonId,
    PublicText,
    Sealed,
    StreamId,
    StreamKind,
    Subject,
    Zone,
)
from evenhand.sentence import Sentence

FORMAT = 1
"""The entry format this program writes, and the newest it reads."""

Origin = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.\-]*(/[A-Za-z0-9_.\-]+)*$", max_length=120)]
"""The ledger's name in checkpoints: a domain one controls and a path, such as ``hiring.example.com/ledger``."""

VerifierKey = Annotated[str, StringConstraints(pattern=r"^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$", max_length=400)]
"""An Ed25519 public key as C2SP signed-note writes it: name, key id, base64 of algorithm and key."""


class _OfLedger(Event):
    STREAMS = (StreamKind.LEDGER,)


class Algorithms(Fact):
    """Which algorithms this format of the ledger stands on."""

    leaf: Literal["sha-256"] = "sha-256"
    tree: Literal["rfc6962"] = "rfc6962"
    box: Literal["aes-256-gcm"] = "aes-256-gcm"
    keys: Literal["hkdf-sha-256"] = "hkdf-sha-256"
    mac: Literal["hmac-sha-256"] = "hmac-sha-256"
    signature: Literal["ed25519"] = "ed25519"


class LedgerOpened(_OfLedger):
    """The ledger began: its name, zone, algorithms and the key that signs its checkpoints."""

    TOPIC = "ledger.opened.v1"
    OPENS = True

    format: Ordinal
    origin: Origin
    created: Instant
    zone: Zone
    algorithms: Algorithms
    log_key: VerifierKey


class LogKeyRotated(_OfLedger):
    """From here on another key signs checkpoints."""

    TOPIC = "log_key.rotated.v1"

    log_key: VerifierKey
    replaces: VerifierKey
    compromised: bool
    why: Sealed | None = None


class ClockAccepted(_OfLedger):
    """Somebody accepted that the machine's clock was far behind the ledger's."""

    TOPIC = "clock.accepted.v1"

    machine_time: Instant
    behind_seconds: Count


class ImportBegun(_OfLedger):
    """A batch of outside records started to come in; imported entries name it."""

    TOPIC = "import.begun.v1"

    system: Code
    layout: Code
    source_digest: Digest
    mapping_digest: Digest | None = None
    records: Count


class ImportCounts(Fact):
    """What became of the records of an import, those of its earlier tries among them.

    ``unchanged`` are records known before, also those whose change is not taken over. Records in none of these counts
    are those of which nothing is made: rows without any event, or that only say that somebody is gone at the source.
    ``unmapped`` counts cells.
    """

    read: Count
    written: Count
    unchanged: Count
    refused: Count
    unmapped: Count
    suppressed: Count


class ImportFinished(_OfLedger):
    """All whole batches of an import are in."""

    TOPIC = "import.finished.v1"

    batch: EntryId
    source_digest: Digest
    counts: ImportCounts


class AttributeValue(Fact):
    """One answer a candidate can give about an attribute, such as female."""

    code: Code
    names: Names


class Attribute(Fact):
    """Something groups are compared by, such as sex, age band or 户籍."""

    code: Code
    names: Names
    values: tuple[AttributeValue, ...] = Field(min_length=2)
    reference: Code | None = None
    """The group others are compared with, declared beforehand; else the one with the highest rate, and said so."""

    @model_validator(mode="after")
    def _reference_is_a_value(self) -> Attribute:
        if self.reference is not None and self.reference not in {value.code for value in self.values}:
            raise ValueError(Sentence("the reference group is not one of the values"))
        return self


class Family(Fact):
    """Comparisons judged together, so that many looks do not make chance look like evidence."""

    code: Code
    attributes: tuple[Code, ...] = Field(min_length=1)
    intersections: bool = False
    stages: tuple[Code, ...] = ()


class ScreenAdopted(_OfLedger):
    """Thresholds, minimum numbers, groups and families for comparing groups were adopted."""

    TOPIC = "screen.adopted.v1"

    screen_version: Ordinal
    ratio_numerator: Ordinal = 4
    ratio_denominator: Ordinal = 5
    alpha_micro: Annotated[int, Field(ge=1, le=500_000)] = 50_000
    minimum_n: Ordinal = 10
    minimum_selected: Count = 5
    minimum_not_selected: Count = 5
    small_cell: Count = 5
    looks_a_year: Ordinal = 4
    attributes: tuple[Attribute, ...] = ()
    families: tuple[Family, ...] = ()
    citation: PublicText
    cited_on: Day
    approvers: tuple[PersonId, ...] = ()


class Cell(Fact):
    """One number of an issued report; none where it was suppressed."""

    block: Code
    row: Code
    column: Code
    value: Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)] | None = None


class ReportIssued(_OfLedger):
    """A report went out; an edited copy can be told from it."""

    TOPIC = "report.issued.v1"

    report: Code
    layout: Code
    language: Language
    as_of_position: Count
    as_of_instant: Instant
    period_from: Day | None = None
    period_to: Day | None = None
    zone: Zone
    root: Digest
    stamp_digest: Digest
    output_digest: Digest
    cells: tuple[Cell, ...] = ()


class HoldPlaced(_OfLedger):
    """A legal hold: nothing of these subjects may be erased until it is released."""

    TOPIC = "hold.placed.v1"

    subjects: tuple[StreamId, ...] = Field(min_length=1)
    matter: Sealed


class HoldReleased(_OfLedger):
    """A legal hold ended."""

    TOPIC = "hold.released.v1"

    hold: EntryId
    why: Sealed | None = None


class FindingAcknowledged(_OfLedger):
    """Somebody looked at a finding and said what they make of it; the finding stays."""

    TOPIC = "finding.acknowledged.v1"

    finding: Digest
    code: Code
    why: Sealed


class PersonRegistered(_OfLedger):
    """A member of staff, a referred person or a system became known under an opaque id."""

    TOPIC = "person.registered.v1"
    SUBJECT = Subject.PERSON

    person: PersonId
    kind: Literal["staff", "referred", "system"]
    name: Sealed | None = None
    role: Sealed | None = None
    contact: Sealed | None = None
    key_commitment: Digest


class PersonErased(_OfLedger):
    """The key of a member of staff or a referred person is to be destroyed."""

    TOPIC = "person.erased.v1"

    person: PersonId
    ground: Literal["request", "retention", "policy"]

"""The candidate: a person under an opaque id. Who they are is sealed, and can be made unreadable for ever."""

from __future__ import annotations

from typing import Literal

from evenhand.events.base import Channel, Day, Digest, EntryId, Event, Language, Sealed, StreamId, StreamKind


class _OfCandidate(Event):
    STREAMS = (StreamKind.CANDIDATE,)


class CandidateRegistered(_OfCandidate):
    """Somebody became known as a candidate."""

    TOPIC = "candidate.registered.v1"
    OPENS = True

    name: Sealed | None = None
    contact: Sealed | None = None
    language: Language | None = None
    key_commitment: Digest
    """Binds the candidate's key: AES-GCM alone does not commit to it."""


class CandidateSelfIdentified(_OfCandidate):
    """A candidate answered, of their own accord, the questions groups are compared by."""

    TOPIC = "candidate.self_identified.v1"

    answers: Sealed
    """A JSON object of attribute codes to value codes; all in one box, so that their number shows nothing."""


class ConsentGiven(_OfCandidate):
    """A candidate agreed to something."""

    TOPIC = "consent.given.v1"

    purpose: Literal["talent_pool", "keep_in_touch", "automated_processing", "referral"]
    channel: Channel | None = None
    until: Day | None = None


class ConsentWithdrawn(_OfCandidate):
    """A candidate took a consent back."""

    TOPIC = "consent.withdrawn.v1"

    consent: EntryId


class CandidateMerged(_OfCandidate):
    """This candidate and another are one person; from here on both are shown, held and erased together."""

    TOPIC = "candidate.merged.v1"

    into: StreamId
    why: Sealed | None = None


class CandidateSeparated(_OfCandidate):
    """A merge was wrong: the two are different people."""

    TOPIC = "candidate.separated.v1"

    merge: EntryId
    why: Sealed | None = None


class CandidateErased(_OfCandidate):
    """The keys of this candidate are to be destroyed; what they sealed cannot be read again."""

    TOPIC = "candidate.erased.v1"

    ground: Literal["request", "retention", "policy", "source"]

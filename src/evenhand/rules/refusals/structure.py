"""What would be meaningless: entries on streams nobody opened, and references to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evenhand.events.base import Event, StreamKind
from evenhand.events.candidacy import (
    CandidacyOpened,
    CandidacyWithdrawn,
    DecisionMade,
    OfCandidacy,
    OfferAnswered,
    ScorecardAmended,
    ScorecardSubmitted,
)
from evenhand.events.candidate import CandidateMerged, CandidateRegistered, CandidateSeparated, ConsentWithdrawn
from evenhand.events.ledger import (
    Family,
    HoldPlaced,
    HoldReleased,
    ImportFinished,
    LedgerOpened,
    LogKeyRotated,
    PersonErased,
    PersonRegistered,
    ScreenAdopted,
)
from evenhand.events.policy import PolicyAdopted
from evenhand.events.reflection import ActionCompleted, EntryCorrected, RetrospectiveOpened
from evenhand.events.requisition import RequisitionOpened, RequisitionRebound
from evenhand.events.standard import StandardAdopted, StandardRetired
from evenhand.note.form import NoteError
from evenhand.note.verifier_key import ED25519, VerifierKey
from evenhand.rules.context import Context, Proposed, refusal
from evenhand.rules.states import CandidacyState, CandidateState, PolicyState, RequisitionState, StandardState, State
from evenhand.sentence import Sentence, either

_STREAM_REFERENCES: dict[type[Event], tuple[tuple[str, type[State]], ...]] = {
    CandidacyOpened: (("candidate", CandidateState), ("requisition", RequisitionState), ("prior", CandidacyState)),
    RequisitionOpened: (("standard", StandardState), ("policy", PolicyState)),
    RequisitionRebound: (("standard", StandardState), ("policy", PolicyState)),
    CandidateMerged: (("into", CandidateState),),
}

_OPENING = (
    LedgerOpened, StandardAdopted, PolicyAdopted, RequisitionOpened, CandidateRegistered, CandidacyOpened,
    RetrospectiveOpened,
)  # fmt: skip
_ADOPTING = (StandardAdopted, PolicyAdopted)
"""Later versions are adopted on the stream of the first."""
_BINDING = (RequisitionOpened, RequisitionRebound)
_OF_VERSIONS = (
    StandardAdopted, StandardRetired, PolicyAdopted, *_BINDING, ScorecardSubmitted, ScorecardAmended, DecisionMade,
)  # fmt: skip

_REFERRING = (CandidacyWithdrawn, OfferAnswered)

_NAMES_AN_ENTRY: tuple[tuple[type[Event], str, str], ...] = (
    (HoldReleased, "hold", "hold.placed."),
    (ImportFinished, "batch", "import.begun."),
    (ActionCompleted, "action", "action.agreed."),
    (ConsentWithdrawn, "consent", "consent.given."),
    (CandidateSeparated, "merge", "candidate.merged."),
)

_OPENINGS = frozenset(
    {"ledger.opened", "standard.adopted", "policy.adopted", "requisition.opened", "candidate.registered"}
)
_STAYING = {"duplicate": _OPENINGS, "wrong_candidacy": _OPENINGS | {"candidacy.opened"}}
"""What a correction of these kinds does not take away: a candidacy may have been opened twice, the rest has other ends,
such as ``standard.retired``, ``requisition.closed`` and ``candidate.merged``."""

ANY = (Event,)
_ALL = tuple(StreamKind)

_OWN_ENTRY_FIELDS = (
    ("visit", "stage.entered."),
    ("interview", "interview.scheduled."),
    ("amends", "scorecard."),
    ("promise", "promise.made."),
    ("decision", "decision.made."),
    ("appeal", "decision.appealed."),
    ("offer", "offer.extended."),
    ("hire", "candidate.hired."),
    ("notice", "notice.given."),
    ("replaces", "notice.given."),
    ("feedback", "feedback.given."),
)
"""Fields of a candidacy's events that name an earlier entry of the same stream, and of which kind that is."""

_HOLDABLE = (CandidateState, CandidacyState, RequisitionState)


@refusal("stream-stands", on=ANY, reads=_ALL, imported=True)
def stream_stands(context: Context, proposed: Proposed) -> Iterator[str]:
    """An entry belongs on an opened stream of its own kind, and a stream is opened once."""
    event, state = proposed.event, context.state(proposed.stream)
    if state is None:
        if not event.OPENS:
            yield Sentence("its stream has not been opened; record the entry that opens it first")
    elif state.KIND not in event.STREAMS:
        kinds = either(kind.value for kind in event.STREAMS)
        yield Sentence(
            "it belongs on a {kinds} stream, and this is a {kind} stream", kinds=kinds, kind=state.KIND.value
        )
    elif event.OPENS and not isinstance(event, _ADOPTING):
        yield Sentence("its stream is open already; a stream is opened once")


@refusal("references-stand", on=(*_STREAM_REFERENCES, HoldPlaced), reads=_ALL, imported=True)
def references_stand(context: Context, proposed: Proposed) -> Iterator[str]:
    """A stream that an entry names exists and is of the kind meant."""
    for field, kind in _STREAM_REFERENCES.get(type(proposed.event), ()):
        named = getattr(proposed.event, field)
        if named is not None and context.of(kind, named) is None:
            yield Sentence(
                "{field} names no {kind} in this ledger; register it first", field=field, kind=kind.KIND.value
            )
        elif named == proposed.stream:
            yield Sentence("{field} names the stream itself", field=field)
    if isinstance(proposed.event, CandidacyOpened):
        candidate = context.of(CandidateState, proposed.event.candidate)
        if candidate is not None and candidate.erased:
            yield Sentence("candidate has been erased; if they have come back, register them as somebody new")
    if isinstance(proposed.event, HoldPlaced):
        for number, subject in enumerate(proposed.event.subjects):
            if not isinstance(context.state(subject), _HOLDABLE) and subject not in context.ledger.persons:
                yield Sentence(
                    "subjects.{number} names no candidate, candidacy, requisition or person in this ledger",
                    number=number,
                )


@refusal("versions-stand", on=_OF_VERSIONS, reads=_ALL, imported=True)
def versions_stand(context: Context, proposed: Proposed) -> Iterator[str]:
    """A version of a standard or policy that an entry names has been adopted, and is adopted once."""
    event = proposed.event
    if isinstance(event, _ADOPTING):
        state = context.state(proposed.stream)
        number = event.standard_version if isinstance(event, StandardAdopted) else event.policy_version
        if isinstance(state, StandardState | PolicyState) and number in state.versions:
            yield Sentence("version {number} has been adopted already; adopt the next number", number=number)
        return
    if isinstance(event, StandardRetired):
        own = context.standard(proposed.stream)
        if own and event.standard_version is not None and event.standard_version not in own.versions:
            yield Sentence(
                "standard_version {standard_version} has not been adopted", standard_version=event.standard_version
            )
        return
    if isinstance(event, _BINDING):
        policy = context.of(PolicyState, event.policy)
        if policy is not None and event.policy_version not in policy.versions:
            yield Sentence("policy_version {policy_version} has not been adopted", policy_version=event.policy_version)
    standard = context.standard(vars(event).get("standard"))
    version: int | None = vars(event).get("standard_version")
    if standard is None and vars(event).get("standard") is not None:
        yield Sentence("standard names no standard in this ledger; adopt it first")
    elif standard is not None and version not in standard.versions:
        yield Sentence("standard_version {version} has not been adopted", version=version)
    elif standard is not None and version in standard.retired and isinstance(event, _BINDING):
        yield Sentence("standard_version {version} has been retired; bind one that stands", version=version)


@refusal("entries-stand", on=(OfCandidacy,), reads=(StreamKind.CANDIDACY,))
def entries_stand(context: Context, proposed: Proposed) -> Iterator[str]:
    """An entry of the same stream that a draft names has been recorded there."""
    candidacy = context.candidacy(proposed)
    if candidacy is None:
        return
    fields = vars(proposed.event)  # looking for a field a model lacks by getattr costs it a search
    for field, kind in _OWN_ENTRY_FIELDS:
        named = fields.get(field)
        if named is None:
            continue
        topic = candidacy.types.get(named)
        if topic is None:
            yield Sentence("{field} names no entry of this candidacy", field=field)
        elif not topic.startswith(kind):
            yield Sentence("{field} names an entry of another kind than {kind}", field=field, kind=kind.rstrip("."))
        elif field == "visit" and named not in candidacy.visits:
            yield Sentence("visit names an entry into a stage that was corrected away")


@refusal("target-stands", on=(EntryCorrected, *(kind for kind, _, _ in _NAMES_AN_ENTRY)), reads=_ALL)
def target_stands(context: Context, proposed: Proposed) -> Iterator[str]:
    """A correction, release or completion names an entry of its own stream, of the kind it speaks of."""
    event, state = proposed.event, context.state(proposed.stream)
    if state is None:
        return
    if isinstance(event, EntryCorrected):
        yield from _wrong_with_target(event, state.types.get(event.target))
        if event.kind == "wrong_candidacy" and context.of(CandidacyState, event.fields.candidacy) is None:
            yield Sentence("fields.candidacy names no candidacy in this ledger")
        if event.kind == "wrong_candidacy" and not isinstance(state, CandidacyState):
            yield Sentence("only an entry of a candidacy can have been recorded under the wrong one")
    for kind, field, wanted in _NAMES_AN_ENTRY:
        if isinstance(event, kind) and not state.types.get(getattr(event, field), "").startswith(wanted):
            yield Sentence("{field} names no such entry of this stream", field=field)


@refusal("persons-stand", on=(PersonRegistered, PersonErased, *_REFERRING), reads=(StreamKind.LEDGER,))
def persons_stand(context: Context, proposed: Proposed) -> Iterator[str]:
    """A person is registered once, and referred and erased persons have been registered."""
    event, persons = proposed.event, context.ledger.persons
    if isinstance(event, PersonRegistered) and event.person in persons:
        yield Sentence("this person has been registered already")
    if isinstance(event, PersonErased) and event.person not in persons:
        yield Sentence("person names nobody registered in this ledger")
    if isinstance(event, _REFERRING):
        for number, person in enumerate(event.referred):
            if person not in persons:
                yield Sentence(
                    "referred.{number} names nobody registered in this ledger; record person.registered first",
                    number=number,
                )


@refusal("keys-are-apart", on=(*_OPENING, PersonRegistered), reads=(StreamKind.LEDGER,), imported=True)
def keys_are_apart(context: Context, proposed: Proposed) -> Iterator[str]:
    """A person and a stream never share an id: they would share a key, and erasing the one would erase the other."""
    event = proposed.event
    if isinstance(event, PersonRegistered) and context.state(event.person) is not None:
        yield Sentence("person is the id of a stream; give the person an id of their own")
    if event.OPENS and proposed.stream in context.ledger.persons:
        yield Sentence("its stream is the id of a person; give the stream an id of its own")


@refusal("log-key-follows", on=(LogKeyRotated,), reads=(StreamKind.LEDGER,), imported=True)
def log_key_follows(context: Context, proposed: Proposed) -> Iterator[str]:
    """A new log key is one, is the log's own, and replaces the one in force."""
    event = proposed.event
    if not isinstance(event, LogKeyRotated):
        return
    if event.replaces != context.ledger.log_key:
        yield Sentence("replaces another key than the one in force; run: evenhand evidence rotate")
    try:
        key = VerifierKey.parse(event.log_key)
    except NoteError as wrong:
        yield Sentence("log_key: {wrong}; run: evenhand evidence rotate", wrong=wrong)
        return
    if (key.name, key.kind) != (context.ledger.origin, ED25519):
        yield Sentence("log_key is not a key that signs for this log; run: evenhand evidence rotate")


@refusal("import-is-open", on=ANY, reads=(StreamKind.LEDGER,), imported=True)
def import_is_open(context: Context, proposed: Proposed) -> Iterator[str]:
    """An imported entry belongs to an import that has begun and not finished."""
    basis = proposed.event.basis
    if basis.kind == "imported" and basis.batch not in context.ledger.open_imports:
        yield Sentence(
            "basis.batch names no import that is under way; imported entries come in through: evenhand import"
        )


@refusal("screen-is-whole", on=(ScreenAdopted,), reads=(), imported=True)
def screen_is_whole(_context: Context, proposed: Proposed) -> Iterator[str]:
    """A screen's families name its own attributes, none another's; each code stands once; its ratio is at most 1."""
    event = proposed.event
    if not isinstance(event, ScreenAdopted):
        return
    if event.ratio_numerator > event.ratio_denominator:
        yield Sentence(
            "ratio_numerator is greater than ratio_denominator, so groups that fare alike would lie below the screen; "
            "four fifths is 4 and 5"
        )
    known = [each.code for each in event.attributes]
    yield from _twice("attributes", known)
    for at, attribute in enumerate(event.attributes):
        yield from _twice(f"attributes.{at}.values", [each.code for each in attribute.values])
    yield from _twice("families", [each.code for each in event.families])
    for at, family in enumerate(event.families):
        yield from _twice(f"families.{at}.attributes", family.attributes)
        for number, code in enumerate(family.attributes):
            if code not in known:
                yield Sentence(
                    "families.{at}.attributes.{number} names no attribute of this screen; declare it or leave it out",
                    at=at,
                    number=number,
                )
    yield from _shared(event.families)


def _shared(families: Sequence[Family]) -> Iterator[str]:
    """Name what two families would both judge: each comparison is adjusted once, so one would cover fewer than said."""
    for at, family in enumerate(families):
        for earlier, other in enumerate(families[:at]):
            if family.stages and other.stages and not set(family.stages) & set(other.stages):
                continue
            for number, code in enumerate(family.attributes):
                if code in other.attributes:
                    yield Sentence(
                        "families.{at}.attributes.{number} stands in families.{earlier} at the same stages too; "
                        "name it in one of them, or give them stages of their own",
                        at=at,
                        number=number,
                        earlier=earlier,
                    )


def _twice(field: str, codes: Sequence[str]) -> Iterator[str]:
    if len(set(codes)) < len(codes):
        yield Sentence("{field} names one code twice; name each once", field=field)


def _wrong_with_target(event: EntryCorrected, topic: str | None) -> Iterator[str]:
    if topic is None:
        yield Sentence("target names no entry of this stream")
    elif event.kind == "reason_mapping" and not topic.startswith("decision.made."):
        yield Sentence("only a decision has reasons to correct")
    elif topic.startswith("entry.corrected."):
        yield Sentence("a correction is not corrected; record another correction of the first entry")
    elif topic.rpartition(".v")[0] in _STAYING.get(event.kind, ()):
        yield Sentence("others rest on the entry that opened a stream or adopted a version; it is not corrected away")


STRUCTURE = (
    stream_stands,
    references_stand,
    versions_stand,
    import_is_open,
    entries_stand,
    target_stands,
    persons_stand,
    keys_are_apart,
    log_key_follows,
    screen_is_whole,
)

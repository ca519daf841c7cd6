"""What recording can still prevent: two decisions at once, none of the standard's reasons, no word why."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.calendar.moments import bounds
from evenhand.events.base import Event, StreamKind
from evenhand.events.candidacy import (
    AppealResolved,
    DecisionMade,
    EvaluationRecorded,
    Reason,
    ScorecardAmended,
    ScorecardSubmitted,
    StageEntered,
)
from evenhand.events.reflection import EntryCorrected
from evenhand.events.standard import StandardAdopted
from evenhand.rules.context import Context, Proposed, refusal
from evenhand.rules.states import CandidacyState
from evenhand.sentence import Sentence
from evenhand.standard.decide import Implied, decide, stage_of

_CANDIDACY = StreamKind.CANDIDACY
_SCORECARDS = (ScorecardSubmitted, ScorecardAmended)
_NAMING_A_STANDARD = (*_SCORECARDS, DecisionMade)
_CRITERIA_EVENTS = (*_NAMING_A_STANDARD, EvaluationRecorded, StageEntered, EntryCorrected)
_BINDING = (StreamKind.CANDIDACY, StreamKind.REQUISITION, StreamKind.STANDARD)


def bound_standard(context: Context, proposed: Proposed) -> tuple[str, StandardAdopted] | None:
    """Answer with the standard's stream and the version in force for a draft's requisition when it occurred."""
    requisition = context.requisition(proposed)
    binding = requisition.bound_at(bounds(proposed.event.occurred_at)) if requisition else None
    state = context.standard(binding.standard) if binding else None
    if binding is None or state is None or binding.standard_version not in state.versions:
        return None
    return binding.standard, state.versions[binding.standard_version]


@refusal("one-final-decision", on=(DecisionMade,), reads=(_CANDIDACY,))
def visit_is_undecided(context: Context, proposed: Proposed) -> Iterator[str]:
    """One visit has one final decision that stands."""
    candidacy, event = context.candidacy(proposed), proposed.event
    if not isinstance(event, DecisionMade) or candidacy is None or event.outcome == "defer":
        return
    if candidacy.final_decision(event.visit) is not None:
        yield Sentence(
            "this visit has a final decision already; record decision.overturned first, or enter a new stage"
        )


@refusal("correction-keeps-outcomes", on=(EntryCorrected,), reads=(_CANDIDACY,))
def correction_keeps_outcomes(context: Context, proposed: Proposed) -> Iterator[str]:
    """A correction takes no outcome back and lets none stand again beside another; that is for an overturning."""
    candidacy, event = context.candidacy(proposed), proposed.event
    if not isinstance(event, EntryCorrected) or candidacy is None or event.kind != "duplicate":
        return
    standing = candidacy.final_decisions()
    others = {(each.visit, each.outcome) for name, each in standing.items() if name != event.target}
    decided, again = standing.get(event.target), candidacy.decisions.get(candidacy.overturned.get(event.target, ""))
    if decided and (decided.visit, decided.outcome) not in others:
        yield Sentence(
            "no other decision with this outcome stands on the visit; to take it back record decision.overturned"
        )
    if again and again.final and again.visit in {visit for visit, _ in others}:
        yield Sentence(
            "the decision it overturned would stand again beside another on the visit; overturn that one first"
        )
    if standing and candidacy.types.get(event.target, "").startswith("candidacy.opened."):
        yield Sentence("a final decision stands on this candidacy; record decision.overturned first")


@refusal("bound-standard", on=(DecisionMade,), reads=_BINDING)
def standard_is_the_bound_one(context: Context, proposed: Proposed) -> Iterator[str]:
    """A decision names the version of the standard that was in force for its requisition."""
    event = proposed.event
    if not isinstance(event, DecisionMade) or context.requisition(proposed) is None:
        return
    bound = bound_standard(context, proposed)
    if bound is None:
        yield Sentence("no standard was in force for its requisition at occurred_at")
    elif (event.standard, event.standard_version) != (bound[0], bound[1].standard_version):
        version, code = bound[1].standard_version, bound[1].code
        yield Sentence(
            "it must name the standard in force at occurred_at, which is version {version} of {code}",
            version=version,
            code=code,
        )


@refusal("reasons-are-the-standards", on=(DecisionMade,), reads=_BINDING)
def reasons_are_the_standards(context: Context, proposed: Proposed) -> Iterator[str]:
    """A rejection gives a reason of the bound standard, with its criterion, and none of the candidate's."""
    event = proposed.event
    bound = bound_standard(context, proposed)
    if not isinstance(event, DecisionMade) or bound is None:
        return
    if event.outcome == "reject" and not event.reasons:
        yield Sentence("a rejection needs at least one reason of the standard in force; see: evenhand standard show")
    known = {each.code: each for each in bound[1].reason_codes}
    for number, reason in enumerate(event.reasons):
        code = known.get(reason.code)
        if code is None:
            yield Sentence("reasons.{number}.code is not a reason of the standard in force", number=number)
        elif code.party == "candidate" and event.outcome == "reject":
            yield Sentence(
                "reasons.{number}.code is a candidate's reason; if they withdrew, record candidacy.withdrawn",
                number=number,
            )
        elif code.needs_criterion and not reason.criteria:
            yield Sentence("reasons.{number} needs the criterion it rests on", number=number)


@refusal("criteria-are-the-standards", on=_CRITERIA_EVENTS, reads=_BINDING, imported=True)
def criteria_are_the_standards(context: Context, proposed: Proposed) -> Iterator[str]:
    """A criterion, stage or question that an entry names belongs to the standard it names or is bound to."""
    event = proposed.event
    if isinstance(event, _NAMING_A_STANDARD):
        state = context.standard(event.standard)
        standard = state.versions.get(event.standard_version or 0) if state else None
    else:
        bound = bound_standard(context, proposed)
        standard = bound[1] if bound else None
    if standard is None:
        return
    if isinstance(event, StageEntered):
        if stage_of(standard, event.stage) is None:
            yield Sentence(
                "stage is not a stage of version {standard_version} of {code}",
                standard_version=standard.standard_version,
                code=standard.code,
            )
        return
    criteria = {each.criterion for each in standard.criteria}
    for place, code in _criteria_named(event):
        if code not in criteria:
            yield Sentence(
                "{place} is not a criterion of version {standard_version} of {code}",
                place=place,
                standard_version=standard.standard_version,
                code=standard.code,
            )


@refusal("scores-are-on-the-scale", on=(ScorecardSubmitted, ScorecardAmended), reads=(StreamKind.STANDARD,))
def scores_are_on_the_scale(context: Context, proposed: Proposed) -> Iterator[str]:
    """A score lies on the scale of the standard it was given by."""
    event = proposed.event
    if not isinstance(event, _SCORECARDS):
        return
    state = context.standard(event.standard)
    standard = state.versions.get(event.standard_version) if state else None
    if standard is None:
        return
    for number, rating in enumerate(event.ratings):
        if rating.score is not None and not standard.scale.minimum <= rating.score <= standard.scale.maximum:
            yield Sentence("ratings.{number}.score lies outside the scale of the standard", number=number)


@refusal("override-says-why", on=(DecisionMade,), reads=_BINDING)
def override_says_why(context: Context, proposed: Proposed) -> Iterator[str]:
    """An outcome against the standard, or an advance it has too few scores for, says why."""
    event, candidacy = proposed.event, context.candidacy(proposed)
    bound = bound_standard(context, proposed)
    if not isinstance(event, DecisionMade) or candidacy is None or bound is None or event.override_reason is not None:
        return
    implied = implied_outcome(bound[1], candidacy, event)
    if implied is None or event.outcome == "defer" or _for_capacity(bound[1], event, implied):
        return
    if implied is Implied.INSUFFICIENT:
        if event.outcome == "advance":
            yield Sentence(
                "it advances somebody the standard has too few scores or answers for; override_reason must say why"
            )
    elif implied in {Implied.ADVANCE, Implied.REJECT} and implied.value != event.outcome:
        yield Sentence(
            "the standard implies {implied} and it says {outcome}; override_reason must say why",
            implied=implied.value,
            outcome=event.outcome,
        )


def implied_outcome(standard: StandardAdopted, candidacy: CandidacyState, event: DecisionMade) -> Implied | None:
    """Decide by the standard on what the ledger knows; none where it does not know the visit's stage."""
    stage = stage_of(standard, candidacy.visits.get(event.visit, ""))
    if stage is None:
        return None
    cards = candidacy.standing_cards(event.visit, bounds(event.occurred_at))
    return decide(standard, stage, cards, event.knockout_answers)


@refusal("deferral-says-until-when", on=(DecisionMade,), reads=())
def deferral_says_until_when(_context: Context, proposed: Proposed) -> Iterator[str]:
    """A deferred decision says until when."""
    event = proposed.event
    if isinstance(event, DecisionMade) and event.outcome == "defer" and event.until is None:
        yield Sentence("a deferral needs until: when will it be decided?")


@refusal("appeal-by-others", on=(AppealResolved,), reads=(_CANDIDACY,))
def appeal_is_resolved_by_others(context: Context, proposed: Proposed) -> Iterator[str]:
    """An appeal is resolved by people who did not make the decision."""
    event, candidacy = proposed.event, context.candidacy(proposed)
    if not isinstance(event, AppealResolved) or candidacy is None:
        return
    decided = candidacy.decisions.get(candidacy.appeals.get(event.appeal, ""))
    if decided and decided.deciders & set(event.reviewers):
        yield Sentence("reviewers must not be among those who made the decision")


def _criteria_named(event: Event) -> Iterator[tuple[str, str]]:
    if isinstance(event, _SCORECARDS):
        for number, rating in enumerate(event.ratings):
            yield f"ratings.{number}.criterion", rating.criterion
        return
    if isinstance(event, EvaluationRecorded) and event.criterion is not None:
        yield "criterion", event.criterion
    reasons: tuple[Reason, ...] = ()
    if isinstance(event, DecisionMade):
        reasons = event.reasons
    elif isinstance(event, EntryCorrected):
        reasons = event.fields.reasons or ()
    for number, reason in enumerate(reasons):
        for place, code in enumerate(reason.criteria):
            yield f"reasons.{number}.criteria.{place}", code


def _for_capacity(standard: StandardAdopted, event: DecisionMade, implied: Implied) -> bool:
    """Say whether it is a rejection because the place was taken or closed, which contradicts no standard."""
    neither = {each.code for each in standard.reason_codes if each.party == "neither"}
    return (
        event.outcome == "reject"
        and implied in {Implied.ADVANCE, Implied.DISCRETION}
        and bool(event.reasons)
        and all(reason.code in neither for reason in event.reasons)
    )


DECIDING = (
    criteria_are_the_standards,
    scores_are_on_the_scale,
    visit_is_undecided,
    correction_keeps_outcomes,
    standard_is_the_bound_one,
    reasons_are_the_standards,
    override_says_why,
    deferral_says_until_when,
    appeal_is_resolved_by_others,
)

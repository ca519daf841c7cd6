"""The plain reading of what a person should look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from projections.fold_cases import adopted, in_force, stages_of
from projections.fold_rule import CARDS, means_of, standing_cards
from projections.world import Fact, Row, World, earliest, end_of_day, latest, seconds

PRINCIPLES = {
    1: "reason_missing reason_unknown reason_only_other reason_without_criterion reason_of_candidate "
    "reason_contradicted culture_without_criterion",
    2: "feedback_missing feedback_before_decision feedback_late feedback_overdue",
    3: "told_twice",
    4: "told_before_decision told_late_policy told_late_law untold_overdue_policy untold_overdue_law law_clock_running "
    "promise_late promise_broken promise_revised_late promise_missing notice_bounced closed_untold deferral_passed "
    "calendar_ended",
    5: "decision_differs advanced_on_insufficient other_standard_named second_final_decision scorecard_after_decision "
    "corrected_after_decision decider_unknown sole_automation appeal_by_deciders stage_gone_back offer_after_rejection "
    "rating_unknown",
    6: "contact_without_consent follow_up_missing",
    7: "action_overdue",
    0: "backdated before_opening import_unfinished clock_jumped",
}


class Found(NamedTuple):
    """One finding, before it has its id."""

    code: str
    about: Any  # whatever has a candidacy and a requisition
    entries: tuple[int, ...]
    since: Any
    seconds: int | None = None
    detail: str | None = None
    left: int | None = None
    laws: tuple[Any, ...] = ()  # deadlines of laws


def finding(world: World) -> list[Row]:
    principle = {code: number for number, codes in PRINCIPLES.items() for code in codes.split()}
    entry = {fact.position: fact for fact in world.raw}
    rows = []
    parts = (
        _deadlines,
        _promises,
        _notices,
        _closings,
        _follow_ups,
        _feedback,
        _reasons,
        _decisions,
        _appeals,
        _cases,
        _late,
        _entries,
    )
    for each in (found for part in parts for found in part(world)):
        lines = [each.code, *(entry[position].id for position in each.entries)]
        name = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        seen = [a.position for a in world.all("finding.acknowledged") if a["finding"] == name]
        rows.append(
            {
                "finding": name,
                "code": each.code,
                "principle": principle[each.code],
                "candidacy": getattr(each.about, "candidacy", None),
                "requisition": getattr(each.about, "requisition", None),
                "stream": entry[each.entries[0]].key,
                "entries": list(each.entries),
                "since": each.since,
                "overdue_hours": None if each.seconds is None else each.seconds // 3600,
                "overdue_days": None if each.seconds is None else each.seconds // 86400,
                "running": each.left is not None,
                "left_hours": None if each.left is None else each.left // 3600,
                "left_days": None if each.left is None else each.left // 86400,
                "detail": each.detail,
                "citation": "; ".join(sorted({law.citation for law in each.laws})) or None,
                "law_status": "in_force" if each.laws else None,
                "status_on": min((law.status_on for law in each.laws), default=None),
                "acknowledged_by": max(seen, default=None),
            }
        )
    return rows


def _deadlines(world: World) -> Iterator[Found]:
    together: dict[tuple[str, tuple[int, ...]], list[Any]] = {}
    ended: dict[int, list[Any]] = {}
    for each in world.where("deadline"):
        if each.standing == "calendar_ended":
            ended.setdefault(each.policy_entry, []).append(each)
        runs = each.standing == "open" and each.rests_on == "law"
        if not (runs or each.standing in {"late", "overdue"}) or each.law_status not in {None, "in_force"}:
            continue
        if runs:
            code = "law_clock_running"
        elif each.until == "feedback":
            code = f"feedback_{each.standing}"
        else:
            code = f"{'told_late' if each.standing == 'late' else 'untold_overdue'}_{each.rests_on}"
        entries: tuple[int, ...] = (each.started_by, each.met_by) if each.standing == "late" else (each.started_by,)
        together.setdefault((code, entries), []).append(each)
    for (code, entries), those in together.items():
        runs = code == "law_clock_running"
        since = min(each.started_from if runs else each.due_to for each in those)
        most = None if runs else max(each.overdue_seconds for each in those)
        left = min(seconds(world.instant, each.due_to) for each in those) if runs else None
        laws = tuple(each for each in those if each.rests_on == "law")
        yield Found(code, those[0], entries, since, most, _codes(each.deadline for each in those), left, laws)
    for policy, those in ended.items():
        since = min(each.started_from for each in those)
        yield Found("calendar_ended", None, (policy,), since, None, _codes(each.deadline for each in those))


def _codes(codes: Any) -> str:
    return ",".join(sorted(set(codes)))


def _promises(world: World) -> Iterator[Found]:
    for each in world.where("promise"):
        if each.standing == "late":
            yield Found("promise_late", each, (each.promise, each.kept_by), each.due_to, each.late_seconds)
        if each.standing == "broken":
            yield Found("promise_broken", each, (each.promise,), each.due_to, each.late_seconds)
        if each.revised_late is not None:
            yield Found("promise_revised_late", each, (each.promise, each.revised_late), each.first_due_to)


def _notices(world: World) -> Iterator[Found]:
    for each in world.where("notice"):
        same = [
            n
            for n in world.where("notice", candidacy=each.candidacy, about=each.about, decision=each.decision)
            if (n.told_from, n.notice) != (each.told_from, each.notice)
        ]
        later = [n for n in same if (n.told_from, n.notice) > (each.told_from, each.notice)]
        case = world.row("candidacy", "candidacy", each.candidacy)
        if each.delivery == "bounced" and not later and not case.erased_from:
            over = max(seconds(each.reported_from, world.instant), 0)
            yield Found("notice_bounced", each, (each.notice, each.report), each.reported_from, over)
        if each.about == "outcome":
            yield from _outcome_notice(world, each)


def _outcome_notice(world: World, each: Any) -> Iterator[Found]:
    if each.decision is None:
        yield Found("told_before_decision", each, (each.notice,), each.told_from)
        return
    decision = next(d for d in world.all("decision.made") if d.position == each.decision)
    if each.names_decision and each.told_to < decision.first:
        yield Found("told_before_decision", each, (each.notice, each.decision), each.told_from)
    reached = world.where("notice", decision=each.decision, about="outcome", reached=True)
    first = earliest(reached, lambda n: (n.told_from, n.notice))
    if each.reached and each.notice != first.notice and each.replaces is None:
        yield Found("told_twice", each, (first.notice, each.notice), each.told_from)


def _closings(world: World) -> Iterator[Found]:
    for requisition in world.all("requisition.opened"):
        turns = [t for t in world.all("requisition.closed", "requisition.reopened") if t.key == requisition.position]
        last = latest(turns)
        if last is None or last.topic != "requisition.closed":
            continue
        for case in world.where("candidacy", requisition=requisition.position):
            waiting = world.where("notice_latency", candidacy=case.candidacy, ended="open", outcome="reject")
            told = world.where("notice", candidacy=case.candidacy, about="outcome", reached=True)
            undecided = case.state in {"applied", "assessing", "deferred", "advanced"}
            untold = not any(n.told_to >= last.first for n in told)
            if not case.erased_from and ((case.state == "rejected" and waiting) or (undecided and untold)):
                yield Found("closed_untold", case, (last.position, case.candidacy), last.first)


def _follow_ups(world: World) -> Iterator[Found]:
    together: dict[int, list[Any]] = {}
    for each in world.where("follow_up_due", standing="missing"):
        if not world.row("candidacy", "candidacy", each.candidacy).erased_from:
            together.setdefault(each.decision, []).append(each)
    for decision, those in together.items():
        since = min(each.due_to for each in those)
        most, kinds = seconds(since, world.instant), _codes(each.kind for each in those)
        yield Found("follow_up_missing", those[0], (decision,), since, most, kinds)


def _feedback(world: World) -> Iterator[Found]:
    for each in world.where("feedback", standing="none", state="rejected"):
        case = world.row("candidacy", "candidacy", each.candidacy)
        d = world.row("decision_effective", "decision", case.decision)
        policy = adopted(world, d.policy_entry, "policy.adopted")
        days = (policy and policy["feedback_days"]) or 0
        due = end_of_day(d.decided_day + timedelta(days=days), d.zone)
        needed = not policy or not policy["feedback_from_stage"] or _reached(world, d, policy["feedback_from_stage"])
        if needed and not case.erased_from and due < world.instant:
            yield Found("feedback_missing", case, (d.decision,), due, seconds(due, world.instant))
    for given in world.all("feedback.given"):
        case = world.row("candidacy", "candidacy", given.key)
        if case is None:
            continue
        decision = world.find(given["decision"], "decision.made")
        finals = world.where("decision_effective", candidacy=given.key, final=True)
        start = decision.first if decision else min((d.decided_from for d in finals), default=None)
        if start is None or given.last < start:
            yield Found("feedback_before_decision", case, (given.position,), given.first)


def _reached(world: World, decision: Any, stage: str) -> bool:
    """Whether a decision's stage is this one or a later one of the standard in force."""
    places = stages_of(adopted(world, decision.standard_entry))
    return stage in places and decision.stage in places and places[decision.stage][0] >= places[stage][0]


def _reasons(world: World) -> Iterator[Found]:
    for d in world.where("decision_effective"):
        reasons = world.where("reason", decision=d.decision)
        bare = [each for each in reasons if not each.criteria]
        rejected = d.outcome == "reject"
        if rejected and not reasons:
            yield Found("reason_missing", d, (d.decision,), d.decided_from)
        hits = {
            "reason_unknown": [each for each in reasons if not each.known and d.standard_version is not None],
            "reason_only_other": reasons if rejected and all(each.topic == "other" for each in reasons) else [],
            "reason_without_criterion": [each for each in bare if each.needs_criterion and each.topic != "culture"],
            "culture_without_criterion": [each for each in bare if each.topic == "culture"],
            "reason_of_candidate": [each for each in reasons if rejected and each.party == "candidate"],
            "reason_contradicted": [each for each in reasons if rejected and _contradicted(world, d, each)],
        }
        for code, those in hits.items():
            if those:
                yield Found(code, d, (d.decision,), d.decided_from, None, _codes(each.code for each in those))


def _contradicted(world: World, d: Any, reason: Any) -> bool:
    standard = adopted(world, d.standard_entry)
    stage = stages_of(standard).get(d.stage, (None, None))[1]
    if not standard or not stage or stage["kind"] != "scored" or reason.party != "employer" or not reason.criteria:
        return False
    means = means_of(standing_cards(world, d.visit_id, d.candidacy, d))
    floors = {each["criterion"]: each.get("floor") or 0 for each in standard["criteria"]}
    return all(
        code in means and means[code] >= stage["advance_bar"] and means[code] >= floors.get(code, 0)
        for code in reason.criteria
    )


def _decisions(world: World) -> Iterator[Found]:
    finals = sorted(world.where("decision_effective", final=True), key=lambda d: (d.decided_from, d.decision))
    for d in world.where("decision_effective"):
        named = (d.named_standard, d.named_version)
        if d.named_standard is not None and named != (d.standard, d.standard_version):
            yield Found("other_standard_named", d, (d.decision,), d.decided_from)
    for d in finals:
        for code in _replayed(world, d):
            yield Found(code, d, (d.decision,), d.decided_from)
        first = next(e for e in finals if e.visit_id == d.visit_id and e.candidacy == d.candidacy)
        if first.decision != d.decision:
            yield Found("second_final_decision", d, (first.decision, d.decision), d.decided_from)
        if not d.deciders:
            yield Found("decider_unknown", d, (d.decision,), d.decided_from)
        appeals = {each.id for each in world.all("decision.appealed") if each["decision"] == d.decision_id}
        if d.automation == "sole" and not any(r["appeal"] in appeals for r in world.all("appeal.resolved")):
            yield Found("sole_automation", d, (d.decision,), d.decided_from)
    yield from _unpromised(world, finals)


def _replayed(world: World, d: Any) -> Iterator[str]:
    again = vars(world.row("replay", "decision", d.decision))["class"]
    if again == "differ" and not d.overridden:
        yield "decision_differs"
    if again == "insufficient" and d.outcome == "advance" and not d.overridden:
        yield "advanced_on_insufficient"


def _unpromised(world: World, finals: list[Any]) -> Iterator[Found]:
    found: set[int] = set()
    for d in finals:
        policy = adopted(world, d.policy_entry, "policy.adopted")
        since = policy and policy["promise_from_stage"]
        named = world.row("notice_latency", "decision", d.decision).promise
        if since and _reached(world, d, since) and named is None and d.candidacy not in found:
            found.add(d.candidacy)
            yield Found("promise_missing", d, (d.decision,), d.decided_from)


def _cases(world: World) -> Iterator[Found]:
    for case in world.where("candidacy", state="deferred"):
        d = world.row("decision_effective", "decision", case.decision)
        if d.until_to and d.until_to < world.instant:
            yield Found("deferral_passed", case, (d.decision,), d.until_to, seconds(d.until_to, world.instant))
    for d in world.where("decision_effective", final_rank=1):
        for card in world.all(*CARDS):
            if card["visit"] == d.visit_id and card.key == d.candidacy and card.first > d.decided_to:
                yield Found("scorecard_after_decision", d, (d.decision, card.position), card.first)
    for visit in world.where("stage_visit", gone_back=True):
        yield Found("stage_gone_back", visit, (visit.previous_visit, visit.visit), visit.entered_from)
    for offer in world.where("offer"):
        if offer.rejection:
            yield Found("offer_after_rejection", offer, (offer.rejection, offer.offer), offer.extended_from)
    for each in world.where("follow_up", consented=False):
        yield Found("contact_without_consent", each, (each.follow_up,), each.made_from)


def _appeals(world: World) -> Iterator[Found]:
    for resolved in world.all("appeal.resolved"):
        appeal = world.find(resolved["appeal"], "decision.appealed")
        decision = appeal and world.find(appeal["decision"], "decision.made")
        case = decision and world.row("candidacy", "candidacy", decision.key)
        if decision and case and set(resolved["reviewers"]) & set(decision["deciders"] or []):
            yield Found("appeal_by_deciders", case, (decision.position, resolved.position), resolved.first)


def _late(world: World) -> Iterator[Found]:
    """What was put right after a decision in what the decision rests on."""
    recorded = {fact.id: fact for fact in world.raw}
    for correction in world.all("entry.corrected"):
        target = recorded.get(correction["target"])
        if target is None or correction["kind"] not in {"duplicate", "time", "wrong_candidacy"}:
            continue
        for d in world.where("decision_effective", final=True):
            entries: tuple[int, ...] = (d.decision, correction.position)
            if target.topic in CARDS and target["visit"] == d.visit_id and correction.position > d.decision:
                entries = (d.decision, target.position, correction.position)
            elif target.id != d.decision_id or correction["kind"] != "time":
                continue
            yield Found("corrected_after_decision", d, entries, correction.recorded_at)


class _About(NamedTuple):
    candidacy: int | None
    requisition: int | None


def _entries(world: World) -> Iterator[Found]:
    for action in world.where("action", standing="overdue"):
        case = world.row("candidacy", "candidacy", action.stream)
        requisition = action.stream if action.scope == "requisition" else case and case.requisition
        about = _About(action.stream if action.scope == "candidacy" else None, requisition)
        over = seconds(action.due_to, world.instant)
        yield Found("action_overdue", about, (action.action,), action.due_to, over)
    for fact in world.facts:
        yield from _backdated(world, fact)
        yield from _imported(world, fact)
    for begun in world.all("import.begun"):
        if not any(each["batch"] == begun.id for each in world.all("import.finished")):
            yield Found("import_unfinished", None, (begun.position,), begun.first)
    for accepted in world.all("clock.accepted"):
        yield Found("clock_jumped", None, (accepted.position,), accepted.first)


ON_CANDIDACIES = {"candidacy", "stage", "interview", "scorecard", "evaluation", "promise", "decision", "appeal"}
ON_CANDIDACIES |= {"offer", "notice", "feedback", "follow_up"}


def _case_of(world: World, fact: Fact) -> Any:
    family = fact.topic.partition(".")[0]
    on_candidacy = family in ON_CANDIDACIES or fact.topic in {"candidate.hired", "candidate.hire_reversed"}
    return world.row("candidacy", "candidacy", fact.key) if on_candidacy else None


def _imported(world: World, fact: Fact) -> Iterator[Found]:
    case = _case_of(world, fact) if fact.basis == "imported" else None
    if case is None:
        return
    if fact.last < case.opened_from:
        yield Found("before_opening", case, (case.candidacy, fact.position), case.opened_from)
    if fact.topic in CARDS:
        unrated = [each["criterion"] for each in fact["ratings"] if each.get("score") is None and each.get("evidence")]
        if unrated:
            yield Found("rating_unknown", case, (fact.position,), fact.first, detail=",".join(sorted(unrated)))


def _backdated(world: World, fact: Fact) -> Iterator[Found]:
    case = _case_of(world, fact) if fact.basis == "observed" else None
    if case is None:
        return
    bound = in_force(world, case.requisition, fact.last)
    policy = bound and adopted(world, bound.policy_entry, "policy.adopted")
    days = policy["backdating_days"] if policy and policy["backdating_days"] is not None else 7
    limit = fact.last + timedelta(days=days)
    if fact.recorded_at > limit:
        yield Found("backdated", case, (fact.position,), fact.recorded_at, seconds(limit, fact.recorded_at))

"""The plain reading of projections about people, candidacies, visits and what holds for them."""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.world import Fact, Row, Time, World, earliest, latest, seconds


def person(world: World) -> list[Row]:
    separated = {each["merge"] for each in world.all("candidate.separated")}
    merges = [
        (each.key, world.key(each["into"]))
        for each in world.all("candidate.merged")
        if each.id not in separated and each["into"] in world.keys
    ]
    rows = []
    for candidate in world.all("candidate.registered"):
        group = {candidate.position}
        while grown := {end for link in merges if group & set(link) for end in link} - group:
            group |= grown
        rows.append(
            {"candidate": candidate.position, "candidate_id": candidate.stream, "person": min(k for k in group if k)}
        )
    of = {row["candidate"]: row["person"] for row in rows}
    for row in rows:
        erasures = [each.first for each in world.all("candidate.erased") if of.get(each.key) == row["person"]]
        row["erased_from"] = min(erasures, default=None)
    return rows


def application(world: World) -> list[Row]:
    rows = []
    for opened in world.all("candidacy.opened"):
        requisition = next(
            (each for each in world.all("requisition.opened") if each.position == world.key(opened["requisition"])),
            None,
        )
        who = world.row("person", "candidate_id", opened["candidate"])
        zone = requisition["zone"] if requisition else opened.time.zone
        rows.append(
            {
                "candidacy": opened.position,
                "candidacy_id": opened.stream,
                "candidate": who and who.candidate,
                "person": who and who.person,
                "erased_from": who and who.erased_from,
                "requisition": requisition and requisition.position,
                "zone": zone,
                "route": opened["route"],
                "prior": world.key(opened["prior"]),
                "opened_from": opened.first,
                "opened_to": opened.last,
                "opened_precision": opened.time.precision,
                "opened_day": opened.time.day_in(zone),
                "recorded_at": opened.recorded_at,
                "basis": opened.basis,
            }
        )
    return rows


def _adopted(world: World, topic: str, stream: str | None, version: int | None) -> Fact | None:
    key, field = world.key(stream), f"{topic}_version"
    found = [each for each in world.all(f"{topic}.adopted") if each.key == key and each[field] == version]
    return found[-1] if found else None


def standard_in_force(world: World) -> list[Row]:
    rows = []
    bindings = world.all("requisition.opened", "requisition.rebound")
    for binding in bindings:
        mine = sorted((each for each in bindings if each.key == binding.key), key=lambda each: each.order)
        after = [each for each in mine if each.order > binding.order]
        before = [each for each in mine if each.order <= binding.order and each["policy"]]
        if after and after[0].first == binding.first:
            continue
        standard = _adopted(world, "standard", binding["standard"], binding["standard_version"])
        bound = before[-1] if before else None
        policy = _adopted(world, "policy", bound["policy"], bound["policy_version"]) if bound else None
        rows.append(
            {
                "requisition": binding.key,
                "requisition_id": binding.stream,
                "binding": binding.position,
                "in_force_from": binding.first,
                "in_force_to": after[0].first if after else None,
                "binding_recorded_at": binding.recorded_at,
                "standard": world.key(binding["standard"]),
                "standard_version": binding["standard_version"],
                "standard_entry": standard and standard.position,
                "standard_code": standard and standard["code"],
                "standard_recorded_at": standard and standard.recorded_at,
                "policy": bound and world.key(bound["policy"]),
                "policy_version": bound and bound["policy_version"],
                "policy_entry": policy and policy.position,
            }
        )
    return rows


def in_force(world: World, requisition: int | None, at: Any) -> Any:
    """The binding that held for a requisition at an instant."""
    for each in world.where("standard_in_force", requisition=requisition):
        if each.in_force_from <= at and (each.in_force_to is None or at < each.in_force_to):
            return each
    return None


def adopted(world: World, position: int | None, topic: str = "standard.adopted") -> Fact | None:
    return next((each for each in world.all(topic) if each.position == position), None)


def decision_effective(world: World) -> list[Row]:
    overturned = {each["decision"] for each in world.all("decision.overturned")}
    rows = []
    for each in world.all("decision.made"):
        app = world.row("application", "candidacy", each.key)
        if each.id in overturned or app is None:
            continue
        visit = world.by_id.get(each["visit"])
        visit = visit if visit and visit.topic == "stage.entered" else None
        bound = in_force(world, app.requisition, each.last)
        recorded = [bound.standard_recorded_at, bound.binding_recorded_at] if bound else []
        rows.append(
            {
                "decision": each.position,
                "decision_id": each.id,
                "candidacy": each.key,
                "requisition": app.requisition,
                "candidate": app.candidate,
                "person": app.person,
                "zone": app.zone,
                "visit": visit and visit.position,
                "visit_id": each["visit"],
                "stage": visit and visit["stage"],
                "outcome": each["outcome"],
                "final": each["outcome"] != "defer",
                "final_rank": None,
                "decided_from": each.first,
                "decided_to": each.last,
                "decided_precision": each.time.precision,
                "decided_day": each.time.day_in(app.zone),
                "until_to": _last(each["until"]),
                "recorded_at": each.recorded_at,
                "basis": each.basis,
                "reasons": [
                    {"code": r["code"], "criteria": r.get("criteria", []), "scorecards": r.get("scorecards", [])}
                    for r in each["reasons"] or []
                ],
                "deciders": len(each["deciders"] or []),
                "automation": each["automation"],
                "overridden": each["override_reason"] is not None,
                "standard": bound and bound.standard,
                "standard_version": bound and bound.standard_version,
                "standard_entry": bound and bound.standard_entry,
                "standard_recorded_afterwards": any(at > each.last for at in recorded if at is not None),
                "named_standard": world.key(each["standard"]),
                "named_version": each["standard_version"],
                "policy_entry": bound and bound.policy_entry,
            }
        )
    finals = [row for row in rows if row["final"]]
    for row in finals:
        row["final_rank"] = sum(
            other["visit_id"] == row["visit_id"]
            and other["candidacy"] == row["candidacy"]
            and _order(other) >= _order(row)
            for other in finals
        )
    return rows


def _order(decision: Row) -> tuple[Any, int]:
    return decision["decided_from"], decision["decision"]


def _last(moment: Row | None) -> Any:
    return Time(moment).last if moment else None


def stages_of(standard: Fact | None) -> dict[str, tuple[int, Row]]:
    """Each stage of a standard: its place from 1, and the stage."""
    return {each["stage"]: (place, each) for place, each in enumerate((standard and standard["stages"]) or [], 1)}


def stage_visit(world: World) -> list[Row]:
    rows = []
    for app in world.where("application"):
        visits = sorted(world.of("stage.entered", app.candidacy), key=lambda each: each.order)
        before: Row | None = None
        for ordinal, visit in enumerate(visits, 1):
            bound = in_force(world, app.requisition, visit.last)
            place, stage = stages_of(bound and adopted(world, bound.standard_entry)).get(visit["stage"], (None, None))
            held = [each for each in world.all("interview.held") if each["visit"] == visit.id]
            cards = [
                each for each in world.all("scorecard.submitted", "scorecard.amended") if each["visit"] == visit.id
            ]
            ranked = world.where("decision_effective", visit=visit.position, candidacy=visit.key, final_rank=1)
            decision = next(iter(ranked), None)
            row = {
                "visit": visit.position,
                "visit_id": visit.id,
                "candidacy": app.candidacy,
                "requisition": app.requisition,
                "candidate": app.candidate,
                "person": app.person,
                "zone": app.zone,
                "ordinal": ordinal,
                "latest": ordinal == len(visits),
                "stage": visit["stage"],
                "stage_order": place,
                "stage_kind": stage and stage["kind"],
                "entered_from": visit.first,
                "entered_to": visit.last,
                "entered_precision": visit.time.precision,
                "entered_day": visit.time.day_in(app.zone),
                "recorded_at": visit.recorded_at,
                "basis": visit.basis,
                "previous_visit": before and before["visit"],
                "gone_back": bool(
                    before
                    and place
                    and before["stage_order"]
                    and place < before["stage_order"]
                    and visit.first > before["entered_to"]
                ),
                "interviews": len(held),
                "last_interview_from": max((each.first for each in held), default=None),
                "authors": len({each["author"] for each in cards}),
                "decision": decision and decision.decision,
                "outcome": decision and decision.outcome,
                "decided_from": decision and decision.decided_from,
            }
            rows.append(row)
            before = row
    return rows


class Ended(NamedTuple):
    """What may have ended a candidacy, each the latest since any reopening."""

    withdrawn: Fact | None
    hired: Fact | None
    reversed: bool
    offer: Fact | None


def candidacy(world: World) -> list[Row]:
    return [_candidacy(world, app) for app in world.where("application")]


def _candidacy(world: World, app: Any) -> Row:
    reopened = latest(world.of("candidacy.reopened", app.candidacy))

    def counting(topic: str) -> Fact | None:
        found = world.of(topic, app.candidacy)
        found = sorted((f for f in found if reopened is None or f.order > reopened.order), key=lambda f: f.order)
        return found[-1] if found else None

    visits = world.where("stage_visit", candidacy=app.candidacy)
    current = next((each for each in visits if each.latest), None)
    withdrawn = counting("candidacy.withdrawn")
    hired = counting("candidate.hired")
    offer = counting("offer.extended")
    decision = latest(
        (
            each
            for each in world.where("decision_effective", candidacy=app.candidacy)
            if (current is None or each.visit_id == current.visit_id or each.decided_from > current.entered_to)
            and (reopened is None or (each.decided_from, each.decision) > reopened.order)
        ),
        lambda each: (each.decided_from, each.decision),
    )
    reversed_ = hired and any(each["hire"] == hired.id for each in world.all("candidate.hire_reversed"))
    state = _state(world, Ended(withdrawn, hired, bool(reversed_), offer), decision, current)
    interviews = [each.last_interview_from for each in visits if each.last_interview_from]
    return {
        **{
            name: getattr(app, name)
            for name in (
                "candidacy", "candidacy_id", "candidate", "person", "requisition", "zone", "route", "prior",
                "opened_from", "opened_to", "opened_day", "basis",
            )
        },
        "state": state,
        "open": state in {"applied", "assessing", "deferred", "advanced", "offered", "accepted"},
        "current_visit": current and current.visit,
        "current_stage": current and current.stage,
        "visits": len(visits),
        "interviews": sum(each.interviews for each in visits),
        "last_interview_from": max(interviews, default=None),
        "decision": decision and decision.decision,
        "outcome": decision and decision.outcome,
        "decided_from": decision and decision.decided_from,
        "reopened_from": reopened and reopened.first,
        "withdrawn_from": withdrawn and withdrawn.first,
        "withdrawn_to": withdrawn and withdrawn.last,
        "withdrawn_precision": withdrawn and withdrawn.time.precision,
        "withdrawn_day": withdrawn and withdrawn.time.day_in(app.zone),
        "hired_from": hired.first if hired and not reversed_ else None,
        "erased_from": app.erased_from,
    }  # fmt: skip


def _state(world: World, ended: Ended, decision: Any, current: Any) -> str:
    offer = ended.offer
    rejected = decision and decision.outcome == "reject"
    decided = (decision.decided_from, decision.decision) if decision else ()
    if ended.hired and not ended.reversed:
        state = "hired"
    elif ended.withdrawn:
        state = "withdrawn"
    elif ended.hired:
        state = "hire_reversed"
    elif rejected and (offer is None or decided > offer.order):
        state = "rejected"
    elif offer:
        state = _offered(world, offer)
    elif decision:
        state = "advanced" if decision.outcome == "advance" else "deferred"
    else:
        state = "assessing" if current else "applied"
    return state


def _offered(world: World, offer: Fact) -> str:
    if any(each["offer"] == offer.id for each in world.all("offer.rescinded")):
        return "rescinded"
    answer = latest(each for each in world.all("offer.answered") if each["offer"] == offer.id)
    return str(answer["answer"]) if answer else "offered"


def offer(world: World) -> list[Row]:
    rows = []
    for each in world.all("offer.extended"):
        app = world.row("application", "candidacy", each.key)
        if app is None:
            continue
        answer = latest(a for a in world.all("offer.answered") if a["offer"] == each.id)
        taken_back = [a for a in world.all("offer.rescinded") if a["offer"] == each.id]
        hires = [a for a in world.all("candidate.hired") if a["offer"] == each.id]
        expires = _last(each["expires"])
        reopenings = world.of("candidacy.reopened", each.key)
        rejection = latest(
            (
                d
                for d in world.where("decision_effective", candidacy=each.key, outcome="reject")
                if d.decided_to < each.first
                and not any(r.last >= d.decided_from and r.first <= each.last for r in reopenings)
            ),
            lambda d: (d.decided_from, d.decision),
        )
        if taken_back:
            standing = "rescinded"
        elif answer:
            standing = answer["answer"]
        else:
            standing = "expired" if expires and expires < world.instant else "open"
        rows.append(
            {
                "offer": each.position,
                "offer_id": each.id,
                "candidacy": each.key,
                "requisition": app.requisition,
                "person": app.person,
                "extended_from": each.first,
                "extended_to": each.last,
                "extended_day": each.time.day_in(app.zone),
                "channel": each["channel"],
                "expires_to": expires,
                "standing": standing,
                "answered_from": answer and answer.first,
                "reason_code": answer and answer["reason_code"],
                "rescinded_from": min((a.first for a in taken_back), default=None),
                "hire": min((a.position for a in hires), default=None),
                "rejection": rejection and rejection.decision,
            }
        )
    return rows


def withdrawal(world: World) -> list[Row]:
    said = [
        *((each, "withdrew") for each in world.all("candidacy.withdrawn")),
        *((each, "declined_interview") for each in world.all("interview.declined")),
        *((each, "declined_offer") for each in world.all("offer.answered") if each["answer"] == "declined"),
    ]
    rows = []
    for each, kind in said:
        case = world.row("candidacy", "candidacy", each.key)
        if case is None:
            continue
        visits = world.where("stage_visit", candidacy=each.key)
        named = [v for v in visits if kind == "withdrew" and v.visit_id == each["visit"]]
        entered = [v for v in visits if v.entered_from <= each.last]
        stage = named[0].stage if named else entered[-1].stage if entered else None
        notice = earliest(
            (
                n
                for n in world.where("notice", candidacy=each.key, about="withdrawal", reached=True)
                if n.told_to >= each.first
            ),
            lambda n: (n.told_from, n.notice),
        )
        latest_one = latest(world.of("candidacy.withdrawn", each.key))
        end = notice.told_from if notice else world.instant
        rows.append(
            {
                "withdrawal": each.position,
                "candidacy": each.key,
                "requisition": case.requisition,
                "person": case.person,
                "kind": kind,
                "stage": stage,
                "said_from": each.first,
                "said_to": each.last,
                "said_day": each.time.day_in(case.zone),
                "reason_code": each["reason_code"],
                "has_words": each["why"] is not None,
                "referred": len(each["referred"] or []),
                "standing": kind != "withdrew"
                or (case.withdrawn_from is not None and latest_one.position == each.position),
                "acknowledged": notice and notice.notice,
                "acknowledged_from": notice and notice.told_from,
                "waited_seconds": max(seconds(each.first, end), 0),
            }
        )
    return rows

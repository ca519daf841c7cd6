"""The plain reading of projections about what people were told, promised and given, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from projections.fold_cases import adopted, in_force
from projections.world import Fact, Row, Time, World, date_in, earliest, end_of_day, latest, seconds

DAY = timedelta(days=1)


def notice(world: World) -> list[Row]:
    return [
        _notice(world, each, app)
        for each in world.all("notice.given")
        if (app := world.row("application", "candidacy", each.key))
    ]


def _notice(world: World, each: Fact, app: Any) -> Row:
    named = world.find(each["decision"], "decision.made")
    decision = named and named.position
    if named is None and each["about"] == "outcome":
        earlier = [
            d for d in world.where("decision_effective", candidacy=each.key, final=True) if d.decided_from <= each.last
        ]
        found = latest(earlier, lambda d: (d.decided_from, d.decision))
        decision = found and found.decision
    report = latest(r for r in world.all("notice.delivery_reported") if r["notice"] == each.id)
    delivery = report["status"] if report else "unknown"
    if each["channel"] in {"phone", "in_person"}:
        delivery = "spoken"
    replaced = world.find(each["replaces"], "notice.given")
    checks = each["checks"] or {}
    return {
        "notice": each.position,
        "notice_id": each.id,
        "candidacy": each.key,
        "requisition": app.requisition,
        "person": app.person,
        "about": each["about"],
        "decision": decision,
        "names_decision": named is not None,
        "told_from": each.first,
        "told_to": each.last,
        "told_precision": each.time.precision,
        "told_day": each.time.day_in(app.zone),
        "recorded_at": each.recorded_at,
        "basis": each.basis,
        "channel": each["channel"],
        "delivery": delivery,
        "reached": delivery != "bounced",
        "delivery_unknown": delivery == "unknown",
        "report": report and report.position,
        "reported_from": report and report.first,
        "bounced_for_good": report["permanent"] if delivery == "bounced" else None,
        "replaces": replaced and replaced.position,
        "language": each["language"],
        "template": each["template"],
        "template_version": each["template_version"],
        "has_text": each["text"] is not None,
        "checks_applied": checks.get("applied"),
        "checks_met": checks.get("met"),
    }


def notice_latency(world: World) -> list[Row]:
    rows = []
    for d in world.where("decision_effective", final=True):
        case = world.row("candidacy", "candidacy", d.candidacy)
        told = earliest(
            (
                n
                for n in world.where("notice", decision=d.decision, about="outcome", reached=True)
                if n.told_to >= d.decided_from
            ),
            lambda n: (n.told_from, n.notice),
        )
        by_day = d.decided_precision == "day"
        if told:
            ended, until, day = "told", told.told_from, told.told_day
            by_day = by_day or told.told_precision == "day"
        elif case.withdrawn_from:
            ended, until, day = "withdrawn", case.withdrawn_from, case.withdrawn_day
            by_day = by_day or case.withdrawn_precision == "day"
        elif case.erased_from:
            ended, until, day = "erased", case.erased_from, date_in(case.erased_from, d.zone)
        else:
            ended, until, day = "open", world.instant, date_in(world.instant, d.zone)
        days = max((day - d.decided_day).days, 0)
        length = days * 86_400 if by_day else max(seconds(d.decided_from, until), 0)
        rows.append(
            {
                "decision": d.decision,
                "decision_id": d.decision_id,
                "candidacy": d.candidacy,
                "requisition": d.requisition,
                "stage": d.stage,
                "outcome": d.outcome,
                "decided_from": d.decided_from,
                "decided_day": d.decided_day,
                "ended": ended,
                "notice": told and told.notice,
                "channel": told and told.channel,
                "delivery_unknown": told and told.delivery_unknown,
                "told_from": told and told.told_from,
                "told_to": told and told.told_to,
                "told_day": told and told.told_day,
                "until": until,
                "precision": "days" if by_day else "hours",
                "seconds": length,
                "hours": length // 3600,
                "days": days,
                "promise": _named_beforehand(world, d),
            }
        )
    return rows


def _named_beforehand(world: World, d: Any) -> int | None:
    """The latest promise of a date for this decision, if there is one."""
    visit = world.row("stage_visit", "visit_id", d.visit_id)
    began = visit.entered_from if visit and visit.candidacy == d.candidacy else None
    named = [
        (each.made_from, each.promise)
        for each in world.where("promise", candidacy=d.candidacy)
        if each.made_from <= d.decided_to and not (began and each.kept_to and each.kept_to < began)
    ]
    return max(named)[1] if named else None


def _heard(world: World, candidacy: int, about: str) -> Iterator[tuple[Any, int, Any]]:
    """What keeps a promise: first instant, position, last instant."""
    for n in world.where("notice", candidacy=candidacy, reached=True):
        if (n.about == "outcome" and about != "feedback") or (n.about == "status" and about == "next_step"):
            yield n.told_from, n.notice, n.told_to
    topics = {"feedback": ["feedback.given"], "offer": ["offer.extended"]}
    for topic in topics.get(about, ["offer.extended", "interview.scheduled"] if about == "next_step" else []):
        for each in world.of(topic, candidacy):
            yield each.first, each.position, each.last


def promise(world: World) -> list[Row]:
    rows = []
    for each in world.all("promise.made"):
        case = world.row("candidacy", "candidacy", each.key)
        if case is None:
            continue
        due = first_due = last_due = Time(each["by"])
        revisions = sorted((r for r in world.all("promise.revised") if r["promise"] == each.id), key=lambda r: r.order)
        revised_late = None
        for revision in revisions:
            last_due = Time(revision["by"])
            if revised_late is None and revision.first > due.last:
                revised_late = revision.position
            if revised_late is None:
                due = last_due
        kept = min((h for h in _heard(world, each.key, each["about"]) if h[2] >= each.first), default=None)
        ends = [at for at in (case.withdrawn_from, case.erased_from) if at and at <= due.last]
        late = None
        if kept and kept[0] <= due.last:
            standing = "kept"
        elif kept:
            standing, late = "late", seconds(due.last, kept[0])
        elif ends:
            standing = "released"
        elif world.instant <= due.last:
            standing = "open"
        else:
            standing, late = "broken", seconds(due.last, world.instant)
        rows.append(
            {
                "promise": each.position,
                "promise_id": each.id,
                "candidacy": case.candidacy,
                "requisition": case.requisition,
                "about": each["about"],
                "channel": each["channel"],
                "made_from": each.first,
                "made_day": each.time.day_in(case.zone),
                "due_from": due.first,
                "due_to": due.last,
                "due_day": due.day,
                "first_due_to": first_due.last,
                "last_due_to": last_due.last,
                "revisions": len(revisions),
                "revised_late": revised_late,
                "kept_by": kept and kept[1],
                "kept_from": kept and kept[0],
                "kept_to": kept and kept[2],
                "standing": standing,
                "late_seconds": late,
            }
        )
    return rows


def feedback(world: World) -> list[Row]:
    rows = []
    for case in world.where("candidacy"):
        if not case.interviews:
            continue
        given = earliest(world.of("feedback.given", case.candidacy))
        withheld = earliest(world.of("feedback.withheld", case.candidacy))
        segments = (given and given["segments"]) or []
        kinds = [each["kind"] for each in segments]
        ratings = world.of("feedback.rated", case.candidacy)
        strength_first = None
        if kinds:
            upto = kinds.index("improvement") if "improvement" in kinds else len(kinds)
            strength_first = "strength" in kinds[:upto]
        checks = (given and given["checks"]) or {}
        rows.append(
            {
                **{name: getattr(case, name) for name in ("candidacy", "requisition", "person", "state", "interviews")},
                "last_interview_from": case.last_interview_from,
                "standing": "given" if given else "withheld" if withheld else "none",
                "feedback": given and given.position,
                "given_from": given and given.first,
                "given_to": given and given.last,
                "times_given": len(world.of("feedback.given", case.candidacy)),
                "channel": given and given["channel"],
                "language": given and given["language"],
                "template": given and given["template"],
                **{f"{kind}s": kinds.count(kind) for kind in (
                    "strength", "improvement", "suggestion", "encouragement", "next_step"
                )},
                "linked": sum(each.get("criterion") is not None for each in segments),
                "strength_first": strength_first,
                "checks_applied": checks.get("applied"),
                "checks_met": checks.get("met"),
                "withheld": withheld and withheld.position,
                "withheld_reason": withheld and withheld["reason"],
                "requests": len(world.of("feedback.requested", case.candidacy)),
                "ratings": len(ratings),
                "found_helpful": sum(bool(each["helpful"]) for each in ratings),
            }
        )  # fmt: skip
    return rows


def follow_up(world: World) -> list[Row]:
    rows = []
    for each in world.all("follow_up.made"):
        app = world.row("application", "candidacy", each.key)
        if app is None:
            continue
        day = each.time.day_in(app.zone)
        covering = []
        for consent in world.all("consent.given"):
            who = world.row("person", "candidate", consent.key)
            ends = [w.last for w in world.all("consent.withdrawn") if w["consent"] == consent.id]
            if (
                consent["purpose"] in {"talent_pool", "keep_in_touch"}
                and who
                and who.person == app.person
                and consent.first <= each.last
                and (not ends or min(ends) >= each.first)
                and (consent["until"] is None or date.fromisoformat(consent["until"]) >= day)
            ):
                covering.append(consent.position)
        told = earliest(
            world.where("notice", candidacy=each.key, about="outcome", reached=True),
            lambda n: (n.told_from, n.notice),
        )
        rows.append(
            {
                "follow_up": each.position,
                "follow_up_id": each.id,
                "candidacy": each.key,
                "requisition": app.requisition,
                "person": app.person,
                "kind": each["kind"],
                "made_from": each.first,
                "made_to": each.last,
                "made_day": day,
                "channel": each["channel"],
                "language": each["language"],
                "template": each["template"],
                "consent": max(covering, default=None),
                "consented": each["kind"] == "thank_you" or bool(covering),
                "days_after_notice": told and (day - told.told_day).days,
            }
        )
    return rows


def _starts(world: World) -> Iterator[tuple[str, int, int, str | None, str | None, Any, Any, date]]:
    """What starts a clock: from, entry, candidacy, stage, outcome, first and last instant, local date."""
    for case in world.where("candidacy"):
        finals = world.where("decision_effective", candidacy=case.candidacy, final=True)
        for d in finals:
            yield (
                "decision", d.decision, d.candidacy, d.stage, d.outcome, d.decided_from, d.decided_to, d.decided_day,
            )  # fmt: skip
        final = latest(finals, lambda d: (d.decided_from, d.decision))
        outcome = final and final.outcome

        def clock(name: str, each: Fact, case: Any = case, outcome: str | None = outcome) -> Any:
            visit = world.by_id.get(each["visit"]) if each["visit"] else None
            stage = visit["stage"] if visit and visit.topic == "stage.entered" else None
            day = each.time.day_in(case.zone)
            return name, each.position, case.candidacy, stage, outcome, each.first, each.last, day

        if interview := latest(world.of("interview.held", case.candidacy)):
            yield clock("last_interview", interview)
        opened = next(each for each in world.all("candidacy.opened") if each.position == case.candidacy)
        yield clock("application", opened)
        for each in world.of("candidacy.withdrawn", case.candidacy):
            yield clock("withdrawal", each)
        for each in world.of("feedback.requested", case.candidacy):
            yield clock("feedback_request", each)


def _deadlines(policy: Fact) -> Iterator[tuple[str, Row | None, Row]]:
    for each in policy["deadlines"] or []:
        yield "policy", None, each
    for profile in policy["legal_profiles"] or []:
        for each in profile["deadlines"]:
            yield "law", profile, each


def _jurisdictions(world: World, requisition: int) -> set[str]:
    naming = latest(
        each
        for each in world.all("requisition.opened", "requisition.amended")
        if each.key == requisition and (each.topic == "requisition.opened" or each["jurisdictions"] is not None)
    )
    whole = (naming and naming["jurisdictions"]) or []
    return {part for each in whole for part in (each, each.partition("-")[0])}


def business_day(calendar: Row, start: date, amount: int) -> date | None:
    """The n-th business day after a day, by the calendar's own dates; none if it does not reach so far."""
    first, last = date.fromisoformat(calendar["from_day"]), date.fromisoformat(calendar["to_day"])
    day = start
    if day + DAY < first:
        return None
    while amount:
        day += DAY
        if day > last:
            return None
        weekend = day.isoweekday() in calendar.get("weekend", [6, 7])
        working = day.isoformat() in calendar.get("workdays", [])
        if working or not (weekend or day.isoformat() in calendar.get("holidays", [])):
            amount -= 1
    return day


def _done(world: World, candidacy: int, until: str, decision: int | None) -> Iterator[tuple[Any, int, Any]]:
    """What meets a deadline: first instant, position, last instant."""
    about = {
        "outcome_told": {"outcome"},
        "decision_status_told": {"outcome", "status"},
        "anything_told": {"outcome", "status", "promise", "receipt", "withdrawal"},
        "receipt_told": {"receipt"},
        "acknowledged": {"withdrawal", "receipt"},
        "feedback": set[str](),
    }[until]
    for n in world.where("notice", candidacy=candidacy, reached=True):
        if n.about in about and (decision is None or n.decision == decision):
            yield n.told_from, n.notice, n.told_to
    topics = {
        "decision_status_told": ["offer.extended"],
        "anything_told": ["offer.extended", "feedback.given", "follow_up.made"],
        "feedback": ["feedback.given", "feedback.withheld"],
    }
    for topic in topics.get(until, []):
        for each in world.of(topic, candidacy):
            yield each.first, each.position, each.last


def deadline(world: World) -> list[Row]:
    rows = []
    for start in _starts(world):
        name, entry, candidacy, stage, outcome, first, last, day = start
        case = world.row("candidacy", "candidacy", candidacy)
        bound = in_force(world, case.requisition, last)
        policy = adopted(world, bound.policy_entry, "policy.adopted") if bound else None
        if policy is None:
            continue
        for rests_on, profile, each in _deadlines(policy):
            if each["clock_from"] != name or each.get("outcome") not in {None, outcome}:
                continue
            if each.get("stage") not in {None, stage}:
                continue
            if profile and profile["jurisdiction"] not in _jurisdictions(world, case.requisition):
                continue
            due_day = None
            if each["unit"] == "days":
                due_day = day + each["amount"] * DAY
            elif each["unit"] == "business_days":
                due_day = business_day(policy["calendar"], day, each["amount"])
            due = end_of_day(due_day, case.zone) if due_day else None
            if each["unit"] == "hours":
                due = last + timedelta(hours=each["amount"])
            told = entry if name == "decision" and each["until"] == "outcome_told" else None
            met = min((d for d in _done(world, candidacy, each["until"], told) if d[2] >= first), default=None)
            standing, over = _standing(world, case, name, due, met)
            rows.append(
                {
                    "deadline": each["deadline"],
                    "rests_on": rests_on,
                    "profile": profile and profile["profile"],
                    "law_status": profile and profile["status"],
                    "citation": profile and profile["citation"],
                    "status_on": profile and date.fromisoformat(profile["status_on"]),
                    "policy_entry": policy.position,
                    "clock_from": name,
                    "until": each["until"],
                    "started_by": entry,
                    "candidacy": candidacy,
                    "requisition": case.requisition,
                    "started_from": first,
                    "started_day": day,
                    "due_day": due_day,
                    "due_to": due,
                    "met_by": met and met[1],
                    "met_from": met and met[0],
                    "standing": standing,
                    "overdue_seconds": over,
                }
            )
    return rows


def _standing(world: World, case: Any, clock_from: str, due: Any, met: Any) -> tuple[str, int | None]:
    if due is None:
        return "calendar_ended", None
    if met and met[0] <= due:
        return "met", None
    if case.erased_from and case.erased_from <= due:
        return "released", None
    if clock_from != "withdrawal" and case.withdrawn_from and case.withdrawn_from <= due:
        return "released", None
    if met:
        return "late", seconds(due, met[0])
    return ("open", None) if world.instant <= due else ("overdue", seconds(due, world.instant))

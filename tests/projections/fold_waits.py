"""The plain reading of projections about who waits, what messages were like, and who came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from projections.fold_cases import adopted, stages_of
from projections.world import Fact, Row, World, date_in, earliest, end_of_day, latest, seconds

DAY = timedelta(days=1)


def requisition(world: World) -> list[Row]:
    rows = []
    for opened in world.all("requisition.opened"):
        if opened.key != opened.position:
            continue
        namings = [opened, *world.of("requisition.amended", opened.key)]
        turn = latest(world.of("requisition.closed", opened.key) + world.of("requisition.reopened", opened.key))
        row: Row = {
            "requisition": opened.position,
            "requisition_id": opened.stream,
            "code": opened["code"],
            "zone": opened["zone"],
            "closed_from": turn.first if turn and turn.topic == "requisition.closed" else None,
            "closed_by": turn.position if turn and turn.topic == "requisition.closed" else None,
        }
        for role in ("recruiter", "hiring_manager"):
            named = latest(each for each in namings if each[role] is not None)
            row[role] = named and named[role]
        rows.append(row)
    return rows


class Word:
    """Something said to a candidate."""

    def __init__(self, of: Any, day: date) -> None:
        notice = not isinstance(of, Fact)
        self.position: int = of.notice if notice else of.position
        self.first, self.last = (of.told_from, of.told_to) if notice else (of.first, of.last)
        self.by_day = (of.told_precision if notice else of.time.precision) == "day"
        self.unknown: bool = of.delivery_unknown if notice else False
        self.day = day


def _words(world: World, case: Any, wait: str) -> Iterator[Word]:
    about = {
        "last_interview": {"outcome", "status", "promise", "receipt", "withdrawal"},
        "application": {"outcome", "status", "promise", "receipt", "withdrawal"},
        "application_news": {"outcome", "status"},
        "withdrawal": {"withdrawal"},
    }[wait]
    for notice in world.where("notice", candidacy=case.candidacy, reached=True):
        if notice.about in about:
            yield Word(notice, notice.told_day)
    topics = {
        "last_interview": ("feedback.given", "follow_up.made", "offer.extended"),
        "application": ("feedback.given", "follow_up.made", "offer.extended"),
        "application_news": ("offer.extended", "interview.scheduled"),
        "withdrawal": (),
    }[wait]
    for topic in topics:
        for each in world.of(topic, case.candidacy):
            yield Word(each, each.time.day_in(case.zone))


def _beginnings(world: World, case: Any) -> Iterator[tuple[str, Fact, str | None]]:
    opened = next(each for each in world.all("candidacy.opened") if each.position == case.candidacy)
    yield "application", opened, None
    yield "application_news", opened, None
    if interview := latest(world.of("interview.held", case.candidacy)):
        visit = world.by_id.get(interview["visit"])
        yield "last_interview", interview, visit["stage"] if visit and visit.topic == "stage.entered" else None
    for each in world.of("candidacy.withdrawn", case.candidacy):
        yield "withdrawal", each, world.row("withdrawal", "withdrawal", each.position).stage


def wait(world: World) -> list[Row]:
    same = (
        "candidacy", "requisition", "stage", "outcome", "ended", "delivery_unknown", "until", "precision", "seconds",
        "hours", "days",
    )  # fmt: skip
    rows = [
        {
            "wait": "outcome",
            "started_by": told.decision,
            "started_from": told.decided_from,
            "started_day": told.decided_day,
            "ended_by": told.notice,
            **{name: getattr(told, name) for name in same},
        }
        for told in world.where("notice_latency")
    ]
    for case in world.where("candidacy"):
        for name, begun, stage in _beginnings(world, case):
            rows.append({**_waited(world, case, name, begun), "stage": stage, "outcome": None})
    for row in rows:
        of = world.row("requisition", "requisition", row["requisition"])
        row["recruiter"] = of and of.recruiter
    return rows


def _waited(world: World, case: Any, name: str, begun: Fact) -> Row:
    word = earliest(
        (
            each
            for each in _words(world, case, name)
            if each.last >= begun.first
            and (name == "withdrawal" or case.withdrawn_to is None or each.first <= case.withdrawn_to)
        ),
        lambda each: (each.first, each.position),
    )
    by_day = begun.time.precision == "day"
    if word:
        ended, until, day = "told", word.first, word.day
        by_day = by_day or word.by_day
    elif name != "withdrawal" and case.withdrawn_from:
        ended, until, day = "withdrawn", case.withdrawn_from, case.withdrawn_day
        by_day = by_day or case.withdrawn_precision == "day"
    else:
        ended, until = ("erased", case.erased_from) if case.erased_from else ("open", world.instant)
        day = date_in(until, case.zone)
    started = begun.time.day_in(case.zone)
    days = max((day - started).days, 0)
    length = days * 86_400 if by_day else max(seconds(begun.first, until), 0)
    return {
        "wait": name,
        "started_by": begun.position,
        "candidacy": case.candidacy,
        "requisition": case.requisition,
        "started_from": begun.first,
        "started_day": started,
        "ended": ended,
        "ended_by": word and word.position,
        "delivery_unknown": word and word.unknown,
        "until": until,
        "precision": "days" if by_day else "hours",
        "seconds": length,
        "hours": length // 3600,
        "days": days,
    }


def message(world: World) -> list[Row]:
    rows = [
        *(_message(world, "notice", world.find(n.notice_id, "notice.given"), n) for n in world.where("notice")),
        *(
            _message(world, kind, each, None)
            for kind, topic in (("feedback", "feedback.given"), ("follow_up", "follow_up.made"))
            for each in world.all(topic)
            if world.row("application", "candidacy", each.key)
        ),
    ]
    alike = ("requisition", "kind", "about", "stage", "outcome")
    for row in rows:
        peers = [p for p in rows if p["reached"] and row["reached"] and all(p[name] == row[name] for name in alike)]
        row["peers"] = len(peers) or None
        for what in ("channel", "language", "template"):
            counted = Counter(peer[what] for peer in peers)
            usual = min(counted, key=lambda value: (-counted[value], value is None, value or ""), default=None)
            row[f"usual_{what}"], row[f"same_{what}"] = usual, counted[usual] if peers else None
    return rows


def _message(world: World, kind: str, each: Any, notice: Any) -> Row:
    app = world.row("application", "candidacy", each.key)
    decides, decision = True, None
    if notice:
        decides = notice.about == "outcome"
        decision = notice.decision if decides else None
    elif kind == "feedback" and (named := world.find(each["decision"], "decision.made")):
        decision = named.position
    if decides and decision is None:
        finals = world.where("decision_effective", candidacy=each.key, final=True)
        found = latest((d for d in finals if d.decided_from <= each.last), lambda d: (d.decided_from, d.decision))
        decision = found and found.decision
    of = world.row("decision_effective", "decision", decision) if decision else None
    checks = each["checks"] or {}
    return {
        "message": each.position,
        "candidacy": each.key,
        "requisition": app.requisition,
        "kind": kind,
        "about": {"notice": each["about"], "follow_up": each["kind"]}.get(kind),
        "stage": of and of.stage,
        "outcome": of and of.outcome,
        "said_from": each.first,
        "said_day": each.time.day_in(app.zone),
        "reached": notice.reached if notice else True,
        "channel": each["channel"],
        "language": each["language"],
        "template": each["template"],
        "has_text": each["text"] is not None or bool(each["segments"]),
        "lexicon": checks.get("lexicon"),
        "checks_applied": checks.get("applied"),
        "checks_met": checks.get("met"),
        "unmet": checks.get("unmet", []),
    }


def reapplication(world: World) -> list[Row]:
    rows = []
    for case in world.where("candidacy"):
        mine = [each for each in world.where("candidacy", person=case.person) if case.person is not None]
        before = [each for each in mine if (each.opened_from, each.candidacy) < (case.opened_from, case.candidacy)]
        earlier = latest(before, lambda each: (each.opened_from, each.candidacy))
        if earlier is None:
            continue
        invited = latest(
            (
                each
                for each in world.where("follow_up", person=case.person, kind="reapply_invitation")
                if each.made_from <= case.opened_to
            ),
            lambda each: (each.made_from, each.follow_up),
        )
        rows.append(
            {
                **{name: getattr(case, name) for name in (
                    "candidacy", "requisition", "person", "opened_from", "opened_day", "state",
                )},
                "names_prior": case.prior is not None,
                "earlier": earlier.candidacy,
                "earlier_requisition": earlier.requisition,
                "earlier_state": earlier.state,
                "ordinal": len(before) + 1,
                "days_between": (case.opened_day - earlier.opened_day).days,
                "invited": invited and invited.follow_up,
            }
        )  # fmt: skip
    return rows


def follow_up_due(world: World) -> list[Row]:
    rows = []
    for told in world.where("notice_latency", outcome="reject", ended="told"):
        decision = world.row("decision_effective", "decision", told.decision)
        case = world.row("candidacy", "candidacy", told.candidacy)
        policy = adopted(world, decision.policy_entry, "policy.adopted")
        places = stages_of(adopted(world, decision.standard_entry))
        for window in (policy and policy["follow_ups"]) or []:
            here, from_ = places.get(decision.stage), places.get(window.get("from_stage"))
            if window.get("from_stage") and not (here and from_ and here[0] >= from_[0]):
                continue
            due_day = told.told_day + window["days"] * DAY
            due = end_of_day(due_day, decision.zone)
            made = earliest(
                (
                    each
                    for each in world.where("follow_up", candidacy=told.candidacy, kind=window["kind"])
                    if each.made_to >= told.told_from
                ),
                lambda each: (each.made_from, each.follow_up),
            )
            ends = [at for at in (case.withdrawn_from, case.erased_from) if at and at <= due]
            if made:
                standing = "made" if made.made_from <= due else "late"
            elif ends:
                standing = "released"
            else:
                standing = "open" if world.instant <= due else "missing"
            rows.append(
                {
                    "decision": told.decision,
                    "candidacy": told.candidacy,
                    "requisition": told.requisition,
                    "kind": window["kind"],
                    "policy_entry": decision.policy_entry,
                    "told_day": told.told_day,
                    "due_day": due_day,
                    "due_to": due,
                    "made": made and made.follow_up,
                    "standing": standing,
                }
            )
    return rows


def consent(world: World) -> list[Row]:
    rows = []
    for each in world.all("consent.given"):
        who = world.row("person", "candidate", each.key)
        if who is None:
            continue
        ends = [w.first for w in world.all("consent.withdrawn") if w["consent"] == each.id]
        until = date.fromisoformat(each["until"]) if each["until"] else None
        if who.erased_from:
            standing = "erased"
        elif ends:
            standing = "withdrawn"
        else:
            over = until is not None and until < date_in(world.instant, each.time.zone)
            standing = "run_out" if over else "in_force"
        rows.append(
            {
                "consent": each.position,
                "person": who.person,
                "purpose": each["purpose"],
                "given_from": each.first,
                "given_day": each.time.day,
                "until": until,
                "withdrawn_from": min(ends, default=None),
                "standing": standing,
                "follow_ups": len(world.where("follow_up", consent=each.position)),
            }
        )
    return rows


ABOUT_THE_OUTCOME = {"outcome_told", "anything_told", "decision_status_told", "outcome", "next_step"}


def waiting(world: World) -> list[Row]:
    rows = []
    for case in world.where("candidacy", erased_from=None):
        owing = [*_owed(world, case), *_left_behind(world, case)]
        if case.withdrawn_from is None and not any(each[2] in ABOUT_THE_OUTCOME for each in owing):
            owing += _unprovided(world, case)
        for rests_on, deadline, owed, since, due, entry, decided in owing:
            turn, people = _turn(world, case, owed, decided)
            over = due is not None and due < world.instant
            rows.append(
                {
                    "candidacy": case.candidacy,
                    "requisition": case.requisition,
                    "stage": case.current_stage,
                    "rests_on": rests_on,
                    "deadline": deadline,
                    "owed": owed,
                    "since": since,
                    "due_to": due,
                    "overdue": over,
                    "waited_seconds": max(seconds(since, world.instant), 0),
                    "overdue_seconds": seconds(due, world.instant) if over else None,
                    "left_seconds": seconds(world.instant, due) if due is not None and not over else None,
                    "turn": turn,
                    "turn_of": people,
                    "entry": entry,
                }
            )
    return rows


Owed = tuple[str, str | None, str, Any, Any, int, bool]


def _owed(world: World, case: Any) -> Iterator[Owed]:
    for d in world.where("deadline", candidacy=case.candidacy):
        unknown = d.standing == "calendar_ended" and d.met_by is None
        if (d.rests_on == "law" and d.law_status != "in_force") or not (d.standing in {"open", "overdue"} or unknown):
            continue
        if case.withdrawn_from is None or d.clock_from == "withdrawal":
            decided = d.clock_from == "decision"
            yield d.rests_on, d.deadline, d.until, d.started_from, d.due_to, d.started_by, decided
    for p in world.where("promise", candidacy=case.candidacy):
        if p.standing in {"open", "broken"} and case.withdrawn_from is None:
            yield "promise", None, p.about, p.made_from, p.due_to, p.promise, False


def _left_behind(world: World, case: Any) -> Iterator[Owed]:
    """Say so where the post is closed, and the person has not heard of its end."""
    turns = [t for t in world.all("requisition.closed", "requisition.reopened") if t.key == case.requisition]
    last = latest(turns)
    if last is None or last.topic != "requisition.closed":
        return
    if case.state == "rejected":
        behind = bool(world.where("notice_latency", candidacy=case.candidacy, ended="open", outcome="reject"))
    else:
        told = world.where("notice", candidacy=case.candidacy, about="outcome", reached=True)
        undecided = case.state in {"applied", "assessing", "deferred", "advanced"}
        behind = undecided and all(n.told_to < last.first for n in told)
    if behind:
        yield "closed", None, "outcome_told", last.first, last.first, last.position, True


def _untold(world: World, case: Any) -> Any:
    told = world.row("notice_latency", "decision", case.decision) if case.decision else None
    return told if told and told.ended == "open" else None


def _unprovided(world: World, case: Any) -> Iterator[Owed]:
    untold = _untold(world, case)
    visit = world.row("stage_visit", "visit", case.current_visit) if case.current_visit else None
    if untold:
        yield "nothing", None, "outcome_told", untold.decided_from, None, untold.decision, True
    if case.state in {"applied", "assessing", "deferred"}:
        since = (visit and (visit.last_interview_from or visit.entered_from)) or case.opened_from
        put_off = world.row("decision_effective", "decision", case.decision) if case.state == "deferred" else None
        until = put_off and put_off.until_to
        entry = case.decision if put_off else case.current_visit or case.candidacy
        yield "deferral" if until else "nothing", None, "decision", since, until, entry, False
    if case.state == "advanced" and not untold:
        yield "nothing", None, "next_step", case.decided_from, None, case.decision, True


def _turn(world: World, case: Any, owed: str, decided: Any) -> tuple[str, list[str]]:
    of = world.row("requisition", "requisition", case.requisition)
    recruiter = [of.recruiter] if of and of.recruiter else []
    if owed == "feedback":
        return "feedback", recruiter
    any_word = owed in {"receipt_told", "acknowledged", "anything_told", "decision_status_told"}
    if any_word or _untold(world, case) or (decided and owed == "outcome_told"):
        return "tell", recruiter
    if case.state not in {"applied", "assessing", "deferred"}:
        return "arrange" if case.state == "advanced" else "tell", recruiter
    return _to_decide(world, case, [of.hiring_manager] if of and of.hiring_manager else [])


def _to_decide(world: World, case: Any, manager: list[str]) -> tuple[str, list[str]]:
    visit = world.row("stage_visit", "visit", case.current_visit) if case.current_visit else None
    if visit is None:
        return "decide", manager
    off = world.all("interview.cancelled", "interview.missed", "interview.declined")
    called_off = {each["interview"] for each in off}
    arranged = [
        each
        for each in world.all("interview.scheduled")
        if each["visit"] == visit.visit_id and each.id not in called_off
    ]
    if arranged and visit.interviews == 0:
        return "interview", sorted({person for each in arranged for person in each["interviewers"] or []})
    held = [each for each in world.all("interview.held") if each["visit"] == visit.visit_id]
    cards = world.all("scorecard.submitted", "scorecard.amended")
    authors = {each["author"] for each in cards if each["visit"] == visit.visit_id}
    missing = {person for each in held for person in each["interviewers"] or []} - authors
    if visit.stage_kind == "scored" and missing:
        return "score", sorted(missing)
    return "decide", manager

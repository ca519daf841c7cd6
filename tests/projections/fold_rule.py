"""The plain reading of projections about what the standard says, and about learning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from projections.fold_cases import adopted, stages_of
from projections.world import Fact, Row, World, date_in, earliest, end_of_day, latest, seconds

CARDS = ("scorecard.submitted", "scorecard.amended")


def reason(world: World) -> list[Row]:
    rows = []
    for d in world.where("decision_effective"):
        standard = adopted(world, d.standard_entry)
        codes = {each["code"]: each for each in standard["reason_codes"]} if standard else {}
        for ordinal, given in enumerate(d.reasons, 1):
            defined = codes.get(given["code"])
            rows.append(
                {
                    "decision": d.decision,
                    "ordinal": ordinal,
                    **{name: getattr(d, name) for name in (
                        "candidacy", "requisition", "stage", "outcome", "decided_from", "decided_day"
                    )},
                    "code": given["code"],
                    "known": defined is not None,
                    "party": defined and defined["party"],
                    "capacity": defined and defined.get("capacity"),
                    "topic": defined and defined.get("topic", "criterion"),
                    "needs_criterion": defined and defined["needs_criterion"],
                    "criteria": given["criteria"],
                    "scorecards": given["scorecards"],
                    "standard": d.standard,
                    "standard_version": d.standard_version,
                }
            )  # fmt: skip
    return rows


def selection(world: World) -> list[Row]:
    names = (
        "decision", "visit", "candidacy", "candidate", "person", "requisition", "stage", "standard",
        "standard_version", "outcome", "decided_from", "decided_day", "basis",
    )  # fmt: skip
    return [
        {**{name: getattr(d, name) for name in names}, "selected": d.outcome == "advance"}
        for d in world.where("decision_effective", final_rank=1)
    ]


def evaluation(world: World) -> list[Row]:
    rows = []
    scored = [fact for fact in world.all("evaluation.recorded") if fact["score"] is not None]
    for fact in scored:
        same = [each for each in scored if _scored_by(each) == _scored_by(fact)]
        case = world.row("application", "candidacy", fact.key)
        if case is None or latest(same) is not fact:
            continue
        visit = next((each for each in world.raw if each.id == fact["visit"] and each.topic == "stage.entered"), None)
        rows.append(
            {
                "evaluation": fact.position,
                "candidacy": fact.key,
                "person": case.person,
                "requisition": case.requisition,
                "stage": visit and visit["stage"],
                **{name: fact[name] for name in ("tool", "tool_version", "criterion", "score", "influence")},
                "evaluated_from": fact.first,
                "evaluated_day": fact.time.day_in(case.zone),
                "basis": fact.basis,
            }
        )
    return rows


def _scored_by(fact: Fact) -> tuple[Any, ...]:
    return fact.key, fact["visit"], fact["tool"], fact["tool_version"], fact["criterion"]


def standing_cards(world: World, visit: str, candidacy: int, decision: Any) -> list[Fact]:
    """Of each author the latest scorecard of a visit, no later than the decision."""
    return _last_cards(world.all(*CARDS), visit, candidacy, decision and decision.decided_to)


def cards_before(world: World, decision: Any) -> list[Fact]:
    """The same, counting only what was recorded before the decision was, corrections too."""
    before = world.corrected_before(decision.decision)
    cards = [fact for fact in before if fact.topic in CARDS and fact.position < decision.decision]
    made = next(fact for fact in world.raw if fact.position == decision.decision)
    return _last_cards(cards, decision.visit_id, decision.candidacy, made.last)


def _last_cards(cards: list[Fact], visit: str, candidacy: int, until: datetime | None) -> list[Fact]:
    standing: dict[str, Fact] = {}
    for card in sorted(cards, key=lambda each: each.order):
        if card["visit"] == visit and card.key == candidacy and (until is None or card.first <= until):
            standing[card["author"]] = card
    return list(standing.values())


def scorecard_effective(world: World) -> list[Row]:
    places = [(d, d.visit_id, d) for d in world.where("decision_effective", final=True)]
    places += [(v, v.visit_id, None) for v in world.where("stage_visit", decision=None)]
    return [
        {
            "scorecard": card.position,
            "scorecard_id": card.id,
            "candidacy": place.candidacy,
            "requisition": place.requisition,
            "visit": place.visit,
            "stage": place.stage,
            "author": card["author"],
            "decision": d and d.decision,
            "latest": d is None or d.final_rank == 1,
            "written_from": card.first,
            "written_to": card.last,
            "recorded_at": card.recorded_at,
            "recorded_late": d is not None and card.position > d.decision,
            "amendment": card.topic == "scorecard.amended",
            "standard_version": card["standard_version"],
            "recommendation": card["recommendation"],
            "ratings": [
                {"criterion": r["criterion"], "score": r.get("score"), "has_evidence": r.get("evidence") is not None}
                for r in card["ratings"]
            ],
        }
        for place, visit, d in places
        for card in standing_cards(world, visit, place.candidacy, d)
    ]


def means_of(cards: list[Fact]) -> dict[str, int]:
    """The mean of each criterion somebody rated, rounded half up."""
    scores: dict[str, list[int]] = {}
    for card in cards:
        for rating in card["ratings"]:
            if rating.get("score") is not None:
                scores.setdefault(rating["criterion"], []).append(rating["score"])
    return {criterion: (2 * sum(each) + len(each)) // (2 * len(each)) for criterion, each in scores.items()}


def _score(standard: Fact, stage: Row, cards: list[Fact]) -> tuple[str, bool, int, int]:
    """What is implied, whether a floor is missed, the sum of weights and of weighted scores."""
    means = means_of(cards)
    unrated = missed = False
    weights = weighted = 0
    for each in standard["criteria"]:
        code = each["criterion"]
        if each["need"] == "informational" or (stage.get("criteria") and code not in stage["criteria"]):
            continue
        if code not in means:
            unrated = unrated or each["need"] == "required"
            continue
        missed = missed or means[code] < (each.get("floor") or 0)
        weights += each.get("weight", 0)
        weighted += each.get("weight", 0) * means[code]
    if len(cards) < stage["minimum_scorecards"] or unrated or not weights:
        implied = "insufficient"
    elif missed:
        implied = "reject"
    elif weighted >= stage["advance_bar"] * weights:
        implied = "advance"
    else:
        implied = "reject" if weighted < stage["reject_bar"] * weights else "discretion"
    return implied, missed, weights, weighted


def _knockout(stage: Row, answers: list[Row]) -> str:
    met = {each["question"]: each["met"] for each in answers}
    needed = [met.get(each["question"]) for each in stage["questions"] if each.get("required", True)]
    if any(each is False for each in needed):
        return "reject"
    return "insufficient" if None in needed else "advance"


def _class(outcome: str, implied: str | None, *, capacity: bool) -> str:
    if implied is None:
        return "no_standard"
    if implied in {"unscored", "insufficient"}:
        return implied
    if outcome == "reject" and implied != "reject" and capacity:
        return "capacity"
    if implied == "discretion":
        return implied
    return "agree" if implied == outcome else "differ"


def replay(world: World) -> list[Row]:
    rows = []
    for d in world.where("decision_effective", final=True):
        standard = adopted(world, d.standard_entry)
        stage = stages_of(standard).get(d.stage, (None, None))[1]
        implied = missed = authors = score = None
        leaning = False
        kind = stage and stage["kind"]
        if standard and stage and kind == "scored":
            cards = standing_cards(world, d.visit_id, d.candidacy, d)
            authors = len(cards)
            implied, missed, weights, weighted = _score(standard, stage, cards)
            score = (2 * weighted + weights) // (2 * weights) if weights else None
            leaning = _score(standard, stage, cards_before(world, d))[0] != implied
        elif stage and kind == "knockout":
            made = next(each for each in world.all("decision.made") if each.position == d.decision)
            implied = _knockout(stage, made["knockout_answers"] or [])
        elif stage:
            implied = "unscored"
        parties = [each.party for each in world.where("reason", decision=d.decision)]
        capacity = bool(parties) and set(parties) == {"neither"}
        rows.append(
            {
                **{name: getattr(d, name) for name in (
                    "decision", "decision_id", "candidacy", "requisition", "visit", "stage", "outcome", "overridden",
                    "standard", "standard_version", "standard_entry", "standard_recorded_afterwards",
                )},
                "implied": implied,
                "class": _class(d.outcome, implied, capacity=capacity),
                "rests_on_late_scorecards": leaning,
                "stage_kind": kind,
                "authors": authors,
                "minimum_scorecards": stage and stage.get("minimum_scorecards"),
                "score": score,
                "advance_bar": stage and stage.get("advance_bar"),
                "reject_bar": stage and stage.get("reject_bar"),
                "floor_missed": missed,
            }
        )  # fmt: skip
    return rows


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def lesson(world: World) -> list[Row]:
    rows = []
    for each in world.all("lesson.recorded"):
        scope = world.kinds[each.key]
        app = world.row("application", "candidacy", each.key)
        day = each.time.day_in(app.zone) if app else each.time.day
        rows.append(
            {
                "lesson": each.position,
                "lesson_id": each.id,
                "stream": each.key,
                "scope": scope,
                "candidacy": each.key if scope == "candidacy" else None,
                "requisition": each.key if scope == "requisition" else app and app.requisition,
                "direction": each["direction"],
                "area": each["area"],
                "criterion": each["criterion"],
                "author": each.actor,
                "learnt_from": each.first,
                "learnt_day": day,
                "quarter_from": _quarter(day),
                "evidence": len(each["evidence"] or []),
                "rests_on": [world.by_id[one].position for one in each["evidence"] or [] if one in world.by_id],
            }
        )
    return rows


def action(world: World) -> list[Row]:
    rows = []
    for each in world.all("action.agreed"):
        zone, due = each["zone"], date.fromisoformat(each["due"])
        due_to = end_of_day(due, zone)
        done = earliest(c for c in world.all("action.completed") if c["action"] == each.id)
        end = done.first if done else world.instant
        standing = done["result"] if done else "overdue" if due_to < world.instant else "open"
        agreed_day = each.time.day_in(zone)
        rows.append(
            {
                "action": each.position,
                "action_id": each.id,
                "stream": each.key,
                "scope": world.kinds[each.key],
                "owner": each["owner"],
                "agreed_from": each.first,
                "agreed_day": agreed_day,
                "due": due,
                "zone": zone,
                "due_to": due_to,
                "standing": standing,
                "completion": done and done.position,
                "completed_from": done and done.first,
                "late": end > due_to,
                "days_late": -((due_to - end).days) if end > due_to else None,
                "carried_over": not done and _quarter(agreed_day) < _quarter(date_in(world.instant, zone)),
                "lessons": len(each["lessons"] or []),
            }
        )
    return rows


def import_share(world: World) -> list[Row]:
    rows = []
    for topic in {each.topic for each in world.raw}:
        entries = [each for each in world.raw if each.topic == topic]
        imported = sum(each.basis == "imported" for each in entries)
        share = (2_000_000 * imported + len(entries)) // (2 * len(entries))
        rows.append({"type": topic, "entries": len(entries), "imported": imported, "imported_micro": share})
    return rows


def late_recording(world: World) -> list[Row]:
    return [
        {
            "entry": each.position,
            "type": each.topic,
            "basis": each.basis,
            "occurred_to": each.last,
            "recorded_at": each.recorded_at,
            "recorded_day": each.recorded_at.date(),
            "quarter": f"{each.recorded_at.year}Q{(each.recorded_at.month + 2) // 3}",
            "late_seconds": max(seconds(each.last, each.recorded_at), 0),
            "late_days": max(seconds(each.last, each.recorded_at), 0) // 86_400,
        }
        for each in world.facts
    ]

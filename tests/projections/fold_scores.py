"""The plain reading of projections about scores: what people are compared by."""

from __future__ import annotations

from typing import Any

from projections.fold_cases import adopted, stages_of
from projections.fold_rule import CARDS, standing_cards
from projections.world import Row, World


def criterion_score(world: World) -> list[Row]:
    rows = []
    for p in world.where("replay", stage_kind="scored"):
        [d] = world.where("decision_effective", decision=p.decision)
        standard = adopted(world, p.standard_entry)
        assert standard is not None
        stage = stages_of(standard)[p.stage][1]
        defined = {each["criterion"]: each for each in standard["criteria"]}
        for criterion, scores in _scores(world, d).items():
            rule = defined.get(criterion)
            score = (2 * sum(scores) + len(scores)) // (2 * len(scores))
            here = not stage.get("criteria") or criterion in stage["criteria"]
            lowest = rule and rule.get("floor")
            rows.append(
                {
                    "decision": p.decision,
                    "criterion": criterion,
                    "counts": bool(rule and rule["need"] != "informational" and here),
                    "need": rule and rule["need"],
                    "score": score,
                    "authors": len(scores),
                    "bar": stage["advance_bar"],
                    "lowest": lowest,
                    "met": score >= stage["advance_bar"] and score >= (lowest or 0),
                }
            )
    return rows


def _scores(world: World, decision: Any) -> dict[str, list[int]]:
    scores: dict[str, list[int]] = {}
    for card in standing_cards(world, decision.visit_id, decision.candidacy, decision):
        for rating in card["ratings"]:
            if rating.get("score") is not None:
                scores.setdefault(rating["criterion"], []).append(rating["score"])
    return scores


def score_profile(world: World) -> list[Row]:
    rows = []
    for s in world.where("selection"):
        [p] = world.where("replay", decision=s.decision)
        rated = sorted(
            (each.criterion, each.score) for each in world.where("criterion_score", decision=s.decision, counts=True)
        )
        if not rated or p.__dict__["class"] not in {"agree", "differ", "discretion", "capacity"}:
            continue
        rows.append(
            {
                **{name: getattr(s, name) for name in (
                    "decision", "candidacy", "candidate", "person", "requisition", "stage", "standard",
                    "standard_version", "decided_day", "outcome",
                )},
                **{name: getattr(p, name) for name in (
                    "standard_entry", "class", "overridden", "score", "floor_missed", "advance_bar", "reject_bar",
                )},
                "criteria": [criterion for criterion, _ in rated],
                "scores": [score for _, score in rated],
            }
        )  # fmt: skip
    for row in rows:
        row["stratum"] = min(each["decision"] for each in rows if _stratum(each) == _stratum(row))
    return rows


def _stratum(row: Row) -> tuple[Any, ...]:
    return row["requisition"], row["stage"], row["standard_entry"], row["criteria"]


def rejection_reason(world: World) -> list[Row]:
    rows = []
    for d in world.where("decision_effective", outcome="reject"):
        reasons = world.where("reason", decision=d.decision)
        scores = {each.criterion: each for each in world.where("criterion_score", decision=d.decision)}
        ours = {criterion for each in reasons if each.party == "employer" for criterion in each.criteria or ()}
        cited = sorted(ours & set(scores))
        said = sorted({_said(each.code, each.criteria or ()) for each in reasons})
        rows.append(
            {
                **{name: getattr(d, name) for name in (
                    "decision", "candidacy", "requisition", "stage", "standard_version", "decided_day",
                )},
                "reasons": len(reasons),
                "missing": not reasons,
                "only_other": bool(reasons) and all(each.topic == "other" for each in reasons),
                "said": "; ".join(said) if said else None,
                "cited": cited,
                "met": [criterion for criterion in cited if scores[criterion].met],
            }
        )  # fmt: skip
    return rows


def _said(code: str, criteria: Any) -> str:
    return f"{code} ({', '.join(sorted(set(criteria)))})" if criteria else code


def implied_cut(world: World) -> list[Row]:
    cells: dict[tuple[Any, ...], list[Any]] = {}
    for each in world.where("score_profile"):
        if vars(each)["class"] != "capacity" and not each.floor_missed:
            day = each.decided_day
            quarter = f"{day.year}Q{(day.month + 2) // 3}"
            cells.setdefault((each.requisition, each.stage, quarter, each.standard_entry), []).append(each)
    rows: list[Row] = []
    for (requisition, stage, quarter, entry), those in sorted(cells.items()):
        here = [row for row in rows if (row["requisition"], row["stage"]) == (requisition, stage)]
        before = [row for row in here if row["standard_entry"] == entry]
        row = {
            "requisition": requisition,
            "stage": stage,
            "standard": those[0].standard,
            "standard_version": those[0].standard_version,
            "standard_entry": entry,
            "quarter": quarter,
            **_cut(those),
        }
        shift, shown = ("standard" if here else "first"), None
        if before:
            shift, shown = _shift(before[-1], row)
        scores = [each.score for each in those_of(world, shown or [])]
        between = bool(scores) and min(scores) >= row["reject_bar"] and max(scores) < row["advance_bar"]
        rows.append({**row, "shift": shift, "shift_between_bars": between, "shift_entries": shown})
    return rows


def those_of(world: World, decisions: list[int]) -> list[Any]:
    return [each for each in world.where("score_profile") if each.decision in decisions]


def _cut(those: list[Any]) -> Row:
    up = [each for each in those if each.outcome == "advance"]
    down = [each for each in those if each.outcome == "reject"]
    highest = min(down, key=lambda each: (-each.score, each.decision), default=None)
    lowest = min(up, key=lambda each: (each.score, each.decision), default=None)
    inside = []
    if highest and lowest:
        inside = [each for each in up if each.score <= highest.score]
        inside += [each for each in down if each.score >= lowest.score]
    bars = those[0]
    between = highest and lowest and lowest.score >= bars.reject_bar and highest.score < bars.advance_bar
    return {
        "decisions": len(those),
        "advanced": len(up),
        "rejected": len(down),
        "highest_rejected": highest and highest.score,
        "highest_rejected_entry": highest and highest.decision,
        "lowest_advanced": lowest and lowest.score,
        "lowest_advanced_entry": lowest and lowest.decision,
        "advance_bar": bars.advance_bar,
        "reject_bar": bars.reject_bar,
        "overlap": ("discretion" if between else "bar") if inside else "none",
        "overlapping": len(inside),
    }


def _shift(before: Row, now: Row) -> tuple[str, list[int] | None]:
    def reaches(higher: int | None, lower: int | None) -> bool:
        return higher is not None and lower is not None and higher >= lower

    if before["overlapping"] or now["overlapping"]:
        return "overlap", None
    if reaches(now["highest_rejected"], before["lowest_advanced"]):
        return "up", [before["lowest_advanced_entry"], now["highest_rejected_entry"]]
    if reaches(before["highest_rejected"], now["lowest_advanced"]):
        return "down", [before["highest_rejected_entry"], now["lowest_advanced_entry"]]
    return "none", None


def rating(world: World) -> list[Row]:
    rows = []
    for s in world.where("scorecard_effective", latest=True):
        if s.visit is None:
            continue
        [card] = [fact for fact in world.all(*CARDS) if fact.position == s.scorecard]
        [app] = world.where("application", candidacy=s.candidacy)
        shared = {name: getattr(s, name) for name in (
            "scorecard", "visit", "candidacy", "requisition", "stage", "author", "standard_version",
        )}  # fmt: skip
        shared |= {
            "person": app.person,
            "standard": world.keys.get(card["standard"]),
            "written_day": card.time.day_in(app.zone),
        }
        rows += [
            {**shared, "criterion": each["criterion"], "score": each["score"]}
            for each in s.ratings
            if each["score"] is not None
        ]
    return rows

"""The plain reading of projections about scores: what people are compared by."""

from __future__ import annotations

from typing import Any

from projections.fold_cases import adopted, stages_of
from projections.fold_rule import standing_cards
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
    return rows


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

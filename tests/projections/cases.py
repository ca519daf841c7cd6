"""A small, well-run case to tell sentences about: one standard, one policy, one requisition, one candidacy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from build import entries_of, facts_from, uid
from evenhand.models import catalogue, project

Told = tuple[Any, ...]
NAMES = {"en": "a name"}
LEDGER, STANDARD, POLICY, POST, PERSON, CASE = map(uid, ("ledger", "standard", "policy", "post", "person", "case"))
VISIT, DECISION, NOTICE = uid("visit"), uid("decision"), uid("notice")
ZONE = "Asia/Shanghai"


def at(text: str, **more: Any) -> dict[str, Any]:
    """Options of an entry that happened at a local time in Shanghai, or on a day, and was recorded at once."""
    whole = text if len(text) == len("2026-01-01") else f"{text}:00+08:00"
    return {"at": whole, "zone": ZONE, **more}


def standard(**changed: Any) -> Told:
    body = {
        "standard_version": 1,
        "code": "standard",
        "names": NAMES,
        "criteria": [{"criterion": "craft", "names": NAMES, "need": "required", "weight": 1, "why": "because"}],
        "scale": {"minimum": 0, "maximum": 5},
        "stages": [
            {
                "stage": stage,
                "names": NAMES,
                "kind": "scored",
                "reject_bar": 2,
                "advance_bar": 3,
                "minimum_scorecards": 1,
            }
            for stage in ("phone", "onsite")
        ],
        "reason_codes": [
            {"code": "craft", "names": NAMES, "party": "employer", "needs_criterion": True},
            {"code": "other", "names": NAMES, "party": "employer", "topic": "other", "needs_criterion": False},
            {"code": "filled", "names": NAMES, "party": "neither", "capacity": "filled", "needs_criterion": False},
        ],
        "why": "because",
    }
    return ("standard.adopted", STANDARD, body | changed, at("2026-01-05T09:00"))


def policy(**changed: Any) -> Told:
    body = {"policy_version": 1, "code": "policy", "names": NAMES, "backdating_days": 400, "why": "because"}
    return ("policy.adopted", POLICY, body | changed, at("2026-01-05T09:00"))


def opened(**changed: Any) -> list[Told]:
    post = {
        "standard": STANDARD,
        "standard_version": 1,
        "policy": POLICY,
        "policy_version": 1,
        "code": "post",
        "title": "a post",
        "unit": "a unit",
        "location": "a place",
        "zone": ZONE,
        "headcount": 1,
    }
    return [
        ("requisition.opened", POST, post | changed, at("2026-01-05T10:00")),
        ("candidate.registered", PERSON, {"key_commitment": "0" * 64}, at("2026-01-06T09:00")),
        (
            "candidacy.opened",
            CASE,
            {"candidate": PERSON, "requisition": POST, "route": "external"},
            at("2026-01-06T09:00"),
        ),
        ("stage.entered", CASE, {"stage": "onsite"}, at("2026-01-07T09:00", id=VISIT)),
    ]


def scored(score: int, when: str = "2026-01-08T10:00", **options: Any) -> Told:
    body = {
        "visit": VISIT,
        "author": uid("author"),
        "standard": STANDARD,
        "standard_version": 1,
        "ratings": [{"criterion": "craft", "score": score}],
    }
    return ("scorecard.submitted", CASE, body, at(when, **options))


def rejected(when: str = "2026-01-09T10:00", **changed: Any) -> Told:
    options: dict[str, Any] = {name: changed.pop(name) for name in ("id", "batch") if name in changed}
    if "batch" in options:  # what is imported has happened
        options["recorded_at"] = "2026-01-31T00:00:00Z"
    body = {
        "visit": VISIT,
        "outcome": "reject",
        "reasons": [{"code": "craft", "criteria": ["craft"]}],
        "deciders": [uid("decider")],
        "automation": "none",
        "standard": STANDARD,
        "standard_version": 1,
    }
    return ("decision.made", CASE, body | changed, at(when, **{"id": DECISION, **options}))


def told(when: str, channel: str = "email", **changed: Any) -> Told:
    entry = changed.pop("id", NOTICE)
    body = {"about": "outcome", "channel": channel, "decision": DECISION} | changed
    return ("notice.given", CASE, body, at(when, id=entry))


def rows(story: Sequence[Told], projection: str, instant: str = "2026-02-01T12:00:00+08:00") -> list[dict[str, Any]]:
    """The rows of a projection over a story, as of its end and an instant."""
    with facts_from(entries_of(story), instant=instant, zone=ZONE) as facts:
        return project(facts.connection, projection, catalogue(custom=False)).records()


def codes(story: Sequence[Told], instant: str = "2026-02-01T12:00:00+08:00") -> list[str]:
    return sorted(row["code"] for row in rows(story, "finding", instant))


WELL_RUN: tuple[Told, ...] = (standard(), policy(), *opened(), scored(1), rejected(), told("2026-01-09T15:00", "phone"))

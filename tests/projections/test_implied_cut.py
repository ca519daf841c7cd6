"""Cuts and shifts on random decisions by score, many to a quarter, held to the plain fold."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

import pytest

from build import entries_of, facts_from, uid
from evenhand.models import catalogue, run
from projections.fold import fold

POINT = 1_000_000


def standard(version: int) -> dict[str, Any]:
    stage = {
        "stage": "talk", "names": {"en": "Talk"}, "kind": "scored", "advance_bar": 6 * POINT, "reject_bar": 4 * POINT,
        "minimum_scorecards": 1,
    }  # fmt: skip
    criterion = {"criterion": "craft", "names": {"en": "Craft"}, "need": "required", "weight": 1, "why": "job"}
    floored = {**criterion, "criterion": "care", "need": "optional", "weight": 0, "floor": 1 * POINT}
    code = {
        "code": "filled",
        "names": {"en": "Filled"},
        "party": "neither",
        "capacity": "filled",
        "needs_criterion": False,
    }
    return {
        "standard_version": version, "code": "std", "names": {"en": "S"}, "criteria": [criterion, floored],
        "scale": {"minimum": 0, "maximum": 10 * POINT}, "stages": [stage], "reason_codes": [code], "why": "job",
    }  # fmt: skip


def history(seed: int) -> list[tuple[Any, ...]]:
    chance = Random(seed)
    bound = {"standard": uid("standard"), "standard_version": 1}
    events: list[tuple[Any, ...]] = [
        ("standard.adopted", uid("standard"), standard(1), {"at": "2025-01-01T00:00:00Z"}),
        ("standard.adopted", uid("standard"), standard(2), {"at": "2025-01-01T00:00:00Z"}),
        ("requisition.opened", uid("post"), {"code": "post", "title": "t", "unit": "u", "location": "l", "zone": "UTC",
         "headcount": 1, **bound}, {"at": "2025-01-01T00:00:00Z"}),
    ]  # fmt: skip
    if seed % 2:
        rebound = {"standard": uid("standard"), "standard_version": 2, "why": "better"}
        events.append(("requisition.rebound", uid("post"), rebound, {"at": "2025-05-20T00:00:00Z"}))
    cuts = [chance.choice((4, 5, 6)) for _ in range(4)]
    for at in range(chance.randint(1, 18)):
        month = chance.randint(2, 12)
        day = f"2025-{month:02}-{chance.randint(1, 28):02}T09:00:00Z"
        visit, score = uid(f"visit {at}"), chance.randint(2, 8)
        noise = ((), (5, 6), (3, 5, 6))[seed % 3]
        cut = chance.choice(noise) if noise and chance.random() < 0.3 else cuts[(month - 1) // 3]
        outcome = "advance" if score >= cut else "reject"
        ratings = [{"criterion": "craft", "score": score * POINT}]
        ratings += [{"criterion": "care", "score": chance.choice((0, 2)) * POINT}] if chance.random() < 0.5 else []
        reasons = [{"code": "filled"}] if outcome == "reject" and chance.random() < 0.1 else []
        stream, when = uid(f"case {at}"), {"at": day}
        events += [
            ("candidate.registered", uid(f"person {at}"), {"key_commitment": "00" * 32}, when),
            ("candidacy.opened", stream, {"candidate": uid(f"person {at}"), "requisition": uid("post"),
             "route": "external"}, when),
            ("stage.entered", stream, {"stage": "talk"}, {**when, "id": visit}),
            ("scorecard.submitted", stream,
             {"visit": visit, "author": uid("author"), **bound, "ratings": ratings}, when),
            ("decision.made", stream, {"visit": visit, "outcome": outcome, "reasons": reasons, "automation": "none",
             "deciders": []}, when),
        ]  # fmt: skip
    return events


@pytest.mark.parametrize("seed", range(40))
def test_every_quarter_has_the_cut_and_shift_that_a_plain_fold_finds(seed: int) -> None:
    entries = entries_of(history(seed))
    wanted = fold(entries, len(entries), datetime(2026, 6, 1))["implied_cut"]  # noqa: DTZ001 - the fold has no zones
    with facts_from(entries, instant="2026-06-01T00:00:00Z") as facts:
        run(facts.connection, ("implied_cut",), catalogue(custom=False))
        cursor = facts.connection.execute("SELECT * FROM implied_cut ORDER BY stage, quarter, standard_entry")
        names = [each[0] for each in cursor.description]
        assert [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] == wanted


def test_the_histories_show_every_shift_and_every_overlap() -> None:
    shifts, overlaps, between = Counter[str](), Counter[str](), Counter[bool]()
    for seed in range(40):
        entries = entries_of(history(seed))
        for row in fold(entries, len(entries), datetime(2026, 6, 1))["implied_cut"]:  # noqa: DTZ001 - the same
            shifts[row["shift"]] += 1
            overlaps[row["overlap"]] += 1
            between[row["shift_between_bars"]] += 1
    assert set(between) == {True, False}
    assert set(shifts) == {"first", "standard", "overlap", "up", "down", "none"}
    assert set(overlaps) == {"none", "discretion", "bar"}

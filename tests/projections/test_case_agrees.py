"""On random histories the file of a candidacy says what a plain fold over the log gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from build import facts_from
from evenhand import render
from evenhand.render.making import CaseFile
from evenhand.render.rounding import half_up
from projections.fold import PARTS
from projections.histories import history
from projections.world import World
from reading import block, records


@pytest.mark.parametrize("seed", [202, 214, 222])
def test_a_file_says_what_the_fold_says(seed: int) -> None:
    entries = history(seed)
    instant = datetime.fromisoformat(entries[-1].recorded_at) + timedelta(days=3)
    world = World(entries, len(entries), instant)
    for name, part in PARTS.items():
        world.rows[name] = part(world)
    compared = 0
    with facts_from(entries, instant=instant, zone="UTC") as facts:
        for each in _chosen(world):
            report = render.build("case", facts, file=CaseFile(str(each.candidacy_id), None, ()))
            _agrees(report, world, each)
            compared += len(block(report, "comparators").rows)
    assert compared


def _chosen(world: World) -> list[Any]:
    """Those who can be compared with somebody, and two others."""
    strata: dict[int, set[int]] = {}
    for row in world.rows["score_profile"]:
        strata.setdefault(row["stratum"], set()).add(row["candidacy"])
    compared = {each for together in strata.values() if len(together) > 1 for each in together}
    rest = [each for each in world.where("candidacy") if each.candidacy not in compared]
    return [*(each for each in world.where("candidacy") if each.candidacy in compared), *rest[:2]]


def _agrees(report: Any, world: World, case: Any) -> None:
    mine = case.candidacy
    table = {each.key: records(each) for each in report.blocks if hasattr(each, "rows")}
    [about] = table["about"]
    assert (about["state"], about["interviews"]) == (case.state, case.interviews)
    assert sorted((item.code, item.positions) for item in block(report, "findings").items) == sorted(
        (row["code"], tuple(row["entries"])) for row in world.rows["finding"] if row["candidacy"] == mine
    )
    decided = {row["decision"]: row for row in world.rows["decision_effective"] if row["candidacy"] == mine}
    assert {row["decision"]: row["outcome"] for row in table["decisions"]} == {
        position: row["outcome"] for position, row in decided.items()
    }
    replayed = {row["decision"]: row for row in world.rows["replay"] if row["decision"] in decided}
    assert {row["decision"]: row["class"] for row in table["decisions"] if row["class"]} == {
        position: row["class"] for position, row in replayed.items()
    }
    assert sorted((row["decision"], row["criterion"], row["score"]) for row in table["scores"]) == sorted(
        (row["decision"], row["criterion"], half_up(Fraction(row["score"], 10**6), 3))
        for row in world.rows["criterion_score"]
        if row["decision"] in decided
    )
    assert sorted(row["notice"] for row in table["told"]) == sorted(
        row["notice"] for row in world.rows["notice"] if row["candidacy"] == mine
    )
    assert {row["candidacy"] for row in table["others"]} == {
        str(row["candidacy_id"])
        for row in world.rows["candidacy"]
        if row["person"] == case.person and row["candidacy"] != mine
    }
    assert _counted(table["compared"]) == _beside(world, mine)


def _counted(rows: list[dict[str, Any]]) -> dict[tuple[int, str], tuple[int, int, int]]:
    return {
        (row["decision"], row["relation"]): (row["n"], row["advanced"], row["rejected"]) for row in rows if row["n"]
    }


def _beside(world: World, mine: int) -> dict[tuple[int, str], tuple[int, int, int]]:
    counted: dict[tuple[int, str], list[int]] = {}
    for own in (row for row in world.rows["score_profile"] if row["candidacy"] == mine):
        for other in world.rows["score_profile"]:
            if other["stratum"] != own["stratum"] or other["candidacy"] == mine:
                continue
            signs = {(b > a) - (b < a) for a, b in zip(own["scores"], other["scores"], strict=True)}
            relation = (
                "crossed" if signs >= {1, -1} else "higher" if 1 in signs else "lower" if -1 in signs else "equal"
            )
            each = counted.setdefault((own["decision"], relation), [0, 0, 0])
            each[0] += 1
            each[1 if other["outcome"] == "advance" else 2] += 1
    return {key: (n, up, down) for key, (n, up, down) in counted.items()}

"""Decisions that are not the implied ones, by group, on ledgers made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from evenhand import render
from evenhand.render.blocks import NotShown
from evenhand.render.making import Options
from reading import block, records

# By post and group: of how many above the bar so many were turned away, of how many below it so many let through.
POSTS = {
    "captain": {"w": ((20, 2), (20, 8)), "b": ((20, 9), (20, 3))},
    "lieutenant": {"w": ((30, 4), (12, 4)), "b": ((25, 8), (16, 2))},
}


def departed(world: Any, posts: Any) -> Any:
    for post, groups in posts.items():
        world.post(post)
        for group, ((above, turned_away), (below, let_through)) in groups.items():
            for score, n, other in ((80, above, turned_away), (60, below, let_through)):
                implied, overridden = ("advance", "reject") if score > 70 else ("reject", "advance")
                for each in range(n):
                    name = f"{post} {group} {score} {each}"
                    world.candidate(name, post, group)
                    world.decide(name, overridden if each < other else implied, score)
    return world


def shown(world: Any, opened: Any, **options: Any) -> tuple[Any, dict[tuple[str, str], dict[str, Any]]]:
    report = render.build("consistency", opened(world), answers=world.answers, options=Options(**options))
    table = block(report, "overrides_by_group")
    return table, {(row["what"], row["group"]): row for row in records(table)}


@pytest.mark.parametrize(("what", "at"), [("turned_away", 0), ("let_through", 1)])
def test_overrides_by_group_are_those_of_statsmodels_within_requisitions(
    world: Any, opened: Any, what: str, at: int
) -> None:
    table, rows = shown(departed(world, POSTS), opened)
    cells = [
        [[groups[group][at][1], groups[group][at][0] - groups[group][at][1]] for group in ("b", "w")]
        for groups in POSTS.values()
    ]
    pooled = StratifiedTable([np.array(each) for each in cells])
    low, high = pooled.oddsratio_pooled_confint()
    row = rows[what, "b"]
    assert table.n == sum(n for groups in POSTS.values() for pair in groups.values() for n, _ in pair)
    assert (row["n"], row["overridden"]) == tuple(sum(groups["b"][at][k] for groups in POSTS.values()) for k in (0, 1))
    wanted = (pooled.oddsratio_pooled, low, high)
    assert [float(row[key]) for key in ("odds_ratio", "odds_low", "odds_high")] == pytest.approx(wanted, abs=6e-4)
    test = pooled.test_equal_odds(adjust=True)
    found = [float(row["disagreement"]), float(row["disagreement_p"])]
    assert found == pytest.approx([test.statistic, test.pvalue], abs=6e-4)
    assert row["p"] <= row["adjusted"]
    assert rows[what, "w"]["why"] == "reference"


def test_a_group_beside_one_of_which_nobody_was_overridden_is_tested_all_the_same(world: Any, opened: Any) -> None:
    _, rows = shown(departed(world, {"captain": {"w": ((20, 0), (0, 0)), "b": ((20, 9), (0, 0))}}), opened)
    row = rows["turned_away", "b"]
    assert (row["overridden"], row["odds_ratio"], row["why"]) == (9, None, "no_rate")
    assert row["p"] < 0.01


def test_few_overrides_are_counted_and_not_assessed(world: Any, opened: Any) -> None:
    _, rows = shown(departed(world, {"captain": {"w": ((20, 1), (0, 0)), "b": ((20, 3), (0, 0))}}), opened)
    row = rows["turned_away", "b"]
    assert (row["n"], row["overridden"], row["p"], row["why"]) == (20, 3, None, "too_few_selected")


def test_small_numbers_of_overrides_do_not_go_out(world: Any, opened: Any) -> None:
    posts = {"captain": {"w": ((20, 8), (0, 0)), "b": ((20, 3), (0, 0))}}
    _, rows = shown(departed(world, posts), opened, outward=True)
    for group in ("w", "b"):  # the second because the total would give the first away
        assert (rows["turned_away", group]["n"], rows["turned_away", group]["why"]) == (NotShown.HIDDEN, "suppressed")


def test_a_consistency_report_that_goes_out_says_what_it_hides_and_that_it_lists_single_decisions(
    world: Any, opened: Any
) -> None:
    inside, _ = shown(departed(world, POSTS), opened)
    outside, _ = shown(world, opened, outward=True)
    assert not any("is shown" in note for note in inside.notes)
    assert any(note.startswith("Of a group no count from 1 to 4 is shown") for note in outside.notes)
    assert any(note.startswith("Single decisions are listed by their entries") for note in outside.notes)


def test_few_who_are_in_one_table_by_group_and_not_in_the_next_are_not_given_away(world: Any, opened: Any) -> None:
    filled = {"code": "filled", "names": {"en": "Filled"}, "party": "neither", "capacity": "filled",
              "needs_criterion": False}  # fmt: skip
    topic, stream, body, options = world.events[1]
    world.events[1] = (topic, stream, {**body, "reason_codes": [*body["reason_codes"], filled]}, options)
    departed(world, {"captain": dict.fromkeys("wbh", ((40, 10), (30, 10)))})
    _, rows = shown(world, opened, outward=True)
    assert all(row["n"] is not NotShown.HIDDEN for row in rows.values())
    for each in range(2):  # the place was taken: compared on their scores, and with no implied decision
        world.candidate(f"late {each}", "captain", "h")
        world.decide(f"late {each}", "reject", 90, reasons=[{"code": "filled"}])
    _, rows = shown(world, opened, outward=True)
    assert {group for (_, group), row in rows.items() if row["n"] is NotShown.HIDDEN} == {"h", "b"}
    report = render.build("consistency", opened(world), answers=world.answers, options=Options(outward=True))
    directions = {row["group"]: row["n"] for row in records(block(report, "directions"))}
    assert directions == {"w": 70, "b": NotShown.HIDDEN, "h": NotShown.HIDDEN}

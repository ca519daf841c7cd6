"""Where the cut lay in each quarter, on ledgers made by hand."""

from __future__ import annotations

from typing import Any

from build import uid
from evenhand import render
from reading import block, records

FIRST, SECOND = "2026-02-10T09:00:00Z", "2026-05-10T09:00:00Z"


def decided(world: Any, *cases: tuple[str, int, str]) -> list[int]:
    """Decide one after the other on the same post; answer with the decisions' positions."""
    world.post("captain")
    made = []
    for at, (outcome, score, when) in enumerate(cases):
        world.candidate(f"c{at}", "captain")
        made.append(world.decide(f"c{at}", outcome, score, at=when))
    return made


def test_a_quarter_lies_between_its_highest_rejected_and_its_lowest_advanced(world: Any, opened: Any) -> None:
    decided(world, ("reject", 50, FIRST), ("reject", 60, FIRST), ("advance", 75, FIRST), ("advance", 90, FIRST))
    table = block(render.build("consistency", opened(world)), "cuts")
    [row] = records(table)
    assert (row["quarter"], row["n"], row["overlap"], row["shift"]) == ("2026Q1", 4, "none", "first")
    assert (str(row["highest_rejected"]), str(row["lowest_advanced"])) == ("60.000", "75.000")
    assert "reaches beyond that: 0 of 1" in table.notes[0]


def test_a_quarter_no_single_cut_explains_overlaps_and_names_both_ends(world: Any, opened: Any) -> None:
    over, under, _ = decided(world, ("reject", 80, FIRST), ("advance", 65, FIRST), ("advance", 90, FIRST))
    [row] = records(block(render.build("consistency", opened(world)), "cuts"))
    assert (row["overlap"], row["overlapping"], row["entries"]) == ("bar", 2, (over, under))


def test_a_cut_that_moved_without_another_standard_is_a_shift_with_its_two_entries(world: Any, opened: Any) -> None:
    _, was, now, _ = decided(
        world, ("reject", 60, FIRST), ("advance", 72, FIRST), ("reject", 78, SECOND), ("advance", 85, SECOND)
    )
    table = block(render.build("consistency", opened(world)), "cuts")
    assert [(row["quarter"], row["shift"]) for row in records(table)] == [("2026Q1", "first"), ("2026Q2", "up")]
    assert records(table)[1]["entries"] == (was, now)
    assert "Shifts explained by no adopted standard: 1" in table.notes[0]


def test_a_cut_that_moved_with_a_new_version_is_explained_by_the_entry_that_adopted_it(world: Any, opened: Any) -> None:
    topic, _, body, _ = world.events[1]
    stages = [{**body["stages"][0], "advance_bar": 80_000_000, "reject_bar": 80_000_000}, body["stages"][1]]
    decided(world, ("reject", 60, FIRST), ("advance", 72, FIRST))
    adopted = world.say(topic, "standard", "2026-03-01T00:00:00Z", **{**body, "standard_version": 2, "stages": stages})
    world.say(
        "requisition.rebound", "captain", "2026-03-02T00:00:00Z", standard=uid("standard"), standard_version=2, why="x"
    )
    for name, outcome, score in (("d", "reject", 78), ("e", "advance", 85)):
        world.candidate(name, "captain")
        world.decide(name, outcome, score, at=SECOND)
    _, second = records(block(render.build("consistency", opened(world)), "cuts"))
    assert (second["shift"], second["standard_version"], second["standard_entry"]) == ("standard", 2, adopted)


def test_who_is_left_out_is_counted_over_the_same_whole_quarters_as_who_is_not(world: Any, opened: Any) -> None:
    filled = {"reasons": [{"code": "filled"}]}
    topic, stream, body, options = world.events[1]
    codes = [*body["reason_codes"], {"code": "filled", "names": {"en": "Filled"}, "party": "neither",
                                     "capacity": "filled", "needs_criterion": False}]  # fmt: skip
    world.events[1] = (topic, stream, {**body, "reason_codes": codes}, options)
    decided(world, ("advance", 80, FIRST), ("reject", 60, SECOND), ("advance", 80, "2026-06-10T09:00:00Z"))
    for name, when in (("x", SECOND), ("y", "2026-06-10T09:00:00Z"), ("z", FIRST)):
        world.candidate(name, "captain")
        world.decide(name, "reject", 80, at=when, **filled)
    table = block(render.build("consistency", opened(world, "2026-07-02T00:00:00Z"), period="2026-05"), "cuts")
    assert table.n == 2
    assert [each.n for each in table.left_out] == [2, 0]


def test_a_period_shows_the_quarters_that_reach_into_it(world: Any, opened: Any) -> None:
    decided(world, ("advance", 80, FIRST), ("advance", 80, SECOND))
    facts = opened(world)
    for period, quarters in (("2026-05", ["2026Q2"]), ("2026", ["2026Q1", "2026Q2"]), ("2025", [])):
        table = block(render.build("consistency", facts, period=period), "cuts")
        assert [row["quarter"] for row in records(table)] == quarters
    assert "Nobody was decided on by score" in table.notes[0]

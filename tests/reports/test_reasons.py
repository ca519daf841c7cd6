"""What the reasons of rejections say beside the scores, on ledgers made by hand."""

from __future__ import annotations

from typing import Any

from evenhand import render
from reading import block, records

OTHER = {"code": "other", "names": {"en": "Other"}, "party": "employer", "topic": "other", "needs_criterion": False}


def posted(world: Any, names: str) -> None:
    topic, stream, body, options = world.events[1]
    world.events[1] = (topic, stream, {**body, "reason_codes": [*body["reason_codes"], OTHER]}, options)
    world.post("captain")
    for name in names:
        world.candidate(name, "captain")


def cites(*criteria: str) -> list[dict[str, Any]]:
    return [{"code": "below-bar", "criteria": list(criteria)}]


def test_a_reason_that_cites_a_criterion_the_person_met_is_listed_with_its_scorecard(world: Any, opened: Any) -> None:
    posted(world, "abc")
    partly = world.decide("a", "reject", (75, 50), reasons=cites("written", "oral"))
    wholly = world.decide("b", "reject", (70, 60), reasons=cites("written"))  # exactly the bar is met
    world.decide("c", "reject", (69, 60), reasons=cites("written"))
    report = render.build("consistency", opened(world))
    summary = {row["what"]: (row["n"], row["of"]) for row in records(block(report, "reasons"))}
    assert (summary["met"], summary["only_met"]) == ((2, 3), (1, 3))
    first, second = records(block(report, "reasons_listed"))
    assert (first["decision"], first["what"], first["criterion"], str(first["score"])) == (
        partly,
        "met",
        "written",
        "75.000",
    )
    assert (second["decision"], second["what"], str(second["bar"])) == (wholly, "only_met", "70.000")
    assert second["scorecards"] == (wholly - 1,)


def test_a_criterion_under_its_floor_was_not_met_though_it_reaches_the_bar(world: Any, opened: Any) -> None:
    topic, stream, body, options = world.events[1]
    written = {**body["criteria"][0], "floor": 80_000_000}
    world.events[1] = (topic, stream, {**body, "criteria": [written, body["criteria"][1]]}, options)
    posted(world, "a")
    world.decide("a", "reject", (75, 90), reasons=cites("written"))
    assert block(render.build("consistency", opened(world)), "reasons_listed").n == 0


def test_no_reason_and_only_other_are_counted_and_listed(world: Any, opened: Any) -> None:
    posted(world, "abc")
    none = world.decide("a", "reject", 50, reasons=[])
    other = world.decide("b", "reject", 51, reasons=[{"code": "other"}])
    world.decide("c", "reject", 52, reasons=[{"code": "other"}, *cites("oral")])
    report = render.build("consistency", opened(world))
    summary = {row["what"]: (row["n"], row["of"]) for row in records(block(report, "reasons"))}
    assert (summary["missing"], summary["only_other"]) == ((1, 3), (1, 3))
    assert [(row["decision"], row["what"], row["reasons"]) for row in records(block(report, "reasons_listed"))] == [
        (none, "missing", None),
        (other, "only_other", "other"),
    ]


def test_the_same_scores_and_different_reasons_are_listed_with_their_entries(world: Any, opened: Any) -> None:
    posted(world, "abcd")
    entries = tuple(world.decide(name, "reject", 50, reasons=cites(criterion)) for name, criterion in
                    (("a", "oral"), ("b", "oral"), ("c", "written")))  # fmt: skip
    world.decide("d", "reject", 51, reasons=cites("oral"))
    report = render.build("consistency", opened(world))
    summary = {row["what"]: (row["n"], row["of"]) for row in records(block(report, "reasons"))}
    assert summary["unlike"] == (3, 3)
    [row] = records(block(report, "reasons_unlike"))
    assert (row["people"], row["entries"], row["reasons"]) == (3, entries, "below-bar (oral) | below-bar (written)")


def test_nothing_rejected_leaves_no_share_and_no_list(world: Any, opened: Any) -> None:
    posted(world, "a")
    world.decide("a", "advance", 90)
    report = render.build("consistency", opened(world))
    assert [row["share"] for row in records(block(report, "reasons"))] == [None] * 5
    assert block(report, "reasons_listed").rows == block(report, "reasons_unlike").rows == ()

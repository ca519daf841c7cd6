"""Whether interviewers see the same, on ledgers made by hand."""

from __future__ import annotations

from typing import Any

from build import uid
from evenhand import render
from reading import block, records

AT = "2026-02-10T09:00:00Z"
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: twelve units, observers A to D.
PUBLISHED = {
    "A": (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    "B": (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    "C": (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    "D": (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
}


def rate(world: Any, name: str, given: dict[str, int | None], criterion: str = "written") -> None:
    """Enter the scored stage and let each author write a scorecard."""
    visit = uid(f"entry {world.say('stage.entered', name, AT, stage='exam')}")
    for author, score in given.items():
        if score is not None:
            world.say(
                "scorecard.submitted", name, AT, visit=visit, author=uid(author), standard=uid("standard"),
                standard_version=1, ratings=[{"criterion": criterion, "score": score * 1_000_000}],
            )  # fmt: skip


def candidates(world: Any, names: list[str]) -> None:
    world.post("captain")
    for name in names:
        world.candidate(name, "captain")


def test_the_published_example_told_as_scorecards_gives_the_published_alpha(world: Any, opened: Any) -> None:
    names = [f"unit {at}" for at in range(12)]
    candidates(world, names)
    for at, name in enumerate(names):
        rate(world, name, {author: scores[at] for author, scores in PUBLISHED.items()})
    table = block(render.build("consistency", opened(world)), "reliability")
    [row] = records(table)
    assert (row["standard"], row["stage"], row["criterion"], str(row["alpha"])) == ("exam", "exam", "written", "0.815")
    assert (row["candidates"], row["authors"], row["ratings"], table.n) == (11, 4, 40, 40)
    assert row["low"] < row["alpha"] < row["high"]
    assert [(each.n, each.why) for each in table.left_out] == [(1, "where nobody else rated the same")]


def test_few_candidates_in_common_are_counted_and_not_assessed(world: Any, opened: Any) -> None:
    candidates(world, ["a", "b"])
    rate(world, "a", {"A": 1, "B": 2})
    rate(world, "b", {"A": 3, "B": 3})
    report = render.build("consistency", opened(world))
    [row] = records(block(report, "reliability"))
    assert (row["candidates"], row["alpha"], row["why"]) == (2, None, "too_few")
    assert {each["why"] for each in records(block(report, "interviewers"))} == {"too_few"}
    assert "fewer than 10 candidates rated by two" in render.write(report, "md")


def test_a_strict_interviewer_is_shown_beside_the_panel_they_are_linked_with(world: Any, opened: Any) -> None:
    names = [f"c{at}" for at in range(24)]
    candidates(world, names)
    for at, name in enumerate(names):
        noise = (at * 7) % 3
        if at < 12:
            rate(world, name, {"mild": 50 + at + noise, "strict": 40 + at})
        else:
            rate(world, name, {"other": 60 + noise, "fourth": 60 - noise})
    found = {
        row["interviewer"]: row for row in records(block(render.build("consistency", opened(world)), "interviewers"))
    }
    mild, strict = found[uid("mild")], found[uid("strict")]
    assert (str(mild["difference"]), str(strict["difference"])) == ("5.500", "-5.500")
    assert mild["low"] > 0 > strict["high"]
    assert mild["panel"] == strict["panel"] != found[uid("other")]["panel"] == found[uid("fourth")]["panel"]
    assert (mild["candidates"], mild["ratings"]) == (12, 12)


def test_nobody_rated_twice_is_nothing_to_compare(world: Any, opened: Any) -> None:
    candidates(world, ["a"])
    rate(world, "a", {"A": 3})
    report = render.build("consistency", opened(world))
    assert block(report, "reliability").rows == block(report, "interviewers").rows == ()


def test_a_period_takes_what_was_written_in_it(world: Any, opened: Any) -> None:
    candidates(world, ["a"])
    rate(world, "a", {"A": 3, "B": 4})
    facts = opened(world)
    ns = [block(render.build("consistency", facts, period=each), "reliability").n for each in ("2026Q1", "2026Q2")]
    assert ns == [2, 0]

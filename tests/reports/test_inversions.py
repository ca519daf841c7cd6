"""People passed over, ties and their direction, on ledgers made by hand."""

from __future__ import annotations

import json
from typing import Any

from build import uid
from evenhand import render
from evenhand.measures.resampling import DRAWS, SEED
from evenhand.render.blocks import NotShown
from evenhand.render.making import Options
from reading import block, records

CAPACITY = {
    "code": "filled",
    "names": {"en": "Filled"},
    "party": "neither",
    "capacity": "filled",
    "needs_criterion": False,
}


def with_capacity(world: Any) -> None:
    """Give the standard a reason for which nobody is to blame, before anything is decided."""
    topic, stream, body, options = world.events[1]
    world.events[1] = (topic, stream, {**body, "reason_codes": [*body["reason_codes"], CAPACITY]}, options)


def test_someone_as_good_on_both_and_better_on_one_was_passed_over(world: Any, opened: Any) -> None:
    world.post("captain")
    for name in "abcd":
        world.candidate(name, "captain")
    over = world.decide("a", "reject", (80, 75))
    beside = world.decide("b", "advance", (75, 75))
    world.decide("c", "advance", (90, 60))  # better on one and worse on the other: not comparable with a
    world.decide("d", "reject", (50, 50))
    report = render.build("consistency", opened(world))
    every, captain = records(block(report, "inversions"))
    assert (every["n"], every["comparable"], every["inversions"], str(every["rate"])) == (4, 4, 1, "0.250")
    assert (captain["requisition"], captain["stage"], captain["standard_version"]) == ("captain", "exam", 1)
    [row] = records(block(report, "passed_over"))
    assert (row["decision"], row["people"], row["beside"], row["class"]) == (over, 1, beside, "differ")
    assert row["override_reason"] == "none"


def test_those_turned_away_because_the_place_was_taken_are_judged_here(world: Any, opened: Any) -> None:
    with_capacity(world)
    world.post("captain")
    for name in "ab":
        world.candidate(name, "captain")
    over = world.decide("a", "reject", 90, reasons=[{"code": "filled"}])
    world.decide("b", "advance", 80)
    report = render.build("consistency", opened(world))
    assert records(block(report, "inversions"))[0]["capacity"] == 1
    [row] = records(block(report, "passed_over"))
    assert (row["decision"], row["class"], row["override_reason"]) == (over, "capacity", None)


def test_the_same_scores_decided_both_ways_stand_apart(world: Any, opened: Any) -> None:
    world.post("captain")
    for name in "abc":
        world.candidate(name, "captain")
    up, down = world.decide("a", "advance", 80), world.decide("b", "reject", 80)
    world.decide("c", "advance", (80, 81))
    report = render.build("consistency", opened(world))
    every = records(block(report, "inversions"))[0]
    assert (every["inversions"], every["ties"]) == (0, 1)
    [tie] = records(block(report, "ties"))
    assert (tie["advanced"], tie["rejected"], tie["up"], tie["down"]) == (1, 1, (up,), (down,))
    assert (tie["profile"], str(tie["score"])) == ("oral 80, written 80", "80.000")
    assert block(report, "passed_over").n == 0


def test_people_of_different_posts_and_of_different_versions_are_never_compared(world: Any, opened: Any) -> None:
    for post, outcome, score in (("captain", "reject", 90), ("lieutenant", "advance", 70)):
        world.post(post)
        world.candidate(post, post)
        world.decide(post, outcome, score)
    assert block(render.build("consistency", opened(world)), "passed_over").n == 0


def test_an_optional_criterion_nobody_rated_keeps_two_people_from_being_compared(world: Any, opened: Any) -> None:
    topic, stream, body, options = world.events[1]
    oral = {**body["criteria"][1], "need": "optional"}
    world.events[1] = (topic, stream, {**body, "criteria": [body["criteria"][0], oral]}, options)
    world.post("captain")
    for name in "ab":
        world.candidate(name, "captain")
    world.decide("a", "reject", 90)
    world.decide("b", "advance", 80)
    topic, stream, body, options = world.events[-2]  # b's scorecard
    world.events[-2] = (topic, stream, {**body, "ratings": body["ratings"][:1]}, options)
    every = records(block(render.build("consistency", opened(world)), "inversions"))[0]
    assert (every["n"], every["comparable"]) == (2, 0)


def test_nobody_is_compared_on_scores_the_standard_finds_too_few(world: Any, opened: Any) -> None:
    world.post("captain")
    for name in "abc":
        world.candidate(name, "captain")
    world.decide("a", "reject", 90)
    world.decide("b", "advance", 80)
    world.events[-2] = (*world.events[-2][:2], {**world.events[-2][2], "ratings": []}, world.events[-2][3])
    world.decide("c", "advance", 0, stage="chat")
    table = block(render.build("consistency", opened(world)), "inversions")
    assert table.n == 1
    assert [(each.n, each.why) for each in table.left_out if each.n] == [
        (1, "at a stage that is not scored"),
        (1, "with too few scores or answers"),
    ]


def one_sided(world: Any) -> None:
    world.post("captain")
    for each in range(15):
        world.candidate(f"w{each}", "captain", "w")
        world.candidate(f"b{each}", "captain", "b")
        world.decide(f"w{each}", "advance", 75)
        world.decide(f"b{each}", "reject", 80)


def test_who_is_passed_over_is_shown_by_group_with_its_chance(world: Any, opened: Any) -> None:
    one_sided(world)
    world.candidate("silent", "captain")
    world.decide("silent", "reject", 10)
    report = render.build("consistency", opened(world), answers=world.answers)
    table = block(report, "directions")
    white, black, hispanic = records(table)
    assert (black["n"], black["passed_over"], black["preferred"], str(black["p"])) == (15, 225, 0, "0.0005")
    assert (white["passed_over"], white["preferred"], str(white["p"])) == (0, 225, "0.0005")
    assert (hispanic["n"], hispanic["p"], hispanic["why"]) == (0, None, "too_few")
    assert [(each.n, each.why) for each in table.left_out] == [(1, "of these, of no known group by Race")]
    assert table.n == 31  # by several attributes each says who of these is of no group of it
    # Of two groups the one is passed over as often as the other is preferred: one test, and counted as one.
    assert (str(white["adjusted"]), str(black["adjusted"]), hispanic["adjusted"]) == ("0.0005", "0.0005", None)


def test_of_three_groups_each_is_a_test_of_its_own(world: Any, opened: Any) -> None:
    one_sided(world)
    for each in range(15):
        world.candidate(f"h{each}", "captain", "h")
        world.decide(f"h{each}", "advance", 76)
    rows = records(block(render.build("consistency", opened(world), answers=world.answers), "directions"))
    black = next(row for row in rows if row["group"] == "b")
    assert (str(black["p"]), str(black["adjusted"])) == ("0.0005", "0.0015")


def test_the_stamp_names_seed_and_draws_and_another_seed_is_another_stamp(world: Any, opened: Any) -> None:
    one_sided(world)
    facts = opened(world)
    usual = render.build("consistency", facts, answers=world.answers)
    other = render.build("consistency", facts, answers=world.answers, options=Options(seed=7, draws=2_500))
    assert json.loads(render.write(usual, "json"))["stamp"]["resampling"] == {"draws": DRAWS, "seed": SEED}
    assert "2500 draws, --seed 7" in render.write(other, "md")
    assert (usual.stamp.resampled, other.stamp.resampled) == ((DRAWS, SEED), (2_500, 7))
    assert render.build("latency", facts, options=Options(seed=7)).stamp.resampled is None


def test_nothing_sealed_is_needed_to_see_who_was_passed_over(world: Any, opened: Any) -> None:
    one_sided(world)
    report = render.build("consistency", opened(world))
    assert block(report, "passed_over").n == 15
    assert [row["why"] for row in records(block(report, "directions"))] == ["too_few"] * 3


def test_a_small_number_of_inversions_of_a_group_does_not_go_out(world: Any, opened: Any) -> None:
    one_sided(world)
    for each in range(3):
        world.candidate(f"h{each}", "captain", "h")
        world.decide(f"h{each}", "reject", 10)
    options = Options(outward=True)
    table = block(render.build("consistency", opened(world), answers=world.answers, options=options), "directions")
    rows = {row["group"]: row for row in records(table)}
    assert (rows["h"]["n"], rows["h"]["why"]) == (NotShown.HIDDEN, "suppressed")
    assert sum(row["n"] is NotShown.HIDDEN for row in rows.values()) == 2  # or the total would give it away


def test_whoever_is_not_in_the_record_is_of_no_known_group_in_any_report(world: Any, opened: Any) -> None:
    one_sided(world)
    at = "2026-02-01T09:00:00Z"
    world.say(
        "candidacy.opened", "nobody", at, candidate=uid("no person"), requisition=uid("captain"), route="external"
    )
    world.decide("nobody", "reject", 10)
    facts = opened(world)
    fairness = render.build("fairness", facts, answers=world.answers)
    unknown = [row for row in records(block(fairness, "rates")) if row["group"] == "(unknown)"]
    assert [row["n"] for row in unknown] == [1]
    consistency = render.build("consistency", facts, answers=world.answers)
    assert [each.n for each in block(consistency, "directions").left_out] == [1]
    overrides = records(block(consistency, "overrides_by_group"))
    assert [row["n"] for row in overrides if row["group"] == "(unknown)"] == [1]

"""The latency report on ledgers made by hand: nobody who waits is dropped."""

from __future__ import annotations

from typing import Any

import pytest

from build import uid
from evenhand import render
from reading import block, records

DECIDED = "2026-03-02T09:00:00Z"


def row(report: render.Report, outcome: str) -> dict[str, Any]:
    return next(each for each in records(block(report, "told")) if each["outcome"] == outcome)


def decided(world: Any, n: int, outcome: str = "reject") -> list[tuple[str, int]]:
    made = []
    for each in range(n):
        name = f"{outcome} {each}"
        world.candidate(name, "captain")
        made.append((name, world.decide(name, outcome, 60 if outcome == "reject" else 80, at=DECIDED)))
    return made


def test_those_still_untold_are_counted_as_open_and_move_the_median(world: Any, opened: Any) -> None:
    world.post("captain")
    people = decided(world, 8)
    for hours, (name, decision) in enumerate(people[:5], 1):
        world.tell(name, decision, f"2026-03-02T{9 + hours:02}:30:00Z")
    told = row(render.build("latency", opened(world)), "reject")
    assert (told["n"], told["told"], told["open"]) == (8, 5, 3)
    assert str(told["median_hours"]) == "4.5"  # of eight; of the five who were told it would be 3.5
    assert told["why"] is None


def test_a_median_that_half_have_not_reached_is_said_to_be_so(world: Any, opened: Any) -> None:
    world.post("captain")
    people = decided(world, 12)
    for name, decision in people[:5]:
        world.tell(name, decision, "2026-03-02T10:00:00Z")
    report = render.build("latency", opened(world))
    told = row(report, "reject")
    assert (told["median_hours"], told["why"]) == (None, "not_reached")
    assert "not reached: half are still untold" in render.write(report, "md")


def test_rejections_and_good_news_stand_apart(world: Any, opened: Any) -> None:
    world.post("captain")
    decided(world, 2)
    for name, decision in decided(world, 6, "advance"):
        world.tell(name, decision, "2026-03-02T10:00:00Z")
    report = render.build("latency", opened(world))
    assert row(report, "reject")["why"] == "too_few_events"
    assert (row(report, "advance")["told"], str(row(report, "advance")["median_hours"])) == (6, "1.0")
    assert block(report, "told").n == 8


def test_told_in_time_is_counted_against_the_policys_deadline(world: Any, opened: Any) -> None:
    world.post("captain")
    (a, first), (b, second), _, (d, fourth) = decided(world, 4)
    world.tell(a, first, "2026-03-05T20:00:00Z")
    world.tell(b, second, "2026-03-07T09:00:00Z")
    world.say("candidacy.withdrawn", d, "2026-03-03T09:00:00Z")
    _ = fourth
    told = row(render.build("latency", opened(world)), "reject")
    assert (told["in_time"], told["due"], str(told["share_in_time"])) == (1, 3, "0.333")
    assert (told["ended"], told["open"]) == (1, 1)


def test_before_the_deadline_nobody_is_late_and_the_deadline_is_running(world: Any, opened: Any) -> None:
    world.post("captain")
    decided(world, 2)
    report = render.build("latency", opened(world, "2026-03-03T09:00:00Z"))
    told = row(report, "reject")
    assert (told["due"], told["share_in_time"], told["running"]) == (0, None, 2)
    assert block(report, "overdue").rows == ()
    assert "Nobody is overdue." in block(report, "overdue").notes


def test_a_bounced_notice_told_nobody_and_an_unreported_one_is_counted_as_unknown(world: Any, opened: Any) -> None:
    world.post("captain")
    (a, first), (b, second) = decided(world, 2)
    bounced = world.tell(a, first, "2026-03-02T10:00:00Z", channel="email")
    world.say("notice.delivery_reported", a, "2026-03-02T10:05:00Z", notice=uid(f"entry {bounced}"), status="bounced")
    world.tell(b, second, "2026-03-02T10:00:00Z", channel="email")
    told = row(render.build("latency", opened(world)), "reject")
    assert (told["told"], told["open"], told["delivery_unknown"]) == (1, 1, 1)


def test_the_overdue_are_listed_by_opaque_id_with_what_they_wait_for(world: Any, opened: Any) -> None:
    world.post("captain")
    ((name, decision),) = decided(world, 1)
    promise = world.say(
        "promise.made", name, "2026-03-02T08:00:00Z", about="outcome", channel="phone",
        by={"at": "2026-03-03T12:00:00Z", "zone": "UTC", "precision": "instant"},
    )  # fmt: skip
    listed = records(block(render.build("latency", opened(world, "2026-03-06T12:00:00Z")), "overdue"))
    assert [(each["owed_by"], each["owed"], str(each["hours"]), each["entry"]) for each in listed] == [
        ("promise", "outcome", "72.0", promise),
        ("policy", "outcome_told", "13.0", decision),
    ]
    assert {each["candidacy"] for each in listed} == {uid(name)}
    assert {each["due"] for each in listed} == {"2026-03-03", "2026-03-05"}


def test_promises_are_counted_by_what_became_of_them(world: Any, opened: Any) -> None:
    world.post("captain")
    for each, told in enumerate(("2026-03-03T10:00:00Z", "2026-03-09T10:00:00Z", None)):
        name = f"p{each}"
        world.candidate(name, "captain")
        world.say(
            "promise.made", name, "2026-03-01T08:00:00Z", about="outcome", channel="phone",
            by={"at": "2026-03-05", "zone": "Europe/Berlin", "precision": "day"},
        )  # fmt: skip
        decision = world.decide(name, "reject", 60, at=DECIDED)
        if told:
            world.tell(name, decision, told)
    facts = opened(world)
    (counted,) = records(block(render.build("latency", facts), "promises"))
    assert (counted["kept"], counted["late"], counted["broken"], str(counted["share_kept"])) == (1, 1, 1, "0.333")
    assert "No promise was recorded." in block(render.build("latency", facts, period="2025"), "promises").notes


def test_a_promise_whose_date_was_moved_in_time_is_counted_by_that_date_and_it_is_said(world: Any, opened: Any) -> None:
    world.post("captain")
    ((name, decision),) = decided(world, 1)
    due = {"zone": "Europe/Berlin", "precision": "day"}
    promise = world.say(
        "promise.made", name, "2026-03-02T08:00:00Z", about="outcome", channel="phone", by={"at": "2026-03-03", **due}
    )
    moved = {"at": "2026-03-09", **due}
    world.say(
        "promise.revised", name, "2026-03-03T08:00:00Z", promise=uid(f"entry {promise}"), by=moved, channel="phone"
    )
    world.tell(name, decision, "2026-03-06T09:00:00Z")
    table = block(render.build("latency", opened(world)), "promises")
    assert [(row["kept"], row["late"]) for row in records(table)] == [(1, 0)]
    assert any(each.startswith("Where another date was told, the last one counts") for each in table.notes)
    assert [(row["revised"], row["revised_late"]) for row in records(table)] == [(1, 0)]


def test_a_deadline_that_a_withdrawal_released_is_said(world: Any, opened: Any) -> None:
    world.post("captain")
    ((name, _),) = decided(world, 1)
    world.say("candidacy.withdrawn", name, "2026-03-03T09:00:00Z")
    table = block(render.build("latency", opened(world)), "told")
    assert [row["due"] for row in records(table)] == [0, 0]
    assert any(note.startswith("1 more had no deadline left") for note in table.notes)


def test_the_curve_starts_at_the_share_untold_on_the_day_itself(world: Any, opened: Any) -> None:
    world.post("captain")
    people = decided(world, 8)
    for each in (0, 1):
        world.tell(*people[each], "2026-03-02T09:00:00Z")
    for each in (2, 3):
        world.tell(*people[each], "2026-03-04T09:00:00Z")
    (series,) = block(render.build("latency", opened(world)), "waiting").series
    assert [(day, str(up)) for day, up in series.points[:3]] == [(0, "0.750"), (1, "0.750"), (2, "0.500")]


@pytest.mark.parametrize(("report", "chart"), [("latency", "waiting"), ("communication", "drawn")])
def test_a_curve_ends_with_the_longest_wait_observed(world: Any, opened: Any, report: str, chart: str) -> None:
    world.post("captain")
    for name, decision in decided(world, 5):
        world.say("candidacy.withdrawn", name, "2026-03-11T09:00:00Z")  # after nine days, and nobody was told
        assert decision
    for name, decision in decided(world, 5, "advance"):
        world.tell(name, decision, "2026-03-04T09:00:00Z")
    drawn = block(render.build(report, opened(world)), chart)
    untold = {series.key: dict(series.points) for series in drawn.series}
    assert max(untold["reject"]) == 7, "on day 10 nobody is watched any more"
    assert set(untold["reject"].values()) == {1}
    assert untold["advance"][90] == 0, "all were told, and stay so"
    ends = {series.key: series.steps[-1] for series in drawn.series}
    assert (ends["reject"], ends["advance"]) == ((9, 1), (2, 0))
    assert any(note.startswith("A share ends with the longest wait observed") for note in drawn.notes)


@pytest.mark.parametrize(("report", "chart"), [("latency", "waiting"), ("communication", "drawn")])
def test_of_fewer_than_five_waits_there_is_no_curve(world: Any, opened: Any, report: str, chart: str) -> None:
    world.post("captain")
    decided(world, 4)
    drawn = block(render.build(report, opened(world)), chart)
    assert "reject" not in {series.key for series in drawn.series}
    assert "reject" not in {mark.of for mark in drawn.marks}

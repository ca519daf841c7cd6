"""The retrospective report on ledgers made by hand."""

from __future__ import annotations

from typing import Any

from build import uid
from evenhand import render
from reading import block, records


def begun(world: Any) -> None:
    world.post("captain")
    world.say(
        "retrospective.opened", "retro", "2026-04-02T09:00:00Z", period_from="2026-01-01", period_to="2026-03-31",
        zone="Europe/Berlin",
    )  # fmt: skip


def lesson(world: Any, at: str, area: str = "deciding", direction: str = "fell_short") -> int:
    return int(world.say("lesson.recorded", "retro", at, area=area, direction=direction, text="secret"))


def action(world: Any, at: str, due: str, owner: str = "owner") -> int:
    return int(world.say("action.agreed", "retro", at, owner=uid(owner), due=due, zone="Europe/Berlin", text="secret"))


def test_the_quarter_stands_beside_those_before_it_as_far_as_anything_was_decided(world: Any, opened: Any) -> None:
    world.post("captain")
    for each, (day, outcome, score) in enumerate(
        (("2025-11-03", "reject", 60), ("2026-05-04", "advance", 80), ("2026-05-05", "reject", 90))
    ):
        world.candidate(f"c{each}", "captain", at="2025-10-01T09:00:00Z")
        world.decide(f"c{each}", outcome, score, at=f"{day}T09:00:00Z")
    report = render.build("retrospective", opened(world), period="2026Q2")
    table = block(report, "periods")
    assert [(row["period"], row["decisions"], row["rejections"], row["differ"]) for row in records(table)] == [
        ("2026Q2", 2, 1, 1),
        ("2026Q1", 0, 0, 0),
        ("2025Q4", 1, 1, 0),
    ]
    assert str(records(table)[0]["differ_share"]) == "0.500"
    assert "Nothing was decided in the 6 periods before these." in table.notes


def test_without_a_period_it_is_the_quarter_of_the_as_of_day(world: Any, opened: Any) -> None:
    report = render.build("retrospective", opened(world, "2026-06-30T22:30:00Z"))  # already July in Berlin
    assert (report.stamp.period_from, report.stamp.period_to) == ("2026-07-01", "2026-09-30")


def test_lessons_are_counted_by_area_beside_the_period_before(world: Any, opened: Any) -> None:
    begun(world)
    lesson(world, "2026-02-02T09:00:00Z")
    lesson(world, "2026-04-02T09:00:00Z", "communication", "went_well")
    lesson(world, "2026-05-02T09:00:00Z", "communication")
    report = render.build("retrospective", opened(world))
    assert records(block(report, "lessons")) == [
        {"area": "communication", "went_well": 1, "fell_short": 1, "before": 0},
        {"area": "deciding", "went_well": 0, "fell_short": 0, "before": 1},
    ]
    assert block(report, "lessons").n == 2


def test_texts_are_opened_by_the_caller_counted_and_never_by_the_report(world: Any, opened: Any) -> None:
    begun(world)
    kept, gone = lesson(world, "2026-04-02T09:00:00Z"), lesson(world, "2026-04-03T09:00:00Z")
    asked: list[tuple[int, str]] = []

    def open_text(position: int, path: str) -> str | None:
        asked.append((position, path))
        return "ask the same questions" if position == kept else None

    facts = opened(world)
    report = render.build("retrospective", facts, open_text=open_text)
    assert asked == [(kept, "/text"), (gone, "/text")]
    assert [row["text"] for row in records(block(report, "lesson_texts"))] == ["ask the same questions", "(erased)"]
    assert (report.stamp.boxes_opened, report.stamp.boxes_gone) == (1, 1)
    closed = render.build("retrospective", facts)
    assert [row["text"] for row in records(block(closed, "lesson_texts"))] == ["(sealed)"] * 2


def test_actions_stand_by_owner_and_due_date_and_old_ones_are_carried_over(world: Any, opened: Any) -> None:
    begun(world)
    late = action(world, "2026-02-02T09:00:00Z", "2026-03-01")
    ended = action(world, "2026-02-02T09:00:00Z", "2026-02-20")
    new = action(world, "2026-04-10T09:00:00Z", "2026-08-01")
    done = action(world, "2026-04-10T09:00:00Z", "2026-05-01")
    for which, at in ((ended, "2026-02-15T09:00:00Z"), (done, "2026-04-20T09:00:00Z")):
        world.say("action.completed", "retro", at, action=uid(f"entry {which}"), result="done")
    table = block(render.build("retrospective", opened(world)), "actions")
    assert [(row["entry"], row["standing"], row["carried_over"]) for row in records(table)] == [
        (late, "overdue", "yes"),
        (done, "done", "no"),
        (new, "open", "no"),
    ]
    assert records(table)[0]["days_late"] == 92
    assert [each.n for each in table.left_out] == [1]


def test_what_was_not_recorded_is_said_section_by_section(world: Any, opened: Any) -> None:
    report = render.build("retrospective", opened(world))
    assert "No lesson was recorded in this period." in block(report, "lessons").notes
    assert "No lesson was recorded in this period." in block(report, "lesson_texts").notes
    assert "No action is open, and none was done or dropped in this period." in block(report, "actions").notes


def test_the_median_is_the_one_of_the_latency_report_and_the_overturned_are_left_out(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(6):
        world.candidate(f"c{each}", "captain")
        decision = world.decide(f"c{each}", "reject", 60, at="2026-05-04T09:00:00Z")
        if each < 5:
            world.tell(f"c{each}", decision, "2026-05-04T10:45:00Z")
        else:
            world.say("decision.overturned", f"c{each}", "2026-05-05T09:00:00Z", decision=uid(f"entry {decision}"))
    facts = opened(world)
    table = block(render.build("retrospective", facts, period="2026Q2"), "periods")
    told = block(render.build("latency", facts, period="2026Q2"), "told")
    assert records(table)[0]["median_hours"] == records(told)[0]["median_hours"]
    assert str(records(table)[0]["median_hours"]) == "1.8"
    assert [each.n for each in table.left_out] == [0, 1]


def test_feedback_is_counted_over_those_rejected_after_an_interview(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(4):
        name = f"c{each}"
        world.candidate(name, "captain")
        visit = uid(f"entry {world.say('stage.entered', name, '2026-05-01T09:00:00Z', stage='exam')}")
        if each < 3:
            world.say("interview.held", name, "2026-05-02T09:00:00Z", visit=visit, form="video")
        world.say(
            "decision.made", name, "2026-05-03T09:00:00Z", visit=visit, outcome="reject", automation="none",
            reasons=[{"code": "below-bar", "criteria": ["oral"]}],
        )  # fmt: skip
    world.say("feedback.given", "c0", "2026-05-04T09:00:00Z", channel="email")
    world.say("feedback.withheld", "c1", "2026-05-04T09:00:00Z", reason="candidate_declined")
    first = records(block(render.build("retrospective", opened(world)), "periods"))[0]
    assert (first["feedback_given"], str(first["feedback_share"])) == (1, "0.500")

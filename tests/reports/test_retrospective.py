"""The retrospective report on ledgers made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from build import uid
from evenhand import render
from evenhand.render.blocks import Table
from reading import block, records

World = Any


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


def test_without_a_period_it_is_the_last_quarter_that_had_ended_on_the_as_of_day(world: Any, opened: Any) -> None:
    report = render.build("retrospective", opened(world, "2026-06-30T22:30:00Z"))  # already July in Berlin
    assert (report.stamp.period_from, report.stamp.period_to) == ("2026-04-01", "2026-06-30")
    report = render.build("retrospective", opened(world, "2026-06-30T21:30:00Z"))
    assert (report.stamp.period_from, report.stamp.period_to) == ("2026-01-01", "2026-03-31")


def test_lessons_are_counted_by_area_beside_the_period_before(world: Any, opened: Any) -> None:
    begun(world)
    lesson(world, "2026-02-02T09:00:00Z")
    lesson(world, "2026-04-02T09:00:00Z", "communication", "went_well")
    lesson(world, "2026-05-02T09:00:00Z", "communication")
    lesson(world, "2025-11-02T09:00:00Z", "deciding")
    table = block(render.build("retrospective", opened(world), period="2026Q2"), "lessons")
    rows = {row["area"]: (row["went_well"], row["fell_short"], row["before"], row["eight"]) for row in records(table)}
    assert len(rows) == 6
    assert (rows["communication"], rows["deciding"], rows["standard"]) == ((1, 1, 0, 0), (0, 0, 1, 2), (0, 0, 0, 0))
    assert table.n == 2


def test_texts_are_opened_by_the_caller_counted_and_never_by_the_report(world: Any, opened: Any) -> None:
    begun(world)
    kept, gone = lesson(world, "2026-04-02T09:00:00Z"), lesson(world, "2026-04-03T09:00:00Z")
    asked: list[tuple[int, str]] = []

    def open_text(position: int, path: str) -> str | None:
        asked.append((position, path))
        return "ask the same questions" if position == kept else None

    facts = opened(world)
    report = render.build("retrospective", facts, period="2026Q2", open_text=open_text)
    assert asked == [(kept, "/text"), (gone, "/text")]
    assert [row["text"] for row in records(block(report, "lesson_texts"))] == ["ask the same questions", "(erased)"]
    assert (report.stamp.boxes_opened, report.stamp.boxes_gone) == (1, 1)
    closed = render.build("retrospective", facts, period="2026Q2")
    assert [row["text"] for row in records(block(closed, "lesson_texts"))] == ["(sealed)"] * 2


def test_actions_stand_by_owner_and_due_date_and_old_ones_are_carried_over(world: Any, opened: Any) -> None:
    begun(world)
    late = action(world, "2026-02-02T09:00:00Z", "2026-03-01")
    ended = action(world, "2026-02-02T09:00:00Z", "2026-02-20")
    new = action(world, "2026-04-10T09:00:00Z", "2026-08-01")
    done = action(world, "2026-04-10T09:00:00Z", "2026-05-01")
    for which, at in ((ended, "2026-02-15T09:00:00Z"), (done, "2026-04-20T09:00:00Z")):
        world.say("action.completed", "retro", at, action=uid(f"entry {which}"), result="done")
    table = block(render.build("retrospective", opened(world), period="2026Q2"), "actions")
    assert [(row["entry"], row["standing"], row["carried_over"]) for row in records(table)] == [
        (late, "overdue", "yes"),
        (done, "done", "no"),
        (new, "open", "no"),
    ]
    assert records(table)[0]["days_late"] == 92
    assert [each.n for each in table.left_out] == [1]


def test_what_was_not_recorded_is_said_section_by_section(world: Any, opened: Any) -> None:
    report = render.build("retrospective", opened(world), period="2026Q2")
    assert "No lesson was recorded in this period." in block(report, "lessons").notes
    assert "No lesson was recorded in this period." in block(report, "lesson_texts").notes
    assert "No action is open, and none was done or dropped in this period." in block(report, "actions").notes
    assert block(report, "actions_counted").notes == ("No action was ever agreed in this ledger.",)
    assert "Nothing to follow was recorded in this period or the one before." in block(report, "changes").notes
    assert "Promises: none of either period has come due, or none was recorded." in block(report, "changes").notes
    assert block(report, "criteria").notes == ("Nobody was decided on with scores in this period.",)
    assert block(report, "principles").notes[-1].startswith("Nothing was found in this period")
    tables = [each for each in report.blocks if isinstance(each, Table)]
    assert [each.key for each in tables if not each.rows and not each.notes] == []


def fared(world: World, day: str, told: int, late: int, post: str = "captain") -> None:
    """Reject so many on a day, of whom some are told within the hour, the others after two weeks."""
    for each in range(told + late):
        name = f"{day} {each}"
        world.candidate(name, post, at=f"{day}T07:00:00Z")
        decision = world.decide(name, "reject", 60, at=f"{day}T09:00:00Z")
        at = date.fromisoformat(day) + timedelta(days=0 if each < told else 14)
        world.tell(name, decision, f"{at.isoformat()}T10:00:00Z")


def test_what_changed_for_the_worse_stands_first_with_its_n_and_a_word(world: World, opened: Any) -> None:
    world.post("captain")
    fared(world, "2026-02-03", told=30, late=0)
    fared(world, "2026-05-05", told=15, late=15)
    table = block(render.build("retrospective", opened(world), period="2026Q2"), "changes")
    first, second = records(table)[:2]
    assert (first["figure"], first["word"], first["n"], first["n_before"]) == ("told_in_time", "worse", 30, 30)
    assert (str(first["now"]), str(first["before"]), str(first["change"])) == ("50.000", "100.000", "-50.000")
    assert first["high"] < 0
    assert first["p"] <= first["adjusted"] < 0.001
    assert (second["figure"], second["word"]) == ("median_hours", "worse")
    assert [row["p"] for row in records(table)[2:] if row["word"] == "too_few"] != []


def test_what_has_too_few_numbers_stands_last_and_is_said_to_be_unranked(world: World, opened: Any) -> None:
    world.post("captain")
    fared(world, "2026-02-03", told=30, late=0)
    fared(world, "2026-05-05", told=15, late=15)
    table = block(render.build("retrospective", opened(world), period="2026Q2"), "changes")
    few = [row["word"] == "too_few" for row in records(table)]
    assert (any(few), few) == (True, sorted(few))
    assert "and last, unranked, what has too few numbers to be ranked" in table.notes[0]


def test_few_people_are_no_change_however_it_looks(world: World, opened: Any) -> None:
    world.post("captain")
    fared(world, "2026-02-03", told=9, late=0)
    fared(world, "2026-05-05", told=0, late=9)
    rows = records(block(render.build("retrospective", opened(world), period="2026Q2"), "changes"))
    told = next(row for row in rows if row["figure"] == "told_in_time")
    assert (told["word"], told["p"], str(told["change"])) == ("too_few", None, "-100.000")


def test_a_figure_is_placed_beside_the_median_of_the_eight_before(world: World, opened: Any) -> None:
    world.post("captain")
    for day, late in (("2026-01-06", 1), ("2026-02-03", 2), ("2026-03-03", 3), ("2026-04-07", 4)):
        fared(world, day, told=20 - late, late=late)
    fared(world, "2026-05-05", told=8, late=12)
    rows = records(block(render.build("retrospective", opened(world), period="2026-05"), "usual"))
    told = next(row for row in rows if row["figure"] == "told_in_time")
    assert (told["periods"], str(told["median"]), str(told["change"])) == (4, "87.500", "-47.500")
    assert (told["place"], told["course"]) == ("worse_than_all", "····█▇▇▆▁")


def test_candidates_are_weak_where_fewest_reach_the_bar(world: World, opened: Any) -> None:
    world.post("captain")
    for each in range(12):
        world.candidate(f"now {each}", "captain", at="2026-04-01T09:00:00Z")
        world.decide(f"now {each}", "reject", (75 + each % 3, 50 + each), at="2026-05-04T09:00:00Z")
        world.candidate(f"then {each}", "captain", at="2026-01-05T09:00:00Z")
        world.decide(f"then {each}", "reject", (75 + each % 3, 70 + each), at="2026-02-04T09:00:00Z")
    oral, written = records(block(render.build("retrospective", opened(world), period="2026Q2"), "criteria"))
    assert (oral["criterion"], str(oral["mean"]), str(oral["mean_before"])) == ("oral", "55.500", "75.500")
    assert (str(oral["change"]), oral["word"], str(oral["reached"])) == ("-20.000", "changed", "0.000")
    assert (written["criterion"], written["word"], written["n"]) == ("written", "could_be_chance", 12)


def test_a_lesson_names_the_entries_it_rests_on(world: World, opened: Any) -> None:
    begun(world)
    world.candidate("c", "captain")
    decision = world.decide("c", "reject", 60)
    world.say(
        "lesson.recorded", "c", "2026-05-02T09:00:00Z", area="deciding", direction="fell_short", text="secret",
        evidence=[uid(f"entry {decision}"), uid("nowhere")],
    )  # fmt: skip
    lesson(world, "2026-05-03T09:00:00Z")
    table = block(render.build("retrospective", opened(world), period="2026Q2"), "lesson_texts")
    assert [row["rests_on"] for row in records(table)] == [(decision,), ()]
    assert "1 lesson names no entry that it rests on." in table.notes


def test_findings_stand_under_their_principle_in_the_period_they_arose(world: World, opened: Any) -> None:
    begun(world)
    overdue = action(world, "2026-02-02T09:00:00Z", "2026-04-30")
    report = render.build("retrospective", opened(world), period="2026Q2")
    rows = {row["principle"]: row["found"] for row in records(block(report, "principles"))}
    assert rows == {each: int(each == "7") for each in "12345670"}
    [listed] = records(block(report, "found_codes"))
    assert (listed["code"], listed["entries"]) == ("action_overdue", (overdue,))


def test_the_report_ends_with_room_to_write_what_is_agreed(world: World, opened: Any) -> None:
    last = render.build("retrospective", opened(world), period="2026Q2").blocks[-1]
    assert isinstance(last, Table)
    assert [column.label for column in last.columns] == ["No.", "Action", "Owner", "Due"]
    assert len(last.rows) == 5
    assert "____" in render.write(render.build("retrospective", opened(world), period="2026Q2"), "table")


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
    first = records(block(render.build("retrospective", opened(world), period="2026Q2"), "periods"))[0]
    assert (first["feedback_given"], str(first["feedback_share"])) == (1, "0.500")

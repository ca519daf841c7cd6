"""The file of one candidacy, on ledgers made by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.errors import InputError
from evenhand.render.blocks import Findings, Table
from evenhand.render.making import CaseFile, Step
from reading import block, records


def file_of(name: str, **more: Any) -> CaseFile:
    step = Step(7, "2026-02-01", "2026-02-01T09:00:00.000000Z", "candidacy.opened", "…000001", "route: external")
    return CaseFile(uid(name), "Robin", (step,), **more)


def case(facts: Any, name: str, **more: Any) -> Any:
    return render.build("case", facts, file=file_of(name), **more)


def panel(world: Any) -> None:
    """Five people on one examination: own, higher, equal, lower, crossed; and one at another post."""
    world.post("captain")
    world.post("lieutenant")
    for name, outcome, scores, post in (
        ("own", "reject", (70, 60), "captain"),
        ("higher", "advance", (80, 60), "captain"),
        ("equal", "advance", (70, 60), "captain"),
        ("lower", "advance", (69, 60), "captain"),
        ("crossed", "reject", (90, 10), "captain"),
        ("elsewhere", "advance", (10, 10), "lieutenant"),
    ):
        world.candidate(name, post)
        world.decide(name, outcome, scores)


def test_others_of_the_same_place_stand_by_how_their_scores_lie_beside_these(world: Any, opened: Any) -> None:
    panel(world)
    report = case(opened(world), "own")
    counted = {
        row["relation"]: (row["n"], row["advanced"], row["rejected"]) for row in records(block(report, "compared"))
    }
    assert counted == {"higher": (1, 1, 0), "equal": (1, 1, 0), "lower": (1, 1, 0), "crossed": (1, 0, 1)}
    listed = [(row["candidacy"], row["relation"], row["contrary"]) for row in records(block(report, "comparators"))]
    assert listed == [
        (uid("equal"), "equal", "yes"),
        (uid("lower"), "lower", "yes"),
        (uid("higher"), "higher", "no"),
        (uid("crossed"), "crossed", "no"),
    ]
    assert block(report, "comparators").notes[0].startswith("2 were decided the other way")


def test_for_one_who_advanced_the_contrary_ones_are_the_rejected_with_as_much_or_more(world: Any, opened: Any) -> None:
    panel(world)
    for name, outcome, scores in (("passed over", "reject", (99, 99)), ("worse", "reject", (1, 1))):
        world.candidate(name, "captain")
        world.decide(name, outcome, scores)
    rows = records(block(case(opened(world), "equal"), "comparators"))
    assert {row["candidacy"] for row in rows if row["contrary"] == "yes"} == {uid("passed over"), uid("own")}


def test_what_became_of_the_others_is_shown_by_opaque_id_only(world: Any, opened: Any) -> None:
    panel(world)
    report = case(opened(world), "own")
    assert {row["state"] for row in records(block(report, "comparators"))} == {"advanced", "rejected"}
    assert "higher" not in {row["candidacy"] for row in records(block(report, "comparators"))}


def test_the_decision_stands_beside_what_the_standard_implies_with_scores_and_reasons(world: Any, opened: Any) -> None:
    panel(world)
    report = case(opened(world), "own")
    [decision] = records(block(report, "decisions"))
    assert (decision["outcome"], decision["implied"], decision["class"]) == ("reject", "reject", "agree")
    assert (str(decision["score"]), decision["reasons"]) == ("66.000", "below-bar (written)")
    written = next(row for row in records(block(report, "scores")) if row["criterion"] == "written")
    assert (str(written["score"]), str(written["bar"]), written["met"], written["authors"]) == (
        "70.000",
        "70.000",
        "yes",
        1,
    )
    [bound] = records(block(report, "standards"))
    assert (bound["standard"], bound["standard_version"], bound["until"]) == ("exam", 1, None)


def test_notices_deadlines_promises_findings_and_other_candidacies_are_this_persons(world: Any, opened: Any) -> None:
    panel(world)
    decided = max(at for at, each in enumerate(world.events, 1) if each[0] == "decision.made" and each[1] == uid("own"))
    world.tell("own", decided, "2026-02-10T12:00:00Z")
    world.tell("own", decided, "2026-02-11T12:00:00Z")
    world.say(
        "candidacy.opened", "again", "2026-05-01T09:00:00Z", candidate=uid("person own"), requisition=uid("lieutenant"),
        route="external",
    )  # fmt: skip
    report = case(opened(world), "own")
    first, second = records(block(report, "told"))
    assert (first["decision"], str(first["hours"]), second["hours"]) == (decided, "3.0", None)
    assert [row["standing"] for row in records(block(report, "clocks")) if row["owed"] == "outcome_told"] == ["met"]
    assert "told_twice" in {each.code for each in block(report, "findings").items}
    [other] = records(block(report, "others"))
    assert (other["candidacy"], other["requisition"], other["state"]) == (uid("again"), "lieutenant", "applied")
    elsewhere = case(opened(world), "higher")
    assert block(elsewhere, "told").rows == ()
    assert "told_twice" not in {each.code for each in block(elsewhere, "findings").items}


def test_what_is_not_there_is_said_block_by_block(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    report = case(opened(world), "c")
    empty = [each for each in report.blocks if isinstance(each, Table) and not each.rows]
    assert {each.key for each in empty} >= {
        "decisions",
        "scores",
        "compared",
        "comparators",
        "told",
        "feedback",
        "others",
    }
    assert [each.key for each in empty if not each.notes] == []
    [found] = [each for each in report.blocks if isinstance(each, Findings)]
    assert (found.items, found.none) == ((), "Nothing was found in this candidacy.")


def test_of_one_who_asked_for_feedback_without_an_interview_the_asking_is_said(world: Any, opened: Any) -> None:
    world.post("captain")
    for name in ("asked", "silent"):
        world.candidate(name, "captain")
    world.say("feedback.requested", "asked", "2026-02-03T09:00:00Z", channel="email")
    facts = opened(world)
    [asked], [silent] = (block(case(facts, name), "feedback").notes for name in ("asked", "silent"))
    assert asked.startswith("There was no interview, but feedback was asked for")
    assert silent.startswith("Nobody was interviewed, so no feedback is expected")
    [said] = block(case(facts, "asked", lang="zh"), "feedback").notes
    assert "候选人请求过反馈" in said


def test_the_stamp_names_the_candidacy_and_counts_the_boxes(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    report = render.build("case", opened(world), file=file_of("c", opened=3, gone=1))
    assert report.stamp.asked == (uid("c"),)
    assert (report.stamp.boxes_opened, report.stamp.boxes_gone) == (3, 1)


def test_a_candidacy_that_was_corrected_away_counts_nowhere_and_that_is_said(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    opening = uid(f"entry {len(world.events)}")
    world.say("entry.corrected", "c", "2026-02-02T09:00:00Z", target=opening, kind="duplicate", fields={})
    report = case(opened(world), "c")
    assert "corrected as a duplicate" in block(report, "about").notes[0]
    assert len(block(report, "timeline").rows) == 1


@pytest.mark.parametrize("fmt", ["table", "md", "json", "csv", "html"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_written_in_every_format_and_language(world: Any, opened: Any, fmt: str, lang: str) -> None:
    panel(world)
    assert "Robin" in render.write(case(opened(world), "own", lang=lang), fmt)


def test_its_page_says_how_to_make_it_again(world: Any, opened: Any) -> None:
    panel(world)
    page = render.write(case(opened(world), "own"), "html")
    assert re.search(rf"evenhand case --as-of \S+ --zone \S+ {uid('own')} --lang en -f html", page)


def test_without_a_candidacy_there_is_no_such_report(world: Any, opened: Any) -> None:
    with pytest.raises(InputError, match="make it with: evenhand case CANDIDACY"):
        render.build("case", opened(world))
    assert "case" not in render.names()


def test_a_file_about_one_candidacy_says_so_in_words_for_people(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    report = case(opened(world), "c")
    for form in ("md", "table", "html"):
        written = render.write(report, form)
        assert "n = 1 candidacy; nobody left out" in written
        assert "1 candidacies" not in written


def test_the_timeline_says_what_became_of_an_entry_that_was_put_right(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    twice, late = (world.say("stage.entered", "c", "2026-02-01T09:00:00Z", stage="chat") for _ in range(2))
    moment = {"at": "2026-02-01T10:00:00+00:00", "zone": "UTC", "precision": "instant"}
    for target, kind, fields in ((twice, "duplicate", {}), (late, "time", {"occurred_at": moment})):
        world.say(
            "entry.corrected", "c", "2026-02-02T09:00:00Z", target=uid(f"entry {target}"), kind=kind, fields=fields
        )
    steps = tuple(Step(each, "-", "2026-02-01T09:00:00.000000Z", "stage.entered", "-", "-") for each in (twice, late))
    report = render.build("case", opened(world), file=CaseFile(uid("c"), None, steps))
    assert [each["corrected"] for each in records(block(report, "timeline"))] == [
        f"a duplicate, as entry {late + 1} says: counts nowhere",
        f"put right by entry {late + 2}",
    ]

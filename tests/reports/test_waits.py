"""How long groups waited, and what they were given: Gehan's figures, fed as decisions and notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.render.blocks import NotShown, Under
from evenhand.render.making import Options
from reading import block, records

# Gehan 1965, Biometrika 52: weeks in remission by pair; those marked + were still in remission. No hiring, but figures.
CONTROL = (1, 22, 3, 12, 8, 17, 2, 11, 8, 12, 2, 5, 4, 15, 8, 23, 5, 11, 4, 1, 8)
TREATED = ("10", "7", "32+", "23", "22", "6", "16", "34+", "32+", "25+", "11+", "20+", "19+", "6", "17+", "35+", "6",
           "13", "9+", "6+", "10+")  # fmt: skip
DECIDED = datetime.fromisoformat("2026-02-10T09:00:00+00:00")


def wait(world: Any, post: str, name: str, group: str, days: str) -> None:
    """Reject somebody, who is told after so many days, or withdraws unheard (+)."""
    world.candidate(name, post, group)
    decision = world.decide(name, "reject", 60)
    at = (DECIDED + timedelta(days=int(days.rstrip("+")))).isoformat()
    if days.endswith("+"):
        world.say("candidacy.withdrawn", name, at)
    else:
        world.tell(name, decision, at)


def gehan(world: Any, *, paired: bool) -> None:
    if not paired:
        world.post("trial")
    for at, (control, treated) in enumerate(zip(CONTROL, TREATED, strict=True)):
        post = f"pair-{at}" if paired else "trial"
        if paired:
            world.post(post)
        wait(world, post, f"control {at}", "w", str(control))
        wait(world, post, f"treated {at}", "b", treated)


def made(world: Any, opened: Any, **options: Any) -> Any:
    return render.build("fairness", opened(world), answers=world.answers, **options)


def test_gehans_groups_waited_as_published(world: Any, opened: Any) -> None:
    gehan(world, paired=False)
    report = made(world, opened)
    [tested] = records(block(report, "waits_tested"))
    assert (str(tested["chi_square"]), tested["freedom"], tested["n"]) == ("16.793", 1, 42)
    assert isinstance(tested["p"], Under)
    assert "<0.0001" in render.write(report, "md")
    medians = {
        row["group"]: (row["n"], row["told"], str(row["median_hours"])) for row in records(block(report, "waits"))
    }
    assert medians == {"w": (21, 21, str(8 * 24.0)), "b": (21, 9, str(23 * 24.0))}


def test_requisitions_are_looked_at_by_themselves(world: Any, opened: Any) -> None:
    gehan(world, paired=True)
    [tested] = records(block(made(world, opened), "waits_tested"))
    assert (str(tested["chi_square"]), str(tested["p"])) == ("10.714", "0.0011")


def test_a_group_rejected_more_often_does_not_look_slower_for_it(world: Any, opened: Any) -> None:
    world.post("captain")
    for group, rejected in (("w", 10), ("b", 30)):
        for each in range(40):
            name = f"{group}{each}"
            world.candidate(name, "captain", group)
            outcome, days = ("reject", 20) if each < rejected else ("advance", 2)
            decision = world.decide(name, outcome, 60 if outcome == "reject" else 80)
            world.tell(name, decision, (DECIDED + timedelta(days=days + each % 3)).isoformat())
    [tested] = records(block(made(world, opened), "waits_tested"))
    assert tested["p"] > 0.5


@pytest.fixture
def given(world: Any) -> Any:
    """Forty interviewed of each group and rejected; feedback to 30 and to 10, a criterion named to 30 and to 36."""
    world.post("captain")
    for group, feedback, linked in (("w", 30, 30), ("b", 10, 36)):
        for each in range(40):
            name = f"{group}{each}"
            world.candidate(name, "captain", group)
            visit = world.say("stage.entered", name, "2026-02-09T09:00:00Z", stage="chat")
            visit_id = uid(f"entry {visit}")
            world.say("interview.held", name, "2026-02-09T09:00:00Z", visit=visit_id, form="video")
            reasons = [{"code": "below-bar", "criteria": ["oral"] if each < linked else []}]
            world.say(
                "decision.made", name, "2026-02-10T09:00:00Z", visit=visit_id, outcome="reject", reasons=reasons,
                deciders=[uid("decider")], automation="none",
            )  # fmt: skip
            if each < feedback:
                world.say("feedback.given", name, "2026-02-12T09:00:00Z", channel="email", segments=[])
    return world


def test_feedback_by_group_is_counted_over_those_turned_down_after_an_interview(given: Any, opened: Any) -> None:
    for name, ending in (("still here", None), ("gone", "candidacy.withdrawn")):
        given.candidate(name, "captain", "b")
        visit = given.say("stage.entered", name, "2026-02-09T09:00:00Z", stage="chat")
        visit_id = uid(f"entry {visit}")
        given.say("interview.held", name, "2026-02-09T09:00:00Z", visit=visit_id, form="video")
        if ending:
            given.say(ending, name, "2026-02-09T12:00:00Z")
    rows = {(row["what"], row["group"]): row for row in records(block(made(given, opened), "shares"))}
    assert rows["feedback", "b"]["n"] == 40
    report = render.build("communication", opened(given), answers=given.answers)
    assert [row["n"] for row in records(block(report, "feedback_by_group"))] == [40, 40]


def test_shares_with_feedback_and_with_reasons_stand_by_group(given: Any, opened: Any) -> None:
    rows = {(row["what"], row["group"]): row for row in records(block(made(given, opened), "shares"))}
    feedback, reasons = rows["feedback", "b"], rows["reasons", "b"]
    assert (feedback["n"], feedback["given"], str(feedback["odds_ratio"])) == (40, 10, "0.111")
    assert isinstance(feedback["p"], Under)
    assert (reasons["n"], reasons["given"], str(reasons["odds_ratio"])) == (40, 36, "3.000")
    assert reasons["adjusted"] >= reasons["p"]
    assert rows["feedback", "w"]["why"] == "reference"


def test_shares_say_how_many_people_and_decisions_they_are_of_and_who_is_not_among_them(
    given: Any, opened: Any
) -> None:
    given.candidate("more", "captain", "w")
    given.decide("more", "advance", 80)  # never interviewed
    table = block(made(given, opened), "shares")
    assert (table.n, table.of) == (160, "interviewed candidacies and rejections")
    assert [each.n for each in table.left_out] == [1, 1]


def test_where_all_but_few_were_told_only_that_number_does_not_go_out(world: Any, opened: Any) -> None:
    world.post("captain")
    for group, n in (("w", 30), ("b", 30)):
        for each in range(n):
            name = f"{group}{each}"
            world.candidate(name, "captain", group)
            decision = world.decide(name, "reject", 60)
            if each or group == "b":
                world.tell(name, decision, "2026-02-12T09:00:00Z")
    report = made(world, opened, options=Options(outward=True))
    assert [(row["n"], row["told"]) for row in records(block(report, "waits"))] == [(30, NotShown.HIDDEN)] * 2
    assert [row["n"] for row in records(block(report, "waits_tested"))] == [60]


def test_small_shares_do_not_go_out(given: Any, opened: Any) -> None:
    report = made(given, opened, options=Options(outward=True))
    rows = {(row["what"], row["group"]): row for row in records(block(report, "shares"))}
    assert rows["reasons", "b"]["n"] is NotShown.HIDDEN  # 4 of 40 had no such reason
    assert rows["reasons", "w"]["n"] is NotShown.HIDDEN  # or the total would give it away
    assert rows["feedback", "b"]["n"] == 40

"""The report on communication, on ledgers made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.render.blocks import NotShown
from evenhand.render.making import CaseFile, Options
from reading import block, records

DECIDED = "2026-03-02T09:00:00Z"

# Gehan 1965, Biometrika 52: weeks in remission; those marked + were still in remission. No hiring, but figures.
CONTROL = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
TREATED = "6 6 6 7 10 13 16 22 23 6+ 9+ 10+ 11+ 17+ 19+ 20+ 25+ 32+ 32+ 34+ 35+"


def made(world: Any, opened: Any, instant: str = "2026-06-01T00:00:00Z", **options: Any) -> render.Report:
    return render.build("communication", opened(world, instant), **options)


def decided(world: Any, name: str, outcome: str = "reject", at: str = DECIDED, post: str = "captain") -> int:
    world.candidate(name, post)
    return int(world.decide(name, outcome, 60 if outcome == "reject" else 80, at=at))


def row(report: render.Report, key: str, **wanted: Any) -> dict[str, Any]:
    return next(
        each for each in records(block(report, key)) if all(each[name] == value for name, value in wanted.items())
    )


def test_gehans_medians_come_out_of_a_ledger_told_as_decisions_and_notices(world: Any, opened: Any) -> None:
    for post, weeks in (("control", CONTROL), ("treated", TREATED)):
        world.post(post)
        for at, each in enumerate(weeks.split()):
            name = f"{post} {at}"
            decision = decided(world, name, at="2025-06-02T09:00:00Z", post=post)
            end = datetime.fromisoformat("2025-06-02T09:00:00+00:00") + timedelta(weeks=int(each.rstrip("+")))
            if each.endswith("+"):
                world.say("candidacy.withdrawn", name, end.isoformat())
            else:
                world.tell(name, decision, end.isoformat())
    report = made(world, opened)
    control = row(report, "by_requisition", requisition="control", wait="reject")
    treated = row(report, "by_requisition", requisition="treated", wait="reject")
    week = 7 * 24.0
    assert (control["n"], control["told"], str(control["median_hours"])) == (21, 21, str(8 * week))
    assert (treated["n"], treated["told"], str(treated["median_hours"])) == (21, 9, str(23 * week))


def test_the_curves_of_waits_go_in_steps_and_show_the_deadlines_of_the_policy(world: Any, opened: Any) -> None:
    world.post("captain")
    for at in range(6):
        world.tell(f"c{at}", decided(world, f"c{at}"), f"2026-03-0{at + 3}T09:00:00Z")
    chart = block(made(world, opened), "drawn")
    steps = {series.key: series.steps for series in chart.series}["reject"]
    assert (steps[0], len(steps), steps[-1][1]) == ((0, 1), 7, 0)
    assert [mark.of for mark in chart.marks] == ["reject"]


def test_a_receipt_answers_an_application_and_is_not_yet_news(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(5):
        name = f"p{each}"
        world.candidate(name, "captain")  # applies on 1 February, nine o'clock
        world.say("notice.given", name, "2026-02-01T10:00:00Z", about="receipt", channel="email")
        world.say("notice.given", name, "2026-02-03T09:00:00Z", about="status", channel="phone")
    report = made(world, opened)
    assert str(row(report, "waits", wait="application")["median_hours"]) == "1.0"
    assert str(row(report, "waits", wait="application_news")["median_hours"]) == "48.0"
    assert row(report, "waits", wait="application")["delivery_unknown"] == 5


def test_after_an_interview_the_wait_runs_from_the_last_one_to_any_word(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("a", "captain")
    visit = uid(f"entry {world.say('stage.entered', 'a', '2026-02-02T09:00:00Z', stage='chat')}")
    for day in ("03", "05"):
        world.say("interview.held", "a", f"2026-02-{day}T09:00:00Z", visit=visit, form="video")
    report = made(world, opened, "2026-04-01T09:00:00Z")
    waiting = row(report, "waits", wait="last_interview")
    assert (waiting["n"], waiting["open"], str(waiting["oldest_days"])) == (1, 1, "55.0")
    world.say("follow_up.made", "a", "2026-02-06T09:00:00Z", kind="thank_you", channel="phone")
    assert row(made(world, opened), "waits", wait="last_interview")["told"] == 1


def test_the_board_names_whose_turn_it_is_with_the_people_recorded_for_it(world: Any, opened: Any) -> None:
    world.post("captain")
    world.say("requisition.amended", "captain", "2026-01-03T00:00:00Z", recruiter=uid("r"), hiring_manager=uid("m"))
    decided(world, "untold")
    for name in ("to score", "to decide", "to interview"):
        world.candidate(name, "captain")
        visit = uid(f"entry {world.say('stage.entered', name, '2026-02-02T09:00:00Z', stage='exam')}")
        planned = {"visit": visit, "form": "video", "interviewers": [uid("i"), uid("j")]}
        if name == "to interview":
            world.say("interview.scheduled", name, "2026-02-02T10:00:00Z", starts=moment("2026-02-09"), **planned)
            continue
        world.say("interview.held", name, "2026-02-03T09:00:00Z", **planned)
        for author in ("i",) if name == "to score" else ("i", "j"):
            world.say("scorecard.submitted", name, "2026-02-03T10:00:00Z", visit=visit, author=uid(author),
                      standard=uid("standard"), standard_version=1, ratings=[])  # fmt: skip
    advanced = decided(world, "to arrange", "advance")
    world.tell("to arrange", advanced, "2026-03-02T10:00:00Z")
    report = made(world, opened)
    shown = [*records(block(report, "overdue")), *records(block(report, "in_time"))]
    turns = {each["candidacy"]: (each["turn"], each["person"]) for each in shown}
    assert turns == {
        uid("untold"): ("tell", uid("r")),
        uid("to score"): ("score", uid("j")),
        uid("to decide"): ("decide", uid("m")),
        uid("to interview"): ("interview", ", ".join(sorted([uid("i"), uid("j")]))),
        uid("to arrange"): ("arrange", uid("r")),
    }


def moment(day: str) -> dict[str, str]:
    return {"at": day, "zone": "Europe/Berlin", "precision": "day"}


def test_whoever_withdrew_waits_only_for_an_answer_and_whoever_was_erased_for_nothing(world: Any, opened: Any) -> None:
    world.post("captain")
    for name in ("left", "erased"):
        decided(world, name)
    world.say("candidacy.withdrawn", "left", "2026-03-20T09:00:00Z")
    world.say("candidate.erased", "person erased", "2026-03-20T09:00:00Z", ground="request")
    report = made(world, opened)
    assert block(report, "in_short").n == 0
    assert "Nobody waits." in block(report, "in_short").notes
    assert "Nobody is overdue." in block(report, "overdue").notes


def test_a_template_that_one_of_ten_got_is_listed_beside_what_the_others_got(world: Any, opened: Any) -> None:
    world.post("captain")
    told = {"template_version": "1", "language": "en"}
    cold = world.tell("p0", decided(world, "p0"), "2026-03-02T10:00:00Z", template="cold", **told)
    for each in range(1, 10):
        world.tell(f"p{each}", decided(world, f"p{each}"), "2026-03-02T10:00:00Z", template="warm", **told)
    [unlike] = records(block(made(world, opened), "unlike"))
    assert (unlike["aspect"], unlike["got"], unlike["usual"], unlike["same"], unlike["peers"]) == (
        "template", "cold", "warm", 9, 10,
    )  # fmt: skip
    assert (unlike["entry"], unlike["outcome"], unlike["candidacy"]) == (cold, "reject", uid("p0"))


def test_checks_are_said_as_counts_and_never_as_a_grade(world: Any, opened: Any) -> None:
    world.post("captain")
    checks = {"lexicon": "1", "applied": 11, "met": 8, "unmet": ["thanks", "salutation", "specific"]}
    world.tell("p", decided(world, "p"), "2026-03-02T10:00:00Z", text="words", checks=checks)
    report = made(world, opened)
    assert (
        "Together the texts of all kinds above met 8 of the 11 checks that apply."
        in block(report, "texts_checked").notes
    )
    assert {each["check"] for each in records(block(report, "checks_unmet"))} == {"thanks", "salutation", "specific"}
    assert "Thanks the candidate." in render.write(report, "md")
    assert "good feedback" not in render.write(report, "md")


LAW = {
    "profile": "a-law", "jurisdiction": "CA-ON", "names": {"en": "A law"}, "citation": "O. Reg. 476/24",
    "status": "in_force", "status_on": "2026-01-01",
    "deadlines": [{"deadline": "45", "clock_from": "last_interview", "until": "decision_status_told", "amount": 45,
                   "unit": "days"}],
}  # fmt: skip


@pytest.fixture
def ontario(world: Any) -> Any:
    policy = {"policy_version": 1, "code": "p", "names": {"en": "P"}, "why": "law", "legal_profiles": [LAW]}
    world.say("policy.adopted", "lawful", "2026-01-01T00:00:00Z", **policy)
    world.say(
        "requisition.opened", "captain", "2026-01-02T00:00:00Z", code="captain", title="t", unit="u", location="l",
        zone="America/Toronto", headcount=1, jurisdictions=["CA-ON"], standard=uid("standard"), standard_version=1,
        policy=uid("lawful"), policy_version=1,
    )  # fmt: skip
    for name, day in (("early", "2026-02-10"), ("late", "2026-03-10")):
        world.candidate(name, "captain")
        visit = uid(f"entry {world.say('stage.entered', name, f'{day}T15:00:00Z', stage='chat')}")
        world.say("interview.held", name, f"{day}T16:00:00Z", visit=visit, form="video")
    return world


def test_a_laws_clock_is_shown_with_the_days_left_or_overdue_its_citation_and_no_verdict(
    ontario: Any, opened: Any
) -> None:
    report = made(ontario, opened, "2026-04-01T16:00:00Z")
    shown = {each["candidacy"]: each for each in records(block(report, "law_clocks"))}
    early, late = shown[uid("early")], shown[uid("late")]
    assert (early["standing"], early["due"], str(early["days_overdue"])) == ("overdue", "2026-03-27", "4.5")
    assert (late["standing"], late["due"], str(late["days_left"])) == ("open", "2026-04-24", "23.5")
    law = row(report, "laws", profile="a-law")
    assert (law["citation"], law["status"], law["overdue"], law["open"]) == ("O. Reg. 476/24", "in_force", 1, 1)
    written = render.write(report, "md").lower()
    assert "the record shows when people were told" in written
    assert not [word for word in ("complian", "violat", "unlawful", "breach", "illegal") if word in written]


@pytest.mark.parametrize(
    ("lang", "early", "late"),
    [
        ("en", "the record shows 4 days over", "the record shows 23 days left"),
        ("zh", "记录显示已超出 4 天", "记录显示还剩 23 天"),
    ],
)
def test_the_file_of_a_case_says_of_a_laws_clock_what_the_record_shows(
    lang: str, early: str, late: str, ontario: Any, opened: Any
) -> None:
    facts = opened(ontario, "2026-04-01T16:00:00Z")
    for name, said in (("early", early), ("late", late)):
        report = render.build("case", facts, lang=lang, file=CaseFile(uid(name), None, ()))
        [item] = block(report, "findings").items
        assert said in item.sentence
        assert "O. Reg. 476/24" in item.sentence


def test_small_groups_given_feedback_do_not_go_out(world: Any, opened: Any) -> None:
    world.post("captain")
    for group, n, given in (("w", 40, 30), ("b", 40, 2), ("h", 40, 30)):
        for each in range(n):
            name = f"{group}{each}"
            world.candidate(name, "captain", group)
            visit = uid(f"entry {world.say('stage.entered', name, '2026-02-09T09:00:00Z', stage='chat')}")
            world.say("interview.held", name, "2026-02-09T09:00:00Z", visit=visit, form="video")
            world.decide(name, "reject", 60)
            if each < given:
                world.say("feedback.given", name, "2026-02-12T09:00:00Z", channel="email", segments=[])
    inside = made(world, opened, answers=world.answers)
    assert row(inside, "feedback_by_group", group="b")["given"] == 2
    outside = made(world, opened, answers=world.answers, options=Options(outward=True))
    assert row(outside, "feedback_by_group", group="b")["given"] == NotShown.HIDDEN
    shown = [each for each in records(block(outside, "feedback_by_group")) if each["given"] != NotShown.HIDDEN]
    assert len(shown) < 3  # or the total would give the small one away


def test_a_run_that_opens_nothing_compares_no_groups_and_says_why(world: Any, opened: Any) -> None:
    table = block(made(world, opened), "feedback_by_group")
    assert (table.rows, table.n) == ((), 0)
    assert "this run opened none of it" in table.notes[0]


def test_an_empty_ledger_says_in_every_section_what_was_not_recorded(world: Any, opened: Any) -> None:
    written = render.write(made(world, opened), "md")
    for said in ("Nobody waits.", "Nobody is overdue.", "No deadline was running.", "No promise was recorded.",
                 "No text was checked when it was recorded.", "No follow-up was recorded.", "No consent was recorded.",
                 "Nobody applied again.", "Nobody withdrew or declined."):  # fmt: skip
        assert said in written

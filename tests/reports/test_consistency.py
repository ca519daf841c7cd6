"""The consistency report on ledgers made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.render.blocks import Verdict
from reading import block, records

# Ricci v. DeStefano, 557 U.S. 557 (2009): candidates and passes by examination and race.
RICCI = {
    "captain": {"w": (25, 16), "b": (8, 3), "h": (8, 3)},
    "lieutenant": {"w": (43, 25), "b": (19, 6), "h": (15, 3)},
}


def ricci(world: Any) -> Any:
    for post, groups in RICCI.items():
        world.fare(post, groups)
    return world


def test_ricci_agrees_throughout(world: Any, opened: Any) -> None:
    report = render.build("consistency", opened(ricci(world)), answers=world.answers)
    verdict = block(report, "verdict")
    assert isinstance(verdict, Verdict)
    assert (verdict.word, verdict.n) == ("consistent", 118)
    said = "118 of 118 that can be compared agree: 100.0 % (95 % interval 96.8 % to 100.0 %)."
    assert said in block(report, "replay").notes


def test_three_overridden_outcomes_are_the_three_that_differ(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(6):
        world.candidate(f"c{each}", "captain")
    wrong = [world.decide(f"c{each}", "advance", 60, override_reason="x") for each in range(2)]
    wrong.append(world.decide("c2", "reject", 80))
    for each in range(3, 6):
        world.decide(f"c{each}", "advance", 80)
    report = render.build("consistency", opened(world))
    listed = records(block(report, "differing"))
    assert [(row["decision"], row["outcome"], row["implied"], row["override_reason"]) for row in listed] == [
        (wrong[0], "advance", "reject", "recorded"),
        (wrong[1], "advance", "reject", "recorded"),
        (wrong[2], "reject", "advance", "none"),
    ]
    assert [str(row["score"]) for row in listed] == ["60.000", "60.000", "80.000"]
    verdict = block(report, "verdict")
    assert verdict.word == "not_enough_data"
    assert verdict.sentence.startswith("NOT ENOUGH DATA: Decided otherwise than the standard in force implies: 3 of 6 ")
    assert "in 1 of them no reason" in verdict.sentence
    assert "with fewer than 10 decisions nothing can be said of how decisions are made in general" in verdict.sentence
    assert block(report, "replay").rows[0][:2] == ("agree", 3)
    assert records(block(report, "overrides")) == [
        {"outcome": "advance", "class": "differ", "with_reason": 2, "without_reason": 0},
        {"outcome": "reject", "class": "differ", "with_reason": 0, "without_reason": 1},
    ]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "INCONSISTENT WITH RECORDED STANDARD"), ("zh", "与所记录的标准不一致")]
)
def test_enough_decisions_of_which_some_differ_are_called_inconsistent_with_the_recorded_standard(
    world: Any, opened: Any, lang: str, word: str
) -> None:
    world.post("captain")
    for each in range(10):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", "reject" if each == 4 else "advance", 80)
    report = render.build("consistency", opened(world), lang=lang)
    verdict = block(report, "verdict")
    assert verdict.word == "inconsistent_with_recorded_standard"
    assert verdict.sentence.startswith(word)
    assert len(records(block(report, "differing"))) == 1
    if lang == "en":
        assert "not why, and not that the decision or the standard was wrong" in verdict.sentence


def test_few_decisions_that_all_agree_say_nothing_of_decisions_in_general(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(9):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", "advance", 80)
    verdict = block(render.build("consistency", opened(world)), "verdict")
    assert (verdict.word, verdict.n) == ("not_enough_data", 9)
    assert "with fewer than 10 nothing can be said" in verdict.sentence


def test_kappa_has_no_interval_of_no_width_and_it_is_said_why(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(20):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", *(("advance", 60) if each % 2 else ("reject", 80)))  # all the other way
    table = block(render.build("consistency", opened(world)), "agreement")
    _, kappa = records(table)
    assert (str(kappa["value"]), kappa["low"], kappa["high"]) == ("-1.000", None, None)
    assert any("one of width nought, which no sample justifies" in note for note in table.notes)


def test_each_disagreement_names_its_scorecards_and_the_entry_that_adopted_the_standard(
    world: Any, opened: Any
) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    wrong = world.decide("c", "reject", 80)
    [listed] = records(block(render.build("consistency", opened(world)), "differing"))
    assert (listed["decision"], listed["scorecards"], listed["standard_entry"]) == (wrong, (wrong - 1,), 2)


def test_agreement_and_kappa_stand_with_their_intervals_and_what_moves_kappa(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(20):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", "advance" if each < 4 else "reject", 80 if 0 < each < 5 else 60)
    table = block(render.build("consistency", opened(world)), "agreement")
    agreed, kappa = records(table)
    assert [str(agreed[key]) for key in ("value", "low", "high", "n")] == ["0.900", "0.699", "0.972", "20"]
    assert [str(kappa[key]) for key in ("value", "low", "high", "n")] == ["0.688", "0.285", "1.000", "20"]
    assert "here 4 of 20 are implied to advance" in table.notes[0]


def test_a_departure_is_counted_only_where_one_is(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(4):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", "advance", 80, **({"override_reason": "x"} if each == 0 else {}))
    world.candidate("unscored", "captain")
    visit = uid(f"entry {world.say('stage.entered', 'unscored', '2026-02-10T09:00:00Z', stage='exam')}")
    world.say(
        "decision.made", "unscored", "2026-02-10T09:00:00Z", visit=visit, outcome="advance", reasons=[],
        deciders=[uid("decider")], automation="none",
    )  # fmt: skip
    table = block(render.build("consistency", opened(world)), "overrides")
    assert records(table) == [
        {"outcome": "advance", "class": "agree", "with_reason": 1, "without_reason": 0},
        {"outcome": "advance", "class": "insufficient", "with_reason": 0, "without_reason": 1},
    ]
    assert table.n == 2


def test_what_weakens_the_verdict_is_said_beside_it(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    visit = uid(f"entry {world.say('stage.entered', 'c', '2026-02-10T09:00:00Z', stage='exam')}")
    world.say(
        "decision.made", "c", "2026-02-10T10:00:00Z", visit=visit, outcome="advance", reasons=[],
        deciders=[uid("decider")], automation="none",
    )  # fmt: skip
    world.say(
        "scorecard.submitted", "c", "2026-02-10T09:30:00Z", visit=visit, author=uid("author"), standard=uid("standard"),
        standard_version=1, ratings=[{"criterion": each, "score": 80_000_000} for each in ("written", "oral")],
    )  # fmt: skip
    verdict = block(render.build("consistency", opened(world)), "verdict")
    assert (verdict.word, verdict.notes) == ("not_enough_data", ("1 decision rests on late scorecards.",))


def test_unscored_deferred_and_overturned_decisions_are_counted_and_said(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(3):
        world.candidate(f"c{each}", "captain")
    world.decide("c0", "advance", 0, stage="chat")
    world.decide("c1", "defer", 80, until={"at": "2026-03-01", "zone": "Europe/Berlin", "precision": "day"})
    gone = world.decide("c2", "reject", 80)
    world.say("decision.overturned", "c2", "2026-02-11T09:00:00Z", decision=uid(f"entry {gone}"))
    table = block(render.build("consistency", opened(world)), "replay")
    assert {row["class"]: row["n"] for row in records(table) if row["n"]} == {"unscored": 1}
    assert [each.n for each in table.left_out] == [1, 1]


def test_a_period_takes_what_was_decided_in_it_by_local_days(world: Any, opened: Any) -> None:
    world.post("captain")
    for name, at in (("a", "2026-03-31T21:59:00Z"), ("b", "2026-03-31T22:01:00Z")):  # midnight in Berlin lies between
        world.candidate(name, "captain")
        world.decide(name, "advance", 80, at=at)
    facts = opened(world)
    assert [block(render.build("consistency", facts, period=each), "verdict").n for each in ("2026Q1", "2026Q2")] == [
        1,
        1,
    ]


def test_nothing_decided_is_nothing_concluded(world: Any, opened: Any) -> None:
    report = render.build("consistency", opened(world))
    assert block(report, "verdict").word == "nothing_to_compare"


def test_the_same_stamp_gives_the_same_bytes(world: Any, opened: Any) -> None:
    ricci(world)
    first, second = opened(world), opened(world)
    for lang in ("en", "zh"):
        one = render.build("consistency", first, answers=world.answers, lang=lang)
        other = render.build("consistency", second, answers=dict(reversed(world.answers.items())), lang=lang)
        assert one.stamp == other.stamp
        for fmt in render.FORMATS:
            assert render.write(one, fmt) == render.write(other, fmt)

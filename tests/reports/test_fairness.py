"""The fairness report on ledgers made by hand: published figures, fed as events, one person at a time."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.render import sentences
from evenhand.render.blocks import NotShown
from evenhand.render.making import Options
from evenhand.words import translator
from reading import block, records
from tables import BERKELEY

# Ricci v. DeStefano, 557 U.S. 557 (2009): candidates and passes by examination and race.
RICCI = {
    "captain": {"w": (25, 16), "b": (8, 3), "h": (8, 3)},
    "lieutenant": {"w": (43, 25), "b": (19, 6), "h": (15, 3)},
}


def two_groups(focal: str, reference: str) -> list[dict[str, Any]]:
    values = [{"code": code, "names": {"en": code}} for code in (reference, focal)]
    return [{"code": "race", "names": {"en": "Race"}, "values": values, "reference": reference}]


def ricci(world: Any) -> Any:
    for post, groups in RICCI.items():
        world.fare(post, groups)
    return world


def rows_of(report: Any, key: str, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in records(block(report, key)) if all(row[name] == value for name, value in wanted.items())]


def row_of(report: Any, key: str, **wanted: Any) -> dict[str, Any]:
    [row] = rows_of(report, key, **wanted)
    return row


def shown(row: dict[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in keys)


def made(world: Any, opened: Any, **options: Any) -> Any:
    return render.build("fairness", opened(world), answers=world.answers, **options)


def test_riccis_four_ratios_are_those_published(world: Any, opened: Any) -> None:
    report = made(ricci(world), opened)
    figures = {
        (row["requisition"], row["group"]): shown(row, "n", "selected", "ratio", "screen")
        for row in rows_of(report, "strata")
    }
    assert figures["captain", "w"] == ("25", "16", "None", "reference_before")
    assert figures["captain", "b"] == ("8", "3", "0.586", "not_assessed")
    assert figures["captain", "h"] == ("8", "3", "0.586", "not_assessed")
    assert figures["lieutenant", "b"] == ("19", "6", "0.543", "below")
    assert figures["lieutenant", "h"] == ("15", "3", "0.344", "below")
    assert figures["lieutenant", "(all)"][:2] == ("77", "34")


FISHER_AND_Z = {
    ("captain", "b"): ("0.238", "-1.32"), ("captain", "h"): ("0.238", "-1.32"),
    ("lieutenant", "b"): ("0.097", "-1.93"), ("lieutenant", "h"): ("0.016", "-2.55"),
}  # fmt: skip


@pytest.mark.parametrize("post", RICCI)
def test_riccis_tests_are_those_published(world: Any, opened: Any, post: str) -> None:
    world.fare(post, RICCI[post])
    for row in rows_of(made(world, opened), "tests"):
        fisher, z = FISHER_AND_Z[post, row["group"]]
        assert f"{row['fisher']:.3f}" == fisher
        assert float(row["z"]) == pytest.approx(float(z), abs=0.0051)


def test_riccis_examinations_together_have_the_published_odds_ratio(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("bh", "w"))
    for post, groups in RICCI.items():
        (n, passed), (m, also) = groups["b"], groups["h"]
        world.fare(post, {"w": groups["w"], "bh": (n + m, passed + also)})
    row = row_of(made(world, opened), "within", group="bh")
    assert shown(row, "odds_ratio", "low", "high", "strata", "dropped") == ("0.285", "0.131", "0.620", "2", "0")
    assert (f"{row['chi_square']:.2f}", str(row["chi_square_p"])) == ("10.23", "0.0014")
    assert (str(row["disagreement"]), f"{row['disagreement_p']:.2f}") == ("0.101", "0.75")


def test_berkeleys_departments_disagree_and_get_no_common_odds_ratio(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("m", "f"))
    for name, (men, women) in zip("abcdef", BERKELEY, strict=True):
        world.fare(name, {"m": (men.n, men.selected), "f": (women.n, women.selected)}, stage="chat")
    report = made(world, opened)
    within = row_of(report, "within", group="m")
    assert shown(within, "pooled", "odds_ratio", "why") == ("1.841", "None", "strata_disagree")
    assert shown(within, "corrected", "corrected_p") == ("1.427", "0.2323")
    assert shown(within, "disagreement", "disagreement_p") == ("18.826", "0.0021")
    each = [str(row["odds_ratio"]) for row in rows_of(report, "strata", group="m")]
    assert each == ["0.349", "0.803", "1.133", "0.921", "1.222", "0.828"]
    assert row_of(report, "verdicts", group="m")["verdict"] == "varies_by_requisition"
    assert any("VARIES BY REQUISITION" in each for each in block(report, "sentences").paragraphs)


def teal(world: Any) -> None:
    """Connecticut v. Teal, 457 U.S. 440 (1982): an examination, then promotions among those who passed it."""
    world.screen(attributes=two_groups("b", "w"))
    world.fare("supervisor", {"b": (48, 26), "w": (259, 206)})
    for group, passed, promoted in (("b", 26, 11), ("w", 206, 35)):
        for each in range(passed):
            name = f"supervisor {group} {each}"
            later = "2026-03-01T09:00:00Z"
            if each < promoted:
                world.decide(name, "advance", 0, at=later, stage="chat")
                world.say("candidate.hired", name, "2026-03-02T09:00:00Z")
            else:
                world.decide(name, "reject", 0, at=later, stage="chat")


def test_teal_weighs_on_a_group_at_a_stage_though_the_end_does_not(world: Any, opened: Any) -> None:
    teal(world)
    report = made(world, opened)
    rates = {(row["stage"], row["group"]): shown(row, "n", "selected", "rate") for row in rows_of(report, "rates")}
    assert rates["exam", "b"] == ("48", "26", "0.542")
    assert rates["exam", "w"] == ("259", "206", "0.795")
    assert (rates["(end)", "b"], rates["(end)", "w"]) == (("48", "11", "0.229"), ("259", "35", "0.135"))
    exam, end = (row_of(report, "ratios", stage=stage) for stage in ("exam", "(end)"))
    assert shown(exam, "ratio", "screen", "flips") == ("0.681", "below", "no")
    assert f"{exam['shortfall']:.2f}" == "10.27"
    assert shown(end, "ratio", "screen") == ("1.696", "not_below")
    exam, end = (row_of(report, "tests", stage=stage) for stage in ("exam", "(end)"))
    assert shown(exam, "z", "fisher") == ("-3.757", "0.0004")
    assert (f"{end['z']:.2f}", f"{end['fisher']:.3f}") == ("1.68", "0.121")
    words = {row["stage"]: row["verdict"] for row in rows_of(report, "verdicts")}
    assert (words["exam"], words["(end)"]) == ("both_review", "no_difference_detected")
    assert block(report, "rates").n == 307 + 232  # the end is no decision of its own


def test_who_is_still_under_way_is_not_in_the_end(world: Any, opened: Any) -> None:
    world.fare("supervisor", {"w": (20, 10), "b": (20, 10)})
    assert not rows_of(made(world, opened), "rates", stage="(end)")
    world.say("candidate.hired", "supervisor w 0", "2026-03-02T09:00:00Z")
    assert row_of(made(world, opened), "rates", stage="(end)", group="(all)")["n"] == 21


def test_the_guidelines_question_on_rates_of_60_45_48_and_51_percent(world: Any, opened: Any) -> None:
    # EEOC, questions and answers: ratios of 75, 80 and 85 per cent; 80 is not under four fifths.
    values = [{"code": code, "names": {"en": code}} for code in "wxyz"]
    world.screen(attributes=[{"code": "race", "names": {"en": "Race"}, "values": values}])
    world.fare("post", {"w": (100, 60), "x": (100, 45), "y": (100, 48), "z": (100, 51)})
    report = made(world, opened)
    found = [shown(row, "group", "ratio", "screen") for row in rows_of(report, "ratios")]
    assert found == [("x", "0.750", "below"), ("y", "0.800", "not_below"), ("z", "0.850", "not_below")]
    assert any("chosen after seeing the data" in each for each in block(report, "about").paragraphs)


def test_crossed_attributes_are_compared_when_a_family_asks_for_it(world: Any, opened: Any) -> None:
    sex = {
        "code": "sex", "names": {"en": "Sex"}, "reference": "m",
        "values": [{"code": code, "names": {"en": name}} for code, name in (("m", "Male"), ("f", "Female"))],
    }  # fmt: skip
    family = {"code": "yearly", "attributes": ["race", "sex"], "intersections": True}
    world.screen(attributes=[*two_groups("b", "w"), sex], families=[family])
    world.post("captain")
    for at, (race, gender) in enumerate([("w", "m"), ("w", "f"), ("b", "m"), ("b", "f")] * 10):
        world.candidate(f"c{at}", "captain", race=race, sex=gender)
        world.decide(f"c{at}", *(("reject", 60) if (race, gender) == ("b", "f") and at > 7 else ("advance", 80)))
    world.candidate("half", "captain", race="b")
    world.decide("half", "advance", 80)
    rates = {
        row["group"]: (row["n"], row["selected"]) for row in rows_of(made(world, opened), "rates", attribute="race+sex")
    }
    assert rates == {"w+m": (10, 10), "w+f": (10, 10), "b+m": (10, 10), "b+f": (10, 2), "(unknown)": (1, 1)}
    verdicts = rows_of(made(world, opened), "verdicts", attribute="race+sex")
    assert [(row["group"], row["reference"]) for row in verdicts] == [("w+f", "w+m"), ("b+m", "w+m"), ("b+f", "w+m")]
    assert verdicts[-1]["verdict"] == "both_review"


def test_a_reference_declared_after_the_decisions_is_not_called_declared_beforehand(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (20, 10), "b": (20, 8)})
    world.screen(attributes=[two_groups("b", "w")[0] | {"reference": "w"}])
    report = made(world, opened)
    said = " ".join(block(report, "about").paragraphs)
    assert "declared beforehand" not in said
    assert "adopted on 2026-01-01, when 40 of these decisions stood in the record already; 0 more" in said


def test_decisions_made_before_the_screen_and_recorded_after_it_are_seen_and_counted(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (20, 10), "b": (20, 8)})
    assert "declared beforehand: the screen was adopted on 2026-01-01" in " ".join(
        block(made(world, opened), "about").paragraphs
    )
    world.candidate("old", "captain", "b", at="2025-05-02T09:00:00Z")
    world.decide("old", "reject", 60, at="2025-05-03T09:00:00Z")  # as an import brings it in, after the screen
    report = made(world, opened)
    said = " ".join(block(report, "about").paragraphs)
    assert "declared beforehand" not in said
    assert "when 0 of these decisions stood in the record already; 1 more were recorded afterwards" in said
    assert "declared beforehand" not in render.write(report, "md")


def test_a_crossing_is_judged_only_at_the_stages_that_a_family_asks_for(world: Any, opened: Any) -> None:
    sex = {
        "code": "sex", "names": {"en": "Sex"}, "reference": "m",
        "values": [{"code": code, "names": {"en": name}} for code, name in (("m", "Male"), ("f", "Female"))],
    }  # fmt: skip
    family = {"code": "yearly", "attributes": ["race", "sex"], "intersections": True, "stages": ["another"]}
    world.screen(attributes=[*two_groups("b", "w"), sex], families=[family])
    world.post("captain")
    for at, (race, gender) in enumerate([("w", "m"), ("w", "f"), ("b", "m"), ("b", "f")] * 10):
        world.candidate(f"c{at}", "captain", race=race, sex=gender)
        world.decide(f"c{at}", *(("reject", 60) if at % 3 else ("advance", 80)))
    report = made(world, opened)
    assert rows_of(report, "verdicts", attribute="race+sex") == []
    assert rows_of(report, "rates", attribute="race+sex")


def test_comparisons_are_judged_in_the_first_family_that_has_them(world: Any, opened: Any) -> None:
    families = [{"code": "exams", "attributes": ["race"], "stages": ["exam"]}]
    world.screen(families=families)
    world.fare("captain", {"w": (100, 60), "b": (100, 42)})
    for each in range(60):
        world.decide(f"captain w {each}", "advance", 0, stage="chat")
    for each in range(42):
        world.decide(f"captain b {each}", "reject" if each < 9 else "advance", 0, stage="chat")
    report = made(world, opened)
    assert [shown(row, "stage", "family") for row in rows_of(report, "verdicts")] == [
        ("exam", "exams"),
        ("chat", "undeclared"),
    ]
    notes = block(report, "verdicts").notes
    assert "Family exams: 1 comparison with enough people, judged together." in notes
    assert any(note.startswith("The screen declares no family for the rest") for note in notes)


def test_a_family_whose_comparisons_another_has_taken_says_so(world: Any, opened: Any) -> None:
    families = [{"code": code, "attributes": ["race"]} for code in ("first", "second")]  # as older ledgers may have
    world.screen(families=families)
    world.fare("captain", {"w": (40, 20), "b": (40, 18), "h": (40, 18)})
    notes = block(made(world, opened), "verdicts").notes
    assert any(each.startswith("Family second: 2 comparisons that it declares are judged in another") for each in notes)
    assert not any(each.startswith("Family first: 2 comparisons that it declares") for each in notes)


def test_holms_adjustment_covers_the_family(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (400, 200), "b": (200, 76), "h": (200, 90)})
    low, high = sorted(rows_of(made(world, opened), "verdicts"), key=lambda row: row["p"])
    assert float(low["adjusted"]) == pytest.approx(2 * float(low["p"]), abs=2e-4)
    assert low["adjusted"] <= high["adjusted"]


def test_missing_answers_that_could_decide_either_way_are_said_so(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (100, 50), "b": (100, 46)})
    for each in range(60):
        world.candidate(f"silent {each}", "captain")
        world.decide(f"silent {each}", *(("advance", 70) if each % 2 else ("reject", 69)))
    report = made(world, opened)
    row = row_of(report, "missing", group="b")
    assert shown(row, "unknown", "lowest", "ratio", "highest", "straddles") == ("60", "0.575", "0.920", "1.520", "yes")
    assert row_of(report, "verdicts", group="b")["verdict"] == "data_incomplete"
    assert "Answers missing: 60." in block(report, "sentences").paragraphs[0]
    assert [each.n for each in block(report, "ratios").left_out][:2] == [60, 0]


def test_earlier_looks_of_the_year_are_counted(world: Any, opened: Any) -> None:
    ricci(world)
    for report, at in (("fairness", "2026-03-31"), ("latency", "2026-03-31"), ("fairness", "2025-12-31")):
        world.say(
            "report.issued", "ledger", f"{at}T12:00:00Z", report=report, layout="md", language="en", as_of_position=1,
            as_of_instant=f"{at}T12:00:00Z", zone="UTC", root="00" * 32, stamp_digest="00" * 32,
            output_digest="00" * 32,
        )  # fmt: skip
    verdict = block(made(world, opened), "verdict")
    said = "Earlier looks: 1 fairness report was issued in 2026; the screen plans 4"
    assert any(each.startswith(said) for each in verdict.notes)


def test_a_difference_made_by_who_applied_where_has_its_own_sentence_and_no_pooled_interval(
    world: Any, opened: Any
) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("easy", {"w": (80, 72), "b": (20, 18)})
    world.fare("hard", {"w": (20, 2), "b": (80, 8)})
    report = made(world, opened)
    row = row_of(report, "verdicts", group="b")
    assert shown(row, "ratio", "n", "verdict") == ("0.351", "200", "varies_by_requisition")
    [said] = block(report, "sentences").paragraphs
    assert "shows when everything is added up (ratio 0.351, p <0.0001 by Holm), not within requisitions (p 0." in said
    assert "who applied where matters" in said
    assert "chance alone could" not in said
    low = str(row_of(report, "ratios", group="b")["low"])
    assert low not in said  # of the pooled ratio, which the p within requisitions is not about
    assert shown(row_of(report, "within", group="b"), "comparable", "ratio") == ("200", "1.000")
    [chinese] = block(made(world, opened, lang="zh"), "sentences").paragraphs
    assert "关键在于谁应聘了什么职位" in chinese


def test_where_there_are_several_requisitions_the_interval_beside_a_p_is_that_within_them(
    world: Any, opened: Any
) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("easy", {"w": (40, 32), "b": (40, 30)})
    [alone] = block(made(world, opened), "sentences").paragraphs
    ratio = row_of(made(world, opened), "ratios", group="b")
    assert f"a ratio of rates anywhere between {ratio['low']} and {ratio['high']}" in alone
    world.fare("hard", {"w": (40, 12), "b": (40, 11)})
    report = made(world, opened)
    [said] = block(report, "sentences").paragraphs
    odds = row_of(report, "within", group="b")
    assert f"an odds ratio within requisitions anywhere between {odds['low']} and {odds['high']}" in said
    assert f"(p {row_of(report, 'verdicts', group='b')['adjusted']} by Holm)" in said


def test_what_was_not_compared_at_all_has_no_bound_to_be_without(world: Any, opened: Any) -> None:
    world.fare("captain", {"b": (40, 18), "h": (40, 20)})  # nobody of the reference
    report = made(world, opened)
    text = render.write(report, "md")
    assert "no bound" not in text
    [ratios] = [each for each in json.loads(render.write(report, "json"))["blocks"] if each["key"] == "ratios"]
    assert [row["high"] for row in ratios["rows"]] == [None, None]


def test_a_reference_of_whom_nobody_was_selected_is_judged_by_p_and_said(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (30, 0), "b": (30, 18)})
    report = made(world, opened)
    assert row_of(report, "verdicts", group="b")["verdict"] == "above_screen_unlikely_chance"
    assert shown(row_of(report, "ratios", group="b"), "ratio", "screen", "why") == ("None", "not_below", "no_rate")
    [said] = block(report, "sentences").paragraphs
    assert "Nobody of the reference group was selected (30 decided on), so there is no ratio" in said
    assert "selected of this group: 18 of 30." in said
    assert "The reference group itself lies below 4/5 of the highest rate, that of b (18 of 30)" in said


def test_each_reason_not_to_judge_has_a_sentence_of_its_own(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    cases = {
        "8 of this group and 25 of the reference": [{"w": (25, 16), "b": (8, 3)}],
        "Selected of both groups together: 2 of 50; the screen asks for 5": [{"w": (25, 1), "b": (25, 1)}],
        "Not selected of both groups together: 2 of 50; the screen asks for 5": [{"w": (25, 24), "b": (25, 24)}],
        "Nobody of the reference group was decided on here": [{"b": (25, 12)}],
        "At no requisition were both groups decided on": [{"w": (25, 12)}, {"b": (25, 12)}],
        "Of this group only 6 of 31, and of the reference 6 of 31": [
            {"w": (25, 12)}, {"b": (25, 12)}, {"w": (6, 3), "b": (6, 3)},
        ],
    }  # fmt: skip
    begun = list(world.events)
    for sentence, posts in cases.items():
        world.events = list(begun)
        for at, groups in enumerate(posts):
            world.fare(f"post{at}", groups)
        report = made(world, opened)
        [said] = block(report, "sentences").paragraphs
        assert sentence in said
        assert "NOT ENOUGH DATA" in said
        assert "Nothing can be concluded either way" in said
    outward = block(made(world, opened, options=Options(outward=True)), "sentences").paragraphs
    assert all("Only 6" not in each for each in outward)


def test_a_reference_below_the_screen_beside_the_highest_rate_is_named_in_every_sentence(
    world: Any, opened: Any
) -> None:
    world.fare("captain", {"w": (40, 12), "b": (40, 24), "h": (40, 13)})
    said = block(made(world, opened), "sentences").paragraphs
    assert len(said) == 2
    assert all("itself lies below 4/5 of the highest rate, that of Black (24 of 40)" in each for each in said)


def test_a_reference_that_fares_far_worse_than_another_group_is_in_the_headline(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (100, 20), "b": (100, 60)})
    verdict = block(made(world, opened), "verdict")
    assert verdict.sentence == "ABOVE SCREEN, UNLIKELY CHANCE: 1"
    assert verdict.notes[0].startswith("1 group lies below 4/5 of the highest rate of its table")


def test_a_group_below_the_screen_only_beside_the_highest_rate_is_named_in_its_own_sentence(
    world: Any, opened: Any
) -> None:
    world.fare("captain", {"w": (100, 50), "b": (100, 49), "h": (100, 95)})
    black, hispanic = block(made(world, opened), "sentences").paragraphs
    assert "NO DIFFERENCE DETECTED" in black
    assert "This group lies below 4/5 of the highest rate, that of Hispanic (95 of 100)" in black
    assert "This group" not in hispanic
    assert block(made(world, opened), "verdict").notes[0].startswith("2 groups lie below 4/5")
    world.fare("lieutenant", {"w": (3, 1), "b": (100, 49), "h": (100, 95)}, stage="chat")
    outward = block(made(world, opened, options=Options(outward=True)), "verdict")
    assert not any("of the highest rate" in each for each in outward.notes)


def test_a_sentence_of_one_comparison_counts_one(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (25, 16), "b": (1, 1)})
    report = made(world, opened)
    assert (block(report, "verdict").of, block(report, "ratios").of) == ("comparison", "comparison")
    [said] = block(report, "sentences").paragraphs
    assert "Decided on were 1 of this group and 25 of the reference" in said
    zh = " ".join(block(made(world, opened, lang="zh"), "sentences").paragraphs)
    assert "至 无上限" not in zh


def test_a_verdict_shows_the_ratio_it_rests_on_where_pooled_rates_mislead(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("p", {"w": (300, 250), "b": (40, 39)})
    world.fare("q", {"w": (40, 2), "b": (300, 60)})
    report = made(world, opened)
    row = row_of(report, "verdicts")
    assert shown(row, "ratio", "judged", "judged_from", "verdict") == (
        "0.393", "1.330", "within", "above_screen_unlikely_chance"
    )  # fmt: skip
    assert row_of(report, "ratios")["screen"] == "below"


def test_where_everybody_or_nobody_was_selected_nothing_is_said_of_what_would_be_seen(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (20, 20), "b": (20, 20)})
    [said] = block(made(world, opened), "sentences").paragraphs
    assert "Everybody of both groups was selected" in said
    assert "ratio of nought" not in said
    world.fare("lieutenant", {"w": (20, 0), "b": (20, 0)}, stage="chat")
    assert "Nobody of either group was selected" in block(made(world, opened), "sentences").paragraphs[1]


def test_a_ratio_just_below_the_screen_is_not_printed_as_the_screen(world: Any, opened: Any) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (100, 63), "b": (123, 62)})  # .80010; one fewer is below
    report = made(world, opened)
    assert shown(row_of(report, "ratios", group="b"), "ratio", "screen") == ("0.8001", "not_below")
    world.candidate("one more", "captain", "b")
    world.decide("one more", "reject", 60)
    [row] = rows_of(made(world, opened), "ratios", group="b")
    assert shown(row, "ratio", "screen") == ("0.794", "below")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_p_is_small_and_never_nought_in_any_format(world: Any, opened: Any, lang: str) -> None:
    world.screen(attributes=two_groups("b", "w"))
    world.fare("captain", {"w": (100, 90), "b": (100, 10)})
    report = made(world, opened, lang=lang)
    for fmt in ("md", "table", "csv"):
        text = render.write(report, fmt)
        assert "<0.0001" in text.replace("\\", "").replace("&lt;", "<")
        assert re.search(r"(?<![\d.<])0\.0000(?!\d)", text) is None
    blocks = {each["key"]: each for each in json.loads(render.write(report, "json"))["blocks"]}
    [row] = blocks["verdicts"]["rows"]
    assert (row["p"], row["adjusted"], row["less_than"]) == (0.0001, 0.0001, ["p", "adjusted"])


def test_whoever_was_not_decided_on_is_counted_and_said(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (20, 10), "b": (20, 8)})
    when = "2026-02-12T09:00:00Z"
    for name in ("left", "waiting", "early"):
        world.candidate(name, "captain", "b")
    for name in ("left", "waiting"):
        world.say("stage.entered", name, when, stage="exam")
    world.say("candidacy.withdrawn", "left", when)
    report = made(world, opened)
    expected = {
        "at a stage at which the candidate withdrew undecided": 1,
        "at a stage that is still undecided": 1,
        "candidacies that never came to a stage": 1,
    }
    for key in ("rates", "verdicts", "ratios", "tests", "within", "differ_at_all", "strata"):
        left = {each.why: each.n for each in block(report, key).left_out if each.n}
        assert left == expected, key
    offer = uid(f"entry {world.say('offer.extended', 'captain w 0', when)}")
    world.say("offer.answered", "captain w 0", "2026-02-13T09:00:00Z", offer=offer, answer="declined")
    world.say("candidate.hired", "captain w 1", "2026-02-13T09:00:00Z")
    table = block(made(world, opened), "rates")
    assert {each.why: each.n for each in table.left_out if each.n} == expected | {
        "candidacies not in the end: withdrawn": 1,
        "candidacies not in the end: offer declined or taken back, hire reversed": 1,
        "candidacies not in the end: still open": 18 - 2 + 2,
    }
    ends = row_of(made(world, opened), "rates", stage="(end)", group="(all)")
    assert ends["n"] == 43 - (1 + 1 + 18)


def test_numbers_too_small_are_shown_and_not_judged(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (25, 16), "b": (8, 3)})
    report = made(world, opened)
    row = row_of(report, "verdicts", group="b")
    assert shown(row, "ratio", "adjusted", "verdict") == ("0.586", "None", "not_enough_data")
    assert row_of(report, "ratios", group="b")["why"] == "too_few"
    assert block(report, "verdict").word == "not_enough_data"
    assert "Nothing can be concluded either way" in block(report, "sentences").paragraphs[0]


SHOWN_AT_MOST = {NotShown.HIDDEN, "exam", "race", "h", "b", "w"}


def test_a_report_that_goes_out_shows_no_small_number_and_none_that_could_be_computed(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 36), "b": (40, 20), "h": (9, 3)})
    inside, outside = made(world, opened), made(world, opened, options=Options(outward=True))
    assert row_of(inside, "rates", group="h")["selected"] == 3
    for key in ("rates", "ratios", "tests", "within", "verdicts"):
        for row in rows_of(outside, key):
            if row["group"] in ("h", "b"):  # b: the total less the rest would give h away
                figures = {
                    name: value for name, value in row.items() if name not in ("screen", "why", "verdict", "family")
                }
                assert set(figures.values()) <= SHOWN_AT_MOST, key
    assert row_of(outside, "rates", group="(all)")["n"] == 109
    assert row_of(outside, "rates", group="w")["n"] == 60
    assert block(outside, "strata").rows == ()
    assert all("Hispanic" not in each for each in block(outside, "sentences").paragraphs)
    assert "--outward" in render.write(outside, "md")


def test_what_is_not_shown_of_a_group_cannot_be_added_up_from_its_crossings(world: Any, opened: Any) -> None:
    sex = {
        "code": "sex", "names": {"en": "Sex"},
        "values": [{"code": code, "names": {"en": code}} for code in ("m", "f", "x")],
    }  # fmt: skip
    family = {"code": "yearly", "attributes": ["race", "sex"], "intersections": True}
    world.screen(attributes=[*two_groups("b", "w"), sex], families=[family])
    world.post("captain")
    people = [("w", "m")] * 40 + [("b", "m")] * 40 + [("w", "f")] * 30 + [("b", "f")] * 30 + [("w", "x")] * 3
    for at, (race, gender) in enumerate(people):
        world.candidate(f"c{at}", "captain", race=race, sex=gender)
        world.decide(f"c{at}", *(("reject", 60) if at % 2 else ("advance", 80)))
    report = made(world, opened, options=Options(outward=True))
    shown_rows = {row["group"] for row in rows_of(report, "rates") if row["n"] is not NotShown.HIDDEN}
    assert shown_rows == {"(all)", "m", "w", "b"}  # three of x, and f by which they could be computed, are not shown
    [crossing] = rows_of(report, "rates", attribute="race+sex")
    assert (crossing["group"], crossing["n"]) == ("suppressed", NotShown.HIDDEN)
    assert any(each.startswith("Not shown at all") for each in block(report, "about").paragraphs)
    assert rows_of(report, "verdicts", attribute="race+sex") == []


def test_a_report_that_goes_out_does_not_say_how_few_are_unknown(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (100, 50), "b": (100, 41)})
    for each in range(3):
        world.candidate(f"silent {each}", "captain")
        world.decide(f"silent {each}", "reject", 69)
    report = made(world, opened, options=Options(outward=True))
    assert all("3 answers" not in each for each in block(report, "sentences").paragraphs)
    assert [row["unknown"] for row in rows_of(report, "missing")] == [NotShown.HIDDEN]
    assert [each.n for each in block(report, "ratios").left_out][:2] == [NotShown.HIDDEN, 0]
    text = render.write(report, "md")
    assert "left out: decisions on people who gave no answer on Race (number hidden)" in text
    assert "| Sealed texts | hidden |" in text  # 200 of 203 answers were opened
    assert json.loads(render.write(report, "json"))["stamp"]["boxes"] == {"opened": "hidden", "gone": "hidden"}


def test_what_is_hidden_is_not_taken_for_what_there_is_none_of(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 36), "b": (40, 20), "h": (9, 3)})
    for lang, word in (("en", "hidden"), ("zh", "已隐藏")):
        report = made(world, opened, options=Options(outward=True), lang=lang)
        text = render.write(report, "md")
        assert f"| {word} | {word} |" in text
        assert "no bound" not in text
        assert "无上限" not in text
    rows = json.loads(render.write(report, "json"))["blocks"]
    ratios = next(each for each in rows if each["key"] == "ratios")["rows"]
    assert {row["high"] for row in ratios} == {"hidden"}
    assert ",hidden,hidden,hidden," in render.write(report, "csv")


def test_a_group_hidden_at_one_stage_is_hidden_where_the_stages_are_added_up(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 30), "b": (40, 20), "h": (30, 15)})
    for group, n in (("w", 30), ("b", 20), ("h", 15)):
        for each in range(n):
            talked_to = each < n - 3 if group == "h" else each % 2
            world.decide(f"captain {group} {each}", "advance" if talked_to else "reject", 0, stage="chat")
    report = made(world, opened, options=Options(outward=True))
    gone = {row["group"] for row in rows_of(report, "rates", stage="chat") if row["n"] is NotShown.HIDDEN}
    assert gone == {"h", "b"}  # three of h were rejected
    assert {row["group"] for row in rows_of(report, "rates", stage="exam") if row["n"] is NotShown.HIDDEN} == set()
    assert {row["group"] for row in rows_of(report, "waits") if row["n"] is NotShown.HIDDEN} == gone
    reasons = rows_of(report, "shares", what="reasons")
    assert {row["group"] for row in reasons if row["n"] is NotShown.HIDDEN} == gone
    assert [row["n"] for row in rows_of(report, "waits_tested")] == [NotShown.HIDDEN]


def test_a_verdict_does_not_tell_that_few_answers_are_missing_where_that_is_hidden(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (100, 50), "b": (100, 42), "h": (30, 15)})
    assert row_of(made(world, opened, options=Options(outward=True)), "verdicts", group="b")["ratio"] == Decimal(
        "0.840"
    )
    for each in range(3):
        world.candidate(f"silent {each}", "captain")
        world.decide(f"silent {each}", "reject", 69)
    assert row_of(made(world, opened), "verdicts", group="b")["verdict"] == "no_difference_detected"
    report = made(world, opened, options=Options(outward=True))
    # Were five answers missing, the ratio could lie under four fifths, and the verdict would say so.
    assert row_of(report, "verdicts", group="b")["verdict"] == "suppressed"
    assert row_of(report, "rates", group="b")["n"] == 100


def test_the_words_of_hidden_comparisons_are_not_counted_among_the_verdicts(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (100, 60), "b": (100, 30), "h": (9, 3)})
    verdict = block(made(world, opened, options=Options(outward=True)), "verdict")
    assert (verdict.word, verdict.sentence, verdict.n) == ("suppressed", "not shown: small numbers: 2", 2)


def test_answers_that_are_all_missing_are_not_said_to_be_none(world: Any, opened: Any) -> None:
    world.post("captain")
    for each in range(40):
        world.candidate(f"c{each}", "captain", "w" if each < 20 else None)
        world.decide(f"c{each}", "advance" if each % 2 else "reject", 80 if each % 2 else 60)
        if each < 20:
            world.answers[uid(f"person c{each}")] = None  # the key is gone
    said = "Where there was nothing to compare, 40 answers are missing, counted by decision."
    hidden = "Answers are missing where nothing is compared, or shown; their number is hidden."
    for outward, note in ((False, said), (True, hidden)):
        report = made(world, opened, options=Options(outward=outward))
        assert (rows_of(report, "missing"), block(report, "missing").notes[:1]) == ([], (note,))


def test_nobodys_answer_is_missing_only_where_everybody_gave_one(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 30), "b": (40, 20)})
    assert "Nobody's answer is missing." in block(made(world, opened), "missing").notes


UNSAID = "Not shown because of small numbers; this says nothing of what was found."


def test_a_finding_that_is_hidden_is_not_denied(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 30), "b": (40, 2)})
    inside, outside = made(world, opened), made(world, opened, options=Options(outward=True))
    assert block(inside, "verdict").word == "both_review"
    verdict = block(outside, "verdict")
    assert (verdict.word, verdict.sentence, verdict.n) == ("suppressed", "not shown: small numbers: 1", 1)
    assert UNSAID in verdict.notes
    assert block(outside, "sentences").paragraphs == (UNSAID,)


def test_a_table_whose_groups_may_not_be_named_is_not_said_to_have_nothing_to_compare(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 2), "b": (40, 0)})
    verdict = block(made(world, opened, options=Options(outward=True)), "verdict")
    assert (verdict.word, verdict.sentence) == ("suppressed", "tables not shown at all: small numbers: 1")
    assert UNSAID in verdict.notes
    assert (
        verdict.of == "comparisons, beside those of tables not shown at all"
    )  # how many would tell of how many groups
    assert block(made(world, opened, options=Options(outward=True)), "sentences").paragraphs == (UNSAID,)


def test_where_there_is_one_group_nothing_is_said_to_be_hidden(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (60, 30)})
    for outward in (True, False):
        report = made(world, opened, options=Options(outward=outward))
        assert block(report, "sentences").paragraphs == ("No groups could be compared.",)
        assert block(report, "verdict").word == "nothing_to_compare"


def test_someone_erased_or_silent_is_a_row_of_their_own(world: Any, opened: Any) -> None:
    world.post("captain")
    for name, race in (("a", "w"), ("b", "b"), ("c", None), ("d", "h"), ("e", "no such value")):
        world.candidate(name, "captain", race)
        world.decide(name, "advance", 80)
    world.answers[uid("person d")] = None  # the key is gone
    report = made(world, opened)
    rows = rows_of(report, "rates", attribute="race")
    assert [(row["group"], row["n"]) for row in rows] == [("w", 1), ("b", 1), ("(unknown)", 2), ("(erased)", 1)]
    assert (report.stamp.boxes_opened, report.stamp.boxes_gone) == (3, 1)
    assert "unknown (erased)" in render.write(report, "md")


def test_a_report_that_compares_no_groups_opens_nobodys_answers(world: Any, opened: Any) -> None:
    asked: list[str] = []

    def answers() -> Any:
        asked.append("opened")
        return world.answers

    facts = opened(ricci(world))
    assert render.build("latency", facts, answers=answers).stamp.boxes_opened == 0
    assert asked == []
    assert render.build("fairness", facts, answers=answers).stamp.boxes_opened == 118
    assert asked == ["opened"]


def test_answers_that_nobody_opened_leave_every_group_unknown_and_it_is_said(world: Any, opened: Any) -> None:
    report = render.build("fairness", opened(ricci(world)))
    assert any("No answers of candidates were opened" in each for each in block(report, "about").paragraphs)
    assert block(report, "verdict").word == "nothing_to_compare"


def test_without_a_screen_only_overall_rates_are_shown(world: Any, opened: Any) -> None:
    world.events = [each for each in world.events if each[0] != "screen.adopted"]
    world.post("captain")
    world.candidate("c", "captain", "w")
    world.decide("c", "advance", 80)
    report = made(world, opened)
    assert [row["group"] for row in rows_of(report, "rates")] == ["(all)"]
    assert "No screen has been adopted" in block(report, "about").paragraphs[0]
    assert "Nobody's answer is missing." not in render.write(report, "md")


def test_merged_candidates_answer_as_one_person(world: Any, opened: Any) -> None:
    world.post("captain")
    world.candidate("a", "captain", "b")
    world.candidate("b", "captain")
    world.say("candidate.merged", "person b", "2026-02-02T09:00:00Z", into=uid("person a"))
    world.decide("a", "reject", 60)
    world.decide("b", "advance", 80)
    rates = rows_of(made(world, opened), "rates", attribute="race")
    assert [(row["group"], row["n"], row["selected"]) for row in rates] == [("b", 2, 1)]


def test_a_report_with_options_has_a_stamp_of_its_own(world: Any, opened: Any) -> None:
    facts = opened(world)
    plain, asked = render.build("fairness", facts), render.build("fairness", facts, options=Options(strata=True))
    assert plain.stamp != asked.stamp
    assert "--strata" in render.write(asked, "csv")
    assert json.loads(render.write(asked, "json"))["stamp"]["asked"] == ["--strata"]


def test_a_reference_declared_beforehand_does_not_hide_the_group_with_the_highest_rate(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (20, 6), "b": (20, 12)})
    table = block(made(world, opened), "ratios")
    assert [shown(row, "reference", "screen") for row in records(table)] == [("w", "not_below")]
    assert any("White (6 of 20) lies below" in note and "Black (12 of 20)" in note for note in table.notes)


def test_many_strata_are_shown_only_when_asked_for(world: Any, opened: Any) -> None:
    for each in range(13):
        world.post(f"post{each}")
        world.candidate(f"c{each}", f"post{each}")
        world.decide(f"c{each}", "advance", 80)
    facts = opened(world)
    assert "--strata" in block(render.build("fairness", facts), "strata").notes[0]
    asked = render.build("fairness", facts, options=Options(strata=True))
    assert len(block(asked, "strata").rows) == 26


def test_the_same_stamp_gives_the_same_bytes(world: Any, opened: Any) -> None:
    ricci(world)
    first, second = opened(world), opened(world)
    for lang in ("en", "zh"):
        one = render.build("fairness", first, answers=world.answers, lang=lang)
        other = render.build("fairness", second, answers=dict(reversed(world.answers.items())), lang=lang)
        assert one.stamp == other.stamp
        for fmt in render.FORMATS:
            assert render.write(one, fmt) == render.write(other, fmt)


def test_nothing_decided_is_nothing_concluded(world: Any, opened: Any) -> None:
    report = made(world, opened)
    assert block(report, "verdict").word == "nothing_to_compare"
    assert block(report, "rates").rows == ()


ENGLISH = r"discriminat|unbiased|complian|compliant|intent|\bcaused?\b|because of|passed|\bpass\b"
CHINESE = "歧视|合规|无偏|故意|导致|及格"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_sentence_there_is_says_what_numbers_cannot(lang: str) -> None:
    own = [value for name, value in vars(sentences).items() if name.isupper()]
    said = [each for each in own if isinstance(each, str)]
    said += [text for each in own if isinstance(each, dict) for text in each.values()]
    texts = [translator(lang).text(each) for each in said]
    assert len(texts) > 35
    assert [text for text in texts if re.search(f"{ENGLISH}|{CHINESE}", text.lower())] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_report_says_that_anybody_discriminated_or_complied(world: Any, opened: Any, lang: str) -> None:
    world.fare("captain", {"w": (100, 60), "b": (100, 30), "h": (100, 58)})
    text = render.write(made(world, opened, lang=lang), "md").lower()
    forbidden = r"discriminat|unbiased|complian|compliant|intent|\bcaused?\b|passed the|歧视|合规|无偏|故意"
    assert re.findall(forbidden, text) == []

"""Worksheets out of counts and out of a ledger: the rule's own examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evenhand import render
from evenhand.errors import InputError
from evenhand.render.blocks import NotShown
from evenhand.render.counts_file import read
from evenhand.render.making import Options
from new_york import RACES, SCORED, SELECTED, Printed, csv
from reading import block, records

PROFILE = "nyc-ll144"
CODES = {name: code for code, name in RACES.items()} | {"Male": "m", "Female": "f"}
ATTRIBUTES = [
    {"code": "sex", "names": {"en": "Sex"}, "values": [{"code": CODES[name], "names": {"en": name}} for name in
                                                      ("Male", "Female")]},
    {"code": "race", "names": {"en": "Race"}, "values": [{"code": code, "names": {"en": name}} for code, name in
                                                        RACES.items()]},
]  # fmt: skip


def made(world: Any, opened: Any, *, counts: str | None = None, **options: Any) -> Any:
    given = read(counts, "counts.csv") if counts is not None else None
    asked = Options(profile=PROFILE, counts=given, **options)
    return render.build("worksheet", opened(world), answers=world.answers, options=asked)


def figures(report: Any) -> dict[tuple[str | None, str | None], dict[str, Any]]:
    found = [row for key in ("sex", "race", "both") for row in records(block(report, key))]
    return {(row.get("sex"), row.get("race")): row for row in found}


def close(printed: str, shown: Decimal) -> bool:
    """Whether a figure of three digits is the one printed with two or three."""
    digits = len(printed.partition(".")[2])
    return abs(Decimal(printed) - shown) <= Decimal(51).scaleb(-digits - 2)


def agree(report: Any, example: tuple[Printed, ...]) -> None:
    shown = figures(report)
    assert len(shown) == len(example)
    for sex, race, n, counted, rate, ratio in example:
        row = shown[sex, race]
        assert (row["n"], row["counted"]) == (n, counted)
        assert close(rate.rstrip("%"), row["rate"] * 100)
        assert close(ratio, row["ratio"])


def test_the_rules_selection_example_comes_out_of_its_counts_and_is_flagged(world: Any, opened: Any) -> None:
    report = made(world, opened, counts=csv(SELECTED))
    agree(report, SELECTED)
    found = block(report, "cross_check")
    assert found.n == 2
    assert "Hispanic or Latino: 408 people" in found.items[0].sentence
    assert "395 people" in found.items[0].sentence
    assert {each.code for each in found.items} == {"tables_do_not_add_up"}


def test_the_rules_scoring_example_comes_out_of_scores_recorded_one_by_one(world: Any, opened: Any) -> None:
    world.screen(attributes=ATTRIBUTES)
    world.post("job")
    for sex, race, n, above, _, _ in SCORED:
        if sex is None or race is None:
            continue
        for each in range(n):
            name = f"{sex} {race} {each}"
            world.candidate(name, "job", sex=CODES[sex], race=CODES[race])
            world.say(
                "evaluation.recorded", name, "2026-02-10T09:00:00Z", tool="sorter", tool_version="1",
                influence="substantial", score=2_000_000 if each < above else 1_000_000,
            )  # fmt: skip
    report = made(world, opened)
    agree(report, SCORED)
    assert {row["kind"] for row in records(block(report, "sex"))} == {"scored"}
    assert block(report, "cross_check").items == ()


def test_decisions_recorded_one_by_one_make_the_tables_and_the_unknown_are_stated(world: Any, opened: Any) -> None:
    world.screen(attributes=ATTRIBUTES)
    world.post("job")
    people = [("m", "w"), ("f", "w"), ("f", "b"), ("f", None), (None, "b"), (None, None)]
    for at, (sex, race) in enumerate(people * 4):
        said = {"sex": sex, "race": race}
        world.candidate(f"c{at}", "job", **{name: code for name, code in said.items() if code})
        world.decide(f"c{at}", *(("advance", 70) if at % 3 == 0 else ("reject", 60)))
    report = made(world, opened)
    shown = {key: (row["n"], row["counted"]) for key, row in figures(report).items()}
    assert shown[("Female", None)] == (12, 4)
    assert shown[(None, "Black or African American")] == (8, 0)
    assert shown[("Female", "White")] == (4, 0)
    [row] = records(block(report, "unknown"))
    assert (row["by_sex"], row["by_race"], row["by_both"]) == (8, 8, 12)
    assert block(report, "cross_check").items == ()


def test_small_categories_are_left_out_only_with_a_justification_that_is_printed(world: Any, opened: Any) -> None:
    counts = csv(SELECTED)
    plain, without = made(world, opened, counts=counts), made(world, opened, counts=counts, leave_out="too few to say")
    key = ("Female", RACES["n"])
    assert (figures(plain)[key]["why"], str(figures(plain)[key]["ratio"])) == ("small", "0.789")
    left_out = figures(without)[key]
    assert (left_out["n"], str(left_out["rate"]), left_out["ratio"], left_out["why"]) == (17, "0.412", None, "left_out")
    assert any("too few to say" in each for each in block(without, "about").paragraphs)
    assert "--leave-out" in render.write(without, "md")


def test_a_worksheet_that_goes_out_shows_no_small_number(world: Any, opened: Any) -> None:
    report = made(world, opened, counts=csv(SCORED, "above_median"), outward=True)
    shown = {key for key, row in figures(report).items() if row["n"] is not NotShown.HIDDEN}
    for sex, race, n, above, _, _ in SCORED:
        if any(0 < count < 5 for count in (n, above, n - above)):
            assert (sex, race) not in shown


def test_without_the_highest_rate_no_ratio_is_shown_and_it_is_said(world: Any, opened: Any) -> None:
    counts = "sex,race,n,selected\n,A,40,39\n,B,60,30\n,C,50,10\n,D,9,2\n"
    shown = {race: row for (_, race), row in figures(made(world, opened, counts=counts, outward=True)).items()}
    assert (shown["A"]["n"], shown["A"]["why"]) == (NotShown.HIDDEN, "suppressed")
    assert (shown["B"]["n"], shown["B"]["ratio"], shown["B"]["why"]) == (60, NotShown.HIDDEN, "highest_hidden")


def test_how_many_are_unknown_is_hidden_by_all_attributes_or_by_none(world: Any, opened: Any) -> None:
    counts = "sex,race,n,selected\nF,,40,20\nM,,50,20\nunknown,,3,1\n,A,40,20\n,B,43,15\n,unknown,10,6\n"
    report = made(world, opened, counts=counts, outward=True)
    [row] = records(block(report, "unknown"))
    assert (row["by_sex"], row["by_race"], row["by_both"]) == (NotShown.HIDDEN, NotShown.HIDDEN, None)
    assert [each.n for each in block(report, "race").left_out] == [NotShown.HIDDEN]


@pytest.mark.parametrize(
    "counts",
    [
        "M,,200,60\nF,,197,60\nunknown,,3,1\n,W,300,90\n,B,100,31\n",
        "M,,200,61\nF,,197,63\nunknown,,11,3\n,W,300,90\n,B,108,37\n",
    ],
)
def test_the_total_of_the_other_attribute_does_not_tell_how_few_are_unknown_or_of_them_selected(
    world: Any, opened: Any, counts: str
) -> None:
    report = made(world, opened, counts=f"sex,race,n,selected\n{counts}", outward=True)
    shown = figures(report)
    assert shown[None, "W"]["n"] == 300
    assert shown["F", None]["n"] is NotShown.HIDDEN
    assert shown["M", None]["n"] == 200
    assert shown["M", None]["share"] is NotShown.HIDDEN  # 200 over its share is how many are known
    [row] = records(block(report, "unknown"))
    assert (row["by_sex"], row["by_race"]) == (NotShown.HIDDEN, NotShown.HIDDEN)
    assert block(report, "sex").n == block(report, "race").n == shown[None, "W"]["n"] + shown[None, "B"]["n"]


def test_a_table_of_both_goes_where_it_leaves_few_of_a_category(world: Any, opened: Any) -> None:
    counts = (
        "sex,race,n,selected\nF,,40,20\nM,,60,30\n,A,50,25\n,B,50,25\n"
        "F,A,20,10\nF,B,18,9\nM,A,30,15\nM,B,30,15\nF,unknown,2,1\n"
    )
    report = made(world, opened, counts=counts, outward=True)
    [row] = records(block(report, "both"))
    assert (row["sex"], row["race"], row["n"], row["why"]) == (*[NotShown.HIDDEN] * 3, "suppressed")
    assert figures(report)["F", None]["n"] == 40


def test_unknown_is_unknown_however_it_is_spelt(world: Any, opened: Any) -> None:
    counts = "sex,race,n,selected\nF,,40,20\n UNKNOWN ,,30,10\n,Unknown,60,20\n"
    report = made(world, opened, counts=counts)
    assert [row["sex"] for row in records(block(report, "sex"))] == ["F"]
    people = "n = 40 decisions or scores counted on people of a known category, over all stages"
    assert f"{people}; left out: 30 of a category that is not known" in render.write(report, "md")
    [row] = records(block(report, "unknown"))
    assert (row["by_sex"], row["by_race"], row["by_both"]) == (30, 60, None)


def test_a_category_of_nobody_is_said_to_be_one(world: Any, opened: Any) -> None:
    report = made(world, opened, counts="sex,race,n,selected\nF,,40,20\nM,,40,20\nX,,0,0\n")
    assert (figures(report)["X", None]["ratio"], figures(report)["X", None]["why"]) == (None, "nobody")
    text = render.write(report, "md")
    assert r"| \- | \- | nobody of this category |" in text
    assert "left out |" not in text  # of the ratio, as a category under 2 % can be


def test_where_nobody_was_selected_no_ratio_is_said_to_be_left_out(world: Any, opened: Any) -> None:
    text = render.write(made(world, opened, counts="sex,race,n,selected\nF,,40,0\nM,,40,0\n"), "md")
    assert r"| 0.0 % | \- | nobody of any category was selected |" in text


def test_tables_that_do_not_add_up_are_said_so_also_where_no_number_is_shown(world: Any, opened: Any) -> None:
    found = block(made(world, opened, counts=csv(SELECTED), outward=True), "cross_check")
    assert (found.items, found.n) == ((), 2)
    assert found.none == "Tables do not add up to one another, in places: 2; numbers are not shown."


def test_tables_that_could_not_be_compared_are_not_said_to_add_up(world: Any, opened: Any) -> None:
    found = block(made(world, opened, counts="sex,race,n,selected\nF,,20,10\nM,,20,10\n"), "cross_check")
    assert found.none == "There are no two tables of the same people that could be compared."


def test_the_totals_by_sex_and_by_race_are_compared_also_without_a_table_of_both(world: Any, opened: Any) -> None:
    stages = "stage,sex,race,n,selected\na,F,,110,50\na,M,,90,40\na,,W,190,90\nb,F,,20,10\nb,M,,20,10\n"
    found = block(made(world, opened, counts=stages), "cross_check")
    [item] = found.items
    assert item.sentence == (
        "a, by sex, all together: 200 people, 90 of them counted; the table by race or ethnicity adds up to "
        "190 people, 90 of them counted."
    )
    assert found.notes == ("Sets with two tables or more, which could be compared: 1 of 2.",)


def test_a_count_of_thousands_of_digits_is_refused_in_words(world: Any, opened: Any) -> None:
    with pytest.raises(InputError, match=r"counts\.csv:2: n is not a whole number up to"):
        made(world, opened, counts="sex,race,n,selected\nF,," + "9" * 5000 + ",1\n")


def test_without_the_attributes_the_rule_asks_for_there_is_no_table(world: Any, opened: Any) -> None:
    world.fare("captain", {"w": (10, 5), "b": (10, 4)})
    report = made(world, opened)
    assert block(report, "sex").rows == ()
    assert block(report, "both").rows == ()
    assert len(block(report, "race").rows) == 2
    assert records(block(report, "unknown"))[0] | {"kind": "", "place": ""} == {
        "kind": "", "place": "", "by_sex": None, "by_race": 0, "by_both": None
    }  # fmt: skip
    assert block(report, "race").of == "decisions and scores on people of a known category, over all stages and tools"
    assert any("no attribute for sex" in each for each in block(report, "about").paragraphs)


def test_a_rule_nobody_knows_is_refused(world: Any, opened: Any) -> None:
    with pytest.raises(InputError, match="expected one of nyc-ll144"):
        render.build("worksheet", opened(world), options=Options(profile="nowhere"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "counts.csv:1: there is no column sex"),
        ("sex,race,n\nMale,,1\n", "expected one column selected, or one column above_median"),
        ("sex,race,n,selected\n", "there is no row after the header"),
        ("sex,race,n,selected,shoe\nMale,,1,1,43\n", "column 5 is none of"),
        ("sex,race,n,selected\nMale,,1\n", "counts.csv:2: the row has 3 cells, and the header has 4"),
        ("sex,race,n,selected\nMale,,ten,1\n", "counts.csv:2: n is not a whole number"),
        ("sex,race,n,selected\nMale,,-1,0\n", "counts.csv:2: n is not a whole number"),
        ("sex,race,n,selected\nMale,,1,2\n", "counts.csv:2: selected is more than n"),
        ("sex,race,n,selected\n,,1,1\n", "counts.csv:2: neither sex nor race is given"),
        ("sex,race,n,selected\nMale,,1,1\nMale,,2,1\n", "counts.csv:3: this category stands in an earlier row already"),
        ('sex,race,n,selected\n"Male,,1,1\n', "it is not CSV"),
    ],
)  # fmt: skip
def test_a_file_of_counts_of_the_wrong_form_is_refused_with_the_place(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read(text, "counts.csv")


def test_every_problem_of_a_file_is_said_at_once_and_no_cell_is_repeated() -> None:
    with pytest.raises(InputError) as refused:
        read("sex,race,n,selected\nJane Doe,,x,1\n,,3,4\n", "counts.csv")
    said = str(refused.value)
    assert "counts.csv:2" in said
    assert "counts.csv:3" in said
    assert "Jane" not in said

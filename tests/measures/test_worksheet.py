"""The tables of a worksheet, held to the rule's own examples, and whether they add up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import example as such_as
from hypothesis import given, settings
from hypothesis import strategies as st

from attacker import Attacker
from evenhand.measures.selection import Rate
from evenhand.measures.worksheet import UNKNOWN, Cell, above_median, by, cross_check, gone, lines, unknown
from new_york import SCORED, SELECTED, Printed


def half_up(value: Fraction, digits: int) -> str:
    scaled = str((2 * value * 10**digits + 1) // 2).rjust(digits + 1, "0")
    return f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled


@pytest.mark.parametrize("example", [SELECTED, SCORED], ids=["selection", "scoring"])
def test_every_rate_and_ratio_of_the_rules_examples_comes_out_as_printed(example: tuple[Printed, ...]) -> None:
    cells = [Cell(*row[:4]) for row in example]
    seen = 0
    for sex, race in ((True, False), (False, True), (True, True)):
        found = by(cells, sex=sex, race=race)
        printed = [row for row in example if (row[0] is not None, row[1] is not None) == (sex, race)]
        for line, (*_, rate, ratio) in zip(lines([each for _, each in found]), printed, strict=True):
            share = line.rate.share()
            assert share is not None
            assert line.ratio is not None
            assert half_up(100 * share, len(rate.partition(".")[2].rstrip("%"))) + "%" == rate
            assert half_up(line.ratio, len(ratio.partition(".")[2])) == ratio
            seen += 1
    assert seen == 23


def test_the_rules_own_example_does_not_add_up_and_is_flagged() -> None:
    found = {
        (each.attribute, each.category): (each.alone.n, each.other.n)
        for each in cross_check([Cell(*row[:4]) for row in SELECTED])
    }
    assert found == {("race", "Hispanic or Latino"): (408, 395), ("race", None): (2584, 2571)}
    assert list(cross_check([Cell(*row[:4]) for row in SCORED])) == []


def test_the_unknown_belong_to_what_adds_up() -> None:
    cells = [
        Cell("f", None, 10, 4), Cell(UNKNOWN, None, 2, 1), Cell(None, "a", 7, 3), Cell(None, UNKNOWN, 5, 2),
        Cell("f", "a", 6, 3), Cell("f", UNKNOWN, 4, 1), Cell(UNKNOWN, "a", 1, 0), Cell(UNKNOWN, UNKNOWN, 1, 1),
    ]  # fmt: skip
    assert list(cross_check(cells)) == []
    tables = ((True, False), (False, True), (True, True))
    assert [unknown(cells, sex=sex, race=race).n for sex, race in tables] == [2, 5, 6]
    wrong = [*cells[:4], Cell("f", "a", 5, 3), *cells[5:]]
    assert {(each.attribute, each.category) for each in cross_check(wrong)} == {
        ("sex", "f"), ("sex", None), ("race", "a"), ("race", None),
    }  # fmt: skip


def test_without_a_table_of_both_the_totals_by_sex_and_by_race_are_held_together() -> None:
    by_sex = [Cell("f", None, 100, 45), Cell("m", None, 90, 40), Cell(UNKNOWN, None, 10, 5)]
    [found] = cross_check([*by_sex, Cell(None, "a", 190, 90)])
    assert (found.attribute, found.category, found.crossed) == ("sex", None, False)
    assert ((found.alone.n, found.alone.selected), (found.other.n, found.other.selected)) == ((200, 90), (190, 90))
    assert list(cross_check([*by_sex, Cell(None, "a", 190, 90), Cell(None, UNKNOWN, 10, 0)])) == []
    assert list(cross_check(by_sex)) == []


def test_small_categories_keep_their_number_and_rate_when_left_out() -> None:
    rates = [Rate("a", 980, 490), Rate("b", 19, 19), Rate("c", 20, 10)]
    with_all, without = lines(rates), lines(rates, leave_out=True)
    assert [str(each.ratio) for each in with_all] == ["1/2", "1", "1/2"]
    assert [(each.ratio, each.left_out) for each in without] == [(1, False), (None, True), (None, True)]
    assert [each.rate for each in without] == rates


def test_exactly_two_percent_is_not_under_two_percent() -> None:
    assert [each.small for each in lines([Rate("a", 98, 1), Rate("b", 2, 1)])] == [False, False]


def test_nobody_selected_gives_no_ratio() -> None:
    assert [each.ratio for each in lines([Rate("a", 9, 0), Rate("b", 7, 0)])] == [None, None]
    assert lines([]) == ()


@given(st.lists(st.integers(0, 9), max_size=20))
def test_a_score_at_the_median_is_not_above_it(scores: list[int]) -> None:
    assert above_median(scores) == tuple(score > median(scores) for score in scores)


SEXES, RACES = ("f", "m"), ("a", "b", "c")
KEYS = [(sex, race) for sex in (*SEXES, UNKNOWN) for race in (*RACES, UNKNOWN)]
SHEET = st.lists(
    st.integers(0, 20).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=12, max_size=12
)


def counted_by(people: list[tuple[int, int]]) -> list[Cell]:
    """Count people, given by sex and race with the unknown last, as the tables do."""
    both = [Cell(*key, *each) for key, each in zip(KEYS, people, strict=True)]

    def added(**of: str | None) -> tuple[int, int]:
        mine = [each for each in both if all(value in (None, getattr(each, name)) for name, value in of.items())]
        return sum(each.n for each in mine), sum(each.selected for each in mine)

    by_sex = [Cell(sex, None, *added(sex=sex)) for sex in (*SEXES, UNKNOWN)]
    by_race = [Cell(None, race, *added(race=race)) for race in (*RACES, UNKNOWN)]
    return [each for each in (*by_sex, *by_race, *both) if each.n]


def everything_adds_up(attacker: Attacker) -> None:
    """Tell the attacker how the tables hang together."""
    for sex, race in KEYS:
        attacker.adds_up([(sex, race, "selected"), (sex, race, "not")], (sex, race, "n"))
    for kind in ("n", "selected", "not"):
        for at, names in enumerate(((*SEXES, UNKNOWN), (*RACES, UNKNOWN))):
            for name in names:
                total = (name, None, kind) if at == 0 else (None, name, kind)
                attacker.adds_up([(*key, kind) for key in KEYS if key[at] == name], total)


def read_table(attacker: Attacker, cells: list[Cell], *, sex: bool, race: bool) -> Iterator[tuple[object, ...]]:
    """Let the attacker read one table; answer with what is small in it."""
    of = gone(cells, 5).of(sex=sex, race=race)
    keys = [(s, r) for s in (SEXES if sex else (None,)) for r in (RACES if race else (None,))]
    made = {rate.group: rate for _, rate in by(cells, sex=sex, race=race)}
    alone = len(made) == 1 and not unknown(cells, sex=sex, race=race).n  # of one row the sum is the number
    for key in keys:
        group = "+".join(each for each in key if each)
        rate = made.get(group, Rate(group, 0, 0))
        for kind, n in (("n", rate.n), ("selected", rate.selected), ("not", rate.n - rate.selected)):
            if not of.unnamed and group not in of.rows:
                attacker.reads((*key, kind), n)
            if 0 < n < 5 and not alone:
                yield *key, kind
        if group in of.rows and not of.unnamed:
            attacker.exists((*key, "n"), 1)


def read_unknown(attacker: Attacker, cells: list[Cell], *, sex: bool, race: bool) -> Iterator[tuple[object, ...]]:
    of = unknown(cells, sex=sex, race=race)
    if not gone(cells, 5).unknown:
        attacker.reads(("unknown", sex, race, "n"), of.n)
    for kind, n in (("n", of.n), ("selected", of.selected), ("not", of.n - of.selected)):
        parts = [(*key, kind) for key in KEYS if (sex and key[0] == UNKNOWN) or (race and key[1] == UNKNOWN)]
        attacker.adds_up(parts, ("unknown", sex, race, kind))
        if 0 < n < 5 and by(cells, sex=sex, race=race):
            yield "unknown", sex, race, kind


def read_everybody(attacker: Attacker, people: list[tuple[int, int]]) -> None:
    """Let the attacker know how many there are and were selected, as the other attribute may tell."""
    attacker.adds_up([(*key, "n") for key in KEYS], sum(n for n, _ in people))
    attacker.adds_up([(*key, "selected") for key in KEYS], sum(selected for _, selected in people))


@settings(max_examples=25, deadline=None)
@given(SHEET)
@such_as([(20, 10), (20, 9), (9, 4), (2, 1), (30, 15), (30, 14), (12, 6), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)])
@such_as([(150, 45), (50, 15), (0, 0), (0, 0), (148, 45), (49, 15), (0, 0), (0, 0), (2, 0), (1, 1), (0, 0), (0, 0)])
@such_as([(150, 40), (50, 20), (0, 0), (0, 0), (140, 43), (57, 17), (0, 0), (0, 0), (10, 2), (1, 1), (0, 0), (0, 0)])
@such_as([(20, 10), (20, 9), (9, 4), (0, 0), (30, 15), (30, 14), (12, 6), (0, 0), (1, 0), (2, 0), (0, 0), (9, 3)])
def test_whoever_solves_for_the_hidden_numbers_of_a_worksheet_learns_of_none_that_it_is_small(
    people: list[tuple[int, int]],
) -> None:
    cells, attacker = counted_by(people), Attacker()
    everything_adds_up(attacker)
    read_everybody(attacker, people)
    small: list[tuple[object, ...]] = []
    for sex, race in ((True, False), (False, True), (True, True)):
        small += read_table(attacker, cells, sex=sex, race=race)
        small += read_unknown(attacker, cells, sex=sex, race=race)
    assert [name for name in small if attacker.learns(name, 5)] == []

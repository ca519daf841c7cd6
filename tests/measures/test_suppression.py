"""Small numbers that would point at people do not go out, and cannot be computed from what does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from attacker import Attacker
from evenhand.measures.selection import ERASED, NOT_GROUPS, UNKNOWN, Rate
from evenhand.measures.suppression import Part, Withheld, covers, is_small, withheld

GROUPS = ("a", "b", "c")
ROWS = (*GROUPS, UNKNOWN, ERASED)
FIVE = 5


def rates(**counts: tuple[int, int]) -> list[Rate]:
    return [Rate(group, *each) for group, each in counts.items()]


def alone(given_: Sequence[Rate], reference: str | None = None) -> Withheld:
    return withheld({"race": Part(given_, reference)}, FIVE)["race"]


def test_one_to_four_of_anything_is_small_and_nought_is_not() -> None:
    small = [(4, 0), (50, 1), (50, 49), (1, 1)]
    assert all(is_small(Rate("g", *each), FIVE) for each in small)
    assert not any(is_small(Rate("g", *each), FIVE) for each in [(5, 5), (5, 0), (50, 25), (0, 0)])


def test_nothing_small_is_nothing_hidden() -> None:
    assert alone(rates(a=(40, 20), b=(60, 20))) == Withheld()


def test_a_second_row_goes_with_one_that_could_be_computed_from_the_total() -> None:
    assert alone(rates(a=(3, 1), b=(40, 20), c=(60, 20))).rows == {"a", "b"}


def test_the_reference_is_the_last_to_go() -> None:
    assert alone(rates(a=(3, 1), b=(40, 20), c=(60, 20)), "b").rows == {"a", "c"}


def test_rows_are_added_until_what_they_leave_is_not_small_itself() -> None:
    # Three and two leave 5, one selected and four not: any of it would be small.
    assert alone(rates(a=(3, 1), b=(2, 0), c=(60, 20), d=(70, 20))).rows == {"a", "b", "c"}


def test_somebody_stands_behind_every_row_that_is_named() -> None:
    # 5 people in two rows: neither row can have more than 4.
    assert not covers(rates(a=(3, 0), b=(2, 0)), FIVE)
    assert covers(rates(a=(3, 0), b=(3, 0)), FIVE)


def test_where_even_all_together_are_few_not_even_the_groups_are_named() -> None:
    assert alone(rates(a=(3, 1), b=(60, 1))) == Withheld(frozenset({"a", "b"}), unnamed=True)


def test_those_of_no_group_are_hidden_by_all_attributes_or_by_none() -> None:
    race = [*rates(a=(40, 20), b=(60, 20), c=(30, 10)), Rate(UNKNOWN, 3, 0)]
    age = [*rates(young=(70, 30), old=(55, 18)), Rate(UNKNOWN, 8, 2)]
    found = withheld({"race": Part(race, "a"), "age": Part(age, "young")}, FIVE)
    assert found["race"].rows == {UNKNOWN, "c"}
    assert found["age"].rows == {UNKNOWN, "old"}


def test_the_erased_hide_behind_the_unknown_and_no_group_goes_for_them() -> None:
    race = [*rates(a=(40, 20), b=(60, 20)), Rate(UNKNOWN, 30, 10), Rate(ERASED, 2, 0)]
    assert alone(race).rows == {UNKNOWN, ERASED}


def test_a_sum_hides_what_one_of_its_parts_hides() -> None:
    found = withheld({"race": Part(rates(a=(50, 20), b=(60, 20), c=(70, 30)), "c", {"a"})}, FIVE)
    assert found["race"].rows == {"a", "b"}


def counts(most: int = 14) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(0, most).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


Stage = list[tuple[int, int]]


def print_table(attacker: Attacker, place: str, made: Sequence[Rate], hidden: Withheld) -> None:
    """Let the attacker read one table, with its total over everybody."""
    for kind, counted in (("n", lambda each: each.n), ("selected", lambda each: each.selected)):
        attacker.adds_up([(place, each.group, kind) for each in made], sum(map(counted, made)))
    for each in made:
        cell = (place, each.group)
        attacker.adds_up([(*cell, "selected"), (*cell, "not")], (*cell, "n"))
        if each.group in hidden.rows and each.n:
            attacker.exists((*cell, "n"), 0 if hidden.unnamed else 1)
        elif not hidden.unnamed:
            attacker.reads((*cell, "n"), each.n)
            attacker.reads((*cell, "selected"), each.selected)


def nothing_learnt(attacker: Attacker, tables: Mapping[str, tuple[Sequence[Rate], Withheld]]) -> None:
    for place, (made, hidden) in tables.items():
        if sum(each.n > 0 for each in made) == 1:
            continue  # then what is printed of everybody is theirs
        for each in made:
            for kind, count in (("n", each.n), ("selected", each.selected), ("not", each.n - each.selected)):
                if 0 < count < FIVE:  # of no other can it be known that it is small
                    assert each.group in hidden.rows
                    assert not attacker.learns((place, each.group, kind), FIVE), (place, each, kind)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(counts(), min_size=5, max_size=5), min_size=2, max_size=2))
@example([[(3, 0), (2, 0), (0, 0), (0, 0), (0, 0)], [(10, 5), (10, 5), (0, 0), (0, 0), (0, 0)]])
@example([[(30, 15), (30, 15), (30, 15), (0, 0), (2, 1)], [(30, 12), (30, 15), (3, 0), (5, 0), (0, 0)]])
def test_an_attacker_with_the_stages_and_their_sums_learns_no_small_number(stages: list[Stage]) -> None:
    """Each stage is printed, and as waits are, those not selected and those selected over all stages, by what came."""
    by_stage = [[Rate(group, *each) for group, each in zip(ROWS, stage, strict=True)] for stage in stages]
    hidden = [withheld({"race": Part(stage)}, FIVE)["race"] for stage in by_stage]
    attacker = Attacker()
    tables: dict[str, tuple[Sequence[Rate], Withheld]] = {}
    for at, (stage, gone) in enumerate(zip(by_stage, hidden, strict=True)):
        tables[str(at)] = stage, gone
        print_table(attacker, str(at), stage, gone)
    also = frozenset().union(*(each.rows for each in hidden))
    for kind in ("not", "selected"):
        total = {
            group: sum(each.selected if kind == "selected" else each.n - each.selected for each in column)
            for group, column in zip(ROWS, zip(*by_stage, strict=True), strict=True)
        }
        told = [Rate(group, n, n // 3) for group, n in total.items()]
        gone = withheld({"race": Part(told, None, also)}, FIVE)["race"]
        tables[kind] = told, gone
        print_table(attacker, kind, told, gone)
        for group in ROWS:
            attacker.adds_up([(str(at), group, kind) for at in range(len(stages))], (kind, group, "n"))
    nothing_learnt(attacker, tables)


@settings(max_examples=40, deadline=None)
@given(st.lists(counts(), min_size=3, max_size=3), st.lists(counts(), min_size=2, max_size=2), counts(9), counts(4))
@example([(3, 0), (60, 30), (50, 20)], [(60, 30), (53, 20)], (8, 4), (2, 0))
def test_an_attacker_who_knows_that_the_unknown_are_the_same_learns_no_small_number(
    race: Stage, sex: Stage, unknown: tuple[int, int], erased: tuple[int, int]
) -> None:
    missing = [Rate(UNKNOWN, *unknown), Rate(ERASED, *erased)]
    total, selected = (sum(each[at] for each in race) for at in (0, 1))
    first, second = sex
    sex = [first, (max(total - first[0], 0), max(selected - first[1], 0))]
    if sum(each[0] for each in sex) != total or sum(each[1] for each in sex) != selected or sex[1][1] > sex[1][0]:
        sex = [(total, selected), (0, 0)] if second[0] % 2 else [race[0], (total - race[0][0], selected - race[0][1])]
    tables = {
        "race": [*(Rate(group, *each) for group, each in zip("abc", race, strict=True)), *missing],
        "sex": [*(Rate(group, *each) for group, each in zip("fm", sex, strict=True)), *missing],
    }
    hidden = withheld({code: Part(made) for code, made in tables.items()}, FIVE)
    attacker = Attacker()
    for code, made in tables.items():
        print_table(attacker, code, made, hidden[code])
    for group in NOT_GROUPS:
        for kind in ("n", "selected"):
            attacker.adds_up([("race", group, kind)], ("sex", group, kind))
    nothing_learnt(attacker, {code: (made, hidden[code]) for code, made in tables.items()})

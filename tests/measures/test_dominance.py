"""Dominance inversions, ties and their direction, held to the definition spelt out pair by pair."""

from __future__ import annotations

import csv
import tracemalloc
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.direction import direction
from evenhand.measures.dominance import Beside, Dominance, Pairs, beside, dominance
from evenhand.measures.refusal import Refusal
from evenhand.measures.resampling import generator

RICCI = Path(__file__).parents[2] / "examples" / "ricci" / "candidates.csv"
PEOPLE = st.integers(1, 3).flatmap(
    lambda criteria: st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.tuples(*[st.integers(0, 3)] * criteria)), min_size=1, max_size=25
    )
)


def framed(people: list[tuple[int, bool, tuple[int, ...]]]) -> tuple[pd.DataFrame, list[str]]:
    names = [f"s{at}" for at in range(len(people[0][2]))]
    rows = [(stratum, advanced, *scores) for stratum, advanced, scores in people]
    return pd.DataFrame(rows, columns=["stratum", "advanced", *names]), names


def by_definition(people: list[tuple[int, bool, tuple[int, ...]]]) -> tuple[int, int, int, list[int], list[int]]:
    comparable = inversions = ties = 0
    over, preferred = [0] * len(people), [0] * len(people)
    for one, other in combinations(range(len(people)), 2):
        for above, below in ((one, other), (other, one)):
            (place, up, better), (place_, up_, worse) = people[above], people[below]
            if place != place_ or not all(a >= b for a, b in zip(better, worse, strict=True)):
                continue
            if better == worse:
                ties += above < below and up != up_
                continue
            comparable += 1
            if up_ and not up:
                inversions += 1
                over[above] += 1
                preferred[below] += 1
    return comparable, inversions, ties, over, preferred


@given(PEOPLE)
def test_every_pair_is_counted_as_the_definition_says(people: list[tuple[int, bool, tuple[int, ...]]]) -> None:
    frame, names = framed(people)
    found = dominance(frame, names)
    comparable, inversions, ties, over, preferred = by_definition(people)
    assert found.whole == Pairs(None, len(people), comparable, inversions, ties)
    assert (found.passed_over.tolist(), found.preferred.tolist()) == (over, preferred)
    assert (found.refusal is None) == bool(comparable)
    for at, lower in enumerate(found.beside.tolist()):
        assert (lower >= 0) == (over[at] > 0)
        if lower >= 0:
            assert people[lower][1]
            assert people[lower][0] == people[at][0]
            assert all(a >= b for a, b in zip(people[at][2], people[lower][2], strict=True))


@given(PEOPLE)
def test_strata_add_up_to_the_whole(people: list[tuple[int, bool, tuple[int, ...]]]) -> None:
    found = dominance(*framed(people))
    assert [each.stratum for each in found.strata] == sorted({stratum for stratum, _, _ in people})
    assert sum(each.inversions for each in found.strata) == found.whole.inversions == found.passed_over.sum()
    assert sum(each.n for each in found.strata) == len(people)


def test_a_block_at_a_time_gives_what_all_at_once_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    frame = pd.DataFrame(chance.integers(0, 30, (200, 3)), columns=["a", "b", "c"])
    frame = frame.assign(stratum=chance.integers(0, 2, 200), advanced=chance.random(200) < 0.4)
    whole = dominance(frame, ["a", "b", "c"])
    monkeypatch.setattr("evenhand.measures.dominance._CELLS", 7)
    piecemeal = dominance(frame, ["a", "b", "c"])
    assert piecemeal.whole == whole.whole
    assert piecemeal.beside.tolist() == whole.beside.tolist()
    assert piecemeal.preferred.tolist() == whole.preferred.tolist()


def test_ricci_has_2381_comparable_pairs_and_no_inversion() -> None:
    # Ricci v. DeStefano, 557 U.S. 557 (2009), written and oral score within each examination; the rule is monotone.
    exams = ["written", "oral"]
    with RICCI.open(encoding="utf-8", newline="") as file:
        rows = [
            (row["exam"] == "Captain", row["outcome"] == "pass", *(int(Fraction(row[each]) * 100) for each in exams))
            for row in csv.DictReader(file)
        ]
    found = dominance(pd.DataFrame(rows, columns=["stratum", "advanced", *exams]), exams)
    assert (found.whole.comparable, found.whole.inversions, found.whole.ties) == (2381, 0, 0)
    assert found.whole.rate == 0


def test_five_thousand_people_in_a_stratum_take_no_memory_for_each_pair() -> None:
    chance = np.random.default_rng(5)
    frame = pd.DataFrame(chance.integers(0, 10**6, (5_000, 4)), columns=["a", "b", "c", "d"])
    frame = frame.assign(stratum=1, advanced=chance.random(5_000) < 0.3)
    tracemalloc.start()
    found = dominance(frame, ["a", "b", "c", "d"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.whole.inversions > 0
    assert peak < 5_000**2 * 2  # one byte a pair would be 25 million, and a sum over pairs takes eight


def test_nobody_to_compare_is_refused_and_not_called_consistent() -> None:
    nobody = dominance(pd.DataFrame({"stratum": [], "advanced": [], "a": []}), ["a"])
    alone = dominance(pd.DataFrame({"stratum": [1], "advanced": [True], "a": [3]}), ["a"])
    for found in (nobody, alone):
        assert isinstance(found, Dominance)
        assert (found.refusal, found.whole.rate) == (Refusal.NOTHING, None)


def weighed(rows: list[tuple[int, str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stratum", "group", "passed_over", "preferred"])


def test_the_direction_of_a_stratum_is_the_exact_permutation_p() -> None:
    # Three of ten people carry weight; all 252 ways to deal five labels out are counted.
    weights = [3, 2, 1, 0, 0, 0, 0, -2, -2, -2]
    frame = weighed([(1, "ab"[at >= 5], max(w, 0), max(-w, 0)) for at, w in enumerate(weights)])
    sums = [sum(weights[at] for at in chosen) for chosen in combinations(range(10), 5)]
    exact = sum(abs(each) >= 6 for each in sums) / len(sums)
    a, b = direction(frame, ["a", "b"], chance=generator(1, "test"), draws=20_000, minimum_n=5)
    assert (a.n, a.passed_over, a.preferred, b.passed_over, b.preferred) == (5, 6, 0, 0, 6)
    assert a.p == b.p == pytest.approx(exact, abs=0.004)


def test_labels_are_dealt_out_within_a_stratum_only() -> None:
    # All of group a are in one stratum and all of b in the other: nothing can be dealt out.
    frame = weighed([(1, "a", 1, 0)] * 12 + [(2, "b", 0, 1)] * 12)
    assert {each.refusal for each in direction(frame, ["a", "b"], chance=generator(1, "test"))} == {Refusal.NOTHING}


def test_a_group_under_the_minimum_gets_its_counts_but_no_p() -> None:
    frame = weighed([(1, "a", 2, 0)] * 3 + [(1, "b", 0, 1)] * 20)
    a, b = direction(frame, ["a", "b"], chance=generator(1, "test"))
    assert (a.refusal, a.passed_over, a.p) == (Refusal.TOO_FEW, 6, None)
    assert b.refusal is Refusal.TOO_FEW  # there are too few others


def test_the_same_seed_gives_the_same_p_and_no_p_is_nought() -> None:
    frame = weighed([(1, "a", 5, 0)] * 30 + [(1, "b", 0, 5)] * 30)
    first, second = (direction(frame, ["a", "b"], chance=generator(9, "x"), draws=200) for _ in range(2))
    assert first == second
    assert first[0].p == 1 / 201


def test_nobody_at_all_has_no_direction() -> None:
    frame = weighed([]).astype({"stratum": int, "passed_over": int, "preferred": int})
    assert [each.refusal for each in direction(frame, ["a"], chance=generator(1, "x"))] == [Refusal.TOO_FEW]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=2, max_size=12))
def test_looking_from_one_person_counts_what_looking_at_all_counts(people: list[tuple[int, int, bool]]) -> None:
    frame = pd.DataFrame(people, columns=["a", "b", "advanced"]).assign(stratum=1)
    found = dominance(frame, ["a", "b"])
    for at, (*own, advanced) in enumerate(people):
        others = [(beside(own, other[:2]), other[2]) for place, other in enumerate(people) if place != at]
        over = sum(lies is Beside.LOWER and up for lies, up in others)
        preferred = sum(lies is Beside.HIGHER and not up for lies, up in others)
        assert found.passed_over[at] == (0 if advanced else over)
        assert found.preferred[at] == (preferred if advanced else 0)

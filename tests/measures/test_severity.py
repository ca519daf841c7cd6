"""How interviewers differ from their panel, held to least squares with a column for everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from evenhand.measures.refusal import Refusal
from evenhand.measures.severity import Difference, severity

Given = list[tuple[str, int, int, int]]
SEATS = st.dictionaries(st.tuples(st.sampled_from("abcde"), st.integers(0, 9)), st.integers(0, 5), max_size=30)


def framed(ratings: Given) -> pd.DataFrame:
    return pd.DataFrame(ratings, columns=["author", "unit", "candidate", "score"])


def together(seats: dict[tuple[str, int], int]) -> Given:
    """Take what at least two rated; two units are one candidate's."""
    units = [unit for _, unit in seats]
    return [(author, unit, unit // 2, score) for (author, unit), score in seats.items() if units.count(unit) > 1]


def linked(ratings: Given) -> list[set[str]]:
    panels: list[set[str]] = []
    for unit in {unit for _, unit, _, _ in ratings}:
        mine = {author for author, each, _, _ in ratings if each == unit}
        apart = [panel for panel in panels if not panel & mine]
        panels = [*apart, mine.union(*(panel for panel in panels if panel & mine))]
    return panels


def least_squares(ratings: Given) -> tuple[dict[str, float], dict[str, float]]:
    """Shifts that add up to nought and their clustered errors, by a regression with a column for each unit."""
    authors, units = sorted({each[0] for each in ratings}), sorted({each[1] for each in ratings})
    matrix = np.zeros((len(ratings), len(authors) - 1 + len(units)))
    for row, (author, unit, _, _) in enumerate(ratings):
        if author == authors[-1]:
            matrix[row, : len(authors) - 1] = -1  # the last is what is left to nought
        else:
            matrix[row, authors.index(author)] = 1
        matrix[row, len(authors) - 1 + units.index(unit)] = 1
    score = np.array([float(each[3]) for each in ratings])
    solved = np.linalg.lstsq(matrix, score, rcond=None)[0]
    left = score - matrix @ solved
    bread = np.linalg.inv(matrix.T @ matrix)
    meat = np.zeros_like(bread)
    people = sorted({each[2] for each in ratings})
    for person in people:
        mine = np.array([each[2] == person for each in ratings])
        moved = matrix[mine].T @ left[mine]
        meat += np.outer(moved, moved)
    spread = bread @ meat @ bread * len(people) / max(len(people) - 1, 1)
    contrast = np.vstack([np.eye(len(authors) - 1), -np.ones(len(authors) - 1)])
    free = spread[: len(authors) - 1, : len(authors) - 1]
    shifts = contrast @ solved[: len(authors) - 1]
    errors = np.sqrt(np.maximum(np.diag(contrast @ free @ contrast.T), 0))
    return dict(zip(authors, shifts, strict=True)), dict(zip(authors, errors, strict=True))


@given(SEATS)
def test_every_panel_has_the_shifts_and_errors_of_least_squares(seats: dict[tuple[str, int], int]) -> None:
    ratings = together(seats)
    found = {each.author: each for each in severity(framed(ratings), minimum=1)}
    assert set(found) == {author for author, _, _, _ in ratings}
    for panel in linked(ratings):
        mine = [each for each in ratings if each[0] in panel]
        assert len({found[author].panel for author in panel}) == 1
        shifts, errors = least_squares(mine)
        for author in panel:
            one = found[author]
            candidates = {each[2] for each in mine if each[0] == author}
            assert one.candidates == len(candidates)
            assert one.ratings == sum(each[0] == author for each in mine)
            if len(candidates) < 2:
                assert (one.difference, one.refusal) == (None, Refusal.TOO_FEW)
                continue
            assert one.difference == pytest.approx(shifts[author], abs=1e-9)
            if one.interval is not None:
                reach = t.ppf(0.975, len(candidates) - 1) * errors[author]
                wanted = (one.difference - reach, one.difference + reach)
                assert tuple(one.interval) == pytest.approx(wanted, abs=1e-6)


def table(shifts: dict[str, int], candidates: int, noise: Any = lambda *_: 0) -> Given:
    return [
        (author, each, each, 10 + each % 4 + shift + noise(at, each))
        for each in range(candidates)
        for at, (author, shift) in enumerate(shifts.items())
    ]


def test_a_strict_interviewer_lies_below_the_panel_by_what_they_take_off() -> None:
    found = {each.author: each for each in severity(framed(table({"mild": 1, "mid": 0, "strict": -1}, 12)))}
    assert {name: round(each.difference or 0, 9) for name, each in found.items()} == {"mild": 1, "mid": 0, "strict": -1}
    # Whoever shifts all by exactly the same leaves nothing over to estimate an error from.
    assert {each.interval for each in found.values()} == {None}


def test_interviewers_who_share_no_candidate_are_not_compared() -> None:
    apart = table({"a": 0, "b": 3}, 12) + [
        (author, unit + 100, person + 100, score) for author, unit, person, score in table({"c": 9, "d": 9}, 15)
    ]
    found = {each.author: each for each in severity(framed(apart))}
    assert [found[name].panel for name in "abcd"] == [2, 2, 1, 1]
    assert [round(found[name].difference or 0, 9) for name in "abcd"] == [-1.5, 1.5, 0, 0]


def test_an_interviewer_with_few_candidates_gets_a_count_and_no_difference() -> None:
    ratings = table({"a": 0, "b": 2}, 12) + [("c", each, each, 12) for each in range(9)]
    [*_, c] = severity(framed(ratings))
    assert c == Difference("c", 1, 9, 9, None, None, Refusal.TOO_FEW)


def test_noise_widens_the_interval_and_the_true_shift_lies_in_it() -> None:
    found = severity(framed(table({"a": 0, "b": 4}, 40, lambda at, each: (each * 7 + at * 3) % 5 - 2)))
    for each, true in zip(found, (-2, 2), strict=True):
        low, high = each.interval or (None, None)
        assert low is not None
        assert high is not None
        assert low < true < high


def test_nobody_who_rated_together_is_nobody_to_compare() -> None:
    assert severity(framed([])) == ()

"""Small numbers that would point at people do not go out, and cannot be computed from what does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.selection import UNKNOWN, Rate
from evenhand.measures.suppression import is_small, suppressed

CODES = ("a", "b", "c", "d", UNKNOWN)


def rates(**counts: tuple[int, int]) -> list[Rate]:
    return [Rate(group, *each) for group, each in counts.items()]


def test_one_to_four_of_anything_is_small_and_nought_is_not() -> None:
    small = [(4, 0), (50, 1), (50, 49), (1, 1)]
    assert all(is_small(Rate("g", *each), 5) for each in small)
    assert not any(is_small(Rate("g", *each), 5) for each in [(5, 5), (5, 0), (50, 25), (0, 0)])


def test_a_second_row_goes_with_one_that_could_be_computed_from_the_total() -> None:
    assert suppressed(rates(a=(3, 1), b=(40, 20), c=(60, 20)), 5) == {"a", "b"}


def test_the_second_row_is_that_of_the_unknown_where_there_is_one() -> None:
    assert suppressed([*rates(a=(3, 1), b=(40, 20)), Rate(UNKNOWN, 400, 200)], 5) == {"a", UNKNOWN}


def test_two_small_rows_hide_one_another_and_no_third() -> None:
    assert suppressed(rates(a=(3, 1), b=(2, 1), c=(60, 20)), 5) == {"a", "b"}


def test_in_a_crossing_no_row_or_column_has_just_one_gap() -> None:
    crossing = [Rate(f"{x}+{y}", n, n // 2) for (x, y), n in
                {("f", "p"): 4, ("f", "q"): 40, ("m", "p"): 50, ("m", "q"): 60}.items()]  # fmt: skip
    lines = [("f+p", "f+q"), ("m+p", "m+q"), ("f+p", "m+p"), ("f+q", "m+q")]
    assert suppressed(crossing, 5, lines) == {"f+p", "f+q", "m+p", "m+q"}


@given(st.lists(st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=5, max_size=5))
def test_no_small_row_is_shown_and_no_gap_stands_alone(counts: list[tuple[int, int]]) -> None:
    made = [Rate(group, *each) for group, each in zip(CODES, counts, strict=True)]
    hidden = suppressed(made, 5)
    assert all(each.group in hidden for each in made if is_small(each, 5))
    assert len(hidden) != 1 or sum(each.n > 0 for each in made) == 1  # then the total is the row, and as small

"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.errors import InputError
from evenhand.render.period import Period, parse, quarter_of


@pytest.mark.parametrize(
    ("text", "first", "last", "before"),
    [
        ("2026Q2", date(2026, 4, 1), date(2026, 6, 30), "2026Q1"),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "2025Q4"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
        ("2026-04-01..2026-04-10", date(2026, 4, 1), date(2026, 4, 10), "2026-03-22..2026-03-31"),
    ],
)
def test_a_period_has_its_first_and_last_day_and_one_before_it(text: str, first: date, last: date, before: str) -> None:
    period = parse(text)
    assert (period.first, period.last, period.label) == (first, last, text)
    assert period.before().label == before


@pytest.mark.parametrize(
    "text",
    ["", "2026Q5", "2026-13", "20260401", "\uff12\uff10\uff12\uff16", "0000", "2026-04-01", "2026-02-30..2026-03-01"],
)
def test_what_is_no_period_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(InputError, match="expected 2026"):
        parse(text)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="before it begins"):
        parse("2026-05-02..2026-05-01")


def test_every_day_lies_in_its_quarter() -> None:
    for month in range(1, 13):
        quarter = quarter_of(date(2026, month, 15))
        assert quarter.first <= date(2026, month, 15) <= quarter.last
    assert quarter_of(date(2026, 6, 30)) == Period(date(2026, 4, 1), date(2026, 6, 30), 3)

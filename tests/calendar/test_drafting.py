"""The dates a policy begins with are those that were announced, make-up workdays among them."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.calendar.drafting import drafted

# 国务院办公厅关于2026年部分节假日安排的通知: days off that are no weekend, and weekend days on which people work.
OFF = """01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25
         10-01 10-02 10-05 10-06 10-07"""
WORKED = "01-04 02-14 02-28 05-09 09-20 10-10"
# 5 U.S.C. 6103: the federal holidays of 2026; 4 July is a Saturday, so the Friday before is observed.
FEDERAL = "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"


def days(text: str) -> list[date]:
    return [date.fromisoformat(f"2026-{each}") for each in text.split()]


def test_chinas_days_off_and_make_up_workdays_are_those_announced_for_2026() -> None:
    found = drafted("CN", 2026, 2026)
    assert [day for day, _ in found.holidays] == days(OFF)
    assert list(found.workdays) == days(WORKED)
    assert (found.weekend, found.unannounced) == ((6, 7), ())


def test_the_federal_holidays_of_the_united_states_are_those_of_the_statute() -> None:
    found = drafted("US", 2026, 2026)
    assert [day for day, _ in found.holidays] == days(FEDERAL)
    assert found.workdays == ()


def test_a_year_whose_make_up_workdays_nobody_has_announced_is_named() -> None:
    assert drafted("CN", 2026, 2030).unannounced[-1] == 2030
    assert drafted("US", 2026, 2030).unannounced == ()


def test_no_day_is_both_a_holiday_and_a_make_up_workday_nor_a_holiday_on_a_weekend() -> None:
    for place in ("CN", "US", "CA-ON", "DE", "HU", "IL", "JP"):
        found = drafted(place, 2024, 2026)
        assert not {day for day, _ in found.holidays} & set(found.workdays)
        assert all(day.isoweekday() not in found.weekend for day, _ in found.holidays)
        assert all(day.isoweekday() in found.weekend for day in found.workdays)


@pytest.mark.parametrize(("place", "said"), [("XX", "known there"), ("CN-XX", "part of CN"), ("", "known there")])
def test_a_place_without_known_holidays_is_refused(place: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        drafted(place, 2026, 2026)

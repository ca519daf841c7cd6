"""A day compares with an instant only when it is surely before or after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evenhand.calendar.moments import bounds
from evenhand.events.base import Moment, Precision


def moment(at: str, precision: str, zone: str = "Europe/Berlin") -> Moment:
    return Moment(at=at, zone=zone, precision=Precision(precision))


def test_an_instant_is_itself() -> None:
    assert set(bounds(moment("2026-07-03T12:00:00+02:00", "instant"))) == {datetime(2026, 7, 3, 10, tzinfo=UTC)}


def test_a_minute_lasts_to_its_last_microsecond() -> None:
    first, last = bounds(moment("2026-07-03T12:00+02:00", "minute"))
    assert last - first == timedelta(seconds=59, microseconds=999_999)


@pytest.mark.parametrize(("day", "hours"), [("2026-07-03", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_it_is_where_it_was(day: str, hours: int) -> None:
    first, last = bounds(moment(day, "day"))
    assert last - first + timedelta(microseconds=1) == timedelta(hours=hours)


def test_a_day_and_an_instant_within_it_have_no_order() -> None:
    day, noon = bounds(moment("2026-07-03", "day")), bounds(moment("2026-07-03T12:00:00+02:00", "instant"))
    assert not day.surely_before(noon)
    assert not noon.surely_before(day)
    assert day.may_precede(noon)
    assert noon.may_precede(day)


def test_a_day_lies_surely_before_the_next_mornings_instant() -> None:
    assert bounds(moment("2026-07-03", "day")).surely_before(bounds(moment("2026-07-04T00:00:00+02:00", "instant")))


def test_one_instant_may_be_two_days_in_two_zones() -> None:
    berlin, shanghai = bounds(moment("2026-07-03", "day")), bounds(moment("2026-07-04", "day", "Asia/Shanghai"))
    assert not berlin.surely_before(shanghai)

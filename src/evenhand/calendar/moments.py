"""Turn a moment, whose precision may be a day, into the first and last instant it can mean.

A day is the local day of its zone, so it may last 23 or 25 hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from evenhand.events.base import Moment, Precision

_TICK = timedelta(microseconds=1)


class Bounds(NamedTuple):
    """The first and the last instant a moment can mean, both in UTC."""

    first: datetime
    last: datetime

    def surely_before(self, other: Bounds) -> bool:
        """Say whether every instant of this lies before every instant of the other."""
        return self.last < other.first

    def may_precede(self, other: Bounds) -> bool:
        """Say whether this was no later than the other, or may have been."""
        return self.first <= other.last


def bounds(moment: Moment) -> Bounds:
    """Answer with the instants a moment can mean."""
    if moment.precision is Precision.DAY:
        return day_bounds(moment.at, moment.zone)
    at = datetime.fromisoformat(moment.at).astimezone(UTC)
    if moment.precision is Precision.MINUTE:
        at = at.replace(second=0, microsecond=0)
        return Bounds(at, at + timedelta(minutes=1) - _TICK)
    return Bounds(at, at)


@lru_cache(maxsize=4096)
def day_bounds(day: str, zone: str) -> Bounds:
    """Answer with the first and last instant of a local day."""
    local, here = date.fromisoformat(day), ZoneInfo(zone)
    first = datetime.combine(local, time.min, here).astimezone(UTC)
    last = datetime.combine(local + timedelta(days=1), time.min, here).astimezone(UTC) - _TICK
    return Bounds(first, last)

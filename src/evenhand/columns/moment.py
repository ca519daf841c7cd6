"""Moments as columns: the first and the last microsecond in UTC, the precision, the zone and the local date.

A time known to the minute spans that minute, a date spans the local day, which is 23 or 25 hours long when the clocks
change. What is kept is UTC without a zone, so that no setting of a session can move it.
"""

from __future__ import annotations

from typing import NamedTuple

from evenhand.columns.quoting import one_of, whole
from evenhand.events.base import Precision

_MINUTE = 60_000_000


class Bound(NamedTuple):
    """One of the columns of a moment, without the field's name before it."""

    name: str
    type: str
    sql: str


def utc(with_zone: str) -> str:
    """Turn a TIMESTAMPTZ into a TIMESTAMP in UTC, whatever the session's zone is."""
    return f"make_timestamp(epoch_us({with_zone}))"


def columns(value: str, *, required: bool) -> tuple[Bound, ...]:
    """Write the columns of the moment that ``value`` (at, zone, precision, as text) is.

    The columns of a required one are never null in their table; of another, all are or none.
    """
    at, zone, precision = f"{value}.at", f"{value}.zone", f"{value}.precision"
    instant = f"epoch_us(CAST({at} AS TIMESTAMPTZ))"
    midnight = f"epoch_us(timezone({zone}, CAST({at} AS TIMESTAMP)))"
    next_midnight = f"epoch_us(timezone({zone}, CAST({at} AS TIMESTAMP) + INTERVAL 1 DAY))"
    minute = f"{instant} // {_MINUTE} * {_MINUTE}"
    first = f"CASE {precision} WHEN 'day' THEN {midnight} WHEN 'minute' THEN {minute} ELSE {instant} END"
    last = (
        f"CASE {precision} WHEN 'day' THEN {next_midnight} - 1 "
        f"WHEN 'minute' THEN {minute} + {_MINUTE - 1} ELSE {instant} END"
    )
    day = (
        f"CASE {precision} WHEN 'day' THEN CAST({at} AS DATE) "
        f"ELSE CAST(timezone({zone}, CAST({at} AS TIMESTAMPTZ)) AS DATE) END"
    )
    known = one_of(precision, [each.value for each in Precision])
    first = f"make_timestamp({first})"
    if not required:
        first, zone, known = whole(value, first), whole(value, zone), whole(value, known)
    return (
        Bound("from", "TIMESTAMP", first),
        Bound("to", "TIMESTAMP", f"make_timestamp({last})"),
        Bound("precision", "VARCHAR", known),
        Bound("zone", "VARCHAR", zone),
        Bound("day", "DATE", day),
    )

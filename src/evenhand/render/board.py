"""Who waits at the as-of instant: for what, for how long, by when they are to hear, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import cut, days, hours, one, stage_names, text, whole
from evenhand.render.making import Making, Rows

_COLUMNS = (
    "CAST(c.candidacy_id AS VARCHAR), q.code, w.stage, w.rests_on, w.owed, "
    "CAST(CAST(timezone(c.zone, timezone('UTC', w.due_to)) AS DATE) AS VARCHAR)"
)
_FROM = (
    "FROM waiting AS w JOIN candidacy AS c USING (candidacy) "
    "LEFT JOIN requisition AS q ON q.requisition = w.requisition"
)


def in_short(making: Making, _limit: int) -> Rows:
    """Count who waits by whose turn it is and for what."""
    found = making.rows(
        "SELECT turn, CASE owed WHEN 'outcome' THEN 'outcome_told' ELSE owed END AS what, "
        "count(DISTINCT candidacy), count(DISTINCT candidacy) FILTER (WHERE overdue), "
        "count(DISTINCT candidacy) FILTER (WHERE due_to IS NULL), max(waited_seconds) "
        "FROM waiting GROUP BY turn, what ORDER BY 4 DESC, 3 DESC, turn, what"
    )
    rows: list[Row] = [
        (str(turn), str(owed), whole(n), whole(overdue), whole(dateless), days(waited))
        for turn, owed, n, overdue, dateless, waited in found
    ]
    n = one(making, "SELECT count(DISTINCT candidacy) FROM waiting")
    words = making.words
    notes = (words.text("Whoever waits for several things is counted once in each line."),)
    return Rows(tuple(rows), n, words.text("candidacies"), notes=notes if rows else (words.text("Nobody waits."),))


def overdue(making: Making, limit: int) -> Rows:
    """List who is overdue whatever the period: first those left in a closed requisition, then the longest first."""
    words = making.words
    n = one(making, "SELECT count(*) FROM waiting WHERE overdue")
    people = one(making, "SELECT count(DISTINCT candidacy) FROM waiting WHERE overdue")
    found = making.rows(
        f"SELECT {_COLUMNS}, w.overdue_seconds, w.turn, w.turn_of, w.entry {_FROM} "
        "WHERE w.overdue "
        "ORDER BY w.rests_on <> 'closed', w.overdue_seconds DESC, w.entry, w.rests_on, w.owed, "
        "w.deadline, w.candidacy LIMIT ?",
        [limit],
    )
    rows = tuple(_row(each, hours(each[6])) for each in found)
    notes = (
        words.plural(
            "{n} candidacy waits; whoever waits on several counts stands here several times.",
            "{n} candidacies wait; whoever waits on several counts stands here several times.",
            people,
        ),
        *cut(making, len(rows), n, "waiting"),
    )
    none = (words.text("Nobody is overdue."),)
    dateless = one(making, "SELECT count(*) FROM waiting WHERE deadline IS NOT NULL AND due_to IS NULL")
    left_out = (LeftOut(dateless, words.text("whose due time the policy's calendar does not reach")),)
    return Rows(rows, n, words.text("overdue"), left_out, notes if rows else none, _labels(making))


def in_time(making: Making, limit: int) -> Rows:
    """List who waits and is not overdue: the nearest due first, then those nothing gives a time, longest first."""
    words = making.words
    n = one(making, "SELECT count(*) FROM waiting WHERE NOT overdue")
    found = making.rows(
        f"SELECT {_COLUMNS}, w.left_seconds, w.turn, w.turn_of, w.entry, w.waited_seconds {_FROM} "
        "WHERE NOT w.overdue ORDER BY w.due_to NULLS LAST, w.since, w.entry, w.rests_on, w.owed, "
        "w.deadline, w.candidacy LIMIT ?",
        [limit],
    )
    rows = tuple(_row(each[:10], days(each[6]), days(each[10])) for each in found)
    notes = cut(making, len(rows), n, "waiting")
    return Rows(rows, n, words.text("waiting"), notes=notes, labels=_labels(making))


def _row(found: tuple[Any, ...], *lengths: Fraction | None) -> Row:
    names, turn, people, entry = found[:6], found[7], found[8], found[9]
    who = ", ".join(str(each) for each in people) or None
    return (*map(text, names), *lengths, str(turn), who, whole(entry))


def _labels(making: Making) -> Mapping[str, Mapping[str, str]]:
    return {"stage": stage_names(making)}

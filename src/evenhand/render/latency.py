"""From a decision to the first notice that reached the person: how long people waited to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evenhand.measures.survival import Survival, survival
from evenhand.render.blocks import Mark, Row, Series
from evenhand.render.counts import one, whole
from evenhand.render.making import Drawn, Making, Rows
from evenhand.render.undecided import overturned

OUTCOMES = ("reject", "advance")
_MINUTES_AN_HOUR = 60
_HOURS_A_DAY = 24
DAYS_SHOWN = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90)
FEWEST = 5
"""Of fewer waits than this there is no curve, as there is no median of fewer that ended."""
_SEEN = 0.004
"""A step smaller than this would be less than a pixel high."""


def _waits(making: Making) -> None:
    making.prepared(
        "_waits",
        "SELECT decision, outcome, ended, delivery_unknown, seconds, precision "
        "FROM notice_latency WHERE in_period(decided_day)",
    )


def told_by(making: Making) -> None:
    """Keep, as ``_told_by``, each decision that the policy gives a deadline for telling: the earliest binds."""
    making.prepared(
        "_told_by",
        "SELECT started_by AS decision, arg_min(standing, due_to) AS standing "
        "FROM deadline WHERE clock_from = 'decision' AND until = 'outcome_told' AND rests_on = 'policy' "
        "AND due_to IS NOT NULL GROUP BY started_by",
    )


def _curves(making: Making) -> Mapping[str, Survival]:
    return making.once("curves", lambda: _survivals(making))


def _survivals(making: Making) -> Mapping[str, Survival]:
    _waits(making)
    frame = making.frame(
        "SELECT outcome, seconds // 60 AS time, ended = 'told' AS ended, count(*) AS count FROM _waits GROUP BY ALL"
    )
    return {outcome: survival(frame[frame["outcome"] == outcome]) for outcome in OUTCOMES}


def told(making: Making, _limit: int) -> Rows:
    """Show, for rejections and good news apart, how many were told, in what time, and how many still wait."""
    words, curves = making.words, _curves(making)
    told_by(making)
    counts = {
        str(outcome): tuple(map(whole, numbers))
        for outcome, *numbers in making.rows(
            "SELECT w.outcome, count(*), count(*) FILTER (WHERE ended = 'told'), "
            "count(*) FILTER (WHERE ended = 'open'), "
            "count(*) FILTER (WHERE ended IN ('withdrawn', 'erased')), "
            "count(*) FILTER (WHERE ended = 'told' AND delivery_unknown), "
            "count(*) FILTER (WHERE d.standing IN ('met', 'late', 'overdue')), "
            "count(*) FILTER (WHERE d.standing = 'met'), count(*) FILTER (WHERE d.standing = 'open'), "
            "count(*) FILTER (WHERE d.standing IS NULL) "
            "FROM _waits AS w LEFT JOIN _told_by AS d USING (decision) GROUP BY w.outcome"
        )
    }
    rows: list[Row] = []
    for outcome in OUTCOMES:
        n, reached, untold, ended, unknown, due, met, running, free = counts.get(outcome, (0,) * 9)
        share = Fraction(met, due) if due else None
        median, why = _median(curves[outcome])
        rows.append((outcome, n, reached, untold, ended, unknown, median, why, met, due, share, running, free))
    notes = (
        words.text(
            "The median is Kaplan and Meier's: "
            "those still waiting, withdrawn or erased count for as long as they waited."
        ),
        words.text("A notice whose delivery nobody reported counts as one that reached the person."),
        words.text(
            "In time is counted over decisions whose deadline has passed or was met; "
            "deadlines still running stand apart."
        ),
        *_let_go(making),
        *_by_day(making),
    )
    n = sum(numbers[0] for numbers in counts.values())
    return Rows(tuple(rows), n, words.text("final decisions"), (overturned(making),), notes)


def _median(curve: Survival) -> tuple[Fraction | None, str | None]:
    if curve.refusal is not None:
        return None, curve.refusal.value
    hours = median_hours(curve)
    return hours, "not_reached" if hours is None else None


def median_hours(curve: Survival) -> Fraction | None:
    """Turn the median of waits in minutes into hours; None where there is none."""
    return None if curve.median is None else Fraction(curve.median, _MINUTES_AN_HOUR)


def _by_day(making: Making) -> tuple[str, ...]:
    n = one(making, "SELECT count(*) FROM _waits WHERE precision = 'days'")
    if not n:
        return ()
    said = making.words.plural(
        "{n} wait is known only to the day and counts in whole days.",
        "{n} waits are known only to the day and count in whole days.",
        n,
    )
    return (said,)


def _let_go(making: Making) -> tuple[str, ...]:
    n = one(making, "SELECT count(*) FROM _waits JOIN _told_by USING (decision) WHERE standing = 'released'")
    if not n:
        return ()
    said = making.words.plural(
        "{n} more had no deadline left: the person withdrew or was erased before it.",
        "{n} more had no deadline left: the people withdrew or were erased before it.",
        n,
    )
    return (said,)


def waiting(making: Making, _limit: int) -> Drawn:
    """Draw the share still untold so many days after the decision."""
    words, curves = making.words, _curves(making)
    names = {"reject": words.text("rejections"), "advance": words.text("good news")}
    series = tuple(
        drawn(outcome, names[outcome], curves[outcome]) for outcome in OUTCOMES if curves[outcome].n >= FEWEST
    )
    n = sum(curve.n for curve in curves.values())
    of = words.text("final decisions")
    marks = tuple(deadline_marks(making, {each.key: each.label for each in series}, _ALLOWED))
    return Drawn(
        words.text("days"),
        words.text("share still untold"),
        series,
        n,
        of,
        (overturned(making),),
        (how_far(making),),
        marks,
    )


def how_far(making: Making) -> str:
    """Say where a curve ends, and of how few there is none."""
    return making.words.text(
        "A share ends with the longest wait observed, unless all waits have ended by then; of fewer than {n} waits "
        "there is none.",
        n=FEWEST,
    )


def drawn(key: str, label: str, curve: Survival) -> Series:
    """Make the line of a curve in minutes, in days: its figures for the table, its steps for the picture."""
    a_day = _HOURS_A_DAY * _MINUTES_AN_HOUR
    known = ((day, curve.surviving_after(day * a_day)) for day in DAYS_SHOWN)
    points = tuple((day, Fraction(share)) for day, share in known if share is not None)
    return Series(key, label, points, _steps(curve))


def _steps(curve: Survival) -> tuple[tuple[Fraction, Fraction], ...]:
    """Give the steps of a curve in days, leaving out those too small to be seen, and where it ends."""
    a_day = _HOURS_A_DAY * _MINUTES_AN_HOUR
    shown, kept = 1.0, [(Fraction(0), Fraction(1))]
    for step in curve.steps:
        if shown - step.surviving >= _SEEN:
            shown = step.surviving
            kept.append((Fraction(step.time, a_day), Fraction(shown)))
    if kept[-1][0] < Fraction(curve.longest, a_day):
        kept.append((Fraction(curve.longest, a_day), Fraction(shown)))
    return tuple(kept)


_ALLOWED = (
    "SELECT w.outcome AS series, allowed FROM (SELECT started_by AS decision, "
    "min(date_diff('minute', started_from, due_to)) AS allowed FROM deadline WHERE clock_from = 'decision' "
    "AND until = 'outcome_told' AND rests_on = 'policy' AND due_to IS NOT NULL GROUP BY started_by) AS d "
    "JOIN _waits AS w USING (decision)"
)


def deadline_marks(making: Making, names: Mapping[str, str], allowed: str) -> Iterator[Mark]:
    """Say after how many days the policy's deadline falls, by series; business days differ, so half do.

    ``allowed`` asks for the ``series`` and the minutes ``allowed`` of every wait that has a deadline.
    """
    found = making.rows(
        "SELECT series, min(allowed), quantile_disc(allowed, 0.5), max(allowed) "  # noqa: S608 - ours
        f"FROM ({allowed}) AS each_wait GROUP BY series"
    )
    by_series = {str(series): numbers for series, *numbers in found}
    for series, name in names.items():
        if series not in by_series:
            continue
        least, middle, most = by_series[series]
        days = Fraction(whole(middle), _HOURS_A_DAY * _MINUTES_AN_HOUR)
        said = making.words.text("deadline, {of}", of=name)
        if least != most:
            said = making.words.text("median deadline, {of}", of=name)
        yield Mark(days, said, series)

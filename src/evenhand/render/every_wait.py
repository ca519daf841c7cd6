"""How long people waited to hear: after a decision, an interview, an application, a withdrawal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pandas as pd

from evenhand.measures.survival import survival
from evenhand.render.blocks import LeftOut, Row, Series
from evenhand.render.counts import days, maybe, one, stage_names, stage_order, whole
from evenhand.render.latency import FEWEST, deadline_marks, drawn, how_far, median_hours
from evenhand.render.making import Drawn, Making, Rows

WAITS = ("reject", "advance", "last_interview", "application", "application_news", "withdrawal")
_AT_NO_STAGE = ("application", "application_news")
_FIGURES = (
    "count(*), count(*) FILTER (WHERE ended = 'told'), count(*) FILTER (WHERE ended = 'open'), "
    "count(*) FILTER (WHERE ended IN ('withdrawn', 'erased')), "
    "count(*) FILTER (WHERE ended = 'told' AND delivery_unknown), "
    "count(*) FILTER (WHERE standing = 'met'), count(*) FILTER (WHERE standing IN ('met', 'late', 'overdue')), "
    "max(seconds) FILTER (WHERE ended = 'open'), "
    "arg_max(started_by, struct_pack(s := seconds, e := -started_by)) FILTER (WHERE ended = 'open')"
)


def _waits(making: Making) -> None:
    """Keep the waits of the period, each with what became of the earliest deadline of the policy for it."""
    making.prepared(
        "_every_wait",
        "WITH limited AS ("
        "SELECT clock_from, started_by, arg_min(standing, struct_pack(d := due_to, c := deadline)) AS standing, "
        "min(date_diff('minute', started_from, due_to)) AS allowed "
        "FROM deadline WHERE rests_on = 'policy' AND due_to IS NOT NULL AND (clock_from, until) IN ("
        "('decision', 'outcome_told'), ('last_interview', 'anything_told'), "
        "('last_interview', 'decision_status_told'), ('application', 'receipt_told'), "
        "('application', 'anything_told'), ('withdrawal', 'acknowledged')) GROUP BY clock_from, started_by) "
        "SELECT coalesce(w.outcome, w.wait) AS wait, w.started_by, coalesce(w.stage, '') AS stage, "
        "coalesce(q.code, '') AS requisition, coalesce(CAST(w.recruiter AS VARCHAR), '') AS recruiter, "
        "year(w.started_day) || 'Q' || quarter(w.started_day) AS quarter, "
        "w.ended, w.delivery_unknown, w.seconds, w.seconds // 60 AS minutes, l.standing, l.allowed "
        "FROM wait AS w LEFT JOIN requisition AS q ON q.requisition = w.requisition "
        "LEFT JOIN limited AS l ON l.started_by = w.started_by "
        "AND l.clock_from = CASE w.wait WHEN 'outcome' THEN 'decision' ELSE w.wait END "
        "WHERE in_period(w.started_day)",
    )


def waits(making: Making, _limit: int) -> Rows:
    """Show each kind of wait: how many ended, how many still wait, in what time, and the oldest still open."""
    found = _figures(making, "'all'")
    rows = [(wait, *found[wait, "all"]) for wait in WAITS if (wait, "all") in found]
    unknown = one(making, "SELECT count(*) FROM _every_wait WHERE ended = 'told' AND delivery_unknown")
    words = making.words
    notes = [
        words.text(
            "The median is Kaplan and Meier's: "
            "those still waiting, withdrawn or erased count for as long as they waited."
        )
    ]
    if unknown:
        notes.append(words.text("A notice whose delivery nobody reported counts as one that reached the person."))
    return Rows(tuple(rows), _n(making), words.text("waits"), notes=tuple(notes))


def by_stage(making: Making, _limit: int) -> Rows:
    """Break the waits down by stage, in the order of the standards."""
    order, last = stage_order(making), len(stage_order(making))
    found = {key: each for key, each in _figures(making, "stage").items() if key[0] not in _AT_NO_STAGE}
    values = sorted({value for _, value in found}, key=lambda value: (order.get(value, last), value))
    made = _rows(making, "stage", found, values, stage_names(making))
    without = one(making, f"SELECT count(*) FROM _every_wait WHERE wait IN {_AT_NO_STAGE}")  # noqa: S608 - ours
    left_out = (LeftOut(without, making.words.text("those after an application, which begin at no stage")),)
    return replace(made, n=made.n - without, left_out=left_out)


def by_requisition(making: Making, _limit: int) -> Rows:
    """Break the waits down by requisition."""
    return _broken_down(making, "requisition")


def by_recruiter(making: Making, _limit: int) -> Rows:
    """Break the waits down by who looks after the requisition's candidates, by opaque id."""
    return _broken_down(making, "recruiter")


def by_quarter(making: Making, _limit: int) -> Rows:
    """Break the waits down by the quarter in which they began."""
    return _broken_down(making, "quarter")


def _broken_down(making: Making, by: str) -> Rows:
    found = _figures(making, by)
    return _rows(making, by, found, sorted({value for _, value in found}), {})


def _rows(
    making: Making, by: str, found: Mapping[tuple[str, str], Row], values: Sequence[str], names: Mapping[str, str]
) -> Rows:
    words = making.words
    rows = [(value, wait, *_few(found[wait, value])) for value in values for wait in WAITS if (wait, value) in found]
    return Rows(tuple(rows), _n(making), words.text("waits"), labels={by: {**names, "": words.text("not recorded")}})


def _few(figures: Row) -> Row:
    n, told, open_, _, _, median, why, met, due, share, oldest, _ = figures
    return n, told, open_, median, why, met, due, share, oldest


def _n(making: Making) -> int:
    return one(making, "SELECT count(*) FROM _every_wait")


def _figures(making: Making, by: str) -> Mapping[tuple[str, str], Row]:
    """Count and time the waits by kind and by one of the columns of ``_every_wait``, or a constant."""
    _waits(making)
    frame = making.frame(
        f"SELECT wait, {by} AS value, minutes AS time, ended = 'told' AS ended, count(*) AS count "  # noqa: S608 - ours
        "FROM _every_wait GROUP BY ALL"
    )
    curves = {key: survival(each) for key, each in frame.groupby(["wait", "value"], sort=False)}
    found: dict[tuple[str, str], Row] = {}
    for wait, value, *numbers in making.rows(
        f"SELECT wait, {by} AS value, {_FIGURES} FROM _every_wait GROUP BY wait, {by}"  # noqa: S608 - the same
    ):
        n, told, open_, otherwise, unknown, met, due = map(whole, numbers[:7])
        curve = curves[wait, value]
        median = None if curve.refusal is not None else median_hours(curve)
        why = curve.refusal.value if curve.refusal is not None else None if median is not None else "not_reached"
        oldest, entry = numbers[7:]
        found[str(wait), str(value)] = (
            n, told, open_, otherwise, unknown, median, why, met, due, Fraction(met, due) if due else None,
            days(oldest),
            maybe(entry),
        )  # fmt: skip
    return found


def curves(making: Making, _limit: int) -> Drawn:
    """Draw, for each kind of wait, the share still unheard so many days after its beginning."""
    _waits(making)
    words = making.words
    names = {
        "reject": words.text("rejections"),
        "advance": words.text("good news"),
        "last_interview": words.text("after the last interview"),
        "application": words.text("after applying: any answer"),
        "application_news": words.text("after applying: more than a receipt"),
        "withdrawal": words.text("after withdrawing"),
    }
    frame = making.frame(
        "SELECT wait, minutes AS time, ended = 'told' AS ended, count(*) AS count FROM _every_wait GROUP BY ALL"
    )
    series = tuple(_series(frame, names))
    allowed = "SELECT wait AS series, allowed FROM _every_wait WHERE allowed IS NOT NULL"
    marks = tuple(deadline_marks(making, {each.key: each.label for each in series}, allowed))
    n, of = _n(making), words.text("waits")
    return Drawn(words.text("days"), words.text("share still unheard"), series, n, of, (), (how_far(making),), marks)


def _series(frame: pd.DataFrame, names: Mapping[str, str]) -> Iterator[Series]:
    for wait in WAITS:
        here = frame[frame["wait"] == wait]
        curve = survival(here)
        if curve.n >= FEWEST:
            yield drawn(wait, names[wait], curve)

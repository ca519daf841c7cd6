"""What changed since the period before, worst first, and how each figure lies beside the eight periods before."""

from __future__ import annotations

from fractions import Fraction

from evenhand.measures.change import FEWEST_PERIODS, place, worded
from evenhand.render import local
from evenhand.render.blocks import Row
from evenhand.render.counts import exact
from evenhand.render.making import Making, Rows
from evenhand.render.quarters import BEFORE, WAIT, Course, courses, windows
from evenhand.words import mark

_PER_CENT = 100
_BARS = "▁▂▃▄▅▆▇█"
_NO_BAR = "·"


def changes(making: Making, _limit: int) -> Rows:
    """Show each figure beside the period before it, with what chance alone could do, and a word."""
    words = making.words
    rows: list[Row] = [_changed(each) for each in courses(making) if each.sizes[0] or each.sizes[1]]
    before = local.days(windows(making)[1], making.lang)
    notes = (
        words.text(
            "Beside {period}. What changed most for the worse, in standard deviations, stands first. Then comes what "
            "is neither better nor worse for being higher, and last, unranked, what has too few numbers to be ranked.",
            period=before,
        ),
        words.text(
            "Of shares: a two-sided mid-p and Newcombe's interval of the difference; of waits: a log-rank test of both "
            "curves. The word rests on the p adjusted by Holm for all figures of this table, under 0.05."
        ),
        words.text(
            "Too few: fewer than 10 in one of the two periods, or fewer than 5 of one kind in both together, or fewer "
            "than 5 waits that ended. Then nothing is called a change, whatever the figures look like."
        ),
    )
    none = (words.text("Nothing to follow was recorded in this period or the one before."), *_silent(making))
    return Rows(tuple(rows), len(rows), words.text("figures"), notes=(*notes, *_silent(making)) if rows else none)


def _changed(course: Course) -> Row:
    scale = 1 if course.unit == "hours" else _PER_CENT
    change = course.change
    low, high = (None, None) if change.interval is None else change.interval
    return (
        course.key,
        course.unit,
        course.values[0],
        course.sizes[0],
        course.values[1],
        course.sizes[1],
        None if change.difference is None else change.difference * scale,
        None if low is None else Fraction(low) * scale,
        None if high is None else Fraction(high) * scale,
        exact(change.p),
        exact(course.adjusted),
        worded(change, course.adjusted, course.direction).value,
    )


def _silent(making: Making) -> tuple[str, ...]:
    """Name the figures of which nothing was recorded in either period."""
    words = making.words
    lacking = [words.text(_UNRECORDED[each.key]) for each in courses(making) if not each.sizes[0] and not each.sizes[1]]
    return tuple(lacking)


def usual(making: Making, _limit: int) -> Rows:
    """Show each figure beside the median of the eight periods before, and its course as a row of bars."""
    words = making.words
    rows: list[Row] = [
        (
            each.key,
            each.unit,
            each.values[0],
            len(each.before),
            each.usual,
            None if each.usual is None or each.values[0] is None else each.values[0] - each.usual,
            min(each.before, default=None),
            max(each.before, default=None),
            place(each.values[0] if each.enough else None, each.before, each.direction).value,
            bars(each.values),
        )
        for each in courses(making)
        if any(each.sizes)
    ]
    notes = (
        words.text(
            "Outside all earlier periods is no test: if nothing changed, a figure lies there in 2 of {n} cases when it "
            "is held against eight. It is not placed where there are fewer than 10 in this period, fewer than 5 of one "
            "kind in all periods together, or fewer than {fewest} periods to hold it against.",
            n=BEFORE + 1,
            fewest=FEWEST_PERIODS,
        ),
        words.text("The bars go from the oldest period to this one; a dot is a period without the figure."),
    )
    none = (words.text("Nothing to follow was recorded in these periods."),)
    return Rows(tuple(rows), len(rows), words.text("figures"), notes=notes if rows else none)


def bars(values: tuple[Fraction | None, ...]) -> str:
    """Draw values, the latest first, as bars from the oldest to the latest, between the lowest and the highest."""
    known = [each for each in values if each is not None]
    if not known:
        return _NO_BAR * len(values)
    low, range_ = min(known), max(known) - min(known)
    top = len(_BARS) - 1

    def bar(value: Fraction | None) -> str:
        if value is None:
            return _NO_BAR
        return _BARS[round((value - low) / range_ * top) if range_ else top // 2]

    return "".join(map(bar, reversed(values)))


_UNRECORDED = {
    "told_in_time": mark("Told in time: no decision of either period has a deadline of a policy that has come."),
    WAIT: mark("Hours to tell a rejection: nobody was rejected in either period."),
    "feedback": mark("Feedback: nobody was rejected after an interview in either period."),
    "promises_kept": mark("Promises: none of either period has come due, or none was recorded."),
    "reasons_with_criterion": mark("Reasons: nobody was rejected for a reason of either side in either period."),
    "differ": mark("Differing decisions: none of either period can be compared with its standard."),
    "overridden": mark("Reasons to depart: nothing was decided in either period."),
    "actions_in_time": mark("Actions: none was due in either period, or none was recorded."),
}

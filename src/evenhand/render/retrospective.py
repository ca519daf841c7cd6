"""What was learnt: this period beside those before it, findings, lessons, criteria, and what was agreed."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from evenhand.measures.change import median
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import cut, maybe, one, text, whole
from evenhand.render.criteria import names
from evenhand.render.latency import median_hours
from evenhand.render.making import Making, Rows
from evenhand.render.quarters import BEFORE, by_window, period_of, prepare, reach, shares, waits, windows
from evenhand.render.undecided import overturned, put_off
from evenhand.resources import finding_meanings

AREAS = ("interviewing", "communication", "deciding", "candidate_strengths", "candidate_gaps", "standard")
PRINCIPLES = (*map(str, range(1, 8)), "0")
_ENTRIES_SHOWN = 10


def periods(making: Making, _limit: int) -> Rows:
    """Put the period beside up to eight like it before, the latest first."""
    decided = by_window(
        making, "SELECT ago, count(*), count(*) FILTER (WHERE outcome = 'reject') FROM _quarter GROUP BY ago"
    )
    followed, told = shares(making), waits(making)
    rows: list[Row] = []
    for ago, period in enumerate(windows(making)):
        timely, feedback, promises, differ, overridden = (
            followed[key][ago] for key in ("told_in_time", "feedback", "promises_kept", "differ", "overridden")
        )
        rows.append(
            (
                period.label, *decided.get(ago, (0, 0)), timely.selected, timely.share(), median_hours(told[ago]),
                promises.selected, promises.share(), feedback.selected, feedback.share(),
                differ.selected, differ.share(), overridden.selected, overridden.share(),
            )
        )  # fmt: skip
    shown = _recorded(rows)
    words = making.words
    n = whole(shown[0][1])
    notes: tuple[str, ...] = (
        words.text("In time: of decisions whose deadline for telling has passed or was met."),
        words.text(
            "Median: Kaplan and Meier's; those still waiting, withdrawn or erased count for as long as they waited."
        ),
        words.text("Promises: kept, of those made in the period whose time has come."),
        words.text(
            "Feedback: of those rejected after an interview, those for whom it was withheld for a reason left out."
        ),
    )
    earlier = len(rows) - len(shown)
    if earlier:
        before = words.plural(
            "Nothing was decided in the period before these.",
            "Nothing was decided in the {n} periods before these.",
            earlier,
        )
        notes = (before, *notes)
    return Rows(
        tuple(shown), n, words.text("final decisions in this period"), (put_off(making), overturned(making)), notes
    )


def _recorded(rows: list[Row]) -> list[Row]:
    """Leave out the periods before the first in which anything was decided."""
    last = max((at for at, row in enumerate(rows) if row[1]), default=0)
    return rows[: last + 1]


def _findings(making: Making) -> None:
    """Keep the findings of the periods, each on the local day since when it stands; a clock that runs is none yet."""
    prepare(making)
    zone = making.zone.replace("'", "''")
    making.prepared(
        "_found",
        "SELECT w.ago, f.code, f.principle, f.entries, f.acknowledged_by IS NOT NULL AS acknowledged "  # noqa: S608 - a zone that is known
        f"FROM (SELECT f.*, CAST(timezone(coalesce(q.zone, '{zone}'), timezone('UTC', f.since)) AS DATE) AS day "
        "FROM finding AS f LEFT JOIN requisition_opened_effective AS q ON q.position = f.requisition "
        "WHERE NOT f.running) AS f JOIN _window AS w ON f.day BETWEEN w.first AND w.last",
    )


def principles(making: Making, _limit: int) -> Rows:
    """Count the findings of each principle, beside the period before and the median of the eight before."""
    _findings(making)
    found: dict[str, list[int]] = {each: [0] * (BEFORE + 1) for each in PRINCIPLES}
    for principle, ago, count in making.rows("SELECT principle, ago, count(*) FROM _found GROUP BY ALL"):
        found[str(principle)][whole(ago)] = whole(count)
    looked_at = {
        str(principle): whole(count)
        for principle, count in making.rows(
            "SELECT principle, count(*) FILTER (WHERE acknowledged) FROM _found WHERE ago = 0 GROUP BY principle"
        )
    }
    back = reach(making)
    rows: list[Row] = [
        (each, counts[0], looked_at.get(each, 0), counts[1], median(list(map(Fraction, counts[1 : back + 1]))))
        for each, counts in found.items()
    ]
    words = making.words
    n = sum(counts[0] for counts in found.values())
    notes = (
        words.text(
            "A finding stands in the period in which it arose. These are counts, not rates: look at how much was "
            "decided. The median is over those of the eight periods since anything was decided."
        ),
        *_nothing_found(making, n),
    )
    return Rows(tuple(rows), n, words.text("findings in this period"), notes=notes)


def _nothing_found(making: Making, n: int) -> tuple[str, ...]:
    said = "Nothing was found in this period; that says only that what was recorded shows nothing."
    return () if n else (making.words.text(said),)


def found_codes(making: Making, limit: int) -> Rows:
    """List by principle what was found in the period, with the first entries each finding rests on."""
    _findings(making)
    words, meanings = making.words, finding_meanings()
    found = making.rows(
        "SELECT principle, code, count(*) FILTER (WHERE ago = 0), count(*) FILTER (WHERE ago = 0 AND acknowledged), "
        "count(*) FILTER (WHERE ago = 1), list(entries[1] ORDER BY entries) FILTER (WHERE ago = 0) "
        "FROM _found WHERE ago <= 1 GROUP BY principle, code "
        "ORDER BY list_position(?, CAST(principle AS VARCHAR)), count(*) FILTER (WHERE ago = 0) DESC, code LIMIT ?",
        [list(PRINCIPLES), limit],
    )
    rows: list[Row] = [
        (
            str(principle), str(code), *map(whole, numbers),
            tuple(map(whole, cast("list[object]", entries or [])[:_ENTRIES_SHOWN])),
        )
        for principle, code, *numbers, entries in found
    ]  # fmt: skip
    n = sum(whole(row[2]) for row in rows)
    notes = (
        words.text(
            "Of each code the first entries are named, {n} at most; for all: evenhand check --code CODE",
            n=_ENTRIES_SHOWN,
        ),
    )
    labels = {"code": {code: str(each[making.lang]) for code, each in meanings.items()}}
    none = _nothing_found(making, 0)
    return Rows(tuple(rows), n, words.text("findings in this period"), notes=notes if rows else none, labels=labels)


def lessons(making: Making, _limit: int) -> Rows:
    """Count the lessons of the period by area, beside the period before and the eight before together."""
    words = making.words
    prepare(making)
    found = {
        str(area): tuple(map(whole, numbers))
        for area, *numbers in making.rows(
            "SELECT l.area, count(*) FILTER (WHERE w.ago = 0 AND l.direction = 'went_well'), "
            "count(*) FILTER (WHERE w.ago = 0 AND l.direction = 'fell_short'), "
            "count(*) FILTER (WHERE w.ago = 1), count(*) FILTER (WHERE w.ago > 0) "
            "FROM lesson AS l JOIN _window AS w ON l.learnt_day BETWEEN w.first AND w.last GROUP BY l.area"
        )
    }
    n = sum(well + short for well, short, *_ in found.values())
    rows: list[Row] = [(area, *found.get(area, (0,) * 4)) for area in AREAS] if found else []
    return Rows(tuple(rows), n, words.text("lessons in this period"), notes=_no_lesson(making, n))


def _no_lesson(making: Making, n: int) -> tuple[str, ...]:
    return () if n else (making.words.text("No lesson was recorded in this period."),)


def lesson_texts(making: Making, limit: int) -> Rows:
    """List the lessons of the period by area, with their texts where this run may open them, and their evidence."""
    words = making.words
    n = one(making, "SELECT count(*) FROM lesson WHERE in_period(learnt_day)")
    found = making.rows(
        "SELECT area, direction, CAST(learnt_day AS VARCHAR), criterion, rests_on, evidence, lesson FROM lesson "
        "WHERE in_period(learnt_day) ORDER BY list_position(?, area), learnt_day, lesson LIMIT ?",
        [list(AREAS), limit],
    )
    rows: list[Row] = [
        (*map(text, said), _opened(making, whole(lesson)), tuple(map(whole, rests_on)), whole(lesson))
        for *said, rests_on, _, lesson in found
    ]
    bare = one(making, "SELECT count(*) FROM lesson WHERE in_period(learnt_day) AND len(rests_on) = 0")
    without = words.plural(
        "{n} lesson names no entry that it rests on.", "{n} lessons name no entry that they rest on.", bare
    )
    notes = (*_no_lesson(making, n), *((without,) if bare else ()), *cut(making, len(rows), n, "lesson"))
    return Rows(tuple(rows), n, words.text("lessons in this period"), notes=notes, labels=names(making))


def actions_counted(making: Making, _limit: int) -> Rows:
    """Count what was agreed, done and dropped in the period, what is overdue, and what is carried over from before."""
    words = making.words
    _actions(making)
    numbers = making.rows(
        "SELECT count(*) FILTER (WHERE in_period(agreed_day)), "
        "count(*) FILTER (WHERE standing = 'done' AND in_period(ended_day)), "
        "count(*) FILTER (WHERE standing = 'done' AND late AND in_period(ended_day)), "
        "count(*) FILTER (WHERE standing = 'dropped' AND in_period(ended_day)), "
        "count(*) FILTER (WHERE standing = 'overdue'), count(*) FILTER (WHERE carried), "
        "count(*) FROM _action"
    )[0]
    *counts, n = map(whole, numbers)
    if not n:
        return Rows((), 0, words.text("actions"), notes=(words.text("No action was ever agreed in this ledger."),))
    notes = (words.text("Overdue and carried over: as of the day of this report, agreed at any time."),)
    return Rows((tuple(counts),), n, words.text("actions ever agreed"), notes=notes)


def _actions(making: Making) -> None:
    first = period_of(making).first.isoformat()
    making.prepared(
        "_action",
        "SELECT *, standing IN ('open', 'overdue') AS undone, "  # noqa: S608 - a date
        f"standing IN ('open', 'overdue') AND agreed_day < DATE '{first}' AS carried, "
        "CAST(timezone(zone, timezone('UTC', completed_from)) AS DATE) AS ended_day FROM action",
    )


def actions(making: Making, limit: int) -> Rows:
    """List actions by owner and due date: those not done, with what is carried over, and those ended in the period."""
    words = making.words
    _actions(making)
    n = one(making, "SELECT count(*) FROM _action WHERE undone OR in_period(ended_day)")
    elsewhere = one(making, "SELECT count(*) FROM _action WHERE NOT coalesce(undone OR in_period(ended_day), false)")
    found = making.rows(
        "SELECT CAST(owner AS VARCHAR), CAST(due AS VARCHAR), standing, days_late, "
        "CASE WHEN carried THEN 'yes' ELSE 'no' END, CAST(agreed_day AS VARCHAR), action "
        "FROM _action WHERE undone OR in_period(ended_day) ORDER BY owner, due, action LIMIT ?",
        [limit],
    )
    rows: list[Row] = []
    for owner, due, standing, late, carried, agreed, position in found:
        said = _opened(making, whole(position))
        days = maybe(late)
        rows.append((text(owner), text(due), text(standing), days, text(carried), text(agreed), said, whole(position)))
    left_out = (LeftOut(elsewhere, words.text("done or dropped in another period")),)
    none = () if n else (words.text("No action is open, and none was done or dropped in this period."),)
    notes = (*none, *cut(making, len(rows), n, "action"))
    return Rows(tuple(rows), n, words.text("actions"), left_out, notes)


def to_agree(making: Making, limit: int) -> Rows:
    """Leave room to write down, in the meeting, what is agreed."""
    words = making.words
    rows: list[Row] = [(number, None, None, None) for number in range(1, limit + 1)]
    notes = (words.text("Then record each, with the lesson it rests on: evenhand action agree"),)
    return Rows(tuple(rows), limit, words.text("lines to fill in"), notes=notes)


def _opened(making: Making, position: int) -> str:
    if making.texts.closed:
        return making.words.text("(sealed)")
    said = making.texts.read(position, "/text")
    return making.words.text("(erased)") if said is None else said

"""What was learnt: this period beside those before it, lessons by area, actions by owner and date."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evenhand.measures.survival import survival
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import cut, one, text, whole
from evenhand.render.latency import median_hours, overturned, told_by
from evenhand.render.making import Making, Rows
from evenhand.render.period import Period, quarter_of

BEFORE = 8
AREAS = ("interviewing", "communication", "deciding", "candidate_strengths", "candidate_gaps", "standard")


def _period(making: Making) -> Period:
    return making.period or quarter_of(making.today)


def _windows(making: Making) -> tuple[Period, ...]:
    windows = [_period(making)]
    for _ in range(BEFORE):
        windows.append(windows[-1].before())
    return tuple(windows)


def _decisions(making: Making) -> None:
    windows = _windows(making)
    rows = ", ".join(map(_row, enumerate(windows)))
    making.prepared("_window", f"FROM (VALUES {rows}) AS w (ago, first, last)")
    making.prepared(
        "_quarter",
        "SELECT w.ago, d.decision, d.outcome, d.overridden FROM decision_effective AS d "
        "JOIN _window AS w ON d.decided_day BETWEEN w.first AND w.last WHERE d.final",
    )


def _row(window: tuple[int, Period]) -> str:
    ago, period = window
    return f"({ago:d}, DATE '{period.first.isoformat()}', DATE '{period.last.isoformat()}')"


def _by_window(making: Making, sql: str) -> Mapping[int, tuple[int, ...]]:
    _decisions(making)
    return {whole(ago): tuple(map(whole, numbers)) for ago, *numbers in making.rows(sql)}


def _feedback(making: Making) -> Mapping[int, tuple[int, ...]]:
    # Of those rejected after an interview: feedback given, out of given and neither given nor withheld for a reason.
    return _by_window(
        making,
        "SELECT q.ago, count(*) FILTER (WHERE f.standing = 'given'), count(*) FILTER (WHERE f.standing <> 'withheld') "
        "FROM _quarter AS q JOIN candidacy AS c ON c.decision = q.decision AND c.state = 'rejected' "
        "JOIN feedback AS f USING (candidacy) GROUP BY q.ago",
    )


def _medians(making: Making) -> Mapping[int, Fraction | None]:
    _decisions(making)
    frame = making.frame(
        "SELECT q.ago, l.seconds // 60 AS time, l.ended = 'told' AS ended, count(*) AS count "
        "FROM _quarter AS q JOIN notice_latency AS l USING (decision) WHERE q.outcome = 'reject' GROUP BY ALL"
    )
    return {ago: median_hours(survival(frame[frame["ago"] == ago])) for ago in range(BEFORE + 1)}


def periods(making: Making, _limit: int) -> Rows:
    """Put the period beside up to eight like it before, the latest first."""
    told_by(making)
    decided = _by_window(
        making, "SELECT ago, count(*), count(*) FILTER (WHERE outcome = 'reject') FROM _quarter GROUP BY ago"
    )
    timely = _by_window(
        making,
        "SELECT q.ago, count(*) FILTER (WHERE t.standing = 'met'), "
        "count(*) FILTER (WHERE t.standing IN ('met', 'late', 'overdue')) "
        "FROM _quarter AS q JOIN _told_by AS t USING (decision) GROUP BY q.ago",
    )
    replayed = _by_window(
        making,
        "SELECT q.ago, count(*) FILTER (WHERE r.class = 'differ'), "
        "count(*) FILTER (WHERE r.class IN ('agree', 'differ')), "
        "count(*) FILTER (WHERE q.overridden) FROM _quarter AS q JOIN replay AS r USING (decision) GROUP BY q.ago",
    )
    feedback, medians = _feedback(making), _medians(making)
    rows: list[Row] = []
    for ago, period in enumerate(_windows(making)):
        n, rejected = decided.get(ago, (0, 0))
        differ, compared, overridden = replayed.get(ago, (0, 0, 0))
        rows.append(
            (
                period.label, n, rejected, *_share(timely.get(ago)), medians[ago], *_share(feedback.get(ago)),
                differ, _of(differ, compared), overridden, _of(overridden, n),
            )
        )  # fmt: skip
    shown = _recorded(rows)
    words = making.words
    n = whole(shown[0][1])
    notes: tuple[str, ...] = (
        words.text("In time: of decisions whose deadline for telling has passed or was met."),
        words.text("Median: Kaplan and Meier's; those still waiting count for as long as they have waited."),
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
    deferred = one(making, "SELECT count(*) FROM decision_effective WHERE NOT final AND in_period(decided_day)")
    left_out = (LeftOut(deferred, words.text("put off to a later day")), *overturned(making))
    return Rows(tuple(shown), n, words.text("final decisions in this period"), left_out, notes)


def _recorded(rows: list[Row]) -> list[Row]:
    """Leave out the periods before the first in which anything was decided."""
    last = max((at for at, row in enumerate(rows) if row[1]), default=0)
    return rows[: last + 1]


def _share(met: tuple[int, ...] | None) -> tuple[int, Fraction | None]:
    good, of = met if met is not None else (0, 0)
    return good, _of(good, of)


def _of(part: int, of: int) -> Fraction | None:
    return Fraction(part, of) if of else None


def lessons(making: Making, _limit: int) -> Rows:
    """Count the lessons of the period by area, beside the period before."""
    words, before = making.words, _period(making).before()
    found = {
        str(area): tuple(map(whole, numbers))
        for area, *numbers in making.rows(
            "SELECT area, count(*) FILTER (WHERE in_period(learnt_day) AND direction = 'went_well'), "
            "count(*) FILTER (WHERE in_period(learnt_day) AND direction = 'fell_short'), "
            "count(*) FILTER (WHERE learnt_day BETWEEN ? AND ?) FROM lesson GROUP BY area",
            [before.first, before.last],
        )
    }
    rows: list[Row] = [(area, *found[area]) for area in AREAS if any(found.get(area, ()))]
    n = sum(well + short for well, short, _ in found.values())
    notes = () if n else (words.text("No lesson was recorded in this period."),)
    return Rows(tuple(rows), n, words.text("lessons in this period"), notes=notes)


def lesson_texts(making: Making, limit: int) -> Rows:
    """List the lessons of the period by area, with their texts where this run may open them."""
    words = making.words
    n = one(making, "SELECT count(*) FROM lesson WHERE in_period(learnt_day)")
    found = making.rows(
        "SELECT area, direction, CAST(learnt_day AS VARCHAR), criterion, lesson FROM lesson "
        "WHERE in_period(learnt_day) ORDER BY list_position(?, area), learnt_day, lesson LIMIT ?",
        [list(AREAS), limit],
    )
    rows: list[Row] = [
        (*map(text, said), _opened(making, whole(position)), whole(position)) for *said, position in found
    ]
    none = () if n else (words.text("No lesson was recorded in this period."),)
    return Rows(
        tuple(rows), n, words.text("lessons in this period"), notes=(*none, *cut(making, len(rows), n, "lesson"))
    )


def actions(making: Making, limit: int) -> Rows:
    """List actions by owner and due date: those not done, with what is carried over, and those ended in the period."""
    words = making.words
    making.prepared(
        "_action",
        "SELECT *, standing IN ('open', 'overdue') "
        "OR in_period(CAST(timezone(zone, timezone('UTC', completed_from)) AS DATE)) AS wanted FROM action",
    )
    n = one(making, "SELECT count(*) FROM _action WHERE wanted")
    elsewhere = one(making, "SELECT count(*) FROM _action WHERE NOT wanted")
    found = making.rows(
        "SELECT CAST(owner AS VARCHAR), CAST(due AS VARCHAR), standing, days_late, "
        "CASE WHEN standing IN ('open', 'overdue') AND agreed_day < ? THEN 'yes' ELSE 'no' END, "
        "CAST(agreed_day AS VARCHAR), action FROM _action WHERE wanted ORDER BY owner, due, action LIMIT ?",
        [_period(making).first, limit],
    )
    rows: list[Row] = []
    for owner, due, standing, late, carried, agreed, position in found:
        said = _opened(making, whole(position))
        days = None if late is None else whole(late)
        rows.append((text(owner), text(due), text(standing), days, text(carried), text(agreed), said, whole(position)))
    left_out = (LeftOut(elsewhere, words.text("done or dropped in another period")),)
    none = () if n else (words.text("No action is open, and none was done or dropped in this period."),)
    notes = (*none, *cut(making, len(rows), n, "action"))
    return Rows(tuple(rows), n, words.text("actions"), left_out, notes)


def _opened(making: Making, position: int) -> str:
    if making.texts.closed:
        return making.words.text("(sealed)")
    said = making.texts.read(position, "/text")
    return making.words.text("(erased)") if said is None else said

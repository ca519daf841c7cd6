"""Who was given feedback after an interview, for whom it was withheld with a reason, and who got nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import one, shortened, stage_names, stage_order, whole
from evenhand.render.groups import group_names
from evenhand.render.hiding import HIDDEN
from evenhand.render.making import Making, Rows
from evenhand.render.screened import no_screen
from evenhand.render.shares import rate_cells, shares
from evenhand.render.waits import ASKED, FEEDBACK
from evenhand.words import mark

_WITHHELD: Mapping[str, str] = MappingProxyType(
    {
        "legal_advice": mark("withheld on legal advice: {n}"),
        "candidate_declined": mark("withheld because the person wanted none: {n}"),
        "not_interviewed": mark("withheld as not interviewed: {n}"),
        "policy": mark("withheld by policy: {n}"),
    }
)
_COUNTED = (
    "count(*), count(*) FILTER (WHERE standing = 'given'), count(*) FILTER (WHERE standing = 'withheld'), "
    "count(*) FILTER (WHERE standing = 'none')"
)


def _feedback(making: Making) -> None:
    """Keep whoever was interviewed, by the local day of the last interview, with the stage it belongs to."""
    making.prepared(
        "_feedback",
        "SELECT f.*, coalesce(w.stage, '') AS stage FROM feedback AS f JOIN candidacy AS c USING (candidacy) "
        "LEFT JOIN wait AS w ON w.wait = 'last_interview' AND w.candidacy = f.candidacy WHERE in_period("
        "coalesce(w.started_day, CAST(timezone(c.zone, timezone('UTC', f.last_interview_from)) AS DATE)))",
    )


def by_state(making: Making, _limit: int) -> Rows:
    """Count everybody interviewed by what became of the candidacy and by what they were given."""
    _feedback(making)
    words = making.words
    rows: list[Row] = []
    for state, *numbers in making.rows(
        f"SELECT state, {_COUNTED}, count(*) FILTER (WHERE requests > 0), "  # noqa: S608 - only constants
        "count(*) FILTER (WHERE requests > 0 AND standing = 'none') FROM _feedback GROUP BY state "
        "ORDER BY state <> 'rejected', count(*) DESC, state"
    ):
        n, given, withheld, none, asked, unanswered = map(whole, numbers)
        rows.append((str(state), n, given, withheld, none, Fraction(given, n), asked, unanswered))
    n = one(making, "SELECT count(*) FROM _feedback")
    return Rows(tuple(rows), n, words.text("people interviewed"), notes=_withheld(making))


def _withheld(making: Making) -> tuple[str, ...]:
    found = making.rows(
        "SELECT withheld_reason, count(*) FROM _feedback WHERE standing = 'withheld' GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return tuple(making.words.text(_WITHHELD[str(reason)], n=whole(n)) for reason, n in found)


def by_stage(making: Making, _limit: int) -> Rows:
    """Count those turned down after an interview by the stage of the last, with what they said of the feedback."""
    _feedback(making)
    order = stage_order(making)
    found = making.rows(
        f"SELECT stage, {_COUNTED}, count(*) FILTER (WHERE standing = 'given' AND strength_first), "  # noqa: S608 - ours
        "count(*) FILTER (WHERE standing = 'given' AND linked > 0), sum(ratings), sum(found_helpful) "
        "FROM _feedback WHERE state = 'rejected' GROUP BY stage"
    )
    found.sort(key=lambda row: (order.get(row[0], len(order)), row[0]))
    rows: list[Row] = []
    for stage, *numbers in found:
        n, given, withheld, none, first, linked, ratings, helpful = map(whole, numbers)
        share = Fraction(helpful, ratings) if ratings else None
        rows.append(
            (str(stage), n, given, withheld, none, Fraction(given, n), first, linked, ratings, helpful, share)
        )  # fmt: skip
    words = making.words
    labels_ = {"stage": {**stage_names(making), "": words.text("not recorded")}}
    return Rows(tuple(rows), _turned_down(making), words.text("people turned down after an interview"), labels=labels_)


def by_interviewer(making: Making, limit: int) -> Rows:
    """Count, for each interviewer, those they interviewed who were turned down, the least covered first."""
    _feedback(making)
    making.prepared(
        "_interviewed",
        "SELECT DISTINCT stream_key AS candidacy, CAST(unnest(interviewers) AS VARCHAR) AS interviewer "
        "FROM interview_held_effective",
    )
    found = making.rows(
        f"SELECT interviewer, {_COUNTED} FROM _feedback JOIN _interviewed USING (candidacy) "  # noqa: S608 - ours
        "WHERE state = 'rejected' GROUP BY interviewer"
    )
    rows: list[Row] = [_covered(each) for each in found]
    rows.sort(key=lambda row: (row[5], row[0]))
    nobody = one(
        making,
        "SELECT count(*) FROM _feedback WHERE state = 'rejected' "
        "AND candidacy NOT IN (SELECT candidacy FROM _interviewed)",
    )
    words = making.words
    left_out = (LeftOut(nobody, words.text("whose interviewers are not recorded")),)
    notes = (
        words.text("Whoever was interviewed by several people is counted with each of them."),
        *shortened(making, min(limit, len(rows)), len(rows)),
    )
    of = words.text("people turned down after an interview")
    return Rows(tuple(rows[:limit]), _turned_down(making), of, left_out, notes)


def _covered(found: Sequence[Any]) -> Row:
    n, given, withheld, none = map(whole, found[1:])
    return str(found[0]), n, given, withheld, none, Fraction(given, n)


def _turned_down(making: Making) -> int:
    return one(making, "SELECT count(*) FROM _feedback WHERE state = 'rejected'")


def by_group(making: Making, _limit: int) -> Rows:
    """Show the share of each group that was given feedback, suppressed as in the report on fairness."""
    words = making.words
    if making.spoken.closed:
        sealed = words.text("What candidates said of themselves is sealed, and this run opened none of it.")
        return Rows((), 0, words.text("groups"), notes=(sealed,))
    rows: list[Row] = []
    for of in shares(making, {FEEDBACK: ASKED[FEEDBACK]}, {}):
        for each, hidden in of.rows(5):
            row = hidden or (*of.place(each.rate.group), *rate_cells(each.rate), None)
            rows.append(row[1:])
    notes = (
        words.text("Counted over people turned down after an interview."),
        words.text("Whether a difference could be chance is asked in the report fairness."),
    )
    small, names = {HIDDEN: words.text("not shown: small numbers")}, group_names(making)
    labels = {**names, "group": {**names["group"], **small}, "why": small}
    none = tuple(no_screen(making))
    return Rows(tuple(rows), len(rows), words.text("groups"), notes=notes if rows else none, labels=labels)

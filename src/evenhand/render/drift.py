"""Where the cut lay, quarter by quarter, and whether it moved without a standard that says so."""

from __future__ import annotations

from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import one, points, shortened, stage_names, text, whole
from evenhand.render.making import Making, Rows


def cuts(making: Making, limit: int) -> Rows:
    """List the cut of every requisition, stage, version and quarter, first those that overlap a bar or shift."""
    words = making.words
    making.prepared(
        "_quarters",
        "SELECT DISTINCT requisition, stage, standard_entry, "
        "year(decided_day) || 'Q' || quarter(decided_day) AS quarter FROM score_profile WHERE in_period(decided_day)",
    )
    making.prepared(
        "_cut",
        "SELECT c.*, bool_or((c.shift IN ('up', 'down') AND NOT c.shift_between_bars) OR c.overlap = 'bar') "
        "OVER (PARTITION BY c.requisition, c.stage) AS looked_at FROM implied_cut AS c "
        "SEMI JOIN _quarters AS p USING (requisition, stage, standard_entry, quarter)",
    )
    n, decisions, *counts = (
        whole(each)
        for each in making.rows(
            "SELECT count(*), sum(decisions), count(*) FILTER (WHERE overlap = 'bar'), "
            "count(*) FILTER (WHERE shift IN ('up', 'down')), count(*) FILTER (WHERE shift_between_bars) FROM _cut"
        )[0]
    )
    found = making.rows(
        "SELECT q.code, c.stage, c.quarter, c.standard_version, c.decisions, c.highest_rejected, c.lowest_advanced, "
        "c.reject_bar, c.advance_bar, c.overlap, c.overlapping, "
        "c.shift || CASE WHEN c.shift_between_bars THEN '_between' ELSE '' END, c.standard_entry, "
        "CASE WHEN c.shift_entries IS NOT NULL THEN c.shift_entries "
        "WHEN c.overlapping > 0 THEN [c.highest_rejected_entry, c.lowest_advanced_entry] END "
        "FROM _cut AS c LEFT JOIN requisition_opened_effective AS q ON q.position = c.requisition "
        "ORDER BY NOT c.looked_at, c.requisition, c.stage, c.quarter, c.standard_entry LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (*map(text, names), whole(version), whole(count), *map(points, scores), text(overlap), whole(inside),
         text(shift), whole(adopted), tuple(map(whole, entries or ())))
        for *names, version, count, highest, lowest, reject, advance, overlap, inside, shift, adopted, entries in found
        for scores in ((highest, lowest, reject, advance),)
    ]  # fmt: skip
    notes = (*shortened(making, len(rows), n), *_summary(making, n, counts))
    left_out = (
        LeftOut(
            _of_profiles(making, "class = 'capacity'"), words.text("rejected because the place was taken or closed")
        ),
        LeftOut(_of_profiles(making, "class <> 'capacity' AND floor_missed"), words.text("who missed a floor")),
    )
    of = words.text("people decided on by score")
    return Rows(tuple(rows), decisions, of, left_out, notes, {"stage": stage_names(making)})


def _of_profiles(making: Making, which: str) -> int:
    """Count those left out of the same whole quarters that are shown."""
    return one(
        making,
        "SELECT count(*) FROM (SELECT *, year(decided_day) || 'Q' || quarter(decided_day) AS quarter "  # noqa: S608 - ours
        f"FROM score_profile WHERE {which}) SEMI JOIN _quarters USING (requisition, stage, standard_entry, quarter)",
    )


def _summary(making: Making, n: int, counts: list[int]) -> tuple[str, ...]:
    words = making.words
    if not n:
        return (words.text("Nobody was decided on by score in this period."),)
    beyond, shifts, between = counts
    said = words.text(
        "Shifts explained by no adopted standard: {shifts}; of them where the standard leaves it to people: {between}. "
        "Quarters whose overlap reaches beyond that: {beyond} of {n}.",
        beyond=beyond,
        n=n,
        shifts=shifts,
        between=between,
    )
    return (said,)

"""Whether people were told beforehand when they would hear, and whether that was kept."""

from __future__ import annotations

from fractions import Fraction

from evenhand.render.blocks import Row
from evenhand.render.counts import one, stage_names, stage_order, whole
from evenhand.render.making import Making, Rows

_STANDINGS = "kept", "late", "open", "broken", "released"


def by_about(making: Making, _limit: int) -> Rows:
    """Count promises by what became of them, and by what they were about."""
    return _counted(making, "about")


def by_channel(making: Making, _limit: int) -> Rows:
    """Count promises by what became of them, and by how the date was told."""
    return _counted(making, "channel")


def _counted(making: Making, by: str) -> Rows:
    words = making.words
    making.prepared("_promise", "SELECT * FROM promise WHERE in_period(made_day)")
    each = ", ".join(f"count(*) FILTER (WHERE standing = '{standing}')" for standing in _STANDINGS)
    rows: list[Row] = []
    for value, *numbers in making.rows(
        f"SELECT {by}, count(*), {each}, count(*) FILTER (WHERE revisions > 0), count(revised_late) "  # noqa: S608 - ours
        f"FROM _promise GROUP BY {by} ORDER BY {by}"
    ):
        n, kept, late, open_, broken, released, revised, revised_late = map(whole, numbers)
        ended = kept + late + broken
        share = Fraction(kept, ended) if ended else None
        rows.append((str(value), n, kept, late, open_, broken, released, share, revised, revised_late))
    notes = [words.text("The share kept is over promises whose time has come; open and released ones are not in it.")]
    if any(whole(row[-2]) for row in rows):
        notes.append(
            words.text(
                "Where another date was told, the last one counts that was told before the date in force had passed."
            )
        )
    n = one(making, "SELECT count(*) FROM _promise")
    none = (words.text("No promise was recorded."),)
    return Rows(tuple(rows), n, words.text("promises"), notes=tuple(notes) if rows else none)


def beforehand(making: Making, _limit: int) -> Rows:
    """Count, by stage, the final decisions before which a date had been named, and people who were never given one."""
    words, order = making.words, stage_order(making)
    making.prepared(
        "_beforehand",
        "SELECT coalesce(stage, '') AS stage, candidacy, promise IS NOT NULL AS before, "
        "candidacy IN (SELECT candidacy FROM promise) AS ever "
        "FROM notice_latency WHERE in_period(decided_day)",
    )
    found = making.rows(
        "SELECT stage, count(*), count(*) FILTER (WHERE before), count(DISTINCT candidacy) FILTER (WHERE NOT ever) "
        "FROM _beforehand GROUP BY stage"
    )
    found.sort(key=lambda row: (order.get(row[0], len(order)), row[0]))
    rows: list[Row] = []
    for stage, *numbers in found:
        n, before, never = map(whole, numbers)
        rows.append((str(stage), n, before, n - before, Fraction(before, n), never))
    never = one(making, "SELECT count(DISTINCT candidacy) FROM _beforehand WHERE NOT ever")
    notes = (
        words.plural(
            "{n} person who was decided on was never given a date.",
            "{n} people who were decided on were never given a date.",
            never,
        ),
    )
    n = one(making, "SELECT count(*) FROM _beforehand")
    labels = {"stage": {**stage_names(making), "": words.text("not recorded")}}
    return Rows(tuple(rows), n, words.text("final decisions"), notes=notes, labels=labels)

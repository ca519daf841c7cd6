"""How was the ledger kept? Its keys, what was imported, what was recorded late, when the clock stood wrong."""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import Final

from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import maybe, one, shortened, text, whole
from evenhand.render.making import Making, Rows

_A_DAY: Final = 86_400
_SHOWN_TIME: Final = "strftime({}, '%Y-%m-%dT%H:%M:%SZ')"


def log_keys(making: Making, _limit: int) -> Rows:
    """List the keys that sign for the ledger, each with its term."""
    words, trust = making.words, making.examined.trust
    found = making.rows(
        f"SELECT position, {_SHOWN_TIME.format('recorded_at')}, log_key, compromised FROM ("  # noqa: S608 - no input
        "SELECT position, recorded_at, log_key, false AS compromised FROM ledger_opened UNION ALL "
        "SELECT position, recorded_at, log_key, compromised FROM log_key_rotated) ORDER BY position"
    )
    trusted = {str(key) for key in trust.log_keys} if trust else None
    rows: list[Row] = []
    for (first, since, key, _), after in zip_longest(found, found[1:]):
        ended = "in_force" if after is None else "compromised" if after[3] else "replaced"
        named = None if trusted is None else "yes" if key in trusted else "no"
        last = None if after is None else whole(after[0]) - 1
        name = "+".join(str(key).split("+", 2)[:2])  # without the key itself, whose base64 may have one too
        rows.append((name, whole(first), last, text(since), ended, named))
    return Rows(tuple(rows), len(rows), words.text("keys"))


def imported(making: Making, _limit: int) -> Rows:
    """Count by type what was imported, not observed."""
    words = making.words
    found = making.rows("SELECT type, entries, imported FROM import_share ORDER BY imported DESC, type")
    counted = [(str(kind), whole(entries), whole(part)) for kind, entries, part in found]
    rows: list[Row] = [(kind, entries, part, Fraction(part, entries)) for kind, entries, part in counted if part]
    n, brought = sum(entries for _, entries, _ in counted), sum(part for _, _, part in counted)
    none = sum(entries for _, entries, part in counted if not part)
    left_out = (LeftOut(none, words.text("of types of which nothing was imported")),)
    note = words.text("{imported} of {n} entries were imported; their times are the word of where they came from.",
                      imported=brought, n=n)  # fmt: skip
    return Rows(tuple(rows), n - none, words.text("entries of the ledger"), left_out, (note,))


def imports(making: Making, limit: int) -> Rows:
    """List the imports, and which of them were not finished."""
    words = making.words
    making.prepared(
        "_import",
        "SELECT b.position, b.recorded_at, b.system, b.records, f.position AS finished, f.counts.written AS written "
        "FROM import_begun_effective AS b LEFT JOIN import_finished_effective AS f ON f.body_batch = b.id",
    )
    n = one(making, "SELECT count(*) FROM _import")
    found = making.rows(
        f"SELECT position, {_SHOWN_TIME.format('recorded_at')}, system, records, written, "  # noqa: S608 - no input
        "CASE WHEN finished IS NULL THEN 'unfinished' ELSE 'finished' END "
        "FROM _import ORDER BY finished IS NOT NULL, position LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (whole(entry), text(at), text(system), whole(records), maybe(written), text(how))
        for entry, at, system, records, written, how in found
    ]
    return Rows(tuple(rows), n, words.text("imports"), notes=shortened(making, len(rows), n))


def clock(making: Making, limit: int) -> Rows:
    """List when somebody accepted a clock that stood far behind the ledger."""
    words = making.words
    n = one(making, "SELECT count(*) FROM clock_accepted_effective")
    found = making.rows(
        f"SELECT position, {_SHOWN_TIME.format('recorded_at')}, {_SHOWN_TIME.format('machine_time')}, behind_seconds, "  # noqa: S608 - no input
        "CAST(actor AS VARCHAR) FROM clock_accepted_effective ORDER BY position LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (whole(entry), text(at), text(machine), whole(behind), text(actor))
        for entry, at, machine, behind, actor in found
    ]
    return Rows(tuple(rows), n, words.text("clocks accepted"), notes=shortened(making, len(rows), n))


def late(making: Making, limit: int) -> Rows:
    """Say by type and quarter how long after it happened each observed entry was recorded."""
    words = making.words
    making.prepared(
        "_late",
        "SELECT type, quarter, late_seconds, late_days, basis FROM late_recording WHERE in_period(recorded_day)",
    )
    making.prepared("_late_group", _LATE_GROUP)
    found = making.rows(
        "SELECT type, quarter, n, late, middle, middles, longest FROM _late_group WHERE late > 0 "
        "ORDER BY quarter DESC, late DESC, type LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (
            text(kind),
            text(quarter),
            whole(n),
            whole(some),
            Fraction(whole(middle), whole(middles) * _A_DAY),
            whole(most),
        )
        for kind, quarter, n, some, middle, middles, most in found
    ]
    observed = one(making, "SELECT count(*) FROM _late WHERE basis = 'observed'")
    prompt = one(making, "SELECT coalesce(sum(n), 0) FROM _late_group WHERE late = 0")
    groups = one(making, "SELECT count(*) FROM _late_group WHERE late > 0")
    left_out = (
        LeftOut(prompt, words.text("of types and quarters of which nothing was recorded a day late")),
        LeftOut(one(making, "SELECT count(*) FROM _late WHERE basis <> 'observed'"), words.text("imported")),
    )
    notes = shortened(making, len(rows), groups)
    return Rows(tuple(rows), observed - prompt, words.text("observed entries"), left_out, notes)


_LATE_GROUP: Final = """
    SELECT type, quarter, n, count(*) FILTER (WHERE late_days > 0) AS late, max(late_days) AS longest,
        sum(late_seconds) FILTER (WHERE place IN ((n + 1) // 2, n // 2 + 1)) AS middle,
        count(*) FILTER (WHERE place IN ((n + 1) // 2, n // 2 + 1)) AS middles
    FROM (
        SELECT *, row_number() OVER (PARTITION BY type, quarter ORDER BY late_seconds) AS place,
            count(*) OVER (PARTITION BY type, quarter) AS n
        FROM _late WHERE basis = 'observed'
    )
    GROUP BY type, quarter, n
"""
"""The median is the mean of the middle one or two, in whole seconds."""


def erased(making: Making, _limit: int) -> Rows:
    """Count the keys whose destruction is recorded."""
    words = making.words
    found = making.rows(
        "SELECT whose, ground, count(*) FROM ("
        "SELECT 'candidate' AS whose, ground FROM candidate_erased UNION ALL "
        "SELECT 'person' AS whose, ground FROM person_erased) GROUP BY whose, ground ORDER BY whose, ground"
    )
    rows: list[Row] = [(text(whose), text(ground), whole(n)) for whose, ground, n in found]
    return Rows(tuple(rows), sum(whole(each[2]) for each in rows), words.text("keys"))

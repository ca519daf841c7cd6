"""Every deadline of the policies and the clocks of laws beside them: what the record shows, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evenhand.render.blocks import Row
from evenhand.render.counts import cut, days, one, text, whole
from evenhand.render.making import Making, Rows

_STANDINGS = "met", "late", "overdue", "open", "released", "calendar_ended"


def _clocks(making: Making) -> None:
    """Keep the deadlines whose clocks started in the period, with the terms of the policy each rests on."""
    making.prepared(
        "_term",
        "SELECT policy_entry, d.deadline AS deadline, d.amount AS amount, d.unit AS unit FROM ("
        "SELECT position AS policy_entry, unnest(deadlines) AS d FROM policy_adopted_effective UNION ALL "
        "SELECT position, unnest(p.deadlines) FROM ("
        "SELECT position, unnest(legal_profiles) AS p FROM policy_adopted_effective))",
    )
    making.prepared(
        "_clock",
        "SELECT d.*, t.amount, t.unit FROM deadline AS d LEFT JOIN _term AS t "
        "ON t.policy_entry = d.policy_entry AND t.deadline = d.deadline WHERE in_period(d.started_day)",
    )


def deadlines(making: Making, _limit: int) -> Rows:
    """Count each deadline's clocks by what became of them."""
    _clocks(making)
    words = making.words
    each = ", ".join(f"count(*) FILTER (WHERE standing = '{standing}')" for standing in _STANDINGS)
    rows: list[Row] = []
    for *names, amount, unit, n, met, late, overdue, open_, released, unknown in making.rows(
        "SELECT deadline, rests_on, law_status, clock_from, until, amount, unit, count(*), "  # noqa: S608 - ours
        f"{each} FROM _clock GROUP BY ALL ORDER BY rests_on DESC, deadline, law_status, clock_from, until, amount, unit"
    ):
        ended = whole(met) + whole(late) + whole(overdue)
        share = Fraction(whole(met), ended) if ended else None
        numbers = map(whole, (n, met, late, overdue, open_, released, unknown))
        rows.append((*map(text, names), whole(amount), str(unit), *numbers, share))
    notes = (words.text("The share met is over clocks whose time has come, or that were met before it."),)
    none = (words.text("No deadline was running."),)
    n = one(making, "SELECT count(*) FROM _clock")
    return Rows(tuple(rows), n, words.text("clocks"), notes=notes if rows else none)


def laws(making: Making, _limit: int) -> Rows:
    """Name each law whose clocks a policy carries, its citation and status, and what the record shows of them."""
    _clocks(making)
    words = making.words
    making.prepared(
        "_law",
        "SELECT position AS policy_entry, p.profile AS profile, p.jurisdiction AS jurisdiction, "
        "p.citation AS citation, p.status AS status, CAST(p.status_on AS VARCHAR) AS status_on "
        "FROM (SELECT position, unnest(legal_profiles) AS p FROM policy_adopted_effective)",
    )
    rows: list[Row] = [
        (*map(text, found[:5]), *map(whole, found[5:]))
        for found in making.rows(
            "SELECT l.profile, l.jurisdiction, l.citation, l.status, l.status_on, count(c.deadline), "
            "count(*) FILTER (WHERE standing = 'met'), count(*) FILTER (WHERE standing = 'late'), "
            "count(*) FILTER (WHERE standing = 'overdue'), count(*) FILTER (WHERE standing = 'open'), "
            "count(*) FILTER (WHERE standing IN ('released', 'calendar_ended')) FROM _law AS l "
            "LEFT JOIN _clock AS c ON c.policy_entry = l.policy_entry AND c.profile = l.profile "
            "GROUP BY l.profile, l.jurisdiction, l.citation, l.status, l.status_on "
            "ORDER BY l.profile, l.status_on, l.status, l.citation"
        )
    ]
    notes = (
        words.text(
            "The record shows when people were told; whether a law applies, and was kept, is for a lawyer to say."
        ),
        words.text("Only a law in force makes findings; the others are counted and shown."),
    )
    none = (words.text("No policy carries the clock of a law."),)
    n = one(making, "SELECT count(*) FROM _clock WHERE rests_on = 'law'")
    return Rows(tuple(rows), n, words.text("clocks"), notes=notes if rows else none, labels=_profiles(making))


def running(making: Making, limit: int) -> Rows:
    """List the clocks of laws that have not been met, with the days left or overdue, whatever the period."""
    words = making.words
    which = "rests_on = 'law' AND met_by IS NULL AND standing IN ('open', 'overdue')"
    n = one(making, f"SELECT count(*) FROM deadline WHERE {which}")  # noqa: S608 - only constants
    found = making.rows(
        "SELECT CAST(c.candidacy_id AS VARCHAR), d.profile, d.law_status, d.until, CAST(d.started_day AS VARCHAR), "  # noqa: S608 - the same
        "CAST(CAST(timezone(c.zone, timezone('UTC', d.due_to)) AS DATE) AS VARCHAR), d.standing, "
        "CASE WHEN d.standing = 'open' THEN (epoch_us(d.due_to) - epoch_us(o.instant)) // 1000000 END, "
        "d.overdue_seconds, d.started_by "
        f"FROM (SELECT * FROM deadline WHERE {which}) AS d JOIN candidacy AS c USING (candidacy) CROSS JOIN as_of AS o "
        "ORDER BY d.due_to, d.started_by, d.deadline LIMIT ?",
        [limit],
    )
    rows: list[Row] = [(*map(text, names), days(left), days(over), whole(entry)) for *names, left, over, entry in found]
    none = (words.text("The record shows no clock of a law running or overdue."),)
    notes = cut(making, len(rows), n, "deadline")
    return Rows(tuple(rows), n, words.text("clocks"), notes=notes if rows else none, labels=_profiles(making))


def _profiles(making: Making) -> Mapping[str, Mapping[str, str]]:
    at = 2 if making.lang == "zh" else 1
    found = making.rows(
        "SELECT p.profile, arg_max(p.names.en, position), arg_max(coalesce(p.names.zh, p.names.en), position) "
        "FROM (SELECT position, unnest(legal_profiles) AS p FROM policy_adopted_effective) GROUP BY p.profile"
    )
    return {"profile": {str(row[0]): str(row[at]) for row in found}}

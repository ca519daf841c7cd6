"""What final decisions leave out: those put off, those that stand no more, and people nobody decided on."""

from __future__ import annotations

from evenhand.render.blocks import LeftOut
from evenhand.render.counts import one, whole
from evenhand.render.making import Making


def put_off(making: Making) -> LeftOut:
    """Count the decisions of the period that are not final."""
    deferred = one(making, "SELECT count(*) FROM decision_effective WHERE NOT final AND in_period(decided_day)")
    return LeftOut(deferred, making.words.text("put off to a later day"))


def overturned(making: Making, which: str = "outcome <> 'defer'") -> LeftOut:
    """Count the decisions of the period that stand no more, of those ``which`` (a condition on them) picks."""
    fallen = one(
        making,
        f"SELECT count(*) FROM decision_made WHERE {which} AND in_period(occurred_day) "  # noqa: S608 - our own condition
        "AND position NOT IN (SELECT decision FROM decision_effective)",
    )
    return LeftOut(fallen, making.words.text("overturned, or recorded twice"))


def undecided(making: Making) -> tuple[LeftOut, ...]:
    """Count visits without a final decision by what became of them, and candidacies that have no end to be compared.

    A withdrawal belongs to the period of its own day, everything else to that in which the stage was entered, the
    decision before was made or, without either, the candidacy was opened.
    """
    return making.once("undecided", lambda: _undecided(making))


def _undecided(making: Making) -> tuple[LeftOut, ...]:
    words = making.words
    visits = _counts(
        making,
        "SELECT CASE WHEN c.state = 'withdrawn' THEN 'withdrawn' WHEN c.open THEN 'open' ELSE 'ended' END, count(*) "
        "FROM stage_visit AS v JOIN candidacy AS c USING (candidacy) WHERE v.decision IS NULL "
        "AND in_period(CASE WHEN c.state = 'withdrawn' THEN c.withdrawn_day ELSE v.entered_day END) GROUP BY ALL",
    )
    never = _counts(
        making,
        "SELECT 'never', count(*) FROM candidacy WHERE visits = 0 AND in_period(coalesce(withdrawn_day, opened_day))",
    )
    ends = _counts(
        making,
        "SELECT CASE WHEN c.state = 'withdrawn' THEN 'withdrawn' WHEN c.open THEN 'open' ELSE 'ended' END, count(*) "
        "FROM candidacy AS c LEFT JOIN decision_effective AS d USING (decision) "
        "WHERE c.state NOT IN ('hired', 'rejected') AND EXISTS (SELECT 1 FROM candidacy WHERE state = 'hired') "
        "AND in_period(coalesce(c.withdrawn_day, d.decided_day, c.opened_day)) GROUP BY ALL",
    )
    return (
        LeftOut(visits.get("withdrawn", 0), words.text("at a stage at which the candidate withdrew undecided")),
        LeftOut(visits.get("open", 0), words.text("at a stage that is still undecided")),
        LeftOut(visits.get("ended", 0), words.text("at a stage at which no decision is on record")),
        LeftOut(never.get("never", 0), words.text("candidacies that never came to a stage")),
        LeftOut(ends.get("withdrawn", 0), words.text("candidacies not in the end: withdrawn")),
        LeftOut(
            ends.get("ended", 0), words.text("candidacies not in the end: offer declined or taken back, hire reversed")
        ),
        LeftOut(ends.get("open", 0), words.text("candidacies not in the end: still open")),
    )


def _counts(making: Making, sql: str) -> dict[str, int]:
    return {str(name): whole(n) for name, n in making.rows(sql)}

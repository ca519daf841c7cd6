"""What came after: follow-ups, consents, people who came back, and why people left."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evenhand.render.blocks import Row
from evenhand.render.counts import one, stage_names, stage_order, whole
from evenhand.render.making import Making, Rows

_DUE = "made", "late", "missing", "open", "released"
_CONSENTS = "in_force", "run_out", "withdrawn", "erased"
_OVER = "('applied', 'assessing', 'deferred', 'advanced', 'offered', 'accepted')"


def due(making: Making, _limit: int) -> Rows:
    """Count the follow-ups that the policy asks for after a rejection, by what became of them."""
    words = making.words
    making.prepared("_due", "SELECT * FROM follow_up_due WHERE in_period(told_day)")
    each = ", ".join(f"count(*) FILTER (WHERE standing = '{standing}')" for standing in _DUE)
    rows: list[Row] = []
    for kind, *numbers in making.rows(f"SELECT kind, count(*), {each} FROM _due GROUP BY kind ORDER BY kind"):  # noqa: S608 - ours
        n, made, late, missing, *rest = map(whole, numbers)
        ended = made + late + missing
        rows.append((str(kind), n, made, late, missing, *rest, Fraction(made, ended) if ended else None))
    n = one(making, "SELECT count(*) FROM _due")
    notes = (words.text("The share made in time is over those whose time has come, or that were made before it."),)
    none = (words.text("No policy asked for a follow-up to anybody who was told in this period."),)
    return Rows(tuple(rows), n, words.text("follow-ups due"), notes=notes if rows else none)


def made(making: Making, _limit: int) -> Rows:
    """Count the follow-ups made, whether the policy asks for them or not, and those no consent covers."""
    words = making.words
    making.prepared("_follow_up", "SELECT * FROM follow_up WHERE in_period(made_day)")
    rows: list[Row] = [
        (str(kind), *map(whole, numbers))
        for kind, *numbers in making.rows(
            "SELECT kind, count(*), count(DISTINCT coalesce(person, -candidacy)), count(consent), "
            "count(*) FILTER (WHERE NOT consented) FROM _follow_up GROUP BY kind ORDER BY kind"
        )
    ]
    n = one(making, "SELECT count(*) FROM _follow_up")
    notes = (words.text("A thank-you needs no consent."),)
    none = (words.text("No follow-up was recorded."),)
    return Rows(tuple(rows), n, words.text("follow-ups"), notes=notes if rows else none)


def consents(making: Making, _limit: int) -> Rows:
    """Count the consents given, by purpose and by how they stand at the as-of instant."""
    words = making.words
    making.prepared("_consent", "SELECT * FROM consent WHERE in_period(given_day)")
    each = ", ".join(f"count(*) FILTER (WHERE standing = '{standing}')" for standing in _CONSENTS)
    rows: list[Row] = [
        (str(purpose), *map(whole, numbers))
        for purpose, *numbers in making.rows(
            f"SELECT purpose, count(*), {each}, sum(follow_ups) FROM _consent GROUP BY purpose ORDER BY purpose"  # noqa: S608 - ours
        )
    ]
    n = one(making, "SELECT count(*) FROM _consent")
    none = (words.text("No consent was recorded."),)
    return Rows(tuple(rows), n, words.text("consents"), notes=() if rows else none)


def came_back(making: Making, _limit: int) -> Rows:
    """Count those who applied again, by what had become of them before, and what became of them now."""
    words = making.words
    making.prepared("_again", "SELECT * FROM reapplication WHERE in_period(opened_day)")
    rows: list[Row] = [
        (str(before), *map(whole, numbers))
        for before, *numbers in making.rows(
            "SELECT earlier_state, count(*), count(*) FILTER (WHERE requisition = earlier_requisition), "  # noqa: S608 - ours
            "count(invited), "
            "count(*) FILTER (WHERE state = 'hired'), count(*) FILTER (WHERE state = 'rejected'), "
            f"count(*) FILTER (WHERE state IN {_OVER}), "
            f"count(*) FILTER (WHERE state NOT IN {_OVER} AND state NOT IN ('hired', 'rejected')) "
            "FROM _again GROUP BY earlier_state ORDER BY count(*) DESC, earlier_state"
        )
    ]
    n = one(making, "SELECT count(*) FROM _again")
    none = (words.text("Nobody applied again."),)
    return Rows(tuple(rows), n, words.text("applications of people who came back"), notes=() if rows else none)


def left(making: Making, _limit: int) -> Rows:
    """Count those who withdrew or declined, by stage, and how many were answered."""
    _left(making)
    words, order = making.words, stage_order(making)
    found = making.rows(
        "SELECT kind, stage, count(*), count(reason_code), count(acknowledged), "
        "sum(referred) FROM _left GROUP BY kind, stage"
    )
    found.sort(key=lambda row: (row[0], order.get(row[1], len(order)), row[1]))
    rows: list[Row] = [(str(kind), str(stage), *map(whole, numbers)) for kind, stage, *numbers in found]
    labels = {"stage": {**stage_names(making), "": words.text("not recorded")}}
    notes = _recommended(making)
    none = (words.text("Nobody withdrew or declined."), *notes)
    return Rows(
        tuple(rows), _times(making), words.text("withdrawals and refusals"), (), notes if rows else none, labels
    )


def reasons(making: Making, _limit: int) -> Rows:
    """Count the reasons that those who left gave."""
    _left(making)
    words = making.words
    rows: list[Row] = [
        (str(kind), str(reason), whole(n), Fraction(whole(n), whole(of)))
        for kind, reason, n, of in making.rows(
            "SELECT kind, reason, n, sum(n) OVER (PARTITION BY kind) FROM ("
            "SELECT kind, coalesce(reason_code, '') AS reason, count(*) AS n FROM _left GROUP BY ALL) "
            "ORDER BY kind, reason = '', n DESC, reason"
        )
    ]
    labels = {"reason": {**_reason_names(making), "": words.text("no reason given")}}
    none = (words.text("Nobody withdrew or declined."),)
    return Rows(
        tuple(rows), _times(making), words.text("withdrawals and refusals"), notes=() if rows else none, labels=labels
    )


def _left(making: Making) -> None:
    making.prepared(
        "_left", "SELECT * REPLACE (coalesce(stage, '') AS stage) FROM withdrawal WHERE in_period(said_day)"
    )


def _times(making: Making) -> int:
    return one(making, "SELECT count(*) FROM _left")


def _recommended(making: Making) -> tuple[str, ...]:
    words = making.words
    accepted = one(
        making, "SELECT sum(len(referred)) FROM offer_answered_effective WHERE answer = 'accepted' "
        "AND in_period(occurred_day)"
    )  # fmt: skip
    recommended = one(making, "SELECT sum(referred) FROM _left") + accepted
    came = one(making, "SELECT count(*) FROM candidacy WHERE route = 'referral' AND in_period(opened_day)")
    return (
        words.plural(
            "Candidates who withdrew or answered an offer recommended {n} person.",
            "Candidates who withdrew or answered an offer recommended {n} people.",
            recommended,
        ),
        words.plural(
            "{n} application came by somebody's recommendation.",
            "{n} applications came by somebody's recommendation.",
            came,
        ),
    )


def _reason_names(making: Making) -> Mapping[str, str]:
    at = 2 if making.lang == "zh" else 1
    found = making.rows(
        "SELECT r.code, arg_max(r.names.en, position), arg_max(coalesce(r.names.zh, r.names.en), position) "
        "FROM (SELECT position, unnest(reason_codes) AS r FROM standard_adopted_effective) GROUP BY r.code"
    )
    return {str(row[0]): str(row[at]) for row in found}

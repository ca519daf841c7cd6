"""What rejected people's reasons say beside their scores."""

from __future__ import annotations

from fractions import Fraction

from evenhand.measures.alike import alike
from evenhand.render.blocks import Row
from evenhand.render.counts import one, points, shortened, stage_names, text, whole
from evenhand.render.making import Making, Rows
from evenhand.render.undecided import overturned

_SHOWN = 10
"""So many entries are named for one profile."""


def _reasons(making: Making) -> None:
    making.prepared("_rejected", "SELECT * FROM rejection_reason WHERE in_period(decided_day)")
    making.prepared(
        "_told",
        "SELECT p.*, r.said, dense_rank() OVER (ORDER BY p.stratum, p.scores) AS profile "
        "FROM score_profile AS p JOIN _rejected AS r USING (decision) WHERE r.said IS NOT NULL",
    )


def summary(making: Making, _limit: int) -> Rows:
    """Count rejections without a reason, with only "other", against the scores, and told unlike their equals."""
    _reasons(making)
    words = making.words
    [counts] = making.rows(
        "SELECT count(*), count(*) FILTER (WHERE missing), count(*) FILTER (WHERE only_other), "
        "count(*) FILTER (WHERE len(cited) > 0), count(*) FILTER (WHERE len(met) > 0), "
        "count(*) FILTER (WHERE len(met) > 0 AND len(met) = len(cited)) FROM _rejected"
    )
    n, missing, other, cited, met, only_met = map(whole, counts)
    equal = alike(making.frame("SELECT profile, said, count(*) AS count FROM _told GROUP BY ALL"))
    rows: tuple[Row, ...] = tuple(
        (what, count, of, Fraction(count, of) if of else None)
        for what, count, of in (
            ("missing", missing, n),
            ("only_other", other, n),
            ("met", met, cited),
            ("only_met", only_met, cited),
            ("unlike", equal.differing, equal.n),
        )
    )
    return Rows(rows, n, words.text("decisions to reject"), (overturned(making, "outcome = 'reject'"),))


def listed(making: Making, limit: int) -> Rows:
    """List the rejections without a reason, with only "other", and each criterion cited though met."""
    _reasons(making)
    words = making.words
    making.prepared(
        "_doubtful",
        "SELECT decision, CASE WHEN missing THEN 'missing' ELSE 'only_other' END AS what, "
        "CAST(NULL AS VARCHAR) AS criterion FROM _rejected WHERE missing OR only_other "
        "UNION ALL SELECT decision, CASE WHEN len(met) = len(cited) THEN 'only_met' ELSE 'met' END, unnest(met) "
        "FROM _rejected",
    )
    n = one(making, "SELECT count(*) FROM _doubtful")
    found = making.rows(
        "SELECT b.decision, CAST(r.decided_day AS VARCHAR), q.code, r.stage, b.what, r.said, b.criterion, "
        "s.score, s.bar, "
        "(SELECT list(e.scorecard ORDER BY e.scorecard) FROM scorecard_effective AS e WHERE e.decision = b.decision) "
        "FROM _doubtful AS b JOIN _rejected AS r USING (decision) "
        "LEFT JOIN requisition_opened_effective AS q ON q.position = r.requisition "
        "LEFT JOIN criterion_score AS s ON s.decision = b.decision AND s.criterion = b.criterion "
        "ORDER BY b.decision, b.what, b.criterion LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (whole(decision), *map(text, said), points(score), points(bar), tuple(map(whole, cards or ())))
        for decision, *said, score, bar, cards in found
    ]
    notes = shortened(making, len(rows), n)
    return Rows(tuple(rows), n, words.text("reasons to look at"), notes=notes, labels={"stage": stage_names(making)})


def unlike(making: Making, limit: int) -> Rows:
    """List the profiles of scores of which different reasons were given within one stratum."""
    _reasons(making)
    words = making.words
    making.prepared(
        "_unlike",
        "SELECT profile, any_value(requisition) AS requisition, any_value(stage) AS stage, "
        "any_value(standard_version) AS standard_version, any_value(score) AS score, count(*) AS people, "
        "list(DISTINCT said ORDER BY said) AS said, list(decision ORDER BY decision) AS entries "
        "FROM _told GROUP BY profile HAVING count(DISTINCT said) > 1",
    )
    n = one(making, "SELECT count(*) FROM _unlike")
    found = making.rows(
        "SELECT q.code, u.stage, u.standard_version, u.score, u.people, u.said, u.entries[:?] FROM _unlike AS u "
        "LEFT JOIN requisition_opened_effective AS q ON q.position = u.requisition ORDER BY u.entries[1] LIMIT ?",
        [_SHOWN, limit],
    )
    rows: list[Row] = [
        (text(code), text(stage), whole(version), points(score), whole(people), " | ".join(said), tuple(map(whole, at)))
        for code, stage, version, score, people, said, at in found
    ]
    notes = shortened(making, len(rows), n)
    if any(whole(row[4]) > _SHOWN for row in rows):
        notes = (*notes, words.text("Of each profile the first {n} entries are named.", n=_SHOWN))
    of = words.text("profiles given different reasons")
    return Rows(tuple(rows), n, of, notes=notes, labels={"stage": stage_names(making)})

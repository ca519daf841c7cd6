"""Where candidates were strong and weak: mean scores by criterion of those decided in the period and before."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from evenhand.measures.change import Change, Sample, of_means, worded
from evenhand.measures.multiplicity import holm
from evenhand.render.blocks import Row
from evenhand.render.counts import exact, shortened, text, whole
from evenhand.render.making import Making, Rows
from evenhand.render.quarters import prepare

_MICRO = 10**6


class _Criterion(NamedTuple):
    """One criterion of one standard on one scale: codes, both samples in micro-points, how many reached the bar."""

    standard: str | None
    criterion: str | None
    scale: str
    now: Sample
    reached: int
    before: Sample
    reached_before: int


def by_criterion(making: Making, limit: int) -> Rows:
    """Show each criterion's mean and share at the bar beside the eight periods before; the weakest stands first."""
    words = making.words
    found = _criteria(making)
    changes = [of_means(each.now, each.before) for each in found]
    adjusted = iter(holm([change.p for change in changes if change.p is not None]))
    judged = [
        (each, change, None if change.p is None else next(adjusted))
        for each, change in zip(found, changes, strict=True)
    ]
    judged.sort(key=lambda of: (Fraction(of[0].reached, of[0].now.n), str(of[0].standard), str(of[0].criterion)))
    rows = [_row(*each) for each in judged[:limit]]
    notes = (
        words.text("Reached: the mean over the authors is at the bar to advance, and at the floor if there is one."),
        words.text(
            "Welch's interval of the change, 95 %; the word rests on a p adjusted by Holm for all criteria, under "
            "0.05. Too few: fewer than 10 scores now or before, or all alike."
        ),
        words.text(
            "A change may come from who applied, for which posts, from who rated, or from another bar, as well as from "
            "what candidates can do. Whoever was decided on twice counts twice."
        ),
        *shortened(making, len(rows), len(found)),
    )
    none = (words.text("Nobody was decided on with scores in this period."),)
    n = sum(each.now.n for each in found)
    return Rows(
        tuple(rows), n, words.text("scores in this period"), notes=notes if rows else none, labels=names(making)
    )


def _row(of: _Criterion, change: Change, adjusted: float | None) -> Row:
    low, high = (None, None) if change.interval is None else change.interval
    return (
        of.standard,
        of.criterion,
        of.scale,
        of.now.n,
        _points(of.now.mean),
        Fraction(of.reached, of.now.n),
        of.before.n,
        _points(of.before.mean),
        Fraction(of.reached_before, of.before.n) if of.before.n else None,
        _points(change.difference),
        _points(exact(low)),
        _points(exact(high)),
        exact(adjusted),
        worded(change, adjusted, 0).value,
    )


def _points(micro: Fraction | None) -> Fraction | None:
    return None if micro is None else micro / _MICRO


def _criteria(making: Making) -> list[_Criterion]:
    """Add up scores by standard, scale and criterion; versions of a standard with one scale go together."""
    prepare(making)
    found = making.rows(_SCORES)
    return [
        _Criterion(
            text(standard),
            text(criterion),
            f"{_said(low)}-{_said(high)}",
            Sample(*map(whole, now[:3])),
            whole(now[3]),
            Sample(*map(whole, before[:3])),
            whole(before[3]),
        )
        for standard, criterion, low, high, *both in found
        for now, before in ((both[:4], both[4:]),)
        if whole(now[0])
    ]


def _said(micro: object) -> str:
    """Write an end of a scale in points, without noughts behind the point."""
    points, rest = divmod(whole(micro), _MICRO)
    return f"{points}.{rest:06}".rstrip("0") if rest else str(points)


def names(making: Making) -> Mapping[str, Mapping[str, str]]:
    """Say each standard and criterion as the latest standard that has it names it."""
    lang = "zh" if making.lang == "zh" else "en"
    return {
        column: {str(code): str(names.get(lang) or names["en"]) for code, names in making.rows(sql)}
        for column, sql in (("standard", _STANDARDS), ("criterion", _CRITERIA))
    }


_STANDARDS = "SELECT code, arg_max(names, position) FROM standard_adopted_effective GROUP BY code"
_CRITERIA = (
    "SELECT c.criterion, arg_max(c.names, position) "
    "FROM (SELECT position, unnest(criteria) AS c FROM standard_adopted_effective) AS each_criterion "
    "GROUP BY c.criterion"
)
_SCORES = """
SELECT s.code, c.criterion, s.scale.minimum, s.scale.maximum,
    count(*) FILTER (WHERE q.ago = 0),
    sum(c.score) FILTER (WHERE q.ago = 0),
    sum(CAST(c.score AS HUGEINT) * c.score) FILTER (WHERE q.ago = 0),
    count(*) FILTER (WHERE q.ago = 0 AND c.met),
    count(*) FILTER (WHERE q.ago > 0),
    sum(c.score) FILTER (WHERE q.ago > 0),
    sum(CAST(c.score AS HUGEINT) * c.score) FILTER (WHERE q.ago > 0),
    count(*) FILTER (WHERE q.ago > 0 AND c.met)
FROM criterion_score AS c
JOIN _quarter AS q USING (decision)
JOIN replay AS r USING (decision)
JOIN standard_adopted_effective AS s ON s.position = r.standard_entry
GROUP BY s.code, c.criterion, s.scale.minimum, s.scale.maximum
ORDER BY ALL
"""

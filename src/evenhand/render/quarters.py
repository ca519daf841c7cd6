"""The period and the eight like it before, and the figures that are followed from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import pandas as pd

from evenhand.measures.change import Change, median, of_shares
from evenhand.measures.logrank import METHOD as METHOD_WAITS
from evenhand.measures.logrank import logrank
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import Rate, Screen
from evenhand.measures.survival import Survival, survival
from evenhand.render.counts import whole
from evenhand.render.latency import median_hours, told_by
from evenhand.render.making import Making
from evenhand.render.period import Period, quarter_of

BEFORE = 8
WAIT = "median_hours"
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A share that is followed: how many of how many, by ``ago``; ``direction`` 1 if higher is better, -1 if lower."""

    key: str
    direction: int
    sql: str


@dataclass(frozen=True, slots=True)
class Course:
    """One figure over all periods, the latest first, in per cent or hours, and its change from the one before."""

    key: str
    unit: str
    direction: int
    values: tuple[Fraction | None, ...]
    sizes: tuple[int, ...]
    change: Change
    adjusted: float | None
    """The p of the change, adjusted for all figures followed."""
    enough: bool
    """Whether there is enough in this period and those before it together to place it beside them."""

    @property
    def before(self) -> list[Fraction]:
        """The figure in those earlier periods that have one."""
        return [each for each in self.values[1:] if each is not None]

    @property
    def usual(self) -> Fraction | None:
        """The median of the earlier periods."""
        return median(self.before)

    @property
    def badness(self) -> float | None:
        """How far it changed for the worse, in standard deviations; None where that is not known."""
        return None if self.change.z is None else -self.change.z * self.direction


FIGURES = (
    Figure(
        "told_in_time",
        1,
        "SELECT q.ago, count(*) FILTER (WHERE t.standing = 'met'), "
        "count(*) FILTER (WHERE t.standing IN ('met', 'late', 'overdue')) "
        "FROM _quarter AS q JOIN _told_by AS t USING (decision) GROUP BY q.ago",
    ),
    # Of those rejected after an interview: feedback given, out of given and neither given nor withheld for a reason.
    Figure(
        "feedback",
        1,
        "SELECT q.ago, count(*) FILTER (WHERE f.standing = 'given'), count(*) FILTER (WHERE f.standing <> 'withheld') "
        "FROM _quarter AS q JOIN candidacy AS c ON c.decision = q.decision AND c.state = 'rejected' "
        "JOIN feedback AS f USING (candidacy) GROUP BY q.ago",
    ),
    Figure(
        "promises_kept",
        1,
        "SELECT w.ago, count(*) FILTER (WHERE p.standing = 'kept'), "
        "count(*) FILTER (WHERE p.standing IN ('kept', 'late', 'broken')) "
        "FROM promise AS p JOIN _window AS w ON p.made_day BETWEEN w.first AND w.last GROUP BY w.ago",
    ),
    # A place taken or closed is nobody's criterion: rejections for that alone are not asked for one.
    Figure(
        "reasons_with_criterion",
        1,
        "SELECT ago, count(*) FILTER (WHERE cited), count(*) FROM ("
        "SELECT q.ago, q.decision, coalesce(bool_or(len(r.criteria) > 0), false) AS cited, "
        "bool_and(coalesce(r.party = 'neither', false)) AS capacity "
        "FROM _quarter AS q LEFT JOIN reason AS r USING (decision) WHERE q.outcome = 'reject' "
        "GROUP BY q.ago, q.decision) AS each_rejection WHERE NOT capacity GROUP BY ago",
    ),
    Figure(
        "differ",
        -1,
        "SELECT q.ago, count(*) FILTER (WHERE r.class = 'differ'), count(*) FILTER (WHERE r.class IN ('agree', "
        "'differ')) FROM _quarter AS q JOIN replay AS r USING (decision) GROUP BY q.ago",
    ),
    Figure("overridden", 0, "SELECT ago, count(*) FILTER (WHERE overridden), count(*) FROM _quarter GROUP BY ago"),
    # By when an action was due; one dropped openly is neither.
    Figure(
        "actions_in_time",
        1,
        "SELECT w.ago, count(*) FILTER (WHERE a.standing = 'done' AND NOT a.late), "
        "count(*) FILTER (WHERE a.standing IN ('done', 'overdue')) "
        "FROM action AS a JOIN _window AS w ON a.due BETWEEN w.first AND w.last GROUP BY w.ago",
    ),
)


def period_of(making: Making) -> Period:
    """Answer with the period the report is about."""
    return making.period or quarter_of(making.today).before()


def windows(making: Making) -> tuple[Period, ...]:
    """List the period and the eight before it, the latest first."""
    found = [period_of(making)]
    for _ in range(BEFORE):
        found.append(found[-1].before())
    return tuple(found)


def prepare(making: Making) -> None:
    """Keep the periods as ``_window`` and their final decisions as ``_quarter``; ``ago`` is 0 for the latest."""
    rows = ", ".join(
        f"({ago:d}, DATE '{each.first.isoformat()}', DATE '{each.last.isoformat()}')"
        for ago, each in enumerate(windows(making))
    )
    making.prepared("_window", f"FROM (VALUES {rows}) AS w (ago, first, last)")
    making.prepared(
        "_quarter",
        "SELECT w.ago, d.decision, d.outcome, d.overridden FROM decision_effective AS d "
        "JOIN _window AS w ON d.decided_day BETWEEN w.first AND w.last WHERE d.final",
    )
    told_by(making)


def reach(making: Making) -> int:
    """Say how many periods back the oldest lies in which anything was decided."""
    return max(by_window(making, "SELECT ago, count(*) FROM _quarter GROUP BY ago"), default=0)


def by_window(making: Making, sql: str) -> Mapping[int, tuple[int, ...]]:
    """Ask for whole numbers by ``ago``."""
    prepare(making)
    return {whole(ago): tuple(map(whole, numbers)) for ago, *numbers in making.rows(sql)}


def shares(making: Making) -> Mapping[str, tuple[Rate, ...]]:
    """Count, for each share followed, how many of how many in each period."""
    return making.once("followed", lambda: {each.key: _rates(making, each) for each in FIGURES})


def _rates(making: Making, figure: Figure) -> tuple[Rate, ...]:
    found = by_window(making, figure.sql)
    counts = (found.get(ago, (0, 0)) for ago in range(BEFORE + 1))
    return tuple(Rate(figure.key, n, counted) for counted, n in counts)


def waits(making: Making) -> tuple[Survival, ...]:
    """Estimate, for each period, how long those rejected in it waited to be told."""
    return making.once("waits followed", lambda: tuple(survival(each) for each in _waits(making)))


def _waits(making: Making) -> tuple[pd.DataFrame, ...]:
    return making.once("wait frames", lambda: _wait_frames(making))


def _wait_frames(making: Making) -> tuple[pd.DataFrame, ...]:
    prepare(making)
    frame = making.frame(
        "SELECT q.ago, l.seconds // 60 AS time, l.ended = 'told' AS ended, count(*) AS count "
        "FROM _quarter AS q JOIN notice_latency AS l USING (decision) WHERE q.outcome = 'reject' GROUP BY ALL"
    )
    return tuple(frame[frame["ago"] == ago] for ago in range(BEFORE + 1))


def courses(making: Making) -> tuple[Course, ...]:
    """Follow every figure over the periods; what changed most for the worse stands first."""
    return making.once("courses", lambda: _courses(making))


def _courses(making: Making) -> tuple[Course, ...]:
    followed = {each.key: (each.direction, *_share_course(shares(making)[each.key])) for each in FIGURES}
    told = waits(making)
    medians, sizes = tuple(map(median_hours, told)), tuple(each.n for each in told)
    followed[WAIT] = (-1, medians, sizes, _wait_change(making), told[0].ended >= Screen().minimum_n)
    tested = [change.p for *_, change, _ in followed.values() if change.p is not None]
    adjusted = iter(holm(tested))
    made = (
        Course(
            key,
            "hours" if key == WAIT else "percent",
            direction,
            values,
            sizes,
            change,
            None if change.p is None else next(adjusted),
            enough,
        )
        for key, (direction, values, sizes, change, enough) in followed.items()
    )
    return tuple(sorted(made, key=_worst_first))


def _worst_first(course: Course) -> tuple[int, float]:
    """Put what has a better direction and enough numbers first, then what has no direction, then the rest."""
    if course.badness is None:
        return 2, 0.0
    return (0, -course.badness) if course.direction else (1, 0.0)


def _share_course(rates: tuple[Rate, ...]) -> tuple[tuple[Fraction | None, ...], tuple[int, ...], Change, bool]:
    values = tuple(None if share is None else share * _PER_CENT for share in (rate.share() for rate in rates))
    now, *before = rates
    together = Rate(now.group, sum(each.n for each in before), sum(each.selected for each in before))
    return (
        values,
        tuple(rate.n for rate in rates),
        of_shares(now, before[0]),
        of_shares(now, together).refusal is None,
    )


def _wait_change(making: Making) -> Change:
    """Compare the waits of both periods as curves: a difference of medians alone has no chance to be held to."""
    now, before = waits(making)[:2]
    medians = median_hours(now), median_hours(before)
    away = None if medians[0] is None or medians[1] is None else medians[0] - medians[1]
    if not now.n or not before.n:
        return Change(away, None, None, None, Refusal.NOTHING, METHOD_WAITS)
    frames = _waits(making)[:2]
    frame = pd.concat([each.assign(stratum=0, group=str(ago)) for ago, each in enumerate(frames)])
    found = logrank(frame, ["0", "1"])
    if found.chi_square is None:
        return Change(away, None, None, None, found.refusal, METHOD_WAITS)
    # More told than was expected is sooner told: fewer hours.
    sign = -1 if found.observed[0] > found.expected[0] else 1
    return Change(away, None, found.p, sign * sqrt(max(found.chi_square, 0.0)), None, METHOD_WAITS)
